"""The rows of quality.quarantine: what is held back, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import duckdb

from warehouse.inputs import named

# source, stage, reason, detail, input; and where the file was, if it never came into the ledger of inputs.
QuarantineRow: TypeAlias = tuple[str, str, str, str, str] | tuple[str, str, str, str, str, str]


def insert_quarantine(db: duckdb.DuckDBPyConnection, rows: Sequence[QuarantineRow], *, run_id: str) -> None:
    """Write ``rows``, which the run ``run_id`` holds back."""
    for row in rows:
        source, stage, reason, detail, name, *origin = row
        db.execute(
            "insert into quality.quarantine by name select ? as run_id, ? as source, ? as stage, ? as reason,"
            " ? as detail, ? as quarantined_at, ? as input, ? as origin",
            [run_id, source, stage, reason, detail, datetime.now(UTC), name, origin[0] if origin else None],
        )


def are_recorded(db: duckdb.DuckDBPyConnection, rows: Sequence[QuarantineRow]) -> bool:
    """Return whether of the inputs in ``rows`` exactly these are held back, for the same reasons. Read-only."""
    with named(db, [row[4] for row in rows]):
        known = db.execute(
            "select source, stage, reason, detail, input from quality.quarantine where input in (from named)"
        ).fetchall()
    return sorted(known) == sorted(row[:5] for row in rows)


def held_count(db: duckdb.DuckDBPyConnection, inputs: Sequence[str]) -> int:
    """Return how many pages of ``inputs`` are held back. Read-only."""
    with named(db, inputs):
        counted = db.execute("select count(*) from quality.quarantine where input in (from named)").fetchall()
    return int(counted[0][0])
