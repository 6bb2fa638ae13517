"""Candidate pairs of bodies: those that share enough of their sketches to be compared.

Where pages share formulas a batch has millions of pairs that share a gram, and few of them share enough. They are counted as
numbers: the bodies are numbered, a pair is one number of 64 bits, and equal numbers lie together once they are sorted, which
takes a third of the time of grouping pairs of hashes in DuckDB or Polars (7.6 million shared grams of 4.2 million pairs,
2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.deduplicated.bodies import LEAST_SHARE, SHORT
from transforms.frames import Schema

BODY_PAIRS: Final[Schema] = {"left_hash": pl.UInt64, "right_hash": pl.UInt64}

# Shared grams counted at a time take some thirty megabytes; of two million together the arrays leave the cache, and counting
# takes a third more time (2026-11).
_SHARED_AT_ONCE: Final = 500_000

_LOW: Final = 0xFFFFFFFF  # of the number of a pair, the body with the greater hash

_Numbers = npt.NDArray[np.int64]


class _Sketches(NamedTuple):
    """Rows of sketches, those of a gram together: of each its body, where the rows of its gram begin, and how many they are."""

    owners: _Numbers
    starts: _Numbers
    sizes: _Numbers


def pair_bodies(
    bodies: pl.DataFrame, sketches: pl.DataFrame, new: pl.Series | None = None, *, shared_at_once: int = _SHARED_AT_ONCE
) -> pl.DataFrame:
    """Return the candidate pairs among ``bodies`` (schema ``BODY_PAIRS``, left the smaller hash), sorted.

    With ``new`` (hashes), only pairs of which one body or both are among those. ``bodies`` and ``sketches`` have the schemas
    ``BODIES`` and ``SKETCHES``; bodies and rows that share nothing with another may be left out. Memory is bounded by
    ``shared_at_once``, what one body shares, and what is returned.

    Two bodies are a pair if they share at least ``LEAST_SHARE`` of the sketch of the smaller one, and one gram; if only one of
    them is short, its coarse grams alone count.
    """
    bodies = bodies.sort("body_hash")
    hashes = bodies["body_hash"].to_numpy()
    is_new = (
        np.ones(len(hashes), dtype=np.bool_) if new is None else bodies["body_hash"].is_in(new.implode()).to_numpy()
    )
    rows = _sort_by_gram(hashes, sketches)
    is_short = (bodies["body_length"] < SHORT).to_numpy()
    coarse, all_grams = (bodies[name].to_numpy() for name in ("coarse_count", "gram_count"))
    found = [np.empty(0, dtype=np.int64)]
    for left, right, shared in _count_shared(rows, is_new, shared_at_once):
        fewest = np.where(
            is_short[left] & is_short[right],
            np.minimum(all_grams[left], all_grams[right]),
            np.minimum(coarse[left], coarse[right]),
        )
        is_pair = shared >= LEAST_SHARE * np.maximum(fewest, 1)
        one, other = left[is_pair], right[is_pair]
        found.append((np.minimum(one, other) << 32) | np.maximum(one, other))
    pairs = np.sort(np.concatenate(found))
    return pl.DataFrame({"left_hash": hashes[pairs >> 32], "right_hash": hashes[pairs & _LOW]}, schema=BODY_PAIRS)


def _sort_by_gram(hashes: npt.NDArray[np.uint64], sketches: pl.DataFrame) -> _Sketches:
    """Return ``sketches``, the bodies as their places in ``hashes``."""
    grams = sketches["gram_hash"].to_numpy()
    order = np.argsort(grams)
    grams = grams[order]
    owners = np.searchsorted(hashes, sketches["body_hash"].to_numpy()[order])
    is_first = np.ones(len(grams), dtype=np.bool_)
    is_first[1:] = grams[1:] != grams[:-1]
    firsts = np.flatnonzero(is_first)
    sizes = np.diff(firsts, append=len(grams))
    return _Sketches(owners, np.repeat(firsts, sizes), np.repeat(sizes, sizes))


def _count_shared(
    rows: _Sketches, is_new: npt.NDArray[np.bool_], at_once: int
) -> Iterator[tuple[_Numbers, _Numbers, _Numbers]]:
    """Yield pairs of a new body and another, and how many grams they share; of two new bodies the left is the lesser."""
    mine = np.flatnonzero(is_new[rows.owners] & (rows.sizes > 1))
    mine = mine[np.argsort(rows.owners[mine], kind="stable")]
    owners = rows.owners[mine]
    ends = np.flatnonzero(np.diff(owners, append=-1)) + 1  # of the rows of each body
    shared_before = np.concatenate([[0], np.cumsum(rows.sizes[mine])])
    start = 0
    while start < len(mine):
        enough = np.searchsorted(shared_before[ends], shared_before[start] + at_once)
        end = int(ends[min(enough, len(ends) - 1)])
        yield _count_slice(rows, mine[start:end], is_new)
        start = end


def _count_slice(rows: _Sketches, mine: _Numbers, is_new: npt.NDArray[np.bool_]) -> tuple[_Numbers, _Numbers, _Numbers]:
    """Return what the rows ``mine`` share with all rows, as ``_count_shared`` yields it."""
    sizes = rows.sizes[mine]
    places = np.arange(sizes.sum()) + np.repeat(rows.starts[mine] - np.cumsum(sizes) + sizes, sizes)
    left, right = np.repeat(rows.owners[mine], sizes), rows.owners[places]
    is_wanted = np.where(is_new[right], left < right, True)
    pairs = (left[is_wanted] << 32) | right[is_wanted]
    pairs.sort()
    is_first = np.ones(len(pairs), dtype=np.bool_)
    is_first[1:] = pairs[1:] != pairs[:-1]
    firsts = np.flatnonzero(is_first)
    distinct = pairs[firsts]
    return distinct >> 32, distinct & _LOW, np.diff(firsts, append=len(pairs))
