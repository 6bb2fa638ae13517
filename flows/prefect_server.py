"""Prefect's own server for the time of one run, started before anything heavy is imported here.

Prefect would start the same server itself, but only when the flow begins, after importing it here too (4 s), after 70
migrations of an empty database (6 s), and would leave it behind if this process were killed. So it is started first, works its
way up beside the imports of the run, finds its tables made, and ends when this process does, however that ends.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Final

# Whoever sets one of these has a server, or a database for it, of his own.
_CHOSEN_BY_USER: Final = ("PREFECT_API_URL", "PREFECT_PROFILE", "PREFECT_API_DATABASE_CONNECTION_URL",
                          "PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_SERVER_EPHEMERAL_ENABLED",
                          "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE")  # fmt: skip
_PATIENCE_S: Final = 5.0  # as long as Prefect gives its own server to end


def start_server(home: Path) -> None:
    """Start the server over the database in ``home`` (PREFECT_HOME) and make it the one that flows report to.

    Returns at once: whoever calls the server waits in its queue until it is up. Does nothing if the user's environment names a
    server, or another home. What the server has to say is in ``server.log`` there.
    """
    if os.environ.get("PREFECT_HOME") != str(home) or any(name in os.environ for name in _CHOSEN_BY_USER):
        return
    _make_database(home / "prefect.db")
    alive, kept_open = os.pipe()  # the server ends when nobody holds the other end
    # Of what the server says nothing is for the user of the run: that a request was broken off when the run was, for one.
    with socket.create_server(("127.0.0.1", 0)) as listener, open(home / "server.log", "wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "flows.prefect_process", str(listener.fileno()), str(alive)],
            env={
                **os.environ,
                "PREFECT__SERVER_EPHEMERAL": "1",
                "PREFECT__SERVER_FINAL": "1",
                "PREFECT_UI_ENABLED": "0",
                # The flow uses none of the kinds of blocks that a server enters into its tables.
                "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
            },
            pass_fds=(listener.fileno(), alive),
            stderr=log,
            start_new_session=True,  # an interrupt is for the flow, which tells the server how it ended
        )
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    os.close(alive)
    atexit.register(_stop, process, kept_open)


def _stop(process: subprocess.Popen[bytes], kept_open: int) -> None:
    os.close(kept_open)
    try:
        process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _make_database(path: Path) -> None:
    """Make an empty database of the version that ``prefect_schema.sql`` is of, unless there is one.

    A newer Prefect takes it from there by its own migrations.
    """
    if path.exists():
        return
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with contextlib.closing(sqlite3.connect(aside)) as database:
        database.execute("pragma journal_mode = wal")  # as Prefect opens it
        database.executescript(resources.files("flows").joinpath("prefect_schema.sql").read_text(encoding="utf-8"))
    os.replace(aside, path)
