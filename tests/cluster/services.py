"""Servers that the tests of the cluster form start themselves on this machine: PostgreSQL, an S3 server, a Dask cluster."""

from __future__ import annotations

import contextlib
import glob
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def missing_parts() -> str:
    """Return what is missing for the cluster form, in words; empty if all is there."""
    modules = (
        "distributed",
        "s3fs",
        "obstore",
        "moto",
        "flask",
        "duckdb_extension_ducklake",
        "duckdb_extension_postgres_scanner",
    )
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        return f"the extra 'cluster' is not installed ({', '.join(missing)} missing): uv pip sync requirements.lock"
    if postgres_programs() is None:
        return "PostgreSQL's programs are not installed: apt-get install postgresql"
    return ""


def postgres_programs() -> Path | None:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb") or ""]
    return Path(found[-1]).parent if found[-1] else None


class Postgres:
    """A PostgreSQL server of our own in ``folder``; ``database(name)`` makes a database and returns the lake it can hold."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._programs = postgres_programs()
        self._folder = folder
        # PostgreSQL refuses to run as root.
        self._as = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self._as:
            shutil.chown(folder, "postgres")

    def start(self) -> None:
        data = self._folder / "data"
        if not data.exists():
            self._run("initdb", "-D", data, "-U", "banmian", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder} -c fsync=off"
        )
        self._run("pg_ctl", "-D", data, "-o", settings, "-l", self._folder / "log", "-w", "start")

    def stop(self, *, how: str = "fast") -> None:
        self._run("pg_ctl", "-D", self._folder / "data", "-m", how, "-w", "stop", check=False)

    def restart(self) -> None:
        """Stop at once, as after a power cut, and start again."""
        self.stop(how="immediate")
        self.start()

    def database(self, name: str) -> str:
        self._run("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "banmian", name)
        return f"ducklake:postgres:dbname={name} host=127.0.0.1 port={self.port} user=banmian"

    def _run(self, program: str, *args: object, check: bool = True) -> None:
        subprocess.run(
            [*self._as, str(self._programs / program), *map(str, args)],
            check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", stdin=subprocess.DEVNULL,
        )  # fmt: skip


class S3:
    """An S3 server in memory; ``environment`` is what fsspec and DuckDB need to find it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.environment = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "tests",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        code = (
            "import logging; logging.getLogger('werkzeug').setLevel(logging.ERROR)\n"
            "from moto.server import ThreadedMotoServer\n"
            f"server = ThreadedMotoServer('127.0.0.1', {self.port}, verbose=False); server.start()\n"
            "import sys; sys.stdin.read()"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for_port(self.port)
        import s3fs

        s3fs.S3FileSystem.clear_instance_cache()  # it keeps the connections to a server that this process used before

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def make_bucket(self, name: str) -> None:
        self._files().mkdir(name)

    def put(self, folder: Path, place: str) -> None:
        """Copy ``folder``, or a file, to ``place``, a bucket and a name in it."""
        self._files().put(str(folder), place, recursive=folder.is_dir())

    def _files(self):
        import s3fs

        url, key, secret, _ = self.environment.values()
        return s3fs.S3FileSystem(endpoint_url=url, key=key, secret=secret, skip_instance_cache=True)


class DaskCluster:
    """A scheduler and workers, each a process of its own, as on machines of their own."""

    def __init__(self, folder: Path, environment: dict[str, str], *, allowed_failures: int = 3) -> None:
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._folder = folder
        self._environment = {
            **os.environ,
            **environment,
            "PYTHONPATH": str(ROOT),
            "DASK_DISTRIBUTED__WORKER__MEMORY__TARGET": "false",
            "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",  # as docs/how-to/cluster.md says
            "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s",
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures),
        }
        self._keeper: threading.Thread | None = None
        self._is_kept = threading.Event()
        self._scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self, workers: int) -> None:
        self.start_scheduler()
        for _ in range(workers):
            self.add_worker()

    def start_scheduler(self) -> None:
        place = ("--host", "127.0.0.1", "--port", str(self.port), "--dashboard-address", "127.0.0.1:0")
        self._scheduler = self._spawn("dask_scheduler", *place)
        wait_for_port(self.port)

    def restart(self) -> None:
        """Kill the scheduler, and start everything again: workers end with their scheduler."""
        self._scheduler.kill()
        self._scheduler.wait()
        count, is_kept = len(self.workers), self._keeper is not None
        self._stop_workers()
        self.start(count)
        if is_kept:
            self.keep_workers()

    def keep_workers(self) -> None:
        """Put a new worker in the place of each one that dies, from now on, as a nanny or an orchestrator does."""
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        while not self._is_kept.wait(0.2):
            for worker in [one for one in self.workers if one.poll() is not None]:
                self.workers.remove(worker)
                self.add_worker()

    def add_worker(self) -> subprocess.Popen[bytes]:
        worker = self._spawn(
            "dask_worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--memory-limit", "0", "--death-timeout", "60",
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def wait_for_workers(self, count: int) -> None:
        from distributed import Client

        with Client(self.address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=120)

    def stop(self) -> None:
        self._stop_workers()
        if self._scheduler is not None:
            self._scheduler.kill()
            self._scheduler.wait()

    def _stop_workers(self) -> None:
        if self._keeper is not None:
            self._is_kept.set()
            self._keeper.join()
            self._is_kept.clear()
            self._keeper = None
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.workers = []

    def _spawn(self, program: str, *args: str) -> subprocess.Popen[bytes]:
        self._folder.mkdir(parents=True, exist_ok=True)
        log = (self._folder / f"{program}-{time.monotonic_ns()}.log").open("wb")
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{program}", *args],
            env=self._environment, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip


def wait_for_port(port: int, patience_s: float = 60) -> None:
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")
