"""Models loaded in this process while it waits for Prefect's server, where few pages are new.

A run of a few pages works on them itself, and needs what the stages load when they are first used (2 s). That takes no time
beside the start of the server (3 s, in another process), but must begin before it is known what is new. So it is guessed:
from files that were written to after the writer's file was. A guess that is wrong costs time, never a row.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from flows.pool import WORTH_PROCESSES_BYTES


def warm_early(inputs: Sequence[Path], writer_path: Path, warm_up: Callable[[], None]) -> None:
    """Call ``warm_up`` in a thread if some files of ``inputs`` seem to be new, and so few that this process will do the work.

    The files are looked at in that thread, too: a large archive has a million of them.
    """
    try:
        since_ns = writer_path.stat().st_mtime_ns
    except OSError:
        since_ns = 0

    def warm() -> None:
        if 0 < newer_bytes(inputs, since_ns) < WORTH_PROCESSES_BYTES:
            warm_up()

    threading.Thread(target=warm, daemon=True).start()


def newer_bytes(inputs: Sequence[Path], since_ns: int) -> int:
    """Return the bytes of the files in ``inputs`` written to after ``since_ns``, counted until they are worth processes."""
    total = 0
    for status in _statuses(inputs):
        if max(status.st_mtime_ns, status.st_ctime_ns) > since_ns:
            total += status.st_size
            if total >= WORTH_PROCESSES_BYTES:
                break
    return total


def _statuses(inputs: Sequence[Path]) -> Iterator[os.stat_result]:
    """Yield what the file system says of each file in ``inputs``; of what it does not show, nothing."""
    waiting = list(map(os.fspath, inputs))
    while waiting:
        here = waiting.pop()
        try:
            if not os.path.isdir(here):
                yield os.stat(here)
                continue
            with os.scandir(here) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.is_file():
                        yield entry.stat()
        except OSError:  # told by whoever reads it
            continue
