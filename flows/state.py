"""What a run knows of its batches while it goes on.

Tasks get this object and the name of a batch. It is a plain class, since Prefect looks for futures in every parameter that
is a collection, and would walk through the names of all files for each task.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from expectations import DEFAULTS
from expectations import Settings as Thresholds
from flows.landing import LandingOptions
from flows.plan import Plan
from flows.pool import Pool
from flows.progress import Progress
from flows.stages import Batch, StageResult


class BatchState:
    """A landed batch on its way: what the gates said, and which pages were held back (stage, reason, detail by page_id)."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.page_count = batch.page_count
        self.checks: list[pl.DataFrame] = []
        self.held: dict[str, tuple[str, str, str]] = {}
        self.results: list[StageResult] = []
        self.closed_by = ""

    @property
    def has_work(self) -> bool:
        """Whether a page is left to work on: not held back, and no gate closed on the batch."""
        return not self.closed_by and len(self.held) < self.page_count

    @property
    def is_closed(self) -> bool:
        """Whether a gate closed on the batch."""
        return bool(self.closed_by)


class RunState:
    """The state of one run: its plan, its pool, and its batches in the order in which they are loaded."""

    def __init__(
        self,
        stages: str,
        plan: Plan,
        options: LandingOptions,
        pool: Pool,
        progress: Progress,
        *,
        renew: bool,
        thresholds: Thresholds = DEFAULTS,
    ) -> None:
        self.stages = stages
        self.plan = plan
        self.options = options
        self.pool = pool
        self.progress = progress
        self.renew = renew
        self.thresholds = thresholds
        self.planned = {batch.batch_id: batch for batch in plan.batches}
        self.containers = {container.file.input: container for container in plan.containers}
        self.placed = {
            placed.file.input: placed
            for placed in (*plan.containers, *(placed for batch in plan.batches for placed in batch.files))
        }
        self.landed: dict[str, list[Batch]] = {}
        self.batches: dict[str, BatchState] = {}

    def open_batches(self, names: list[str]) -> None:
        """Line up the batches that landing made, in the order of the plan."""
        self.batches = {batch.batch_id: BatchState(batch) for name in names for batch in self.landed[name]}

    def inputs(self) -> list[str]:
        """Return the inputs of all batches."""
        return sorted({name for batch in self.batches.values() for name in batch.batch.begins})

    def work(self, stage: str, function: Callable[..., StageResult], batch_id: str) -> None:
        """Run a stage of a batch in the pool, and hold back the pages on which a rule failed."""
        batch = self.batches[batch_id]
        if not batch.has_work:
            return
        result = self.pool.run(
            function, self.stages, batch_id, sorted(batch.held), renew=self.renew, thresholds=self.thresholds
        )
        for page_id, error in result.failures:
            detail = f"a rule raised {error} on this page. Try: report the page; every other page is unharmed"
            batch.held[page_id] = (stage, "rule failed", detail)
        batch.results.append(result)
        self.progress.worked(stage, result)
