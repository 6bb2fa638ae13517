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
    """The process died over a call; ``how`` names the signal or the exit code."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Apart:
    """A process that does what it is asked to, one call after the other; a new one is started when it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
        self._end()

    def call(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Return what ``function``, one of a module, returns. Blocks.

        Raises
        ------
        ProcessDied
            If the process ended over it.
        Exception
            What the function raises.
        """
        connection = self._running()
        try:
            connection.send((function, arguments))
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
        return self._connection

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
