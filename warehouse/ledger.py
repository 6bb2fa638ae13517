"""What the ledger tells to those who look after a warehouse: its runs, what is published, what waits, what is held back.

Every function reads through a connection that it is given and changes nothing; times are UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from warehouse.lake import published_snapshot
from warehouse.presence import over_runs


class Run(NamedTuple):
    """A row of ops.runs; ``status`` is killed for a run that is over without having written its end."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None
    status: str
    pages_seen: int | None
    pages_new: int | None
    pages_changed: int | None
    pages_unchanged: int | None
    pages_quarantined: int | None
    pages_removed: int | None


class HeldBack(NamedTuple):
    """Inputs and pages held back at one stage for one reason: how many, and the first of them."""

    stage: str
    reason: str
    held_count: int
    first_sources: list[str]


class FailedCheck(NamedTuple):
    """A critical expectation that was not met, so that a gate closed."""

    stage: str
    expectation: str
    unexpected_count: int
    checked_count: int


class Unpublished(NamedTuple):
    """What is loaded and not published: after a run that was killed, or on which a gate closed."""

    batches: int
    pages: int


def last_runs(
    connection: duckdb.DuckDBPyConnection, *, limit: int, is_running: bool, is_lake: bool = False
) -> list[Run]:
    """Return the last ``limit`` runs, the newest first; ``is_running`` tells whether a run is at work on the file now."""
    rows = connection.execute(
        "select run_id, epoch(started_at), epoch(finished_at), status, pages_seen, pages_new, pages_changed,"
        " pages_unchanged, pages_quarantined, pages_removed from ops.runs order by started_at desc, run_id desc limit ?",
        [limit],
    ).fetchall()
    runs = [Run(row[0], _time(row[1]), _time(row[2]) if row[2] is not None else None, *row[3:]) for row in rows]
    over = set(over_runs(connection, is_lake=is_lake))
    if is_running and not is_lake and runs:
        over.discard(runs[0].run_id)
    return [run._replace(status="killed") if run.run_id in over else run for run in runs]


def counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many pages, articles and inputs the warehouse has."""
    tables = {"pages": "raw.pages", "articles": "extracted.articles", "inputs": "ops.inputs"}
    return {
        name: int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])  # noqa: S608 - the names above
        for name, table in tables.items()
    }


def held_back(connection: duckdb.DuckDBPyConnection, *, examples: int) -> list[HeldBack]:
    """Return what is held back by stage and reason, the commonest first, with so many sources each."""
    rows = connection.execute(
        "select stage, reason, count(*), list(source order by source)[:?] from quality.quarantine"
        " group by stage, reason order by count(*) desc, stage, reason",
        [examples],
    ).fetchall()
    return [HeldBack(*row) for row in rows]


def failed_checks(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[FailedCheck]:
    """Return the critical expectations that ``run_id`` did not meet."""
    rows = connection.execute(
        "select stage, expectation, sum(unexpected_count), sum(checked_count) from quality.checks"
        " where run_id = ? and severity = 'critical' and not success group by stage, expectation order by all",
        [run_id],
    ).fetchall()
    return [FailedCheck(row[0], row[1], int(row[2] or 0), int(row[3] or 0)) for row in rows]


def run_ids(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the keys of all runs."""
    return [run_id for (run_id,) in connection.execute("select run_id from ops.runs").fetchall()]


def unpublished(connection: duckdb.DuckDBPyConnection, published_runs: list[str]) -> Unpublished:
    """Return what the writer's file behind ``connection`` has of runs that the published file does not know."""
    row = connection.execute(
        "select count(*), coalesce(sum(page_count), 0) from ops.batches where not list_contains(?, run_id)",
        [published_runs],
    ).fetchall()[0]
    return Unpublished(int(row[0]), int(row[1]))


def has_unpublished(db: duckdb.DuckDBPyConnection, published_path: Path, *, is_lake: bool) -> bool:
    """Return whether a run changed rows that readers of ``published_path`` (or of the snapshot published) do not have.

    So it is after a run that was killed, or on which a gate closed, had loaded some of its batches.
    """
    shown = shown_runs(db, published_path, is_lake=is_lake)
    runs = "select run_id from ops.batches union select run_id from ops.runs where pages_removed > 0"
    return shown is None or not {run_id for (run_id,) in db.execute(runs).fetchall()} <= shown


def shown_runs(db: duckdb.DuckDBPyConnection, published_path: Path, *, is_lake: bool) -> set[str] | None:
    """Return the runs that readers of ``published_path`` (or of the snapshot published) have; null if there is none to read."""
    if is_lake:
        snapshot_id = published_snapshot(db)
        if snapshot_id is None:
            return None
        rows = db.execute(f"select run_id from ops.runs at (version => {snapshot_id})").fetchall()  # noqa: S608 - a number
    else:
        try:
            with duckdb.connect(str(published_path), read_only=True) as published:
                rows = published.execute("select run_id from ops.runs").fetchall()
        except duckdb.Error:
            return None
    return {run_id for (run_id,) in rows}


def _time(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)
