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
        if not isinstance(error, (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException)):
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
