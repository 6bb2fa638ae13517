"""A file that a command writes for its user: whole or not at all, and never over another without leave."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from transforms.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def new_file(path: Path, *, is_forced: bool) -> Iterator[Path]:
    """Give the path of a file beside ``path`` to be written, which takes its place when the block ends without an error.

    Raises
    ------
    UsageError
        If there is something at ``path`` already and ``is_forced`` is false, if it is a folder, or if its folder is missing.
    """
    if path.is_dir():
        raise UsageError(str(path), "is a folder", "name a file in it")
    if not path.parent.is_dir():
        raise UsageError(str(path.parent), "there is no such folder", "make it, or name another")
    if path.exists() and not is_forced:
        raise UsageError(str(path), "is there already", "--force to write over it, or another name")
    target = path.resolve()  # a link to a file stays a link
    aside = target.with_name(f".{target.name[:200]}.{os.getpid()}.part")
    try:
        yield aside
        with aside.open("rb+") as written:
            os.fsync(written.fileno())
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)
