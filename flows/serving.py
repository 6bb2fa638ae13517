"""`banmian serve`: runs by the clock, from one process, with no server of anybody's.

Why not Prefect's own ``serve``: it refuses to schedule on the embedded server, so that a server of its own would have to stand
all year (244 MB); runs that fell due while it was down are all made up for, one after another; and stopped by SIGTERM it leaves
an orphan behind. Here each due time starts what a person would type, `banmian run`, in a process group of its own. What is due
while a run goes on is skipped, since a run takes in everything new anyway. The process that waits imports neither Prefect nor
Great Expectations, and a run that takes too much memory cannot take the schedule with it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final

from flows.schedule import NextAfter
from warehouse.lock import SERVE, sole_writer

logger = logging.getLogger("banmian")

# A run that is asked to stop has this long to end by itself; what it had not committed is undone in any case.
_GRACE_S: Final = 3.0
# The wall clock is looked at this often, since a machine may sleep and a clock be set.
_LONGEST_WAIT_S: Final = 20.0


class _Stop:
    """Which signal asked to stop, if one did; it can be waited for."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.signal_number = 0

    def ask(self, number: int, frame: FrameType | None) -> None:
        self.signal_number = number
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Wait, and return whether a signal came."""
        return self._event.wait(max(0.0, seconds))


def serve_runs(arguments: Sequence[str], next_after: NextAfter, work_folder: Path) -> int:
    """Start ``banmian run`` with ``arguments`` at every due time until SIGTERM or Ctrl-C; return 0, or 130 for Ctrl-C.

    Raises
    ------
    WarehouseBusy
        If another process already serves this warehouse.
    """
    stop = _Stop()
    with sole_writer(work_folder, name=SERVE, work="serving it") as holder, _asked_by_signals(stop):
        ended = ""
        while not stop.signal_number:
            due = next_after(datetime.now(UTC))
            told = f"{due:%Y-%m-%d %H:%M:%S %Z}"
            logger.info("%snext run at %s", ended, told)
            ended = ""
            who = f"process {os.getpid()} on {os.uname().nodename}"
            holder.write_text(f"{who}, next run {told},", encoding="utf-8")
            while (left := (due - datetime.now(UTC)).total_seconds()) > 0 and not stop.wait(min(left, _LONGEST_WAIT_S)):
                pass
            if stop.signal_number:
                break
            holder.write_text(f"{who}, at the run due {told},", encoding="utf-8")
            ended = _run_once(arguments, stop)
            _tell_skipped(due, next_after)
    logger.info("%sstopped", ended)
    return 130 if stop.signal_number == signal.SIGINT else 0


@contextlib.contextmanager
def _asked_by_signals(stop: _Stop) -> Iterator[None]:
    before = {number: signal.signal(number, stop.ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run_once(arguments: Sequence[str], stop: _Stop) -> str:
    """Run once and return how that ended, in words."""
    started = time.monotonic()
    # A session of its own: Ctrl-C reaches this process first, which then asks the run to stop, with all that it started.
    run = subprocess.Popen([sys.executable, "-m", "flows.cli", "run", *arguments], start_new_session=True)  # noqa: S603
    try:
        while run.poll() is None and not stop.wait(0.2):
            pass
        if run.poll() is None:
            logger.info("stopping the run of process %d", run.pid)
            _signal_group(run.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(_GRACE_S)
    finally:
        _signal_group(run.pid, signal.SIGKILL)  # an embedded server that was left, or a run that did not stop
        run.wait()
    return f"the run ended after {time.monotonic() - started:.0f} s with exit code {run.returncode}; "


def _signal_group(leader: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, number)


def _tell_skipped(due: datetime, next_after: NextAfter) -> None:
    skipped = 0
    moment, now = next_after(due), datetime.now(UTC)
    while moment <= now and skipped < 1000:
        skipped += 1
        moment = next_after(moment)
    if skipped:
        logger.info("%d times fell due meanwhile and are skipped: the next run takes in everything new", skipped)
