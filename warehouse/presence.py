"""Which runs are over without having written their end, so that they were killed.

A file has one writer, who holds its lock: whatever else says that it runs is over. A lake has writers on many machines. Each
transaction of a run leaves in its snapshot who made it, so the newest one is the run's last sign of life. One of this machine is
over when its process is; of another machine's nothing can be known but that it has long given no sign.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import duckdb

# Between two loads of a run on a large corpus lie hours. A run taken for dead too early is told as killed until it ends, no more.
_SILENT_HOURS: Final = 24


def sign_of(run_id: str, mark: str) -> str:
    """Return what a transaction of ``run_id`` writes into its snapshot: the run, where it is at work, and a ``mark``."""
    return json.dumps({"run": run_id, "machine": _machine(), "process": _process(os.getpid()), "mark": mark})


def over_runs(db: duckdb.DuckDBPyConnection, *, is_lake: bool) -> list[str]:
    """Return the runs that say that they run and are over, given that none holds the lock of a file. Read-only."""
    if not is_lake:
        return [run_id for (run_id,) in db.execute("select run_id from ops.runs where status = 'running'").fetchall()]
    signs = db.execute(
        """
        with signs as (
            select
                commit_extra_info as sign, snapshot_id as number, snapshot_time as made_at,
                case when json_valid(commit_extra_info) then commit_extra_info ->> 'run' end as run_id
            from ducklake_snapshots('warehouse')
        )
        select run_id, arg_max(sign, number), max(made_at) < now() - to_hours($1)
        from ops.runs left join signs using (run_id)
        where status = 'running'
        group by run_id
        """,
        [_SILENT_HOURS],
    ).fetchall()
    return [run_id for run_id, sign, is_silent in signs if _is_over(sign, is_silent=bool(is_silent))]


def _is_over(sign: str | None, *, is_silent: bool) -> bool:
    if sign is None or is_silent:  # its snapshots have expired, or are old
        return True
    told = json.loads(sign)
    if told["machine"] != _machine():
        return False
    process = str(told["process"])
    # A process does one run after the other.
    return process == _process(os.getpid()) or process != _process(int(process.partition("/")[0]))


def _machine() -> str:
    return os.uname().nodename


def _process(number: int) -> str:
    """Return the number of a process and when it began, since numbers are given again; without the latter if there is none."""
    try:
        # The name of the program, in brackets, may hold blanks; the beginning is the 20th word after it (proc(5)).
        began = (
            Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
        )
    except OSError:
        began = ""
    return f"{number}/{began}"
