"""Keeping a lake small and quick: small files merged, old states and what nobody names any more removed.

Every load of a lake writes files and every state is kept, so both grow with the nights. What readers may have open stays: the
published state, and every state younger than the days to keep.
"""

from __future__ import annotations

from typing import NamedTuple

import duckdb


class Maintained(NamedTuple):
    """What was done to a lake, or would be: states expired, files merged into fewer, files removed."""

    expired_snapshots: int
    merged_files: int
    removed_files: int


def maintain_lake(db: duckdb.DuckDBPyConnection, *, keep_days: int, is_dry_run: bool = False) -> Maintained:
    """Merge small files and remove what is older than ``keep_days`` and not published, in the lake attached to ``db``.

    Files of no table (a load that was killed) go when they are a day old: a load may still be writing younger ones.
    """
    old = [
        int(number)
        for (number,) in db.execute(
            "select snapshot_id from ducklake_snapshots('warehouse')"
            " where snapshot_time < now() - to_days($1)"
            " and snapshot_id is distinct from (select max(snapshot_id) from ops.published)"
            " and snapshot_id < (select max(snapshot_id) from ducklake_snapshots('warehouse'))"
            " order by snapshot_id",
            [keep_days],
        ).fetchall()
    ]
    dry = "true" if is_dry_run else "false"
    merged = 0
    if not is_dry_run:
        db.execute("call ducklake_flush_inlined_data('warehouse')")
        merged = sum(int(row[2]) for row in db.execute("call ducklake_merge_adjacent_files('warehouse')").fetchall())
        if old:
            versions = ", ".join(map(str, old))
            db.execute(f"call ducklake_expire_snapshots('warehouse', versions => [{versions}])")
    removed = 0
    for what in ("cleanup_old_files", "delete_orphaned_files"):
        query = f"call ducklake_{what}('warehouse', dry_run => {dry}, older_than => now() - interval 1 day)"
        removed += len(db.execute(query).fetchall())
    return Maintained(len(old), merged, removed)
