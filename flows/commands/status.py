"""banmian status: what ran, what is published, what waits, what is held back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.status import Status


def status(
    *inputs: Path,
    warehouse: Path | None = None,
    runs: int = 5,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Say what ran last, what is published, what waits, and what is held back and why. Nothing is changed.

    Examples:
      banmian status
      banmian status archive/ --warehouse news.duckdb
      banmian status --json

    Parameters
    ----------
    inputs
        Files and folders: say what a run over them would find new, changed or gone. Those that may have changed are read.
    warehouse
        The DuckDB file, or a lake. [default: banmian.duckdb]
    runs
        Runs to list.
    json
        Print the status as one JSON object.
    """
    from flows.settings import load_settings  # noqa: PLC0415
    from flows.status import as_json, read_status  # noqa: PLC0415
    from transforms.escape import for_terminal  # noqa: PLC0415

    found = read_status(load_settings(warehouse=warehouse), list(inputs), runs=runs)
    if json:
        from json import dumps  # noqa: PLC0415

        print(dumps(as_json(found), ensure_ascii=False, indent=1, default=lambda moment: moment.isoformat()))
    else:
        for line in _lines(found):
            print(for_terminal(line))
    return 0


def _lines(status: Status) -> Iterator[str]:
    from warehouse.ask import drawn_table  # noqa: PLC0415

    if status.published is None:
        yield f"Warehouse 数据仓库: {status.warehouse} is not published yet"
    else:
        pages, articles, inputs = (status.published[name] for name in ("pages", "articles", "inputs"))
        yield f"Warehouse 数据仓库: {status.warehouse}, {status.byte_count / 2**20:,.1f} MiB"
        yield f"Published 已发布: {pages:,} pages 版面, {articles:,} articles 稿件, from {inputs:,} files"
    if status.at_work:
        yield f"At work 运行中: {status.at_work}"
    if status.schedule:
        yield f"Schedule 定时: {status.schedule}"
    yield from ("", "Last runs 运行, the newest first, times in UTC")
    yield from drawn_table(*_runs_table(status))
    yield from ("", "Waiting 待处理")
    yield from _waiting(status)
    yield from ("", "Held back 隔离区")
    for one in status.held_back:
        sources = ", ".join(one.first_sources) + (", …" if one.held_count > len(one.first_sources) else "")
        yield f"  {one.held_count:,} at the {one.stage} stage: {one.reason}: {sources}"
    if status.held_back:
        yield '  Try: banmian sql "from quality.quarantine"; banmian retry, once what was wrong is mended'
    else:
        yield "  nothing"


def _runs_table(status: Status) -> tuple[list[str], list[list[str]]]:
    from flows.status import shown_time  # noqa: PLC0415

    names = ["run", "started", "seconds", "status", "seen", "new", "changed", "unchanged", "held back", "removed"]
    rows = []
    for run in status.runs:
        took = f"{(run.finished_at - run.started_at).total_seconds():,.0f}" if run.finished_at else ""
        counts = [run.pages_seen, run.pages_new, run.pages_changed, run.pages_unchanged, run.pages_quarantined]
        shown = ["" if count is None else f"{count:,}" for count in (*counts, run.pages_removed)]
        rows.append([run.run_id, shown_time(run.started_at), took, run.status, *shown])
    return names, rows


def _waiting(status: Status) -> Iterator[str]:
    if status.changes is not None:
        names = {
            "new": "new 新",
            "changed": "changed 改",
            "unchanged": "unchanged 不变",
            "gone": "gone 缺失",
            "refused": "refused 拒收",
        }
        counts = status.changes._asdict()
        yield "  " + ", ".join(f"{counts[name]:,} {shown}" for name, shown in names.items()) + " (files in the inputs)"
    if status.unpublished is None:
        yield "  what the run at work has loaded is seen when it has ended"
    elif status.unpublished.batches:
        yield f"  {status.unpublished.batches:,} batches with {status.unpublished.pages:,} pages are loaded and not published"
    elif status.changes is None:
        yield "  everything loaded is published; name the inputs to see what is new in them"
    if status.closed_by:
        yield "  a gate closed in the last run:"
        for check in status.closed_by:
            yield f"    {check.stage}: {check.expectation}: {check.unexpected_count:,} of {check.checked_count:,}"
