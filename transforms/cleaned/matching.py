"""From probabilities of pairs to joins: each line has at most one line before it and one after it in its paragraph."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


def match(first: Rows, second: Rows, score: Floats, *, least: float) -> Rows:
    """Return the positions of the pairs that are taken, none with a score below ``least``.

    Greedy: the surest pair takes its two lines; margins against rivals are among the measures already. Ties go to the
    earlier lines.
    """
    worth = np.flatnonzero(score >= least)
    # Where neither line has another pair there is nothing to choose; most pairs are such.
    is_only = np.ones(len(worth), dtype=np.bool_)
    for rows in (first[worth], second[worth]):
        is_only &= np.bincount(rows)[rows] == 1
    rivals = worth[~is_only]
    order = rivals[np.lexsort((second[rivals], first[rivals], -score[rivals]))]
    has_next: set[int] = set()
    has_previous: set[int] = set()
    taken: list[int] = []
    for at, a, b in zip(order.tolist(), first[order].tolist(), second[order].tolist(), strict=True):
        if a not in has_next and b not in has_previous:
            has_next.add(a)
            has_previous.add(b)
            taken.append(at)
    return np.concatenate([worth[is_only], np.array(taken, dtype=np.int64)])
