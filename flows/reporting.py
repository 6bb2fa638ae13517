"""What a run leaves on Prefect's page of it: its name, progress, tables of numbers, links. No text and no name of a page.

Telling Prefect must not fail a run whose rows are loaded, so an error here is a line in the log.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

import polars as pl
from prefect import runtime
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import StateType
from prefect.states import Crashed

from flows.summary import Summary, lines_of, markdown_of

if TYPE_CHECKING:
    from flows.settings import Settings

logger = logging.getLogger("banmian")

_STEP: Final = 5  # per cent: each update costs Prefect some hundredths of a second


@contextlib.contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        logger.warning("Prefect could not be told of the run: %s", type(error).__name__)


class Meter:
    """Progress of a run on Prefect's page of it, counted in bytes of pages."""

    def __init__(self, total_bytes: int) -> None:
        self._total = total_bytes
        self._done = 0
        self._shown = 0
        self._artifact: UUID | None = None
        if total_bytes and runtime.flow_run.id:
            with _telling():
                self._artifact = cast(
                    UUID, create_progress_artifact(0.0, key="banmian-progress", description="Pages loaded, by bytes")
                )

    def loaded(self, byte_count: int) -> None:
        """Say that pages of so many bytes are loaded; what is compressed is larger than its file, so 99 per cent is the most."""
        self._done += byte_count
        self._show(min(99, 100 * self._done // max(1, self._total)))

    def finish(self) -> None:
        """Say that the run has nothing left to do."""
        self._show(100)

    def _show(self, percent: int) -> None:
        if self._artifact is not None and (percent == 100 or percent >= self._shown + _STEP):
            self._shown = percent
            with _telling():
                update_progress_artifact(self._artifact, float(percent))


def begin_report(settings: Settings, *, dashboard: str | None = None) -> None:
    """Tag the run with its warehouse, and mark runs of the same one as crashed that Prefect still takes for running.

    ``dashboard`` is the address of the cluster's, if one does the work: a link to it is there while the run goes on.

    To be called by who holds the lock of the warehouse: then no other run of it can be at work, only one that was killed.
    """
    flow_run_id = runtime.flow_run.id
    if not flow_run_id:
        return
    digest = hashlib.blake2b(
        str(settings.warehouse.absolute()).encode(errors="surrogateescape"), digest_size=5
    ).hexdigest()
    tag = f"warehouse-{digest}"
    if dashboard:
        with _telling():
            create_link_artifact(dashboard, link_text="dashboard of the cluster", key="banmian-dashboard")
    with _telling(), get_client(sync_client=True) as client:
        client.update_flow_run(UUID(flow_run_id), tags={*runtime.flow_run.tags, "banmian", tag})
        running = FlowRunFilter.model_validate(
            {"tags": {"all_": [tag]}, "state": {"type": {"any_": [StateType.RUNNING]}}}
        )
        for run in client.read_flow_runs(flow_run_filter=running):
            if str(run.id) != flow_run_id:
                client.set_flow_run_state(run.id, Crashed(message="its process is gone"), force=True)


def report_quality(checks: pl.DataFrame) -> None:
    """Leave the quality table: each expectation that some page or row did not meet, the worst first, and how many all met.

    ``success`` tells whether it held all the same, because few enough pages did not meet it and were held back.
    """
    if not runtime.flow_run.id or checks.is_empty():
        return
    grouped = checks.group_by("stage", "expectation", "severity").agg(
        pl.col("success").all(), pl.col("unexpected_count").sum(), pl.col("checked_count").sum()
    )
    rank = pl.col("severity").replace_strict({"critical": 0, "warning": 1}, default=2, return_dtype=pl.Int8)
    missed = grouped.filter(~pl.col("success") | (pl.col("unexpected_count") > 0)).sort(
        rank, pl.col("unexpected_count"), "stage", "expectation", descending=[False, True, False, False]
    )
    columns = ("stage", "expectation", "severity", "success", "unexpected_count", "checked_count")
    rows = missed.select(columns).to_dicts()
    met = grouped.height - missed.height
    with _telling():
        create_table_artifact(
            rows or [{"expectations": f"all {met} met"}],
            key="banmian-quality",
            description=f"{met} expectations met, {len(rows)} not: pages or rows that did not meet each",
        )


def report_end(summary: Summary, settings: Settings, *, links: dict[str, Path]) -> None:
    """Leave the summary and the links, and name the run by what it did."""
    flow_run_id = runtime.flow_run.id
    if not flow_run_id:
        return
    with _telling():
        create_markdown_artifact(markdown_of(summary), key="banmian-summary", description="What the run did")
        rows = [{"what": name, "count": figure, "detail": detail} for name, figure, detail in lines_of(summary)]
        create_table_artifact(rows, key="banmian-counts", description=f"run {summary.run_id}")
        for name, path in links.items():
            create_link_artifact(path.absolute().as_uri(), link_text=name, key=f"banmian-{name}")
        with get_client(sync_client=True) as client:
            client.update_flow_run(UUID(flow_run_id), name=name_of(summary, settings.title))


def name_of(summary: Summary, warehouse: str) -> str:
    """Return what a run is called when it is over: its warehouse and what it did."""
    changes = summary.changes
    did = [
        f"{count:,} {word}"
        for count, word in (
            (changes.new, "new"),
            (changes.changed, "changed"),
            (changes.removed, "removed"),
            (summary.quarantined, "held back"),
            (summary.withheld, "withheld"),
        )
        if count
    ]
    closed = ", gate closed" if summary.gate_messages else ""
    return f"{warehouse}: {', '.join(did) or 'nothing new'}{closed}"
