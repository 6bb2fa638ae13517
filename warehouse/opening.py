"""Opening the writer's file, which another program may have open, and what the writer may use of the machine."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Final

import duckdb

from transforms.errors import WarehouseBusy
from warehouse.quoting import quoted

_PATIENCE_S: Final = 1.0  # `banmian status` has the file open for a moment

# DuckDB's own limit is four fifths of the machine, and it uses what it may, so this is by what a run grows with the warehouse;
# beyond it rows go to a file beside the warehouse's. Loads of 1,000 pages at once take as long with 80 MiB as with 512 (2026-11).
MEMORY_MIB: Final = 128
# But the index of a key (raw.pages, extracted.all_articles) cannot leave the memory once it was touched, and a load that has no
# room for it fails: 52 bytes a key, measured with 1.5 million random keys, and some as they come in nodes of steps (2026-11).
KEY_BYTES: Final = 96
# Each checkpoint writes the last rows of every table anew, up to 122,880 of them: with DuckDB's 16 MB of log they took a quarter
# of the time of a load (batches of 2 MB, 2026-11). After a kill so much is read again from the log.
CHECKPOINT_LOG: Final = "256MiB"


def limit(connection: duckdb.DuckDBPyConnection) -> None:
    """Set how much memory, how many threads and how large a log the writer's ``connection`` may take."""
    connection.execute(f"set memory_limit = '{MEMORY_MIB} MiB'")
    connection.execute(f"set checkpoint_threshold = '{CHECKPOINT_LOG}'")
    connection.execute(f"set threads = {_threads()}")
    connection.execute("set partitioned_write_max_open_files = 8")  # each keeps a part of 5 MB where it goes to a store


def make_room_for_keys(connection: duckdb.DuckDBPyConnection, more: int = 0) -> None:
    """Raise the limit of memory by what the indexes of the keys take that are there, and ``more`` that come."""
    counted = "select (select count(*) from raw.pages) + (select count(*) from extracted.all_articles)"
    (count,) = connection.execute(counted).fetchall()[0]
    connection.execute(f"set memory_limit = '{MEMORY_MIB + (count + more) * KEY_BYTES // 2**20} MiB'")


def _threads() -> int:
    """Return how many threads load: half the cores that this process may use, since the others work on the next batches.

    DuckDB takes one for each core of the machine; two that share a core took a third more of its time than one.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // 2)


def attach_file(connection: duckdb.DuckDBPyConnection, path: Path, *, options: str) -> None:
    """Attach the file at ``path`` as ``warehouse`` and use it; a program that has it open for a moment is waited for.

    Raises
    ------
    WarehouseBusy
        After a second, naming the process, if another one (a shell of DuckDB, say) still has it open.
    """
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            connection.execute(f"attach {quoted(str(path))} as warehouse ({options})")
            connection.execute("use warehouse")
            return
        except duckdb.IOException as error:
            if "Could not set lock" not in str(error):
                raise
            if time.monotonic() > until:
                found = re.search(r"PID (\d+)", str(error))
                who = f"process {found[1]}" if found else "another process"
                raise WarehouseBusy(str(path), f"{who} has it open", "again when that is closed") from error
            time.sleep(0.1)
