"""How long work may take: what never ends would hold its worker, and with it the run, for ever.

No rule of Python ends what is at work in native code, a regular expression say. So the process is ended, by a thread of the
interpreter that needs nothing of Python (``faulthandler``), and says where it was: names of functions and lines, no text.
"""

from __future__ import annotations

import contextlib
import faulthandler
import threading
import time
from collections.abc import Iterator
from typing import Final

# Seconds for a page alone (setting max_page_s). The largest page takes half a minute at worst (1 MiB, 2026-11), so a machine
# may be ten times as slow before it matters how fast it is.
MAX_PAGE_S: Final = 300
# A batch takes as long as one such page (8 MiB: 5-15 s); one that takes twice that is not lost but tried apart, in parts.
_BATCH: Final = 2
# Where pages are tried apart, some together may take less: if they take more, they are halved once more, and nothing is lost.
_TOGETHER: Final = 0.2

_STANDARD_ERROR: Final = 2
_LOCK: Final = threading.Lock()
_DEADLINES: Final[list[float]] = []


@contextlib.contextmanager
def batch_ends_in_time(max_page_s: int) -> Iterator[None]:
    """End this process, with exit code 1, if the block takes longer than any batch does; several threads may be in one."""
    deadline = time.monotonic() + _BATCH * max_page_s
    with _LOCK:
        _DEADLINES.append(deadline)
        _watch_the_first()
    try:
        yield
    finally:
        with _LOCK:
            _DEADLINES.remove(deadline)
            _watch_the_first()


def limit_apart(page_count: int, max_page_s: int) -> float:
    """Return how many seconds ``page_count`` pages may take in a process apart."""
    return max_page_s if page_count <= 1 else max_page_s * _TOGETHER


def _watch_the_first() -> None:
    faulthandler.cancel_dump_traceback_later()
    if _DEADLINES:
        left_s = max(0.001, min(_DEADLINES) - time.monotonic())
        faulthandler.dump_traceback_later(left_s, file=_STANDARD_ERROR, exit=True)
