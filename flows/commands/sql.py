"""banmian sql: questions to the published warehouse."""

from __future__ import annotations

from pathlib import Path


def sql(query: str, *, warehouse: Path = Path("banmian.duckdb"), format: str = "table") -> int:
    """Ask the published warehouse, read-only: no files, no network, no settings.

    Examples:
      banmian sql "from investments order by amount desc limit 10"
      banmian sql "from search('创业贷款')" --format json

    Parameters
    ----------
    query
        One or more SQL statements; the result of the last is printed.
    warehouse
        The DuckDB file.
    format
        table, csv, json or markdown.
    """
    from warehouse.ask import ask  # noqa: PLC0415

    print(ask(warehouse, query, output=format))
    return 0
