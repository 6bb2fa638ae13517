"""Groups of batches: what one Prefect task takes through a stage.

A task costs Prefect some hundredths of a second on either side, so a run of any size has fewer than 200 of them: a group is
one batch in a run of ordinary size, and more in a large one. Batches are landed a group at a time, and only while few enough
groups are on their way, so that memory does not grow with the corpus.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from expectations import DEFAULTS
from expectations import Settings as Thresholds
from flows.landing import LandingOptions, PlacedFile
from flows.pool import run_batches
from flows.stages import Batch, land_batch, land_container_batches
from flows.state import BatchState

if TYPE_CHECKING:
    from flows.plan import Plan
    from flows.pool import Workers

# A group makes nine tasks: land, three stages, four gates and load; they cost Prefect a second of processor time on both sides
# together (2026-11), as much as a fifteenth of the work on a batch. Eight groups make 72; where more data comes than its size
# foretold, six more that double each time hold 63 times as much.
_GROUPS: Final = 8
# How much larger than its file the text of a container is, at least: gzip makes Chinese JSON lines half as large.
_EXPANSION: Final = 2


class Group:
    """Batches that go through the stages together. A plain class: Prefect would look for futures in a collection."""

    def __init__(self, number: int, batches: list[Batch]) -> None:
        self.number = number
        self.batches = [BatchState(batch) for batch in batches]

    def __str__(self) -> str:
        """Return what Prefect's page of the run calls it."""
        return f"{self.number:02d}-{self.batches[0].batch.batch_id[:8]}" if self.batches else f"{self.number:02d}"


class Landing:
    """Lands what is planned, in its order, a group at a time."""

    def __init__(
        self,
        plan: Plan,
        options: LandingOptions,
        pool: Workers,
        stages: str,
        *,
        renew: bool,
        thresholds: Thresholds = DEFAULTS,
    ) -> None:
        self._planned = list(reversed(plan.batches))
        self._containers = _land_containers(stages, plan.containers, options, thresholds)
        self._land_batch = partial(land_batch, stages, options=options, renew=renew, thresholds=thresholds)
        self._pool = pool
        self._size = math.ceil(_batch_estimate(plan, options) / _GROUPS)
        self._next: list[Batch] = []
        self.group_count = 0
        files = [*plan.containers, *(placed for batch in plan.batches for placed in batch.files)]
        self.byte_count = sum(placed.file.byte_count for placed in files)  # of the files, which may be compressed
        self._look_ahead()

    @property
    def has_more(self) -> bool:
        """Whether there is another group."""
        return bool(self._planned or self._next)

    def take(self) -> Group:
        """Land the next group."""
        self.group_count += 1
        size = self._size * 2 ** max(0, self.group_count - _GROUPS)
        batches: list[Batch] = []
        if self._planned:
            wanted = [self._planned.pop() for _ in range(min(size, len(self._planned)))]
            batches = run_batches(self._pool, [partial(self._land_batch, one.batch_id, one.files) for one in wanted])
        elif self._next:
            batches = [*self._next, *islice(self._containers, size - 1)]
        self._look_ahead()
        return Group(self.group_count, batches)

    def _look_ahead(self) -> None:
        """Land one batch of a container ahead: only so is it known whether there is any."""
        self._next = [] if self._planned else list(islice(self._containers, 1))


def _land_containers(
    stages: str, containers: list[PlacedFile], options: LandingOptions, thresholds: Thresholds
) -> Iterator[Batch]:
    for container in containers:
        yield from land_container_batches(stages, container, options, thresholds=thresholds)


def _batch_estimate(plan: Plan, options: LandingOptions) -> int:
    byte_count = sum(container.file.byte_count for container in plan.containers) * _EXPANSION
    return max(1, len(plan.batches) + byte_count // options.batch_bytes)
