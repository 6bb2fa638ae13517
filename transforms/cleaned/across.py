"""Whether a word of the dictionary lies across a cut: the question is asked of many cuts at once.

jieba's dictionary and algorithm decide, without its model for words it lacks; rjieba executes them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import rjieba

Lengths = npt.NDArray[np.int64]


def words_across(tails: pl.Series, heads: pl.Series) -> Lengths:
    """Return for each cut between ``tails`` and ``heads``, texts of a few characters, the length of the word across it, or 0.

    All are cut as one text, whose line feeds are words by themselves: jieba cuts the runs between characters that are no
    letters one by one.

    >>> words_across(pl.Series(["两地协", "两地"]), pl.Series(["同发展", "协同"])).tolist()
    [2, 0]
    """
    words = rjieba.cut("\n" + "\n".join((tails + heads).to_list()), False)
    sizes = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    ends = np.cumsum(sizes)
    before, after = (side.str.len_chars().to_numpy().astype(np.int64) for side in (tails, heads))
    cuts = np.cumsum(before + after + 1) - after
    # The first word that ends at the cut or behind it; behind the last cut nothing may stand.
    word = np.minimum(np.searchsorted(ends, cuts), len(ends) - 1)
    across: Lengths = np.where(ends[word] > cuts, sizes[word], 0)
    return across
