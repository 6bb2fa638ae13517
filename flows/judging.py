"""Judging in a process of its own.

Great Expectations takes 4 s and 200 MB to import and holds the interpreter's lock while it judges. So a run starts this process
first (``start_judging``): it imports beside the start of Prefect, and judges beside the work on the next batches. Where it is not
started, or has died, the process that asks judges itself, and says the same.
"""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from expectations import Judgement
    from expectations import Settings as Thresholds
    from expectations.rules import Stage

# Great Expectations keeps one context a process and is pure Python: judging side by side would gain nothing.
JUDGING = threading.Lock()
_processes: list[Connection] = []  # the one there is, if any


def start_judging() -> None:
    """Start the process; it ends when this one does. Imports nothing heavy here."""
    ours, theirs = socket.socketpair()
    with theirs:
        subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "flows.judging", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            start_new_session=True,  # an interrupt is for the flow
        )
    _processes[:] = [Connection(ours.detach())]


def judge_stage(stages: str, stage: Stage, batch_id: str, thresholds: Thresholds) -> tuple[Judgement, float]:
    """Return what the gate of ``stage`` decides about a batch, from the measures in its stage files below ``stages``.

    And in how many seconds, those that it waited for other batches to be judged left out.
    """
    with JUDGING:
        started = time.perf_counter()
        judgement = _ask(stages, stage, batch_id, thresholds)
        return judgement, time.perf_counter() - started


def _ask(stages: str, stage: Stage, batch_id: str, thresholds: Thresholds) -> Judgement:
    """Return what the process says that judges, or, without one, what this one says."""
    while _processes:
        try:
            _processes[0].send((stages, stage, batch_id, thresholds))
            answer = _processes[0].recv()
        except (EOFError, OSError):
            _processes.clear()
        else:
            if isinstance(answer, Exception):
                raise answer
            judgement: Judgement = answer
            return judgement
    return _judge(stages, stage, batch_id, thresholds)


def _judge(stages: str, stage: Stage, batch_id: str, thresholds: Thresholds) -> Judgement:
    from expectations import judge  # noqa: PLC0415 - heavy
    from flows.stage_files import StageFiles, read_measured  # noqa: PLC0415

    return judge(stage, read_measured(StageFiles(stages), stage, batch_id), settings=thresholds, is_whole=False)


def _serve(connection: Connection) -> None:
    """Answer until the other side is gone."""
    sys.modules["sqlalchemy"] = None  # type: ignore[assignment] # for tables in databases: a fifth of the import
    from expectations.suites import load_gx  # noqa: PLC0415 - heavy

    load_gx()
    gc.freeze()
    gc.enable()
    with contextlib.suppress(EOFError, OSError):
        while True:
            question: Any = connection.recv()
            try:
                answer: Any = _judge(*question)
            except Exception as error:
                answer = error
            connection.send(answer)


if __name__ == "__main__":
    gc.disable()  # while everything is imported: nothing is garbage yet
    os.environ["POLARS_MAX_THREADS"] = "1"  # frames of some thousand numbers
    _serve(Connection(int(sys.argv[1])))
