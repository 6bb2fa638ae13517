"""The cluster form beside the embedded form, on this machine: one table of what was asked for and what was measured.

    python benchmarks/cluster.py [--pages N] [--kills N] [--kill-pages N] [--only STEP …] [--json FILE]

Everything is started here: PostgreSQL (Debian's packages), an S3 server (moto), a Dask scheduler and workers as processes of
their own. Pages are made by ``make_pages.py``. Each run is the command itself, in a process of its own, into a lake of its own.

    equal    the rows of a lake made by one and by two workers against those of the embedded file, by fingerprint of every table
    speed    the wall time of these flows; and their processor time, which other users of the machine do not change
    kills    runs over --kill-pages pages, each with a worker killed (SIGKILL) at a random moment; with the scheduler killed, and
             with PostgreSQL restarted, a fifth as many runs, each run again if it ended for that
    two      two flows at once on halves of the pages, into one lake
    workers  one worker against two, in wall time, each held to two fifths of a core: what two whole ones, the flow and the
             servers need, two cores have not
    overhead the cluster form with one worker against the embedded one with one, each on one core and its servers on another:
             what a page costs, and what a run of one batch costs before its first page, from runs in turns over two numbers
             of pages
    memory   the peak of each process over as many pages, and over five times as many, with batches of the same size
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.cluster_runs import Bench, Run, held, on_core
from tests.cluster.services import missing_parts

STEPS = ("equal", "speed", "workers", "overhead", "kills", "two", "memory")
_GROWTH = 5
_FEW_AND_MANY = (300, 1200)  # pages, each number one batch
_TURNS = 3
_VERDICTS = {True: "met", False: "not met", None: ""}
_HELD = 0.4  # of a core
_WHOLE = 10_000  # pages for which the two costs are put together


class Row(NamedTuple):
    """A row of the table: what was asked for, what was measured, and whether that is enough (None: nothing was asked)."""

    what: str
    measured: str
    bar: str
    is_met: bool | None


def compare_forms(bench: Bench, page_count: int, steps: list[str]) -> list[Row]:
    """Run both forms with one and two workers: equal rows, speed, overhead."""
    pages = bench.make_pages("pages", page_count)
    expected = bench.embedded("embedded, 1 worker", pages, 1)
    equal = [bench.embedded("embedded, 2 workers", pages, 2) == expected]
    for workers in (1, 2):
        cluster = bench.cluster(workers)
        try:
            equal.append(bench.clustered(f"cluster, {workers} workers", "pages", cluster) == expected)
        finally:
            cluster.stop()
    rows = [Row(f"equal exports over {page_count:,} pages", f"{sum(equal)} of {len(equal)}", "all", all(equal))]
    if "speed" in steps:
        one, two, cluster_one, cluster_two = bench.runs[-4:]
        faster, cost = cluster_one.flow_s / max(cluster_two.flow_s, 0.1), cluster_two.flow_s / max(two.flow_s, 0.1)
        busier = [cluster_one.work_s / max(one.work_s, 0.1), cluster_two.work_s / max(two.work_s, 0.1)]
        rows += [
            Row("cluster, 2 workers against 1, wall time", f"{faster:.2f} times as fast", "1.7", faster >= 1.7),
            Row("cluster against embedded, 2 workers, wall time", f"{100 * (cost - 1):+.0f} %", "25 %", cost <= 1.25),
            Row(
                "the same in processor time, 1 and 2 workers",
                ", ".join(f"{100 * (one - 1):+.0f} %" for one in busier),
                "25 %",
                max(busier) <= 1.25,
            ),
        ]
    return rows


def add_a_worker(bench: Bench, page_count: int) -> list[Row]:
    """Compare the wall time of a flow with one worker and with two, none of which has more than a part of a core."""
    bench.make_pages("held", page_count)
    batches = {"BANMIAN_BATCH_PAGES": str(max(1, page_count // 6))}
    for count in (1, 2):
        cluster = bench.cluster(count)
        try:
            with held(cluster.workers, _HELD):
                bench.clustered(f"cluster, {count} held workers", "held", cluster, more=batches)
        finally:
            cluster.stop()
    one, two = bench.runs[-2:]
    faster = one.flow_s / max(two.flow_s, 0.1)
    return [
        Row(
            f"2 workers against 1 of {_HELD} cores each, wall time",
            f"{one.flow_s:.0f} and {two.flow_s:.0f} s: {faster:.2f} times as fast",
            "1.7",
            faster >= 1.7,
        )
    ]


class Cost(NamedTuple):
    """What a run takes before its first page (s), and what each page takes more (ms)."""

    start_s: float
    page_ms: float

    def run_s(self, page_count: int) -> float:
        """Return what a run over ``page_count`` pages takes (s)."""
        return self.start_s + page_count * self.page_ms / 1000


def weigh(folder: Path) -> list[Row]:
    """Compare what the two forms cost on one core, apart from the servers, which in earnest are on other machines."""
    work, others = sorted(os.sched_getaffinity(0))[:2]
    runs: dict[tuple[str, int], list[Run]] = {}
    with on_core(others):
        bench = Bench(folder)
        try:
            pages = {count: bench.make_pages(f"pages{count}", count) for count in _FEW_AND_MANY}
            for _ in range(_TURNS):
                for count in _FEW_AND_MANY:
                    with on_core(work):
                        bench.embedded(f"embedded on a core, {count:,} pages", pages[count], 1)
                    runs.setdefault(("embedded", count), []).append(bench.runs[-1])
                    cluster = bench.cluster(0)
                    try:
                        with on_core(work):
                            cluster.add_worker()
                            cluster.wait_for_workers(1)
                            bench.clustered(f"cluster on a core, {count:,} pages", f"pages{count}", cluster)
                    finally:
                        cluster.stop()
                    runs.setdefault(("cluster", count), []).append(bench.runs[-1])
        finally:
            bench.stop()
    return [
        row
        for what, took in (("wall time", lambda run: run.command_s), ("processor time", lambda run: run.busy_s))
        for row in _cost_rows(what, *(_cost(runs, form, took) for form in ("embedded", "cluster")))
    ]


def _cost(runs: dict[tuple[str, int], list[Run]], form: str, took: Callable[[Run], float]) -> Cost:
    few, many = (statistics.median(map(took, runs[form, count])) for count in _FEW_AND_MANY)
    page_s = (many - few) / (_FEW_AND_MANY[1] - _FEW_AND_MANY[0])
    return Cost(few - _FEW_AND_MANY[0] * page_s, 1000 * page_s)


def _cost_rows(what: str, embedded: Cost, cluster: Cost) -> list[Row]:
    more = cluster.page_ms / embedded.page_ms
    whole = cluster.run_s(_WHOLE) / embedded.run_s(_WHOLE)
    return [
        Row(
            f"a page on one core, {what}",
            f"{embedded.page_ms:.1f} and {cluster.page_ms:.1f} ms: {100 * (more - 1):+.0f} %",
            "25 %",
            more <= 1.25,
        ),
        Row(f"start of a run, {what}", f"{embedded.start_s:.1f} and {cluster.start_s:.1f} s", "", None),
        Row(f"{_WHOLE:,} pages by these, {what}", f"{100 * (whole - 1):+.0f} %", "25 %", whole <= 1.25),
    ]


def kill(bench: Bench, page_count: int, times: int) -> list[Row]:
    """Kill workers, the scheduler and PostgreSQL in runs over few pages, and compare the rows."""
    expected = bench.embedded("embedded, few pages", bench.make_pages("few", page_count), 2)
    cluster = bench.cluster(2)
    cluster.keep_workers()

    disturbances = [
        ("a worker killed", times, 1, lambda: random.choice(cluster.workers).kill()),  # noqa: S311
        ("the scheduler killed", times // 5, 3, cluster.restart),
        ("PostgreSQL restarted", times // 5, 3, bench.postgres.restart),
    ]
    batches = {"BANMIAN_BATCH_PAGES": str(max(1, page_count // 8))}
    rows = []
    try:
        bench.clustered("cluster, few pages", "few", cluster, more=batches)
        for what, count, tries, disturb in disturbances:
            before = bench.hits
            equal: list[bool] = []
            for number in range(count):
                name = f"{what}, {number + 1}"
                bench.usual_s = 0.6 * bench.runs[-1].flow_s  # the load of the machine changes
                found = bench.clustered(name, "few", cluster, disturb=disturb, tries=tries, more=batches)
                equal.append(found == expected)
                print(f"{name}: {'equal' if equal[-1] else 'NOT EQUAL'}, {bench.hits - before} hit so far", flush=True)
            measured = f"{sum(equal)} of {count} equal, {bench.hits - before} hit in mid-run"
            is_met = all(equal) and (bench.hits > before or not count)
            rows.append(Row(f"{what} at a random moment", measured, "all", is_met))
    finally:
        cluster.stop()
    return rows


def grow(bench: Bench, page_count: int) -> list[Row]:
    """Compare the peak memory of each kind of process over ``page_count`` pages and five times as many."""
    peaks = []
    for count in (page_count, _GROWTH * page_count):
        bench.make_pages(f"pages{count}", count)
        cluster = bench.cluster(2)
        batches = {"BANMIAN_BATCH_PAGES": str(max(1, page_count // 10))}
        try:
            bench.clustered(f"cluster, {count:,} pages", f"pages{count}", cluster, more=batches)
        finally:
            cluster.stop()
        peaks.append(bench.runs[-1].peak_mb)
    rows = []
    for kind in [kind for kind in ("flow", "worker", "judge", "prefect") if kind in peaks[0]]:
        small, large = peaks[0][kind], peaks[1].get(kind, 0)
        growth = large / max(small, 1)
        what = f"peak memory, {kind}: {page_count:,} and {_GROWTH * page_count:,} pages"
        rows.append(Row(what, f"{small:,} and {large:,} MB: {100 * (growth - 1):+.0f} %", "20 %", growth <= 1.2))
    return rows


def main() -> int:
    """Print the table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--pages", type=int, default=1000)
    cli.add_argument("--kills", type=int, default=5, help="runs in which a worker is killed at a random moment")
    cli.add_argument("--kill-pages", type=int, default=200)
    cli.add_argument("--only", nargs="+", choices=STEPS, default=list(STEPS))
    cli.add_argument("--json", type=Path)
    args = cli.parse_args()
    if reason := missing_parts():
        print(f"not run: {reason}")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="banmian-cluster-"))
    bench = Bench(folder)
    rows: list[Row] = []
    try:
        if {"equal", "speed"} & set(args.only):
            rows += compare_forms(bench, args.pages, args.only)
        if "workers" in args.only:
            rows += add_a_worker(bench, args.pages)
        if "overhead" in args.only:
            bench.folder.joinpath("overhead").mkdir()
            rows += weigh(bench.folder / "overhead")
        if "kills" in args.only:
            rows += kill(bench, args.kill_pages, args.kills)
        if "two" in args.only:
            there, wanted = bench.two_at_once(bench.make_pages("halves", args.pages))
            rows.append(
                Row("two flows at once into one lake", f"{there:,} of {wanted:,} pages", "all", there == wanted)
            )
        if "memory" in args.only:
            rows += grow(bench, args.pages)
    finally:
        bench.stop()
        load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load}\n")
        for row in rows:
            print(f"{row.what:52} {row.measured:36} {row.bar:6} {_VERDICTS[row.is_met]}")
        if args.json:
            figures = {"table": [row._asdict() for row in rows], "runs": [run._asdict() for run in bench.runs]}
            args.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if all(row.is_met is not False for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
