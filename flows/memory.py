"""Memory that a process no longer uses, given back to the system."""

from __future__ import annotations

import contextlib
import ctypes


def give_back_memory() -> None:
    """Give back what was freed: the C library keeps it for later, a hundred megabytes after a load or a stage of a batch.

    Takes some milliseconds. Where the library is another than glibc, nothing happens.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
