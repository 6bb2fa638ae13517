"""Row 14: `banmian run` itself, asked to stop or killed in the middle of its work, by real signals to real processes."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.reliability.archive import page
from tests.reliability.test_doors import environment
from warehouse.lock import _PATIENCE_S, holder_of

ROOT = Path(__file__).resolve().parents[2]
SIDE = "two runs, a run beside readers, a stopped and a dead holder"
SIDE_MARK = "the second is told 75 and the holder within 2 s; both orders end equal"


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    """Pages enough for worker processes, each so large that a batch takes far longer than a run has to stop."""
    folder = tmp_path_factory.mktemp("stopping") / "pages"
    folder.mkdir()
    for number in range(12):
        text = "\n\n".join(page(other) for other in range(number, number + 900))
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def started(archive, tmp_path) -> Iterator[subprocess.Popen[str]]:
    """A run in a session of its own, at work with two workers, its server and the process that judges."""
    run = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", str(archive), "--workers", "2", "--verbose"],
        cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    yield run
    run.kill()
    run.wait()


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["Z", "0"]


def processes_below(pid: int) -> set[int]:
    """Return the processes that ``pid`` started, and those that they started."""
    parents = {int(path.name): int(_stat(int(path.name))[1]) for path in Path("/proc").glob("[0-9]*")}
    found, new = set(), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def _wait(until: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _is_busy(pid: int) -> bool:
    """Whether a process is well into its work: it has taken three seconds of the processor."""
    ticks = _stat(pid)
    return ticks[0] != "Z" and sum(map(int, ticks[11:13])) > 3 * os.sysconf("SC_CLK_TCK")


@pytest.mark.row(14, SIDE, SIDE_MARK)
@pytest.mark.parametrize(
    ("number", "code", "status"),
    [
        (signal.SIGTERM, 143, "interrupted"),
        pytest.param(signal.SIGINT, 130, "interrupted", marks=pytest.mark.full_form),
        pytest.param(signal.SIGKILL, -9, "running", marks=pytest.mark.full_form),
    ],
)
def test_a_run_that_is_asked_to_stop_stops_and_leaves_no_process(started, tmp_path, campaign, number, code, status):
    for line in started.stderr:
        if "to do:" in line:
            break
    assert _wait(lambda: sum(map(_is_busy, processes_below(started.pid))) >= 2, 120), "its workers never came to work"
    mine = processes_below(started.pid)
    assert len(mine) >= 4
    before, asked = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    second = subprocess.run(
        [sys.executable, "-m", "flows.cli", "run", ".", "--warehouse", "banmian.duckdb"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    told_s = time.monotonic() - asked
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert second.returncode == 75
    # What it takes on a machine with nothing else to do: its work, and its patience with the lock.
    busy_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + _PATIENCE_S
    assert busy_s < 2, f"{busy_s:.1f} s, {told_s:.1f} s by the clock"
    assert f"process {started.pid} on {os.uname().nodename}" in second.stderr

    at = time.monotonic()
    if number == signal.SIGINT:
        os.killpg(started.pid, number)  # as a terminal does: to all that the run started, too
    else:
        started.send_signal(number)
    assert started.wait(30) == code
    stopped_s = time.monotonic() - at
    assert stopped_s < 5, f"it took {stopped_s:.1f} s"
    assert _wait(lambda: all(_stat(pid)[0] == "Z" for pid in mine), 15), "it left processes behind"
    if code > 0:
        told = started.stderr.read()
        assert "banmian: interrupted; what was loaded is whole, run it again to go on" in told
        assert "Traceback" not in told
    work = tmp_path / "banmian.duckdb.work"
    assert holder_of(work) is None
    assert not (tmp_path / "banmian.duckdb").exists()
    with duckdb.connect(str(work / "writer.duckdb"), read_only=True) as writer:
        assert writer.execute("select status from ops.runs").fetchall() == [(status,)]
    campaign.count("runs stopped")
    campaign.measure("a second banmian run told after", f"{busy_s:.1f} s ({told_s:.1f} s by the clock)")
    campaign.measure(f"stopped by {number.name} after", f"{stopped_s:.1f} s")
