"""banmian report: a folder of pages to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def report(
    *,
    warehouse: Path = Path("banmian.duckdb"),
    to: Path | None = None,
    open: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Write a report to look at in a browser: an overview, the list of pages, and what was done to each page and why.

    Examples:
      banmian report --open
      banmian report --warehouse news.duckdb --to reports/news

    The report is a folder of static files. It fetches nothing from any network, and holds the text of the pages.

    Parameters
    ----------
    warehouse
        The DuckDB file, or a lake.
    to
        Folder for the report, made anew; one that holds anything else is left alone. [default: <warehouse>.report]
    open
        Open the report in the browser.
    """
    from transforms.escape import for_terminal  # noqa: PLC0415
    from warehouse.site import write_site  # noqa: PLC0415

    first_page = write_site(warehouse, to or warehouse.with_name(f"{warehouse.name}.report"))
    print(f"Report: {for_terminal(str(first_page))}")
    if open:
        import webbrowser  # noqa: PLC0415

        webbrowser.open(first_page.resolve().as_uri())
    return 0
