"""Runs of the command in the cluster form and in the embedded one, with what each kind of process took; for ``cluster.py``."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import psutil

from tests.cluster.services import ROOT, S3, DaskCluster, Postgres
from warehouse.ask import connect
from warehouse.canonical import fingerprints

_PERIOD_S = 0.1


class Run(NamedTuple):
    """One run: its exit code, the wall time of its flow and of the whole command, and by kind of process the processor time
    and the peak memory.
    """

    what: str
    exit_code: int
    flow_s: float
    command_s: float
    cpu_s: dict[str, float]
    peak_mb: dict[str, int]

    @property
    def busy_s(self) -> float:
        """Processor time of all that the run needs on its own machine; not of servers on other machines."""
        return sum(self.cpu_s.values())

    @property
    def work_s(self) -> float:
        """Processor time of the flow and its workers; not of Prefect's server, nor of servers on other machines."""
        return sum(busy for kind, busy in self.cpu_s.items() if kind in ("flow", "worker", "judge"))


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """Keep to one core what is started in the block, and all that it starts."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def held(processes: list[subprocess.Popen[bytes]], share: float) -> Iterator[None]:
    """Let ``processes`` work for a ``share`` of the time only while the block lasts, as if they were on slower machines.

    They are stopped and go on in turns (SIGSTOP, SIGCONT), so that two with less than half each never need a second core.
    """
    over = threading.Event()

    def hold(process: subprocess.Popen[bytes], phase: float) -> None:
        over.wait(phase * _PERIOD_S)
        while not over.is_set():
            process.send_signal(signal.SIGCONT)
            over.wait(share * _PERIOD_S)
            process.send_signal(signal.SIGSTOP)
            over.wait((1 - share) * _PERIOD_S)
        process.send_signal(signal.SIGCONT)

    threads = [
        threading.Thread(target=hold, args=(process, number / len(processes)))
        for number, process in enumerate(processes)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


class Watch:
    """Looks at processes now and then: a process that ended is as it was when it was last seen."""

    def __init__(self, cluster: DaskCluster | None) -> None:
        self._cluster = cluster
        self._seen: dict[int, tuple[str, float, int]] = {}
        self._before = {pid: found[1] for pid, found in self._look_at_cluster().items()}

    def look(self, pid: int) -> None:
        """Note what the process ``pid`` and all below it, and the workers of the cluster, have used so far."""
        found = self._look_at_cluster()
        for process in _tree(pid):
            found |= _used(process, _kind(process))
        self._seen |= found

    def cpu_s(self) -> dict[str, float]:
        """Return the processor time since the start, by kind of process."""
        return self._by_kind(lambda pid, found: found[1] - self._before.get(pid, 0.0), sum)

    def peak_mb(self) -> dict[str, int]:
        """Return the largest peak of resident memory among the processes of each kind."""
        return {kind: int(peak) for kind, peak in self._by_kind(lambda _, found: found[2] / 2**20, max).items()}

    def _by_kind(
        self, figure: Callable[[int, tuple[str, float, int]], float], join: Callable[[list[float]], float]
    ) -> dict[str, float]:
        kinds = sorted({kind for kind, *_ in self._seen.values()})
        return {kind: join([figure(pid, one) for pid, one in self._seen.items() if one[0] == kind]) for kind in kinds}

    def _look_at_cluster(self) -> dict[int, tuple[str, float, int]]:
        found: dict[int, tuple[str, float, int]] = {}
        for worker in self._cluster.workers if self._cluster else []:
            for process in _tree(worker.pid):
                found |= _used(process, "worker")
        return found


def _tree(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _used(process: psutil.Process, kind: str) -> dict[int, tuple[str, float, int]]:
    """Return the processor time and the peak memory (bytes) of a process."""
    try:
        times = process.cpu_times()
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")
        peak = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    except (psutil.Error, OSError, StopIteration):
        return {}
    return {process.pid: (kind, times.user + times.system, peak)}


def _kind(process: psutil.Process) -> str:
    try:
        command = " ".join(process.cmdline())
    except psutil.Error:
        return "other"
    kinds = {
        "flows.judging": "judge",
        "prefect": "prefect",
        "uvicorn": "prefect",
        "forkserver": "worker",
        "flows.cli": "flow",
    }
    return next((kind for part, kind in kinds.items() if part in command), "other")


class Bench:
    """The servers, and one row of figures per run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs: list[Run] = []
        self.usual_s = 10.0  # how long the work of a run that is to be disturbed takes if it is not
        self.hits = 0  # how often something happened in mid-run
        self._numbers = itertools.count(1)
        folder.joinpath("postgres").mkdir()
        folder.chmod(0o755)  # PostgreSQL is another user
        self.postgres = Postgres(folder / "postgres")
        self.postgres.start()
        self.s3 = S3()
        self.s3.start()
        os.environ.update(self.s3.environment)
        for name in ("archive", "lake"):
            self.s3.make_bucket(name)

    def make_pages(self, name: str, count: int) -> Path:
        """Make ``count`` pages in a folder, and put them on the object store as ``archive/<name>``."""
        folder = self.folder / name
        make = [sys.executable, str(ROOT / "benchmarks" / "make_pages.py"), str(folder), "--pages", str(count)]
        subprocess.run(make, check=True, env=_environment({}), stdout=subprocess.DEVNULL)
        self.s3.put(folder, f"archive/{name}")
        return folder

    def cluster(self, workers: int) -> DaskCluster:
        """Return a cluster that stands; without a worker, one that waits for the first."""
        cluster = DaskCluster(self.folder / f"dask{next(self._numbers)}", self.s3.environment)
        cluster.start(workers)
        if workers:
            cluster.wait_for_workers(workers)
        return cluster

    def embedded(self, what: str, pages: Path, workers: int) -> dict[str, str]:
        """Run on one machine; return the fingerprints of the rows."""
        folder = self._new_folder()
        self.run(what, folder, ["run", str(pages), "--workers", str(workers)])
        with duckdb.connect(str(folder / "banmian.duckdb"), read_only=True) as connection:
            return fingerprints(connection)

    def clustered(
        self,
        what: str,
        name: str,
        cluster: DaskCluster,
        *,
        disturb: Callable[[], None] | None = None,
        tries: int = 1,
        more: dict[str, str] | None = None,
    ) -> dict[str, str]:
        """Run into a new lake, with something that happens meanwhile, again if it ended for that; return the fingerprints."""
        folder = self._new_folder()
        target = self.postgres.database(folder.name)
        place = f"s3://lake/{folder.name}"
        arguments = [
            "run", f"s3://archive/{name}", "--warehouse", target, "--lake-data", f"{place}/rows/", "--stages", f"{place}/stages",
            "--cluster", cluster.address,
        ]  # fmt: skip
        over = threading.Event()
        happens = threading.Thread(target=self._disturb, args=(folder / "talk.txt", over, disturb)) if disturb else None
        if happens:
            happens.start()
        for _ in range(tries):
            if self.run(what, folder, arguments, cluster=cluster, more=more).exit_code in (0, 65):
                break
            cluster.wait_for_workers(1)
        over.set()
        if happens:
            happens.join()
        return self.rows_of(target)

    def _disturb(self, talk: Path, over: threading.Event, disturb: Callable[[], None]) -> None:
        """Wait until the run has said what there is to do, and then for a random while; a run that is over by then is left."""
        while not (talk.exists() and b"to do" in talk.read_bytes()):
            if over.wait(0.2):
                return
        if not over.wait(random.uniform(0, self.usual_s)):  # noqa: S311
            disturb()
            self.hits += 1

    def rows_of(self, target: str) -> dict[str, str]:
        """Return the fingerprints of what was published in the lake; none if nothing was."""
        try:
            with connect(Path(target)) as reader:
                return fingerprints(reader)
        except Exception as error:
            print(f"{target}: {error}", flush=True)
            return {}

    def two_at_once(self, pages: Path) -> tuple[int, int]:
        """Run two flows over the halves of the pages into one lake at once; return the pages there and the pages expected."""
        folder = self._new_folder()
        target = self.postgres.database(folder.name)
        files = sorted(pages.rglob("*.txt"))
        for number, file in enumerate(files):
            place = folder / ("one", "two")[number % 2] / file.relative_to(pages)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        threads = []
        for name in ("one", "two"):
            (folder / f"in-{name}").mkdir()
            arguments = [
                "run",
                str(folder / name),
                "--warehouse",
                target,
                "--lake-data",
                f"s3://lake/{folder.name}/",
                "--workers",
                "1",
            ]
            threads.append(
                threading.Thread(target=self.run, args=(f"two at once, {name}", folder / f"in-{name}", arguments))
            )
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with connect(Path(target)) as reader:
            return int(reader.execute("select count(*) from raw.pages").fetchall()[0][0]), len(files)

    def run(
        self,
        what: str,
        folder: Path,
        arguments: list[str],
        *,
        cluster: DaskCluster | None = None,
        more: dict[str, str] | None = None,
    ) -> Run:
        """Run the command in ``folder``; note and print its figures."""
        watch = Watch(cluster)
        command = [sys.executable, "-m", "flows.cli", *arguments, "--json"]
        out = folder / "out.json"
        started = time.monotonic()
        with out.open("wb") as file, (folder / "talk.txt").open("ab") as talk:
            process = subprocess.Popen(command, cwd=folder, env=_environment(more or {}), stdout=file, stderr=talk)
            while process.poll() is None:
                watch.look(process.pid)
                time.sleep(0.3)
        command_s = round(time.monotonic() - started, 1)
        told = json.loads(out.read_text()) if process.returncode in (0, 65) else {}
        flow_s = round(told.get("duration_s", 0.0), 1)
        run = Run(what, process.returncode, flow_s, command_s, watch.cpu_s(), watch.peak_mb())
        self.runs.append(run)
        cpu = ", ".join(f"{kind} {busy:.0f}" for kind, busy in run.cpu_s.items())
        peak = ", ".join(f"{kind} {size}" for kind, size in run.peak_mb.items())
        print(
            f"{what}: exit {run.exit_code}, flow {run.flow_s} of {run.command_s} s; cpu s: {cpu}; peak MB: {peak}",
            flush=True,
        )
        return run

    def stop(self) -> None:
        """Stop the servers."""
        self.s3.stop()
        self.postgres.stop(how="immediate")

    def _new_folder(self) -> Path:
        folder = self.folder / f"run{next(self._numbers)}"
        folder.mkdir()
        return folder


def _environment(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}
