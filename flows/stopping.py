"""Stopping when asked: SIGTERM and Ctrl-C end a run within five seconds, whatever it is doing at the time.

Both become an exception in the main thread, so that a run ends as after any error: the row of the run says so, the lock is free.
That needs the main thread to come by, and the threads of a run to end with what they are at, which a batch of large pages can
put off for a minute. So a thread watches, woken by the interpreter's own handler and not by the main thread, and ends the
process when the time is up. Nothing is lost by that: what was not committed is undone, as after a kill.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from types import FrameType
from typing import Final, NoReturn

# Of the five seconds; the rest is for what a busy machine adds.
_GRACE_S: Final = 3.5
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
MESSAGE: Final = "banmian: interrupted; what was loaded is whole, run it again to go on"


class Stopped(KeyboardInterrupt):
    """The signal ``number`` asked this process to stop. Not an Exception: nothing may catch it on its way."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def exit_code_of(error: KeyboardInterrupt) -> int:
    """Return the exit code after an interrupt, as shells count it: 143 for SIGTERM, 130 for Ctrl-C."""
    return 128 + (error.number if isinstance(error, Stopped) else signal.SIGINT)


def stop_when_asked() -> None:
    """Let SIGTERM and Ctrl-C end this process within five seconds. To be called in the main thread."""
    for number in _SIGNALS:
        # For Ctrl-C too: asyncio puts a handler of its own in the place of Python's, and takes the interrupt for its tasks'.
        signal.signal(number, _stop)
    signal.signal(signal.SIGURG, _wake)
    wakened, waker = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.detach(), warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(wakened, threading.get_ident()), name="stop when asked", daemon=True).start()


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped(number)


def _wake(number: int, frame: FrameType | None) -> None:
    pass  # that it was called is all: the interpreter looks for other signals, too


def _watch(wakened: socket.socket, main: int) -> None:
    while (number := wakened.recv(1)[0]) not in _SIGNALS:
        pass
    # A signal may reach any thread, and the main one, waiting for a lock, would sleep on: this wakes it to what has come.
    signal.pthread_kill(main, signal.SIGURG)
    time.sleep(_GRACE_S)
    # What this process started notices its end: the workers, the server and the process that judges.
    sys.stderr.write(f"{MESSAGE}\n")
    sys.stderr.flush()
    os._exit(128 + number)
