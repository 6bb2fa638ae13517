"""How sure it is that two lines are halves of one paragraph: boosted decision trees over the measures of a pair.

There are two models: one for pages that are printed line by line, where the question is mostly whether a full line ends its
paragraph, one for the others. Measured 2026-11 on 1,600 made pages of dates that no model had seen: F1 .994 and .935, where one
model for both has .992 and .930. All nodes of a level ask the same question (the trees are symmetric), so that a tree is
six comparisons of whole columns and one look-up. The trees are grown by ``benchmarks/train_repair.py`` and kept as plain
arrays, so that a run needs numpy and nothing else.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from transforms.cleaned.pairs import Pairs

Floats = npt.NDArray[np.float32]

KINDS: Final = ("columns", "wrapped")
# Pairs are taken in portions: small enough for the processor's cache, large enough that calls cost little.
PORTION: Final = 16384
# A pair that is clear after the first trees is not taken to the others.
FIRST_TREES: Final = 24
CLEAR_NO: Final = -4.5
CLEAR_YES: Final = 4.5


class PairModel:
    """Symmetric trees: ``feature`` and ``threshold`` have one row a tree and one column a level, ``value`` a leaf a column.

    The number of the leaf has a bit for each level, the first level the lowest, which is set where the measure is above the
    threshold.
    """

    def __init__(self, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
        """Read the arrays of one kind: see `pack_trees` in ``benchmarks/train_repair.py``."""
        self.names = bytes(arrays["names"]).decode("utf-8").split("\n")
        self.feature = arrays["feature"].astype(np.intp)
        self.threshold = arrays["threshold"].astype(np.float32)
        self.value = arrays["value"].astype(np.float32)
        self.baseline = np.float32(arrays["baseline"])

    def probabilities(self, pairs: Pairs, start: int, end: int) -> Floats:
        """Return for each pair from ``start`` to ``end`` the probability that its lines are halves of one paragraph."""
        if pairs.names != self.names:
            raise ValueError("the pair model was trained on other measures: run benchmarks/train_repair.py")
        raw = np.empty(end - start, dtype=np.float32)
        for low in range(start, end, PORTION):
            measures = pairs.measures[:, low : min(low + PORTION, end)]
            raw[low - start : low - start + measures.shape[1]] = self._scores(measures)
        return (1 / (1 + np.exp(-raw))).astype(np.float32)

    def _scores(self, measures: Floats) -> Floats:
        """Return the log odds of each pair: of the clear ones by the first trees, of the others by all."""
        scores = self.baseline + self._sum(measures, slice(0, FIRST_TREES))
        unclear = np.flatnonzero((scores > CLEAR_NO) & (scores < CLEAR_YES))
        scores[unclear] += self._sum(measures[:, unclear], slice(FIRST_TREES, None))
        return scores

    def _sum(self, measures: Floats, trees: slice) -> Floats:
        count = measures.shape[1]
        sums, part = np.zeros(count, dtype=np.float32), np.empty(count, dtype=np.float32)
        leaf, is_above = np.empty(count, dtype=np.uint8), np.empty(count, dtype=np.bool_)
        bit = is_above.view(np.uint8)
        for feature, threshold, value in zip(
            self.feature[trees].tolist(), self.threshold[trees], self.value[trees], strict=True
        ):
            leaf[:] = 0
            for level in range(len(feature) - 1, -1, -1):
                np.greater(measures[feature[level]], threshold[level], out=is_above)
                np.add(leaf, leaf, out=leaf)
                np.bitwise_or(leaf, bit, out=leaf)
            value.take(leaf, out=part, mode="clip")
            sums += part
        return sums


@cache
def bundled(kind: str) -> PairModel:
    """Return the model for pages of ``kind``, one of ``KINDS``, that comes with the package, read once."""
    path = resources.files("transforms.cleaned") / "data" / "pairs.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        prefix = f"{kind}_"
        return PairModel({name.removeprefix(prefix): arrays[name] for name in arrays.files if name.startswith(prefix)})
