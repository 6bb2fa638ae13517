"""The cluster form beside the embedded form, on this machine: equal rows, kills, two flows at once, workers, overhead, memory.

    python benchmarks/cluster.py [--pages N] [--kills N] [--json FILE]

Everything is started here: PostgreSQL (Debian's packages), an S3 server (moto), a Dask scheduler and workers as processes of
their own. Pages are made by ``make_pages.py``. Each run is the command itself in a process of its own; ``wall_s`` is that of
the process, ``flow_s`` that of the flow, without the start of Prefect, which both forms pay alike.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import psutil

from tests.cluster.services import ROOT, S3, DaskCluster, Postgres, missing_parts
from warehouse.ask import connect
from warehouse.canonical import fingerprints


class Bench:
    """The servers, the pages, and one row of figures per run."""

    def __init__(self, folder: Path, page_count: int) -> None:
        self.folder = folder
        self.pages = folder / "pages"
        make = [sys.executable, str(ROOT / "benchmarks" / "make_pages.py"), str(self.pages), "--pages", str(page_count)]
        subprocess.run(make, check=True, env=self.environment({}), stdout=subprocess.DEVNULL)
        self.postgres = Postgres(folder / "postgres")
        self.postgres.start()
        self.s3 = S3()
        self.s3.start()
        for name in ("archive", "lake"):
            self.s3.make_bucket(name)
        self.s3.put(self.pages, "archive/pages")
        self.rows: list[dict[str, Any]] = []
        self._count = 0

    def environment(self, more: dict[str, str]) -> dict[str, str]:
        """Return the environment of a command."""
        return {**os.environ, "PYTHONPATH": str(ROOT), **more}

    def embedded(self, what: str, workers: int) -> dict[str, str]:
        """Run on one machine; return the fingerprints of the rows."""
        folder = self._new_folder()
        self._run(what, folder, ["run", str(self.pages), "--workers", str(workers)], {})
        with duckdb.connect(str(folder / "banmian.duckdb"), read_only=True) as connection:
            return fingerprints(connection)

    def clustered(self, what: str, workers: int, *, kill: bool = False) -> dict[str, str]:
        """Run on a new cluster into a new lake, one worker killed on the way if asked; return the fingerprints."""
        folder = self._new_folder()
        target = self.postgres.database(f"lake{self._count}")
        cluster = DaskCluster(folder / "dask", self.s3.environment)
        cluster.start(workers)
        cluster.wait_for_workers(workers)
        killer = threading.Timer(random.uniform(5, 25), self._kill_one, [cluster]) if kill else None  # noqa: S311
        if killer:
            killer.start()
        try:
            self._run(what, folder, self.arguments(target, cluster.address, folder.name), self.s3.environment)
        finally:
            if killer:
                killer.cancel()
            cluster.stop()
        return self.rows_of(target)

    def two_at_once(self) -> tuple[int, int]:
        """Run two flows over the halves of the pages into one lake at once; return the pages there and the pages expected."""
        folder = self._new_folder()
        target = self.postgres.database(f"lake{self._count}")
        halves = [folder / "one", folder / "two"]
        files = sorted(self.pages.rglob("*.txt"))
        for number, file in enumerate(files):
            place = halves[number % 2] / file.relative_to(self.pages)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        commands = [
            ["run", str(half), "--warehouse", target, "--lake-data", f"s3://lake/{folder.name}/"] for half in halves
        ]
        threads = []
        for number, command in enumerate(commands):
            place = folder / f"client{number}"
            place.mkdir()
            more = [f"two at once, {number + 1}", place, [*command, "--workers", "1"], self.s3.environment]
            threads.append(threading.Thread(target=self._run, args=more))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._set_store()
        with connect(Path(target)) as reader:
            return int(reader.execute("select count(*) from raw.pages").fetchall()[0][0]), len(files)

    def arguments(self, target: str, address: str, name: str) -> list[str]:
        """Return the arguments of a run on the cluster at ``address``."""
        return [
            "run", "s3://archive/pages", "--warehouse", target, "--lake-data", f"s3://lake/{name}/rows/", "--stages",
            f"s3://lake/{name}/stages", "--cluster", address,
        ]  # fmt: skip

    def rows_of(self, target: str) -> dict[str, str]:
        """Return the fingerprints of what was published in the lake."""
        self._set_store()
        with connect(Path(target)) as reader:
            return fingerprints(reader)

    def stop(self) -> None:
        """Stop the servers."""
        self.s3.stop()
        self.postgres.stop(how="immediate")

    def _set_store(self) -> None:
        os.environ.update(self.s3.environment)

    def _kill_one(self, cluster: DaskCluster) -> None:
        cluster.workers[0].kill()
        cluster.add_worker()

    def _new_folder(self) -> Path:
        self._count += 1
        folder = self.folder / f"run{self._count}"
        folder.mkdir()
        return folder

    def _run(self, what: str, folder: Path, args: list[str], more: dict[str, str]) -> None:
        started = time.perf_counter()
        command = [sys.executable, "-m", "flows.cli", *args, "--json"]
        out = folder / "out.json"
        with out.open("wb") as file, (folder / "talk.txt").open("wb") as talk:
            process = subprocess.Popen(command, cwd=folder, env=self.environment(more), stdout=file, stderr=talk)
            peak = 0
            while process.poll() is None:
                peak = max(peak, _resident(process.pid))
                time.sleep(0.5)
        summary = json.loads(out.read_text()) if process.returncode in (0, 65) else {}
        row = {
            "what": what, "exit": process.returncode, "wall_s": round(time.perf_counter() - started, 1),
            "flow_s": round(summary.get("duration_s", 0.0), 1), "client_peak_mb": peak // 2**20,
            "pages": summary.get("pages_seen", 0),
        }  # fmt: skip
        self.rows.append(row)
        print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)


def _resident(pid: int) -> int:
    """Return the resident bytes of a process and its children."""
    try:
        process = psutil.Process(pid)
        return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)])
    except psutil.Error:
        return 0


def main() -> int:
    """Print the table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--pages", type=int, default=1000)
    cli.add_argument("--kills", type=int, default=3, help="runs in which a worker is killed at a random moment")
    cli.add_argument("--json", type=Path)
    args = cli.parse_args()
    if reason := missing_parts():
        print(f"not run: {reason}")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="banmian-cluster-"))
    folder.joinpath("postgres").mkdir()
    folder.chmod(0o755)
    bench = Bench(folder, args.pages)
    try:
        expected = bench.embedded("embedded, 1 worker", 1)
        equal = {
            "embedded, 2 workers": bench.embedded("embedded, 2 workers", 2) == expected,
            "cluster, 1 worker": bench.clustered("cluster, 1 worker", 1) == expected,
            "cluster, 2 workers": bench.clustered("cluster, 2 workers", 2) == expected,
        }
        for number in range(args.kills):
            name = f"a worker killed, {number + 1}"
            equal[name] = bench.clustered(name, 2, kill=True) == expected
        there, wanted = bench.two_at_once()
        flow = {row["what"]: row["flow_s"] for row in bench.rows}
        figures = {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            "equal rows": f"{sum(equal.values())} of {len(equal)}",
            "two flows at once": f"{there} of {wanted} pages",
            "cluster, 1 worker against 2": round(flow["cluster, 1 worker"] / max(flow["cluster, 2 workers"], 0.1), 2),
            "cluster against embedded, 2 workers": round(
                flow["cluster, 2 workers"] / max(flow["embedded, 2 workers"], 0.1), 2
            ),
        }
        for name, value in figures.items():
            print(f"{name:40} {value}")
        if args.json:
            args.json.write_text(json.dumps({"figures": figures, "runs": bench.rows}, ensure_ascii=False, indent=1))
    finally:
        bench.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
