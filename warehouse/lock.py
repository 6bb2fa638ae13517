"""One writer at a time: a lock file held for the whole run, which names its holder."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import filelock

from transforms.errors import WarehouseBusy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE_S: Final = 0.5
RUN: Final = "lock"  # held by whoever changes the warehouse
SERVE: Final = "serve"  # held by the process that starts runs by the clock


@contextlib.contextmanager
def sole_writer(folder: Path, *, name: str = RUN, work: str = "at work on it") -> Iterator[Path]:
    """Hold the lock ``name`` in ``folder``; yield the file that tells others who holds it.

    The operating system frees the lock when its holder dies, however it dies.

    Raises
    ------
    WarehouseBusy
        Within a second, if another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    holder = _holder_file(folder, name)
    lock = filelock.FileLock(str(folder / name))
    try:
        lock.acquire(timeout=_PATIENCE_S, poll_interval=0.1)
    except filelock.Timeout:
        raise WarehouseBusy(str(folder), f"{_told(holder)} is {work}", "again when it has ended") from None
    try:
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        holder.write_text(f"process {os.getpid()} on {os.uname().nodename}, since {now},", encoding="utf-8")
        yield holder
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def refuse_if_busy(folder: Path) -> None:
    """Raise WarehouseBusy if a run holds the lock in ``folder``: before a second one spends seconds on starting up."""
    if folder.joinpath(RUN).exists():
        with sole_writer(folder):
            pass


def holder_of(folder: Path, *, name: str = RUN) -> str | None:
    """Return who holds the lock ``name`` in ``folder``, in words; None if it is free. It is not taken for longer than a look.

    A file that tells of a holder while nobody has the lock was left by a process that was killed; it counts for nothing.
    """
    path = folder / name
    if not path.exists():
        return None
    lock = filelock.FileLock(str(path))
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        return _told(_holder_file(folder, name)).removesuffix(",")
    except OSError:  # a folder that may only be read: nobody can be told from here
        return None
    lock.release()
    return None


def _holder_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.holder"


def _told(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8") or "another process"
    except OSError:
        return "another process"
