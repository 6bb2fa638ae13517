"""Publishing: readers get a finished copy of the writer's file, put in place in one step.

DuckDB lets no reader near a file that a writer holds, and no writer near one that a reader holds. So the writer's file is
one and the published file another: who has the old one open keeps it, who opens it anew gets the new one, and nobody ever
sees a run half done.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def publish(writer_path: Path, published_path: Path) -> None:
    """Replace the file at ``published_path`` by a copy of the closed and checkpointed file at ``writer_path``.

    Killed at any point, it leaves the old file or the new one. The copy is made beside the target, since a file can be
    renamed into place only within its file system.
    """
    published_path = published_path.resolve()  # a link to the file stays a link
    for stale in published_path.parent.glob(f"{_escaped(published_path.name)}.*.next"):
        stale.unlink(missing_ok=True)
    copy = published_path.with_name(f"{published_path.name}.{os.getpid()}.next")
    try:
        shutil.copyfile(writer_path, copy)
        _sync(copy)
        os.replace(copy, published_path)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    _sync(published_path.parent)


def _escaped(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
