"""How sure it is that two lines are halves of one paragraph: boosted decision trees over the measures of a pair.

There are two models: one for pages that are printed line by line, where the question is mostly whether a full line ends its
paragraph, one for the others. Measured 2026-11 on 1,600 made pages of dates that no model had seen: F1 .994 and .935, where one
model for both has .992 and .930. All nodes of a level ask the same question (the trees are symmetric), so that a tree is
six comparisons of whole columns and one look-up. The trees are grown by ``benchmarks/train_repair.py`` and kept as plain
arrays, so that a run needs numpy and nothing else.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from transforms.cleaned.pairs import Pairs

Floats = npt.NDArray[np.float32]

KINDS: Final = ("columns", "wrapped")
# Pairs are taken in portions: small enough for the processor's cache, large enough that calls cost little.
PORTION: Final = 32768
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
        # To look a leaf up takes longer than to find its number: so it is done for two trees at once.
        both = self.value[0::2, :, None] + self.value[1::2, None, :]
        self.value_of_two = both.reshape(len(both), -1)
        self.baseline = np.float32(arrays["baseline"])

    def probabilities(self, pairs: Pairs, start: int, end: int) -> Floats:
        """Return for each pair from ``start`` to ``end`` the probability that its lines are halves of one paragraph."""
        if pairs.names != self.names:
            raise ValueError("the pair model was trained on other measures: run benchmarks/train_repair.py")
        measures = pairs.measures[:, start:end]
        # The clear ones are judged by the first trees, the others by all.
        raw: Floats = self.baseline + self._in_portions(measures, slice(0, FIRST_TREES))
        unclear = np.flatnonzero((raw > CLEAR_NO) & (raw < CLEAR_YES))
        raw[unclear] += self._in_portions(measures[:, unclear], slice(FIRST_TREES, None))
        chance: Floats = (1 / (1 + np.exp(-raw))).astype(np.float32)
        return chance

    def _in_portions(self, measures: Floats, trees: slice) -> Floats:
        sums = np.empty(measures.shape[1], dtype=np.float32)
        for low in range(0, len(sums), PORTION):
            sums[low : low + PORTION] = self._sum(measures[:, low : low + PORTION], trees)
        return sums

    def _sum(self, measures: Floats, trees: slice) -> Floats:
        """Return the sum of the leaves of ``trees``, whose bounds are even numbers."""
        count = measures.shape[1]
        sums, part = np.zeros(count, dtype=np.float32), np.empty(count, dtype=np.float32)
        leaf, upper = np.empty(count, dtype=np.uint8), np.empty(count, dtype=np.uint16)
        place, is_above = np.empty(count, dtype=np.intp), np.empty(count, dtype=np.bool_)
        bit = is_above.view(np.uint8)
        for number in range(self.feature.shape[0])[trees]:
            feature, threshold = self.feature[number].tolist(), self.threshold[number]
            leaf[:] = 0
            for level in range(len(feature) - 1, -1, -1):
                np.greater(measures[feature[level]], threshold[level], out=is_above)
                np.add(leaf, leaf, out=leaf)
                np.bitwise_or(leaf, bit, out=leaf)
            if number % 2 == 0:
                np.multiply(leaf, np.uint16(self.value.shape[1]), out=upper)
            else:
                np.add(upper, leaf, out=place, casting="unsafe")
                sums += self.value_of_two[number // 2].take(place, out=part, mode="clip")
        return sums


@lru_cache(maxsize=len(KINDS))
def bundled(kind: str) -> PairModel:
    """Return the model for pages of ``kind``, one of ``KINDS``, that comes with the package, read once."""
    path = resources.files("transforms.cleaned") / "data" / "pairs.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        prefix = f"{kind}_"
        return PairModel({name.removeprefix(prefix): arrays[name] for name in arrays.files if name.startswith(prefix)})
