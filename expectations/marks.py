"""Brackets and quotation marks that open in one block and close in another.

All blocks are read once, as numbers: a pattern for each of the four pairs reads every text four times and more.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from expectations.characters import CodePoints, Offsets, look_up, rows_of

PAIRS: Final = (("“", "”"), ("（(", "）)"), ("《", "》"), ("「", "」"))


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    """Return for every code point of the basic plane 0, or twice the number of its pair and 1 if it opens, 2 if it closes."""
    table = np.zeros(0x10000, dtype=np.uint8)
    for number, pair in enumerate(PAIRS):
        for side, marks in enumerate(pair, 1):
            table[[ord(mark) for mark in marks]] = 2 * number + side
    return table


def marks_of(points: CodePoints, offsets: Offsets) -> pl.DataFrame:
    """Return what the marks say of the blocks that begin at ``offsets`` (one more at the end) among ``points``, one row a block.

    ``opened`` and ``closing`` are sets of pairs, bit ``n`` for ``PAIRS[n]``: those of which the last mark in the block opens, and
    those of which the first one closes. ``is_unbalanced``: of some pair the block has more of one mark than of the other.
    """
    block_count = len(offsets) - 1
    opened, closing = np.zeros(block_count, dtype=np.uint8), np.zeros(block_count, dtype=np.uint8)
    is_unbalanced = np.zeros(block_count, dtype=np.bool_)
    kinds = look_up(_kinds(), points)
    at = np.flatnonzero(kinds)
    kinds, blocks = kinds[at], rows_of(at, offsets)
    for number in range(len(PAIRS)):
        here = (kinds == 2 * number + 1) | (kinds == 2 * number + 2)
        block, is_open = blocks[here], kinds[here] == 2 * number + 1
        if not len(block):
            continue
        changes = block[1:] != block[:-1]
        opened[block[np.append(changes, True) & is_open]] |= np.uint8(1 << number)
        closing[block[np.append(True, changes) & ~is_open]] |= np.uint8(1 << number)
        is_unbalanced |= np.bincount(block, weights=np.where(is_open, 1, -1), minlength=block_count) != 0
    return pl.DataFrame({"opened": opened, "closing": closing, "is_unbalanced": is_unbalanced})
