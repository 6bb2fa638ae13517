"""Rows as they were: what a stage makes of many texts, pinned by checksums in ``as_before.toml`` beside the tests of its room.

A checksum says that rows changed, not which are right: the case tables say that. Where a change of rules is meant to change rows, look
at what the test prints of the texts that read differently, then write them down anew: ``REWRITE_ROWS=1 python -m pytest tests/<room>``.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

_BLOCK = 20  # texts that share a checksum: small enough to look through, large enough for a file of a few kilobytes
_SHOWN = 3


def rows_of(frame: pl.DataFrame, keys: Iterable[str]) -> list[list[list[object]]]:
    """Return of each of ``keys`` the rows of ``frame`` whose first column it is, without that column, in their order."""
    by_key = defaultdict(list)
    for key, *row in frame.rows():
        by_key[key].append(row)
    return [by_key[key] for key in keys]


def check(path: Path, table: str, texts: Sequence[str], rows: Sequence[object]) -> None:
    """Compare ``rows`` (of each text what was made of it, as ``repr`` shows it) with the checksums of ``table`` in ``path``."""
    assert len(texts) == len(rows)
    found = [_checksum(rows[at : at + _BLOCK]) for at in range(0, len(rows), _BLOCK)]
    pinned = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if os.environ.get("REWRITE_ROWS"):
        _write(path, {**pinned, table: found})
        return
    known = pinned.get(table, [])
    assert len(known) == len(found), f"{table}: the texts are others; see tests/as_before.py"
    changed = [number for number, pair in enumerate(zip(known, found, strict=True)) if pair[0] != pair[1]]
    shown = [
        f"{text!r}\n    {made!r}"
        for number in changed[:_SHOWN]
        for text, made in list(zip(texts, rows, strict=True))[number * _BLOCK : (number + 1) * _BLOCK]
    ]
    listed = "\n".join(shown)
    assert not changed, (
        f"{table}: of {len(found)} blocks {len(changed)} have other rows, in the first of them:\n{listed}"
    )


def _checksum(rows: Sequence[object]) -> str:
    return hashlib.blake2b(repr(list(rows)).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def _write(path: Path, tables: dict[str, list[str]]) -> None:
    lines = []
    for table, checksums in sorted(tables.items()):
        quoted = [f'"{one}"' for one in checksums]
        lines += [f"{table} = [", *(f"  {', '.join(quoted[at : at + 10])}," for at in range(0, len(quoted), 10)), "]"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
