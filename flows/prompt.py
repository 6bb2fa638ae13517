"""The prompt of `banmian sql`: another's SQL client, started on the published file so that it can only read.

The DuckDB command line has history, completion and a safe mode, which locks it to the one file and shuts its dot commands out
of the system. harlequin has no such mode: it opens the file read-only, with the settings of ``warehouse.ask`` from a script.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final, NoReturn

from transforms.errors import UsageError
from warehouse.ask import LOCK_DOWN, connect

CLIENTS: Final = ("duckdb", "harlequin")
INSTALL: Final = 'pip install "banmian[sql]"'


def open_prompt(warehouse: Path, *, client: str | None = None) -> NoReturn:
    """Become the client; its exit code is the command's.

    Raises
    ------
    UsageError
        If the warehouse is missing, the client unknown or none installed, or if there is no terminal to prompt on.
    """
    if client is not None and client not in CLIENTS:
        raise UsageError(f"--client {client}", "there is no such client", f"one of {', '.join(CLIENTS)}")
    connect(warehouse).close()  # a missing or damaged file is told here, in our words
    found = [(name, program) for name in CLIENTS if client in (None, name) and (program := _program(name)) is not None]
    if not found:
        missing = client or "the DuckDB command line"
        remedy = f'{INSTALL if client != "harlequin" else "pip install harlequin"}; or ask at once: banmian sql "QUERY"'
        raise UsageError("banmian sql", f"its prompt needs {missing}, which is not installed", remedy)
    if not sys.stdin.isatty():
        raise UsageError("banmian sql", "there is no query and no terminal to ask on", 'banmian sql "QUERY"')
    name, program = found[0]
    arguments = arguments_of(name, warehouse)
    print("Read-only. banmian tables lists what is there; from articles limit 5; shows some of it.", file=sys.stderr)
    os.execve(program, [program, *arguments], {**os.environ, "TZ": "UTC"})  # noqa: S606 - a program found by its name


def arguments_of(client: str, warehouse: Path) -> list[str]:
    """Return the arguments that start ``client`` on ``warehouse``, read-only."""
    path = str(warehouse.absolute())  # absolute, so that a name that begins with - is no option
    if client == "duckdb":
        return ["-readonly", "-safe", "-no-init", path]
    script = Path(tempfile.mkdtemp(prefix="banmian-")) / "lock-down.sql"
    script.write_text("".join(f"{setting};\n" for setting in LOCK_DOWN), encoding="utf-8")
    return ["--read-only", "--init-path", str(script), path]


def _program(client: str) -> str | None:
    """Return the path of the client's program, that of our own environment first."""
    if client == "duckdb":
        # The package's own starter script sets an option that safe mode forbids, so the program itself is started.
        spec = importlib.util.find_spec("duckdb_cli")
        for folder in spec.submodule_search_locations or () if spec else ():
            if (program := Path(folder) / "duckdb").is_file():
                return str(program)
    here = Path(sys.executable).parent / client
    return str(here) if here.is_file() else shutil.which(client)
