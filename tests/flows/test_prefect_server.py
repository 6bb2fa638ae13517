"""Prefect's server for a run: its tables are made beforehand, and it does not outlive the run."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import pytest

from flows.prefect_server import start_server
from tests.flows.conftest import ROOT


def newest_migration() -> str:
    """The revision that no other one builds upon, as Prefect's migration files say."""
    package = Path(find_spec("prefect").origin).parent
    texts = [path.read_text() for path in package.joinpath("server/database/_migrations/versions/sqlite").glob("*.py")]
    found = [dict(re.findall(r'^(down_revision|revision)\b[^=]*= "(\w+)"', text, re.MULTILINE)) for text in texts]
    (last,) = {one["revision"] for one in found} - {one.get("down_revision") for one in found}
    return last


def test_the_tables_are_those_of_the_prefect_installed(tmp_path):
    """Else a run begins with migrations. Try: python -m benchmarks.make_prefect_schema."""
    with sqlite3.connect(tmp_path / "prefect.db") as database:
        database.executescript(resources.files("flows").joinpath("prefect_schema.sql").read_text(encoding="utf-8"))
        assert database.execute("select version_num from alembic_version").fetchall() == [(newest_migration(),)]


@pytest.mark.parametrize("name", ["PREFECT_API_URL", "PREFECT_PROFILE", "PREFECT_HOME"])
def test_a_server_of_the_users_own_is_left_alone(tmp_path, monkeypatch, name):
    for other in ("PREFECT_API_URL", "PREFECT_PROFILE"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.setenv(name, "http://prefect.example/api")
    start_server(tmp_path)
    assert list(tmp_path.iterdir()) == []


START = """
import pathlib, sys, time
from flows.environment import prepare_environment
from flows.prefect_server import start_server
home = pathlib.Path(sys.argv[1])
prepare_environment(home)
start_server(home)
import os
print(os.environ["PREFECT_API_URL"], flush=True)
time.sleep(600)
"""


def test_a_killed_run_leaves_no_server_behind(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    run = subprocess.Popen(
        [sys.executable, "-c", START, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**clean, "PYTHONPATH": str(ROOT)},
    )
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api\n", run.stdout.readline())
    serving = children(run.pid)
    assert len(serving) == 1
    run.kill()
    run.wait()
    deadline = time.monotonic() + 60
    while any(is_alive(pid) for pid in serving) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(is_alive(pid) for pid in serving)


def children(pid: int) -> list[int]:
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in told.stdout.split()]


def is_alive(pid: int) -> bool:
    """Whether there is such a process; one that has ended and is not waited for yet counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
