"""Most candidate pairs share phrases and no more: they are told apart by whole columns, before letters are compared.

For each text a signature of fixed length is made of its 5-grams (one-permutation MinHash, Li, Owen, Zhang 2012: the hashes fall
into bins, of each bin the least is kept). The share of bins in which two signatures agree estimates the share of grams
that two texts have in common, of all that either has. Two copies with 7 % of the characters misread between them
share .7 of their grams; a pair goes on unless its bins agree less than that allows, give or take the scatter.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.deduplicated.keys import hash_windows

_BINS: Final = 128  # scatter of the share: .044 where it is .5
_SHIFT: Final = np.uint64(64 - 7)  # the highest 7 bits of a hash number its bin
_NOTHING: Final = np.uint32(0xFFFFFFFF)
COMMON_SHARE: Final = 0.7  # .93 to the fifth
DEVIATIONS: Final = 3.5  # one copy in 4,000 is lost
_TEXTS_AT_ONCE: Final = 128  # what is made of their grams stays in the cache of a core
_AT_ONCE: Final = 4_096  # pairs; what is gathered of their signatures takes 2 MB

Rows = npt.NDArray[np.int64]


class _Signatures(NamedTuple):
    """Of each text, one row each: the least hash of each bin, its last 16 bits; which bins have one, a bit each; its grams."""

    bins: npt.NDArray[np.uint16]
    filled: npt.NDArray[np.uint8]
    sizes: npt.NDArray[np.int64]


def alike(keys: pl.Series, left: Rows, right: Rows) -> npt.NDArray[np.bool_]:
    """Tell of each pair of texts, ``left`` and ``right`` being their rows in ``keys``, whether they may say the same.

    What is said of a pair depends on its two texts alone. A signature is made once of each text.
    """
    are_alike = np.empty(len(left), dtype=np.bool_)
    signatures = _signatures(keys)
    for start in range(0, len(left), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        are_alike[some] = _agree(signatures, left[some], right[some])
    return are_alike


def _signatures(keys: pl.Series) -> _Signatures:
    """Return the signatures of ``keys``."""
    bins = np.empty((len(keys), _BINS), dtype=np.uint16)
    filled = np.empty((len(keys), _BINS // 8), dtype=np.uint8)
    sizes = np.empty(len(keys), dtype=np.int64)
    for start in range(0, len(keys), _TEXTS_AT_ONCE):
        some = keys[start : start + _TEXTS_AT_ONCE]
        here = slice(start, start + len(some))
        grams = hash_windows(some)
        least = np.full((len(some), _BINS), _NOTHING, dtype=np.uint32)
        at = (grams.hashes >> _SHIFT).astype(np.int64) + grams.owners * _BINS
        np.minimum.at(least.reshape(-1), at, grams.hashes.astype(np.uint32))
        bins[here] = least.astype(np.uint16)
        filled[here] = np.packbits(least != _NOTHING, axis=1)
        sizes[here] = np.bincount(grams.owners, minlength=len(some))
    return _Signatures(bins, filled, sizes)


def _agree(signatures: _Signatures, left: Rows, right: Rows) -> npt.NDArray[np.bool_]:
    """Tell which pairs of signatures agree as often as those of copies do."""
    left_filled, right_filled = signatures.filled[left], signatures.filled[right]
    equal = np.packbits(signatures.bins[left] == signatures.bins[right], axis=1)
    same = _count_bits(equal & left_filled & right_filled)
    filled = _count_bits(left_filled | right_filled)
    left_size, right_size = signatures.sizes[left], signatures.sizes[right]
    common = COMMON_SHARE * np.minimum(left_size, right_size)
    share = common / np.maximum(left_size + right_size - common, 1)
    return np.asarray(same >= share * filled - DEVIATIONS * np.sqrt(share * (1 - share) * filled))


def _count_bits(rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Return how many bits are set in each row."""
    return np.asarray(np.bitwise_count(rows.view(np.uint64)).sum(axis=1, dtype=np.int64))
