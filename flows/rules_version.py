"""The version of the rules: a hash over all that decides what becomes of a page.

Taken from the bytes of ``transforms`` and ``expectations`` themselves, code and data, so that no change of a rule can be
forgotten: rows made by other rules are made anew by the next run that sees their files.
"""

from __future__ import annotations

import functools
import hashlib
from importlib import metadata
from pathlib import Path

import expectations
import transforms


@functools.cache
def rules_version() -> str:
    """Return the version, such as ``0.1.0+3f9c0a1b2d4e5f60``."""
    digest = hashlib.blake2b(digest_size=8)
    for package in (expectations, transforms):
        root = Path(next(iter(package.__path__)))
        for path in sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            digest.update(f"{root.name}/{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    try:
        release = metadata.version("banmian")
    except metadata.PackageNotFoundError:  # run from a checkout that is not installed
        release = "0"
    return f"{release}+{digest.hexdigest()}"
