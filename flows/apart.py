"""Work in a process apart: what is called there may kill its process, by its memory or a crash in native code, and no other.

A call that raises can be caught where it is made; one whose process dies takes its worker along, and whatever else that was at.
So what workers have died over is called here (``flows.pool.run_batches``), and halved until the page that kills stands alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

Result = TypeVar("Result")

# Where memory ends, the kernel kills the process with the highest score: this one rather than the one that waits for it.
_KILL_FIRST: Final = "1000"


class ProcessDied(Exception):
    """The process died over a call; ``how`` names the signal or the exit code, or the time after which it was ended."""

    def __init__(self, how: str, *, is_late: bool = False) -> None:
        super().__init__(how)
        self.how = how
        self.is_late = is_late  # it was ended, since it was not done in time


class Apart:
    """A process that does what it is asked to, one call after the other; a new one is started when it has died.

    Each begins with ``prepare``, which counts for no call.
    """

    def __init__(self, prepare: Callable[[], None] | None = None) -> None:
        self._prepare = prepare
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()
        self._end()

    def call(self, function: Callable[..., Result], *arguments: object, limit_s: float | None = None) -> Result:
        """Return what ``function``, one of a module, returns. Blocks.

        Raises
        ------
        ProcessDied
            If the process ended over it, or was ended since there was no answer after ``limit_s`` seconds.
        Exception
            What the function raises.
        """
        connection = self._running()
        try:
            connection.send((function, arguments))
            if limit_s is not None and not connection.poll(limit_s):
                self._kill()
                self._end()
                raise ProcessDied(f"{limit_s:.0f} s", is_late=True)
            is_raised, answer = connection.recv()
        except (EOFError, OSError) as error:
            raise ProcessDied(self._end()) from error
        if is_raised:
            raise answer
        result: Result = answer
        return result

    def _running(self) -> Connection:
        if self._connection is None:
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own module
                    [sys.executable, "-m", "flows.apart", str(theirs.fileno())],
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.PIPE,  # nothing is written there: it ends when this process does
                    start_new_session=True,  # an interrupt is for who waits for it
                )
            self._connection = Connection(ours.detach())
            if self._prepare is not None:
                self.call(self._prepare)
        return self._connection

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _end(self) -> str:
        """Close what is there and return how the process ended."""
        if self._connection is None or self._process is None:
            return "not started"
        self._connection.close()
        with self._process:
            code = self._process.wait()
        self._connection = self._process = None
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _serve(connection: Connection) -> None:
    """Answer until the other side is gone; then end, whatever is at work."""
    threading.Thread(target=_end_with_caller, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            answer: Any = None
            function, arguments = connection.recv()
            try:
                answer = False, function(*arguments)
            except Exception as error:
                answer = True, error
            connection.send(answer)


def _end_with_caller() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    with contextlib.suppress(OSError):  # another system than Linux
        Path("/proc/self/oom_score_adj").write_text(_KILL_FIRST, encoding="ascii")
    _serve(Connection(int(sys.argv[1])))
