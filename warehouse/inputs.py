"""The ledger of inputs, ops.inputs: which files were read, how, and how many of their pages are loaded or held back.

Rows and names come in all at once and are joined: a list that is searched for every row takes time with its square.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import duckdb
import polars as pl


class InputRow(NamedTuple):
    """A row of ops.inputs, but for its counts and run; ``reading`` is how it was read, as JSON."""

    input: str
    origin: str
    byte_count: int
    sha256: str
    fingerprint: str
    reading: str = ""
    stamp: str | None = None  # what tells that a file is still the one that was read


_SCHEMA: Final = dict.fromkeys(InputRow._fields, pl.String) | {"byte_count": pl.Int64}


@contextlib.contextmanager
def named(db: duckdb.DuckDBPyConnection, names: Sequence[str]) -> Iterator[None]:
    """Let SQL see ``names`` as the column ``name`` of ``named``.

    Not as a parameter: DuckDB looks at each string of a list in Python, which takes 80 microseconds.
    """
    db.register("named", pl.DataFrame({"name": names}, schema={"name": pl.String}).to_arrow())
    try:
        yield
    finally:
        db.unregister("named")


def read_inputs(db: duckdb.DuckDBPyConnection) -> dict[str, InputRow]:
    """Return what is known of every input whose pages are loaded or held back, by input. Read-only.

    A warehouse of an earlier schema, which nobody has opened for writing since, may lack the last columns.
    """
    described = db.execute("from ops.inputs limit 0").description or []
    there = {str(column[0]) for column in described}
    names = [name for name in InputRow._fields if name in there]
    rows = db.execute(f"select {', '.join(names)} from ops.inputs").fetchall()  # noqa: S608 - names of fields
    known = [InputRow(**dict(zip(names, row, strict=True))) for row in rows]
    return {row.input: row if row.reading is not None else row._replace(reading="") for row in known}


def insert_inputs(db: duckdb.DuckDBPyConnection, rows: Sequence[InputRow], *, run_id: str) -> None:
    """Write that ``rows`` are complete; ``count_inputs`` counts their pages."""
    if rows:
        with _seen(db, pl.DataFrame(rows, schema=_SCHEMA, orient="row")):
            db.execute(
                "insert into ops.inputs by name"
                " select arrived.*, 0 as page_count, 0 as quarantined_count, ? as run_id from arrived",
                [run_id],
            )


def count_inputs(db: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Count the pages of the inputs ``names`` anew, where they are in the ledger."""
    wanted = sorted(set(names))
    if wanted:
        with named(db, wanted):
            db.execute(
                "update ops.inputs set"
                " page_count = (select count(*) from raw.pages where raw.pages.input = ops.inputs.input),"
                " quarantined_count ="
                " (select count(*) from quality.quarantine as held where held.input = ops.inputs.input)"
                " where input in (select name from named)"
            )


def is_stale(db: duckdb.DuckDBPyConnection, stamps: Mapping[str, str | None]) -> bool:
    """Return whether the ledger has another stamp for any of the inputs in ``stamps``. Read-only."""
    if not stamps:
        return False
    with _seen(db, _stamp_frame(stamps)):
        rows = db.execute(
            "select count(*) from ops.inputs join arrived using (input) where ops.inputs.stamp is distinct from arrived.stamp"
        ).fetchall()
    return bool(rows[0][0])


def note_stamps(db: duckdb.DuckDBPyConnection, stamps: Mapping[str, str | None]) -> None:
    """Replace the stamps of the inputs in ``stamps``."""
    with _seen(db, _stamp_frame(stamps)):
        db.execute("update ops.inputs set stamp = arrived.stamp from arrived where ops.inputs.input = arrived.input")


def _stamp_frame(stamps: Mapping[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"input": list(stamps), "stamp": list(stamps.values())}, schema={"input": pl.String, "stamp": pl.String}
    )


@contextlib.contextmanager
def _seen(db: duckdb.DuckDBPyConnection, frame: pl.DataFrame) -> Iterator[None]:
    """Let SQL see ``frame`` as ``arrived``."""
    db.register("arrived", frame.to_arrow())
    try:
        yield
    finally:
        db.unregister("arrived")
