"""What a run knows of its batches while it goes on.

Tasks get this object and the name of a batch. It is a plain class, since Prefect looks for futures in every parameter that
is a collection, and would walk through the names of all files for each task.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import polars as pl

from expectations import DEFAULTS
from expectations import Settings as Thresholds
from flows.landing import LandingOptions
from flows.plan import Plan
from flows.pool import Workers, run_batches
from flows.progress import Progress
from flows.stages import Batch, StageResult


class BatchState:
    """A landed batch on its way: what the gates said, and which pages were held back (stage, reason, detail by page_id)."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.batch_id = batch.batch_id
        self.page_count = batch.page_count
        self.checks: list[pl.DataFrame] = []
        self.held: dict[str, tuple[str, str, str]] = {}
        self.results = [StageResult("raw", batch.batch_id, batch.page_count, [], batch.duration_s, batch.measuring_s)]
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
    """The state of one run: its plan, its pool, and what became of its batches so far."""

    def __init__(
        self,
        stages: str,
        plan: Plan,
        options: LandingOptions,
        pool: Workers,
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
        self.placed = {
            placed.file.input: placed
            for placed in (*plan.containers, *(placed for batch in plan.batches for placed in batch.files))
        }
        self.reading = ""  # how inputs are read, as JSON, for the ledger
        self.batch_ids: list[str] = []
        self.gate_messages: list[str] = []
        self.withheld_count = 0  # pages of batches on which a gate closed
        self._withheld_from: set[str] = set()  # containers with such a batch
        self._not_begun: set[str] = set()  # of those, the ones whose former pages are still to go

    def work(self, stage: str, function: Callable[..., StageResult], batches: list[BatchState]) -> None:
        """Run a stage of ``batches`` in the pool, and hold back the pages on which a rule failed or the process died."""
        waiting = [batch for batch in batches if batch.has_work]
        calls = [
            partial(
                function,
                self.stages,
                batch.batch_id,
                sorted(batch.held),
                renew=self.renew,
                thresholds=self.thresholds,
                max_page_s=self.options.max_page_s,
            )
            for batch in waiting
        ]
        for batch, result in zip(waiting, run_batches(self.pool, calls), strict=True):
            for page_id, reason, detail in result.failures:
                batch.held[page_id] = (stage, reason, detail)
            batch.results.append(result)
            self.progress.worked(stage, result)

    def begins_and_ends(self, batch: BatchState) -> tuple[list[str], list[str]]:
        """Return the inputs whose former pages go away with ``batch``, and those that are complete with it.

        A container of which a batch was withheld is not complete, so that the next run takes all of it again; where that was
        its first batch, the former pages go away with the next one.
        """
        begins = [*batch.batch.begins, *(self._not_begun & {batch.batch.container})]
        return begins, [name for name in batch.batch.ends if name not in self._withheld_from]

    def finished(self, batch: BatchState) -> None:
        """Note how ``batch`` ended; nothing else of it is kept."""
        self.batch_ids.append(batch.batch_id)
        if batch.is_closed:
            if batch.batch.container:
                self._withheld_from.add(batch.batch.container)
                self._not_begun.update(batch.batch.begins)
            self.gate_messages.append(batch.closed_by)
            self.withheld_count += batch.page_count
        else:
            self._not_begun.discard(batch.batch.container)
