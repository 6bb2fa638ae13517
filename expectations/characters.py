"""Characters of whole columns as numbers, so that numpy can compare them."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

CodePoints = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.int64]
T = TypeVar("T", bound=np.generic)


def code_points(texts: pl.Series) -> tuple[CodePoints, Offsets]:
    """Return the characters of all ``texts`` (no nulls) one after another, and where each text starts (one more at the end)."""
    joined = texts.str.join("").item()
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    offsets = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(texts.str.len_chars().to_numpy(), out=offsets[1:])
    return points, offsets


def basic_plane() -> str:
    """Return every character below U+10000, in order."""
    return "".join(map(chr, range(0x10000)))


@cache
def _visible_table() -> npt.NDArray[np.bool_]:
    """Tell for every code point below U+10000 whether it leaves ink: no space, control, format or surrogate character."""
    is_hidden = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}.__contains__
    return ~np.fromiter(map(is_hidden, map(unicodedata.category, basic_plane())), dtype=np.bool_, count=0x10000)


def look_up(table: npt.NDArray[T], points: CodePoints) -> npt.NDArray[T]:
    """Return the entry of ``table`` (one for each code point of the basic plane) for each of ``points``.

    Characters beyond the basic plane, which are rare ideographs and pictures, have the entry of U+4E00.
    """
    if len(points) and points.max() >= len(table):
        points = np.where(points < len(table), points, 0x4E00)
    return np.asarray(
        table.take(points, mode="clip")
    )  # which looks no place up twice: three times as fast as table[points]


def keep(points: CodePoints, kept: npt.NDArray[np.bool_]) -> CodePoints:
    """Return those of ``points`` that are ``kept``; Polars does so in a tenth of numpy's time."""
    return pl.Series(points).filter(pl.Series(kept)).to_numpy()


def rank(marked: npt.NDArray[np.bool_], positions: Offsets) -> Offsets:
    """Return how many of ``marked`` are true before each of ``positions``.

    >>> rank(np.array([True, False, True, True]), np.array([0, 1, 3, 4])).tolist()
    [0, 1, 2, 3]
    """
    packed = np.packbits(marked, bitorder="little")
    before = np.zeros(len(packed) + 1, dtype=np.int64)
    np.cumsum(np.bitwise_count(packed), dtype=np.int64, out=before[1:])
    byte, bit = positions >> 3, positions & 7
    partial = np.append(packed, np.uint8(0))[byte] & ((1 << bit) - 1).astype(np.uint8)
    ranks: Offsets = before[byte] + np.bitwise_count(partial)
    return ranks


def rows_of(positions: Offsets, offsets: Offsets) -> Offsets:
    """Return for each of ``positions``, which are in order, the row that holds it; row ``n`` begins at ``offsets[n]``.

    The rows are looked up among the positions, which are many more.

    >>> rows_of(np.array([0, 1, 5, 6]), np.array([0, 2, 2, 9])).tolist()
    [0, 0, 2, 2]
    """
    return np.repeat(np.arange(len(offsets) - 1), np.diff(np.searchsorted(positions, offsets)))


def is_visible(points: CodePoints) -> npt.NDArray[np.bool_]:
    """Tell of each character whether it leaves ink."""
    return look_up(_visible_table(), points)


def ranges(starts: Offsets, lengths: Offsets) -> Offsets:
    """Return all integers of the half-open ranges that begin at ``starts``, range after range.

    >>> ranges(np.array([5, 0, 9]), np.array([2, 3, 0])).tolist()
    [5, 6, 0, 1, 2]
    """
    starts, lengths = starts[lengths > 0], lengths[lengths > 0]
    steps: Offsets = np.ones(int(lengths.sum()), dtype=np.int64)
    if len(starts):
        first = np.cumsum(lengths) - lengths
        steps[first[0]] = starts[0]
        steps[first[1:]] = starts[1:] - (starts[:-1] + lengths[:-1] - 1)
    found: Offsets = np.cumsum(steps, out=steps)
    return found
