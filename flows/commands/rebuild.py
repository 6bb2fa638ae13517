"""banmian rebuild: every row anew, from the pages in the warehouse."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

_WORKING = Group("Where and how it works")


def rebuild(
    *,
    warehouse: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    stages: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    workers: Annotated[int | None, Parameter(group=_WORKING)] = None,
    threshold: Annotated[list[str] | None, Parameter(group=_WORKING, negative=())] = None,
    data_docs: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    json: Annotated[bool, Parameter(group=_WORKING, negative=())] = False,
    verbose: Annotated[bool, Parameter(group=_WORKING, negative=())] = False,
) -> int:
    """Make every row after the raw stage anew, from the text of the pages that the warehouse keeps.

    Examples:
      banmian rebuild
      banmian rebuild --warehouse news.duckdb --workers 4 --verbose

    No file of the archive is needed. Readers keep what is published until all is made and every gate is open. If the writer's
    file is damaged, it is set aside and the published one is built upon. To read the files themselves anew: banmian run
    --full-refresh.

    Parameters
    ----------
    warehouse
        The DuckDB file that readers open, or a lake. [default: banmian.duckdb]
    stages
        Folder for the stage files. [default: <warehouse>.work/stages]
    workers
        Processes that work on batches. [default: one per core]
    threshold
        A threshold of the quality gates as NAME=VALUE; may be given several times.
    data_docs
        Write Great Expectations' Data Docs of this run to this folder, which is made anew.
    json
        Print the summary as JSON.
    verbose
        Print a line per stage and batch.
    """
    from flows.again import set_aside_damaged  # noqa: PLC0415
    from flows.commands.run import prepare_run, show_summary  # noqa: PLC0415
    from flows.settings import load_settings  # noqa: PLC0415
    from transforms.escape import for_terminal  # noqa: PLC0415

    settings = load_settings(
        thresholds=threshold, warehouse=warehouse, stages=stages, workers=workers, data_docs=data_docs
    )
    aside = set_aside_damaged(settings)
    if aside is not None:
        print(f"the writer's file is damaged and set aside: {for_terminal(str(aside))}", file=sys.stderr)
    prepare_run(settings, is_verbose=verbose)
    from flows.run import rebuild as rebuild_flow  # noqa: PLC0415

    summary = rebuild_flow(settings)
    show_summary(summary, settings, as_json=json)
    return summary.exit_code
