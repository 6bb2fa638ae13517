"""How sure it is that two lines are halves of one paragraph: boosted decision trees over the measures of a pair.

The trees are grown by ``benchmarks/train_repair.py`` and kept as plain arrays, so that a run needs numpy and nothing else.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from transforms.cleaned.pairs import Pairs

Floats = npt.NDArray[np.float32]

# Rows are taken in portions whose nodes stay in the processor's cache.
PORTION: Final = 1024
# A pair that is clear after the first trees is not taken to the others. Measured 2026-11 on 40 made pages: its probability then
# differs by .03 at most from that of all trees.
FIRST_TREES: Final = 20
CLEAR_NO: Final = -4.0
CLEAR_YES: Final = 3.5


class PairModel:
    """Trees as arrays of one row a tree: at a node ``measure <= threshold`` leads to ``left``, else to ``right``."""

    def __init__(self, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
        """Read the arrays of the bundled file: see `pack_trees` in ``benchmarks/train_repair.py``."""
        self.names = bytes(arrays["names"]).decode("utf-8").split("\n")
        self.feature = arrays["feature"].astype(np.intp)
        self.threshold = arrays["threshold"].astype(np.float32)
        self.children = np.stack([arrays["right"], arrays["left"]], axis=-1).astype(np.intp)
        self.value = arrays["value"].astype(np.float32)
        self.baseline = float(arrays["baseline"])
        self.depth = int(arrays["depth"])

    def probabilities(self, pairs: Pairs) -> Floats:
        """Return for each pair the probability that its lines are halves of one paragraph."""
        if pairs.names != self.names:
            raise ValueError("the pair model was trained on other measures: run benchmarks/train_repair.py")
        scores = [
            self._scores(pairs.measures[start : start + PORTION]) for start in range(0, len(pairs.measures), PORTION)
        ]
        raw = np.concatenate(scores) if scores else np.zeros(0, dtype=np.float32)
        return (1 / (1 + np.exp(-raw))).astype(np.float32)

    def _scores(self, measures: Floats) -> Floats:
        """Return the log odds of each row: of the clear cases by the first trees, of the others by all."""
        scores = self._sum(measures, slice(0, FIRST_TREES)) + np.float32(self.baseline)
        unclear = np.flatnonzero((scores > CLEAR_NO) & (scores < CLEAR_YES))
        scores[unclear] += self._sum(measures[unclear], slice(FIRST_TREES, None))
        return scores

    def _sum(self, measures: Floats, trees: slice) -> Floats:
        feature, threshold = self.feature[trees], self.threshold[trees].ravel()
        count, nodes = feature.shape
        children, value = self.children[trees].reshape(-1), self.value[trees].ravel()
        flat = np.ascontiguousarray(measures).ravel()
        row_start = (np.arange(len(measures)) * measures.shape[1])[:, None]
        tree_start = (np.arange(count) * nodes)[None, :]
        feature = feature.ravel()
        at = np.broadcast_to(tree_start, (len(measures), count)).copy()
        for _ in range(self.depth):
            # All places are inside: "clip" only spares the check of each.
            place = feature.take(at, mode="clip")
            place += row_start
            goes_left = flat.take(place, mode="clip") <= threshold.take(at, mode="clip")
            at *= 2
            at += goes_left
            at = children.take(at, mode="clip")
            at += tree_start
        sums: Floats = value.take(at, mode="clip").sum(axis=1)
        return sums


@cache
def bundled() -> PairModel:
    """Return the model that comes with the package, read once."""
    path = resources.files("transforms.cleaned") / "data" / "pairs.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        return PairModel({name: arrays[name] for name in arrays.files})
