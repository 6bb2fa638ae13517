"""What the operating system and DuckDB say of a failing disk, told as errors that say what to do."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from transforms.errors import StorageFailed, WarehouseDamaged

# Errors of a disk, not of a program.
_OF_A_DISK: Final = frozenset(
    {
        errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENODEV, errno.ENOSPC, errno.ENXIO, errno.EROFS, errno.ESTALE,
        errno.EACCES, errno.EPERM,
    }
)  # fmt: skip

# What a run writes for each byte of pages that it lands: 3 in stage files, 6 in the writer's file and 6 in the published copy,
# and some for the log (measured 2026-11 on 400 made pages of 2 kB); and what an empty warehouse and its copy take.
_WRITTEN_PER_BYTE: Final = 16
_EMPTY_BYTES: Final = 20 * 2**20

# What DuckDB raises where a write, a sync or a commit fails (every write of a run was made to fail, on 1.5.5), or memory ends.
_FAILED_WRITES: Final = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.TransactionException,
    duckdb.OutOfMemoryException,
)

# DuckDB's words (1.5.5 and 2.0.0) where a file does not hold what was written to it: a wrong checksum, a block or log cut
# short, a structure that makes no sense.
_DAMAGE: Final = re.compile(
    r"checksum|corrupt|not a valid DuckDB database|could not read enough bytes|deserializ|while replaying the WAL",
    re.IGNORECASE,
)


def is_damage(error: duckdb.Error) -> bool:
    """Return whether DuckDB says that the file itself is not sound, rather than that the query or the disk is not."""
    is_structure = isinstance(error, (duckdb.SerializationException, duckdb.InternalException))
    return is_structure or _DAMAGE.search(str(error)) is not None


def first_line(error: BaseException) -> str:
    """Return the first line of what ``error`` says, at most 300 characters of it."""
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:300]


def free_bytes(folder: Path) -> int:
    """Return how many bytes can be written to the volume of ``folder``, which need not be there yet."""
    there = next(above for above in (folder.absolute(), *folder.absolute().parents) if above.exists())
    volume = os.statvfs(there)
    return volume.f_bavail * volume.f_frsize


def require_room(writer_path: Path, landing_bytes: int) -> None:
    """Look whether the volume has room for landing ``landing_bytes`` of pages and for the copy that readers get.

    An estimate, so that a night's run ends at its start and not in its middle; ``storage_errors`` tells what it misses.

    Raises
    ------
    StorageFailed
        If there is not enough, with what is free and what is needed.
    """
    needed = writer_path.stat().st_size + _WRITTEN_PER_BYTE * landing_bytes + _EMPTY_BYTES
    free = free_bytes(writer_path.parent)
    if free < needed:
        raise StorageFailed(
            str(writer_path.parent),
            f"its volume has {free:,} bytes free, and this run needs about {needed:,}; nothing was changed",
            "make room, or --warehouse FILE on another volume",
        )


@contextlib.contextmanager
def storage_errors(warehouse: Path, damaged_remedy: str) -> Iterator[None]:
    """Tell errors of the disk, and of files that are damaged, as such.

    Raises
    ------
    StorageFailed
        If the disk is full or fails.
    WarehouseDamaged
        If DuckDB finds a file unsound; ``damaged_remedy`` says what to try.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _OF_A_DISK:
            raise
        raise _failed(warehouse, str(error)) from error
    except duckdb.Error as error:
        if is_damage(error):
            raise WarehouseDamaged(str(warehouse), f"it is damaged: {first_line(error)}", damaged_remedy) from error
        if not isinstance(error, _FAILED_WRITES):
            raise
        raise _failed(warehouse, first_line(error)) from error


def _failed(warehouse: Path, said: str) -> StorageFailed:
    folder = warehouse.absolute().parent
    return StorageFailed(
        str(folder),
        f"a file could not be written or read: {said}; the volume has {free_bytes(folder):,} bytes free,"
        " and what was published stays as it was",
        "make room or mend the disk, then the same command again: it goes on where this run stopped",
    )
