"""Most candidate pairs share phrases and no more: they are told apart by whole columns, before letters are compared.

For each text a signature of fixed length is made of its 5-grams (one-permutation MinHash, Li, Owen, Zhang 2012: the hashes fall
into bins, of each bin the least is kept). The share of bins in which two signatures agree estimates the share of grams
that two texts have in common, of all that either has. Two copies with 7 % of the characters misread between them
share .7 of their grams; a pair goes on unless its bins agree less than that allows, give or take the scatter.
"""

from __future__ import annotations

from typing import Final

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
_AT_ONCE: Final = 16_384  # pairs; what is gathered of their signatures takes 17 MB


def alike(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return those of ``pairs`` (``left_hash``, ``right_hash``, ``left_key``, ``right_key``) that may say the same.

    What is said of a pair depends on its two texts alone.
    """
    if pairs.is_empty():
        return pairs
    texts = pl.concat(
        [
            pairs.select(pl.col("left_hash").alias("hash"), pl.col("left_key").alias("key")),
            pairs.select(pl.col("right_hash").alias("hash"), pl.col("right_key").alias("key")),
        ]
    ).unique("hash")
    signatures, sizes = _signatures(texts["key"])
    rows = texts.select("hash").with_row_index("row")
    left, right = (
        pairs.select(pl.col(name).alias("hash"))
        .join(rows, on="hash", how="left", maintain_order="left")["row"]
        .to_numpy()
        for name in ("left_hash", "right_hash")
    )
    is_alike = np.empty(pairs.height, dtype=np.bool_)
    for start in range(0, pairs.height, _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        is_alike[some] = _agree(signatures[left[some]], signatures[right[some]], sizes[left[some]], sizes[right[some]])
    return pairs.filter(pl.Series(is_alike))


def _signatures(keys: pl.Series) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Return the signature of each text, one row each, and how many grams it has."""
    signatures = np.full((len(keys), _BINS), _NOTHING, dtype=np.uint32)
    sizes = np.zeros(len(keys), dtype=np.int64)
    for start in range(0, len(keys), _TEXTS_AT_ONCE):
        some = keys[start : start + _TEXTS_AT_ONCE]
        grams = hash_windows(some)
        bins = (grams.hashes >> _SHIFT).astype(np.int64) + grams.owners * _BINS
        np.minimum.at(signatures[start : start + len(some)].reshape(-1), bins, grams.hashes.astype(np.uint32))
        sizes[start : start + len(some)] = np.bincount(grams.owners, minlength=len(some))
    return signatures, sizes


def _agree(
    left: npt.NDArray[np.uint32],
    right: npt.NDArray[np.uint32],
    left_size: npt.NDArray[np.int64],
    right_size: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """Tell which pairs of signatures agree as often as those of copies do."""
    filled = ((left != _NOTHING) | (right != _NOTHING)).sum(axis=1)
    same = ((left == right) & (left != _NOTHING)).sum(axis=1)
    common = COMMON_SHARE * np.minimum(left_size, right_size)
    share = common / np.maximum(left_size + right_size - common, 1)
    return np.asarray(same >= share * filled - DEVIATIONS * np.sqrt(share * (1 - share) * filled))
