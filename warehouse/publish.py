"""Publishing: readers get a finished copy of the writer's file, put in place in one step.

DuckDB lets no reader near a file that a writer holds, and no writer near one that a reader holds. So the writer's file is
one and the published file another: who has the old one open keeps it, who opens it anew gets the new one, and nobody ever
sees a run half done.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from pathlib import Path
from typing import Final

from warehouse.spare import bring_up_to_date, keep_spare

_FICLONE: Final = 0x40049409  # linux/fs.h


def publish(writer_path: Path, published_path: Path) -> None:
    """Replace the file at ``published_path`` by a copy of the closed and checkpointed file at ``writer_path``.

    Killed at any point, it leaves the old file or the new one. The copy is made beside the target, since a file can be
    renamed into place only within its file system. Audit events (PEP 578): ``banmian.before_publish`` when the copy is
    on the disk, ``banmian.after_publish`` when it is in place.
    """
    published_path = published_path.resolve()  # a link to the file stays a link
    _replace_by_copy(writer_path, published_path, spare=writer_path.with_name(f"{published_path.name}.spare"))


def adopt(published_path: Path, writer_path: Path) -> None:
    """Put a copy of the published file where the writer works, if its own file is gone: it is a whole warehouse.

    Killed at any point, it leaves no writer's file or a whole one.
    """
    if not writer_path.exists() and published_path.exists():
        writer_path.with_name(f"{writer_path.name}.wal").unlink(missing_ok=True)  # the log of a file that is gone
        _replace_by_copy(published_path, writer_path)


def _replace_by_copy(source: Path, target: Path, *, spare: Path | None = None) -> None:
    for stale in target.parent.glob(f"{_escaped(target.name)}.*.next"):
        stale.unlink(missing_ok=True)
    copy = target.with_name(f"{target.name}.{os.getpid()}.next")
    try:
        is_clone = _clone(source, copy)
        if not is_clone and spare is not None and bring_up_to_date(spare, source):
            os.replace(spare, copy)
        elif not is_clone:
            shutil.copyfile(source, copy)
        _sync(copy)
        sys.audit("banmian.before_publish", str(target))
        if not is_clone and spare is not None:
            keep_spare(target, spare)
        os.replace(copy, target)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    sys.audit("banmian.after_publish", str(target))
    _sync(target.parent)


def _clone(source: Path, target: Path) -> bool:
    """Let two files share their blocks, which takes no time and no room, and return whether the file system can (XFS, Btrfs)."""
    with open(source, "rb") as original, open(target, "wb") as copy:
        try:
            fcntl.ioctl(copy.fileno(), _FICLONE, original.fileno())
        except OSError:
            return False
    return True


def _escaped(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
