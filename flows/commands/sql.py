"""banmian sql: questions to the published warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def sql(
    query: str | None = None,
    *,
    warehouse: Path = Path("banmian.duckdb"),
    format: str | None = None,
    output: Path | None = None,
    force: Annotated[bool, Parameter(negative=())] = False,
    client: str | None = None,
) -> int:
    """Ask the published warehouse, read-only: no files, no network, no settings. Without a query, open a prompt.

    Examples:
      banmian sql "from investments order by amount desc limit 10"
      banmian sql "from search('创业贷款')" --format json
      banmian sql "from articles" --output articles.parquet
      banmian sql

    The prompt is that of the DuckDB command line (history, completion) or of harlequin; one of them must be installed.

    Parameters
    ----------
    query
        One or more SQL statements; the result of the last is printed.
    warehouse
        The DuckDB file, or a lake.
    format
        table, csv, json, markdown or parquet. [default: by the ending of --output, else table]
    output
        Write the answer to this file. Parquet goes to a file, or to standard output where that is no terminal.
    force
        Write over a file that is there already.
    client
        Which prompt to open: duckdb or harlequin. [default: the first that is installed]
    """
    if query is None:
        from flows.prompt import open_prompt  # noqa: PLC0415

        return open_prompt(warehouse, client=client)
    import sys  # noqa: PLC0415

    from transforms.errors import UsageError  # noqa: PLC0415
    from warehouse.ask import ask, ask_parquet, form_of  # noqa: PLC0415

    chosen = form_of(output) if format is None else format
    if output is None and chosen != "parquet":
        print(ask(warehouse, query, output=chosen))
    elif output is None:
        if sys.stdout.isatty():
            raise UsageError("--format parquet", "a terminal cannot show it", "--output FILE, or > FILE")
        ask_parquet(warehouse, query, sys.stdout.buffer)
    else:
        from flows.output_file import new_file  # noqa: PLC0415

        with new_file(output, is_forced=force) as path, path.open("wb") as file:
            if chosen == "parquet":
                ask_parquet(warehouse, query, file)
            else:
                file.write(ask(warehouse, query, output=chosen).encode() + b"\n")
    return 0
