"""The stages, their gates and the load of the same pages as a run, one after another in this process: no Prefect, no server.

    PYTHONPATH=. python -m benchmarks.flow_bare PAGES WAREHOUSE

Prints JSON: the seconds of processor time of each step, all threads counted (``cpu_s``), the seconds of stages and load on the
clock (``wall_s``: without judging and publishing) and the megabytes of pages. As nothing runs beside a step, what is
counted for it is its own; in a run the steps of several batches overlap, and the clock counts one for the other.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from expectations.suites import load_gx
from flows import stages
from flows.collect import collect_batch
from flows.discovery import discover
from flows.gates import judge_batch
from flows.groups import Landing
from flows.landing import LandingOptions
from flows.manifest import read_manifests
from flows.naming import PathPattern
from flows.plan import make_plan
from flows.pool import Pool
from flows.progress import Progress
from flows.rules_version import rules_version
from flows.settings import Settings
from flows.state import RunState
from warehouse.writer import Writer

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Clock:
    """Seconds of processor time and on the clock, by what they were spent on; of a step in a step, counted for the inner one."""

    def __init__(self) -> None:
        self.cpu_s: Counter[str] = Counter()
        self.wall_s: Counter[str] = Counter()
        self._inner = [(0.0, 0.0)]

    def timed(self, name: str, work: Callable[Given, Result]) -> Callable[Given, Result]:
        """Return ``work``, its time counted for ``name``."""

        @wraps(work)
        def call(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            self._inner.append((0.0, 0.0))
            cpu, wall = time.process_time(), time.perf_counter()
            result = work(*args, **kwargs)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            inner_cpu, inner_wall = self._inner.pop()
            self.cpu_s[name] += cpu - inner_cpu
            self.wall_s[name] += wall - inner_wall
            outer_cpu, outer_wall = self._inner[-1]
            self._inner[-1] = (outer_cpu + cpu, outer_wall + wall)
            return result

        return call


def work_through(pages: Path, warehouse: Path) -> dict[str, object]:
    """Take the pages below ``pages`` into ``warehouse`` and publish it; return what is printed."""
    settings = Settings(warehouse=warehouse, workers=1)
    load_gx()
    stages.warm_up()
    gc.freeze()  # as the processes of a run do
    clock = Clock()
    started = time.perf_counter()
    for name in ("measure_raw", "measure_cleaned", "measure_deduplicated", "measure_extracted"):
        setattr(stages, name, clock.timed("measure", getattr(stages, name)))
    judge = clock.timed("gate", judge_batch)
    options = LandingOptions(**{name: getattr(settings, name) for name in LandingOptions._fields})
    found = discover([pages], None)
    with Writer(settings.work_folder / "writer.duckdb", run_id="bare", rules_version=rules_version()) as writer:
        plan = make_plan(
            found,
            read_manifests(found.manifests, None),
            PathPattern(settings.path_pattern),
            options,
            ledger=writer.ledger(),
            rules_version=rules_version(),
            full_refresh=False,
        )
        pool = Pool(1)
        state = RunState(str(settings.stage_folder), plan, options, pool, Progress(is_quiet=True), renew=False)
        landing = Landing(plan, options, pool, state.stages, renew=False)
        take = clock.timed("raw", landing.take)
        while landing.has_more:
            group = take()
            for batch in group.batches:
                judge(state, "raw", batch)
            for stage, work in (
                ("cleaned", stages.clean_batch),
                ("deduplicated", stages.deduplicate_batch),
                ("extracted", stages.extract_batch),
            ):
                clock.timed(stage, state.work)(stage, work, group.batches)
                for batch in group.batches:
                    judge(state, stage, batch)
            for batch in group.batches:
                clock.timed("load", lambda batch: writer.load(collect_batch(state, batch)))(batch)
        clock.timed("publish", writer.publish)(settings.warehouse)
    wall_s = time.perf_counter() - started - clock.wall_s["gate"] - clock.wall_s["publish"]
    return {"cpu_s": clock.cpu_s, "wall_s": wall_s, "megabytes": landing.byte_count / 1e6}


if __name__ == "__main__":
    print(json.dumps(work_through(Path(sys.argv[1]), Path(sys.argv[2]))))
