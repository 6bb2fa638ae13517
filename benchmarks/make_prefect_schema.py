"""Write flows/prefect_schema.sql anew: the tables of the Prefect that is installed, as its own migrations make them.

    python -m benchmarks.make_prefect_schema

To be run when the pin of Prefect moves; with an older file a run is right but starts some seconds later.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "flows" / "prefect_schema.sql"


def main() -> int:
    """Migrate an empty database and write what it holds."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(PREFECT_HOME=home, PREFECT_SERVER_ANALYTICS_ENABLED="false", DO_NOT_TRACK="1")
        from prefect.server.database import provide_database_interface

        asyncio.run(provide_database_interface().create_db())
        database = sqlite3.connect(Path(home) / "prefect.db")
        # White space of generated statements is no one's to keep.
        script = "\n".join(line.rstrip() for line in "\n".join(database.iterdump()).split("\n"))
        database.close()
    OUT.write_text(script + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(script):,} characters")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
