"""What must stand in the environment before Prefect or Great Expectations is imported.

Both read it at import. Prefect's own defaults would write to the home folder (which may be read-only), report to its
makers, and give its embedded server 20 s to start, which a busy machine exceeds (13-21 s were measured).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def prepare_environment(prefect_home: Path) -> None:
    """Make the folder for Prefect's own database, and set what is not set yet.

    A user's own PREFECT_… variables win, but for telemetry, which stays off.
    """
    prefect_home.mkdir(parents=True, exist_ok=True)  # Prefect makes the last folder only
    for name, value in {
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        # The flow's results live in the warehouse; Prefect keeps none.
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    }.items():
        os.environ.setdefault(name, value)
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["GX_ANALYTICS_ENABLED"] = "false"


def leave_out_pandas() -> None:
    """Keep pandas out of this process until somebody needs it (``expectations.suites.load_gx`` lets it in).

    DuckDB imports it when it is given the first parameter of a query, to see whether that is one of pandas' own nulls: 1.5 s and
    60 MB for a package that this process has no other use for.
    """
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]
