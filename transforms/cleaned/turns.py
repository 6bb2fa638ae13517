"""Whether a sentence opens a new paragraph or goes on in that of the sentence before it.

On a page printed line by line a full line that ends with a full stop may end its paragraph or not, and the words alone tell.
A linear model over hashed runs of one to four characters at the sentence's head, and of two at the end of the one before;
measured 2026-11 on articles of dates it had not seen, the area under its curve is .87, that of the first four characters
alone .80. ``benchmarks/train_repair.py`` makes the weights.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

HEAD: Final = 16  # characters of the sentence that are looked at; narrower lines are rare
TAIL: Final = 8
BUCKETS: Final = 1 << 17
STEP: Final = 1 / 32  # weights are kept as bytes in such steps


class Turns:
    """The weights of the buckets, and the odds read from them."""

    def __init__(self, weights: npt.NDArray[np.int8], bias: float) -> None:
        """Keep ``weights``, one a bucket, in steps of ``STEP``, and the log odds of a sentence without any evidence."""
        self.weights, self.bias = weights.astype(np.float32) * np.float32(STEP), np.float32(bias)

    def odds(self, tails: Ids, heads: Ids) -> Floats:
        """Return the log odds that a paragraph opens between two sentences.

        ``tails`` (rows, TAIL) and ``heads`` (rows, HEAD) are characters as ``Ngrams.encode`` numbers them.
        """
        total: Floats = self.bias + self.weights[buckets(tails, heads)].sum(axis=1, dtype=np.float32)
        return total


def buckets(tails: Ids, heads: Ids) -> Ids:
    """Return the buckets of the runs of characters of each row of ``tails`` and ``heads``."""
    runs = [_hash(size, *(heads[:, i] for i in range(size))) for size in (1, 2, 3, 4)]
    for size in (2, 3):
        runs += [_hash(10 + size, *(heads[:, at + i] for i in range(size))) for at in range(HEAD - size + 1)]
    runs += [_hash(20, tails[:, at], tails[:, at + 1]) for at in range(TAIL - 1)]
    return np.stack(runs, axis=1)


def _hash(kind: int, *characters: Ids) -> Ids:
    value = np.full(len(characters[0]), kind, dtype=np.uint64)
    for character in characters:
        value = value * np.uint64(0x9E3779B97F4A7C15) + character.astype(np.uint64) + np.uint64(1)
    value ^= value >> np.uint64(29)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(32)
    return (value % np.uint64(BUCKETS)).astype(np.int64)


@cache
def bundled() -> Turns:
    """Return the weights that come with the package, read once."""
    path = resources.files("transforms.cleaned") / "data" / "turns.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        return Turns(arrays["weights"], float(arrays["bias"]))
