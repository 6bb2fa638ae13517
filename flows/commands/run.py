"""banmian run: bring pages into the warehouse."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

if TYPE_CHECKING:
    from flows.settings import Settings
    from flows.summary import Summary

_READING = Group("How inputs are read")
_WORKING = Group("Where and how it works")


def run(
    *inputs: Path,
    warehouse: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    stages: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    lake_data: Annotated[str | None, Parameter(group=_WORKING)] = None,
    cluster: Annotated[str | None, Parameter(group=_WORKING)] = None,
    workers: Annotated[int | None, Parameter(group=_WORKING)] = None,
    full_refresh: Annotated[bool | None, Parameter(group=_WORKING, negative=())] = None,
    prune: Annotated[bool | None, Parameter(group=_WORKING, negative=())] = None,
    data_docs: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    report: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    threshold: Annotated[list[str] | None, Parameter(group=_WORKING, negative=())] = None,
    root: Annotated[Path | None, Parameter(group=_READING)] = None,
    path_pattern: Annotated[str | None, Parameter(group=_READING)] = None,
    text_field: Annotated[str | None, Parameter(group=_READING)] = None,
    date_field: Annotated[str | None, Parameter(group=_READING)] = None,
    collection_field: Annotated[str | None, Parameter(group=_READING)] = None,
    if_new: Annotated[bool, Parameter(group=_WORKING, negative=())] = False,
    json: Annotated[bool, Parameter(group=_WORKING, negative=())] = False,
    verbose: Annotated[bool, Parameter(group=_WORKING, negative=())] = False,
) -> int:
    """Bring pages into the warehouse: land, clean, deduplicate, extract, load, publish.

    Examples:
      banmian run archive/
      banmian run archive/2021 extra.jsonl.gz --warehouse news.duckdb --workers 4
      banmian run archive/ --path-pattern "{collection}/{year}/{month}{day}/*"
      banmian run s3://archive/pages --stages s3://lake/stages --cluster tcp://10.0.0.1:8786
          --warehouse "ducklake:postgres:dbname=lake host=10.0.0.2" --lake-data s3://lake/rows/

    A second run over the same files changes nothing; a changed file replaces its rows.

    Parameters
    ----------
    inputs
        Files and folders, here or at a URL of any fsspec file system: pages (.txt, .text, .md) and containers with a page
        per record (.jsonl, .jsonl.gz, .jsonl.zst, .ndjson…, .parquet).
    warehouse
        The DuckDB file that readers open, or a lake (ducklake:postgres:dbname=…). [default: banmian.duckdb]
    stages
        Folder or URL for the stage files. [default: <warehouse>.work/stages]
    lake_data
        Folder or URL for the rows of a lake, when it is made.
    cluster
        Address of a Dask scheduler whose workers do the work. [default: processes of this machine]
    workers
        Processes that work on batches. [default: one per core]
    full_refresh
        Make every row of these inputs anew, as if nothing had been loaded before.
    prune
        Delete the pages of files that are gone from the input folders. Without it they are reported and kept.
    data_docs
        Write Great Expectations' Data Docs of this run to this folder, which is made anew.
    report
        Write the report, as of `banmian report`, to this folder when something new is published.
    threshold
        A threshold of the quality gates as NAME=VALUE, such as max_held_share=0.1; may be given several times.
    root
        Folder below which pages are named. [default: the parent folder of each input]
    path_pattern
        How collection and date stand in a path. [default: **/{collection}/{date}/**]
    text_field
        Field of a record that holds the page. [default: text]
    date_field
        Field of a record that holds its date. [default: date]
    collection_field
        Field of a record that names its paper. [default: collection]
    if_new
        Where a run would change nothing, end within a second or two: with one line, no summary, and no run in the records.
    json
        Print the summary as JSON.
    verbose
        Print a line per stage and batch.
    """
    known = ("inputs", "if_new", "json", "verbose", "threshold")
    given = {name: value for name, value in locals().items() if name not in (*known, "known")}
    from flows.discovery import require_inputs  # noqa: PLC0415
    from flows.naming import PathPattern  # noqa: PLC0415
    from flows.settings import load_settings  # noqa: PLC0415
    from transforms.errors import UsageError  # noqa: PLC0415

    settings = load_settings(thresholds=threshold, **given)
    if not inputs:
        raise UsageError("banmian run", "no input is named", "banmian run FOLDER, such as banmian run samples")
    # What is wrong in the command itself is told before Prefect is started, which takes ten seconds.
    PathPattern(settings.path_pattern)
    require_inputs(inputs, settings.root)
    if if_new:
        from flows.environment import leave_out_pandas  # noqa: PLC0415

        leave_out_pandas()
        from flows.outlook import look_for_nothing  # noqa: PLC0415

        quiet = look_for_nothing(list(inputs), settings)
        if quiet is not None:
            held = f", {quiet.held:,} pages held back" if quiet.held else ""
            print(f"nothing new: {quiet.unchanged:,} inputs as they were{held}", file=sys.stderr)
            return 65 if quiet.held else 0
    prepare_run(settings, is_verbose=verbose)
    from flows.run import banmian  # noqa: PLC0415
    from flows.stages import warm_up  # noqa: PLC0415
    from flows.warming import warm_early  # noqa: PLC0415

    if not settings.cluster:
        warm_early(inputs, settings.work_folder / "writer.duckdb", warm_up)
    summary = banmian(list(inputs), settings)
    show_summary(summary, settings, as_json=json)
    return summary.exit_code


def show_summary(summary: Summary, settings: Settings, *, as_json: bool) -> None:
    """Print what a run did, for a person or as JSON."""
    if as_json:
        from flows.summary import json_of  # noqa: PLC0415

        print(json_of(summary))
    else:
        _print_summary(summary, settings)


def prepare_run(settings: Settings, *, is_verbose: bool) -> None:
    """Prepare this process for a flow: refuse if another run is at work, then the environment and the log.

    Raises
    ------
    WarehouseBusy
        Within a second, if another run holds the warehouse.
    """
    import gc  # noqa: PLC0415
    import logging  # noqa: PLC0415

    from flows.environment import leave_out_pandas, prepare_environment  # noqa: PLC0415
    from flows.stopping import stop_when_asked  # noqa: PLC0415
    from warehouse.lock import refuse_if_busy  # noqa: PLC0415

    refuse_if_busy(settings.work_folder)
    stop_when_asked()
    # An error is told once, by main(): Prefect would print it too, with its traceback.
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    home = settings.work_folder.absolute() / "prefect"
    prepare_environment(home)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger = logging.getLogger("banmian")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if is_verbose or not sys.stderr.isatty() else logging.WARNING)
    logger.propagate = False
    logger.info("starting Prefect")
    if not logger.isEnabledFor(logging.INFO):
        print("starting Prefect …", file=sys.stderr)
    from flows.judging import start_judging  # noqa: PLC0415
    from flows.prefect_server import start_server  # noqa: PLC0415

    # Both work their way up while this process imports Prefect.
    start_server(home)
    start_judging()
    leave_out_pandas()
    gc.disable()
    import flows.run  # noqa: F401, PLC0415

    gc.freeze()
    gc.enable()


def _print_summary(summary: Summary, settings: Settings) -> None:
    import shlex  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from flows.summary import lines_of  # noqa: PLC0415
    from transforms.escape import for_terminal  # noqa: PLC0415

    console = Console(highlight=False)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for name, figure, detail in lines_of(summary):
        table.add_row(name, figure, f"= {detail}" if "+" in detail else detail)
    console.print(table)
    if summary.changes._replace(unchanged=0) == (0, 0, 0, 0) and not summary.quarantined:
        console.print("Nothing has changed since the last run.", markup=False)
    path = for_terminal(summary.warehouse)
    if summary.quarantined:
        console.print(f'Held back: {summary.quarantined:,}. See: banmian sql "from quality.quarantine"', markup=False)
    if summary.skipped_files:
        console.print(f"Skipped: {summary.skipped_files:,} files of other kinds in the folders.", markup=False)
    for name, folder in (("Data Docs", settings.data_docs), ("Report", settings.report)):
        if folder is not None and folder.joinpath("index.html").exists():
            console.print(f"{name}: {for_terminal(str(folder))}/index.html", markup=False, soft_wrap=True)
    console.print(f"\nWarehouse: {path} ({summary.duration_s:.1f} s)", markup=False, soft_wrap=True)
    console.print("Three queries to try:", markup=False)
    program = sys.argv[0] if sys.argv[0].endswith("bin/banmian") and not sys.argv[0].startswith("/") else "banmian"
    shown = "" if path == "banmian.duckdb" else f" --warehouse {shlex.quote(path)}"
    for query in (
        "select project, amount, place, status, published_on from investments order by amount desc nulls last limit 10",
        "select person, title, first_seen_on, last_seen_on from officials order by article_count desc limit 10",
        "from search('项目 投资') limit 5",
    ):
        console.print(f'  {program} sql "{query}"{shown}', markup=False, soft_wrap=True)
