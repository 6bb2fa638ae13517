"""Opening the writer's file, which another program may have open."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Final

import duckdb

from transforms.errors import WarehouseBusy
from warehouse.quoting import quoted

_PATIENCE_S: Final = 1.0  # `banmian status` has the file open for a moment


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
