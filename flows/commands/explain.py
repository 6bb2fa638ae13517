"""banmian explain: what was done to a page, and why."""

from __future__ import annotations

from pathlib import Path


def explain(page: str, *, warehouse: Path = Path("banmian.duckdb")) -> int:
    """Show a page's raw lines beside the articles made of them: joins, copies and facts, each with its reason.

    Examples:
      banmian explain rb0518-02.txt
      banmian explain samples/pages/records/scans.jsonl#2
      banmian explain 43f4459f0bfea5aa9a67.001

    Parameters
    ----------
    page
        An article's id, a page's id, its source, or the end of its source.
    warehouse
        The DuckDB file, or a lake.
    """
    from rich.console import Console  # noqa: PLC0415

    from flows.explain_view import PLAIN_WIDTH, print_explained  # noqa: PLC0415
    from warehouse.explain import explain as read  # noqa: PLC0415

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PLAIN_WIDTH)
    print_explained(read(warehouse, page), console)
    return 0
