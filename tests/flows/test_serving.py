"""Runs by the clock: one at a time, none made up for, and gone within five seconds when told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Serves runs that are due at once; what stands for `banmian run` is in argv.
SERVE = """
import logging, pathlib, sys
from datetime import timedelta
from flows import serving
logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
sys.exit(serving.serve_runs(sys.argv[2:], lambda moment: moment + timedelta(seconds=0.3), pathlib.Path(sys.argv[1])))
"""
# A run that starts a server, as Prefect does, and does not listen to Ctrl-C; it notes both processes.
STUBBORN = """
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(sys.argv[2]).write_text(f"{os.getpid()} {child.pid}")
time.sleep(float(sys.argv[3]))
"""


def is_alive(process_id):
    try:
        return Path(f"/proc/{process_id}/stat").read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False


def wait_for(condition, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")


@pytest.fixture
def served(tmp_path):
    """Start the schedule, with a program in place of the command line if one is given: ``served(program, *arguments)``."""
    processes = []

    def start(program, *arguments):
        path = str(ROOT)
        if program:
            fake = tmp_path / "fake" / "flows"
            fake.mkdir(parents=True)
            (fake / "__init__.py").write_text("")
            (fake / "cli.py").write_text(program)
            # The schedule itself is imported from the project; what it starts finds the program first.
            code = f"import os; os.environ['PYTHONPATH'] = {str(tmp_path / 'fake')!r}\n{SERVE}"
        else:
            code = SERVE
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "news.duckdb.work"), *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": path}, cwd=tmp_path, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_told_to_stop_it_ends_in_time_and_leaves_no_process(tmp_path, served, number, code):
    note = tmp_path / "note"
    process = served(STUBBORN, note, 600)
    mine = [int(text) for text in wait_for(lambda: note.exists() and note.read_text(), 30).split()]
    started = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == code
    assert time.monotonic() - started < 5
    assert not [one for one in mine if is_alive(one)]
    assert "stopped" in process.stderr.read()
    assert not (tmp_path / "news.duckdb.work" / "serve.holder").exists()


def test_what_falls_due_during_a_run_is_skipped_and_nothing_is_left_behind(tmp_path, served):
    note = tmp_path / "note"
    process = served(STUBBORN, note, 2)
    first = wait_for(lambda: note.exists() and note.read_text(), 30).split()
    second = wait_for(lambda: (now := note.read_text().split()) != first and now, 30)
    assert not any(is_alive(one) for one in first)
    assert is_alive(second[0])
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    told = process.stderr.read()
    assert " times fell due meanwhile and are skipped" in told
    assert told.count("next run at") == 2
    assert "the run ended after 2 s with exit code 0" in told


def test_one_schedule_a_warehouse(tmp_path, served):
    from transforms.errors import WarehouseBusy
    from warehouse.lock import SERVE, sole_writer

    note = tmp_path / "note"
    process = served(STUBBORN, note, 600)
    wait_for(note.exists, 30)
    with (
        pytest.raises(WarehouseBusy, match=f"process {process.pid} on .*, (next run|at the run due) .*, is serving it"),
        sole_writer(tmp_path / "news.duckdb.work", name=SERVE, work="serving it"),
    ):
        pass
    process.send_signal(signal.SIGTERM)
    process.wait(10)


@pytest.mark.slow
def test_a_real_run_is_started_and_stopped(tmp_path, served):
    """The real command, with Prefect's server on its way up, under a path with spaces and Chinese characters."""
    pages = tmp_path / "版面 文件"
    pages.mkdir()
    (pages / "1.txt").write_text("栗湾镇部署秋收工作\n\n全镇今年计划维修机耕路18公里。\n", encoding="utf-8")
    process = served(None, "--warehouse", tmp_path / "新 闻.duckdb", "--workers", "1", "--verbose", "--", pages)
    told = []
    for line in process.stderr:
        told.append(line)
        if "starting Prefect" in line:
            break
    time.sleep(3)
    group = [one for one in Path("/proc").glob("[0-9]*") if _started_by(one, process.pid)]
    assert group
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0, "".join(told)
    assert time.monotonic() - started < 5
    assert not [one for one in group if is_alive(one.name)]


def _started_by(entry, parent):
    try:
        fields = (entry / "stat").read_text().rsplit(") ", 1)[1].split()
        return int(fields[1]) == parent
    except OSError:
        return False
