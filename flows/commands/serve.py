"""banmian serve: runs by the clock."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

_WHEN = Group("When")
_READING = Group("How inputs are read")
_WORKING = Group("Where and how it works")


def serve(
    *inputs: Path,
    cron: Annotated[str | None, Parameter(group=_WHEN)] = None,
    timezone: Annotated[str, Parameter(group=_WHEN)] = "UTC",
    every: Annotated[str | None, Parameter(group=_WHEN)] = None,
    warehouse: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    stages: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    workers: Annotated[int | None, Parameter(group=_WORKING)] = None,
    prune: Annotated[bool | None, Parameter(group=_WORKING, negative=())] = None,
    data_docs: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    report: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    threshold: Annotated[list[str] | None, Parameter(group=_WORKING, negative=())] = None,
    root: Annotated[Path | None, Parameter(group=_READING)] = None,
    path_pattern: Annotated[str | None, Parameter(group=_READING)] = None,
    text_field: Annotated[str | None, Parameter(group=_READING)] = None,
    date_field: Annotated[str | None, Parameter(group=_READING)] = None,
    collection_field: Annotated[str | None, Parameter(group=_READING)] = None,
) -> int:
    """Run by the clock until SIGTERM or Ctrl-C: at each due time what `banmian run` with these inputs and flags does.

    Examples:
      banmian serve archive/ --cron "0 3 * * *" --timezone Asia/Shanghai
      banmian serve archive/ --every 15m --warehouse news.duckdb

    What falls due while a run goes on is skipped, since every run takes in all that is new. A run that fails is told in the log
    and by the notification (setting notify_url); the schedule goes on. Stopped, it ends within five seconds.

    Parameters
    ----------
    inputs
        Files and folders, as for `banmian run`.
    cron
        Due times as minute, hour, day, month, weekday.
    timezone
        Time zone of --cron.
    every
        A fixed interval instead: a number and s, m, h or d.
    warehouse
        The DuckDB file that readers open, or a lake. [default: banmian.duckdb]
    stages
        Folder for the stage files. [default: <warehouse>.work/stages]
    workers
        Processes that work on batches. [default: one per core]
    prune
        Delete the pages of files that are gone from the input folders.
    data_docs
        Write Great Expectations' Data Docs of each run to this folder, which is made anew.
    report
        Write the report, as of `banmian report`, to this folder when something new is published.
    threshold
        A threshold of the quality gates as NAME=VALUE; may be given several times.
    root
        Folder below which pages are named.
    path_pattern
        How collection and date stand in a path.
    text_field
        Field of a record that holds the page.
    date_field
        Field of a record that holds its date.
    collection_field
        Field of a record that names its paper.
    """
    known = ("inputs", "cron", "timezone", "every", "threshold")
    given = {name: value for name, value in locals().items() if name not in (*known, "known")}
    import logging  # noqa: PLC0415

    from flows.discovery import require_inputs  # noqa: PLC0415
    from flows.naming import PathPattern  # noqa: PLC0415
    from flows.schedule import read_schedule  # noqa: PLC0415
    from flows.serving import serve_runs  # noqa: PLC0415
    from flows.settings import load_settings  # noqa: PLC0415
    from transforms.errors import UsageError  # noqa: PLC0415

    next_after = read_schedule(cron, every, timezone)
    settings = load_settings(thresholds=threshold, **given)
    if not inputs:
        raise UsageError("banmian serve", "no input is named", "banmian serve FOLDER --every 1h")
    PathPattern(settings.path_pattern)  # refuses one that cannot be read
    require_inputs(inputs, settings.root)
    arguments = ["--verbose", "--if-new"]
    for name, value in given.items():
        if value is not None and value is not False:
            flag = f"--{name.replace('_', '-')}"
            arguments += [flag] if value is True else [flag, str(value)]
    arguments += [part for one in threshold or () for part in ("--threshold", one)]
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    return serve_runs([*arguments, "--", *map(str, inputs)], next_after, settings.work_folder)
