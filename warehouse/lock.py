"""One writer at a time: a lock file held for the whole run, which names its holder."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import filelock

from transforms.errors import WarehouseBusy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE_S = 0.5


@contextlib.contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Hold the lock in ``folder``. The operating system frees it when its holder dies, however it dies.

    Raises
    ------
    WarehouseBusy
        Within a second, if another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / "lock.holder"
    lock = filelock.FileLock(str(folder / "lock"))
    try:
        lock.acquire(timeout=_PATIENCE_S, poll_interval=0.1)
    except filelock.Timeout:
        name = holder.read_text(encoding="utf-8") if holder.exists() else "another process"
        raise WarehouseBusy(str(folder), f"{name} is at work on it", "again when it has ended") from None
    try:
        holder.write_text(f"process {os.getpid()} on {os.uname().nodename}", encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()
