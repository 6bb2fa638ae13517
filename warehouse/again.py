"""What is worked on once more: inputs held back, for `banmian retry`, and pages kept, for `banmian rebuild`. Read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from transforms.frames import PAGES, conform

if TYPE_CHECKING:
    import duckdb


class HeldInput(NamedTuple):
    """An input of which something is held back: its name, where the file was, and how it was read (JSON, or empty)."""

    input: str
    origin: str
    reading: str


class StoredPage(NamedTuple):
    """A page that is in the warehouse, and the bytes of its text."""

    page_id: str
    byte_count: int


def held_inputs(connection: duckdb.DuckDBPyConnection) -> list[HeldInput]:
    """Return the inputs of which something is held back, by name."""
    rows = connection.execute(
        "select held.input, coalesce(any_value(known.origin), any_value(held.origin), ''),"
        " coalesce(any_value(known.reading), '') from quality.quarantine as held left join ops.inputs as known"
        " on known.input = held.input group by held.input order by held.input"
    ).fetchall()
    return [HeldInput(*row) for row in rows]


def stored_pages(connection: duckdb.DuckDBPyConnection) -> list[StoredPage]:
    """Return every page of the warehouse, those that were loaded together side by side."""
    return [StoredPage(*row) for row in connection.execute("select page_id, byte_count from raw.pages").fetchall()]


def stored_bytes(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many bytes of text all pages of the warehouse have."""
    return int(connection.execute("select coalesce(sum(byte_count), 0) from raw.pages").fetchall()[0][0])


def read_stored(connection: duckdb.DuckDBPyConnection, page_ids: list[str]) -> pl.DataFrame:
    """Return the pages ``page_ids`` as the raw stage has them: the columns of ``PAGES``, and ``input``."""
    found = connection.sql("from raw.pages where page_id in (select unnest(?))", params=[page_ids]).pl()
    return conform(found.sort("page_id"), {**PAGES, "input": pl.String})
