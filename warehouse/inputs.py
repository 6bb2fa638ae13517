"""The ledger of inputs, ops.inputs: which files were read, how, and how many of their pages are loaded or held back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import duckdb


class InputRow(NamedTuple):
    """A row of ops.inputs, but for its counts and run; ``reading`` is how it was read, as JSON."""

    input: str
    origin: str
    byte_count: int
    sha256: str
    fingerprint: str
    reading: str = ""


def insert_inputs(db: duckdb.DuckDBPyConnection, rows: Iterable[InputRow], *, run_id: str) -> None:
    """Write that ``rows`` are complete; ``count_inputs`` counts their pages."""
    for row in rows:
        db.execute(
            "insert into ops.inputs by name select ? as input, ? as origin, ? as byte_count, ? as sha256, ? as fingerprint,"
            " ? as reading, 0 as page_count, 0 as quarantined_count, ? as run_id",
            [*row, run_id],
        )


def count_inputs(db: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Count the pages of the inputs ``names`` anew, where they are in the ledger."""
    wanted = sorted(set(names))
    if wanted:
        db.execute(
            "update ops.inputs set"
            " page_count = (select count(*) from raw.pages where raw.pages.input = ops.inputs.input),"
            " quarantined_count = (select count(*) from quality.quarantine as held where held.input = ops.inputs.input)"
            " where input in (select unnest(?))",
            [wanted],
        )
