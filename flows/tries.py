"""How often this machine's runs have died over a call that they made themselves, with no worker process between.

A night of a few pages is worked on in the run's own process. Should one of them kill it, it would kill the run of
every night. So what is begun is noted in a file until it is done, and what was begun twice and never done counts as lost.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path


class Tries:
    """Counts in ``folder`` what is begun and not done; nothing is counted without a folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def begun_before(self, call: Callable[..., object]) -> int:
        """Return how often ``call`` was begun and not done."""
        if (path := self._path(call)) is None:
            return 0
        try:
            return len(path.read_bytes())
        except OSError:
            return 0

    @contextlib.contextmanager
    def counted(self, call: Callable[..., object]) -> Iterator[None]:
        """Count the block as begun until it ends, by an error too: an error is no death."""
        if (path := self._path(call)) is None:
            yield
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(b".")
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

    def forget(self, call: Callable[..., object]) -> None:
        """Let ``call`` count as never begun."""
        if (path := self._path(call)) is not None:
            path.unlink(missing_ok=True)

    def _path(self, call: Callable[..., object]) -> Path | None:
        """Return the file for a function with its first two arguments, where its stage files are and which batch."""
        if self._folder is None or not isinstance(call, functools.partial):
            return None
        name = f"{call.func.__name__} {call.args[:2]}"
        return self._folder / hashlib.blake2b(name.encode(errors="surrogateescape"), digest_size=10).hexdigest()
