"""Characters of whole columns as numbers, so that numpy can compare them."""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

CodePoints = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.int64]


def code_points(texts: pl.Series) -> tuple[CodePoints, Offsets]:
    """Return the characters of all ``texts`` (no nulls) one after another, and where each text starts (one more at the end)."""
    joined = "".join(texts.to_list())
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    offsets = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(texts.str.len_chars().to_numpy(), out=offsets[1:])
    return points, offsets


@cache
def _visible_table() -> npt.NDArray[np.bool_]:
    """Tell for every code point below U+10000 whether it leaves ink: no space, control, format or surrogate character."""
    hidden = {"Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp"}
    return np.array([unicodedata.category(chr(point)) not in hidden for point in range(0x10000)])


def is_visible(points: CodePoints) -> npt.NDArray[np.bool_]:
    """Tell of each character whether it leaves ink; all beyond the basic plane do."""
    table = _visible_table()
    return np.asarray((points >= len(table)) | table[np.minimum(points, len(table) - 1)], dtype=np.bool_)


def ranges(starts: Offsets, lengths: Offsets) -> Offsets:
    """Return all integers of the half-open ranges that begin at ``starts``, range after range.

    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    total = int(lengths.sum())
    before = np.cumsum(lengths) - lengths
    found: Offsets = np.arange(total, dtype=np.int64) + np.repeat(starts - before, lengths)
    return found
