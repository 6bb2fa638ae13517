"""The spare: the file that was published before the last one, which becomes the next by writing only what differs.

A whole copy takes as long as the warehouse is large, and a night changes little of it. DuckDB leaves blocks that do not change
where they are, so most of the spare is right already. Both files are compared whole, since nothing less proves that they are
equal: DuckDB's checksum of a block is the same for the same words in another order.

Who has a published file open keeps it as it is, also when two more were published since; so does who linked it. The spare is
written to only where neither is so. A kill leaves a spare that is half old and half new, which the next comparison mends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
from pathlib import Path
from typing import IO, Final

from warehouse.storage import free_bytes

# A quarter of DuckDB's blocks, which are written whole.
_PIECE: Final = 64 * 1024


def bring_up_to_date(spare: Path, source: Path) -> bool:
    """Make the spare equal to ``source`` and return true; false, and nothing done, if there is none that nobody else sees."""
    try:
        with open(spare, "r+b", buffering=0) as copy, open(source, "rb", buffering=0) as original:
            if not _is_unseen(copy.fileno()):
                return False
            _write_differences(original, copy)
    except FileNotFoundError:
        return False
    return True


def keep_spare(published: Path, spare: Path) -> None:
    """Keep the published file, which is about to be replaced, as the spare, where there is room and the file system can."""
    with contextlib.suppress(OSError):
        spare.unlink(missing_ok=True)
        if free_bytes(published.parent) > 2 * published.stat().st_size:
            os.link(published, spare)


def _is_unseen(descriptor: int) -> bool:
    """Return whether no other name leads to the open file and no other process has it open; false where that cannot be told.

    A lease for writing is given to the only one who has a file open (fcntl(2), Linux). It is given back at once: from here on
    the file can only be opened by its name in the work folder.
    """
    if os.fstat(descriptor).st_nlink != 1 or not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)  # not SIGIO, which ends a process
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError:
        return False
    return True


def _write_differences(original: IO[bytes], copy: IO[bytes]) -> None:
    source, target = original.fileno(), copy.fileno()
    size = os.fstat(source).st_size
    os.truncate(target, size)
    for place in range(0, size, _PIECE):
        piece = os.pread(source, _PIECE, place)
        if piece != os.pread(target, _PIECE, place):
            written = os.pwrite(target, piece, place)
            if written != len(piece):  # the disk is full: the next write says so
                os.pwrite(target, piece[written:], place + written)
