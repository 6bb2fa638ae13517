"""The rows of quality.quarantine: what is held back, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import duckdb

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
