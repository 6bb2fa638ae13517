"""Pages on which every printed line stands on its own line: how wide they are set, and where."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]

# Share of the long lines whose width is within one of the commonest. Measured 2026-11: 40 made wrapped pages at least .72, real
# pages set line by line at least .51, 80 made pages of whole paragraphs at most .38, five real ones at most .19.
WRAPPED_SHARE: Final = 0.42
MIN_LINES: Final = 6
# Added to the number of lines before a share is taken: on a page of three lines two of a width show nothing.
FEW: Final = 2
# Lines above and below that are looked at, where one page is set in several widths.
NEAR: Final = 4
MIN_LONG: Final = 8


def add_widths(lines: pl.DataFrame) -> pl.DataFrame:
    """Return ``lines`` (with shapes) with the measures of the page's printed width, in characters.

    ``extent`` is the width of the line: on pages set with half-wide Latin letters and digits these count half, whichever
    fits the page better. ``page_width`` is the commonest extent, ``wrapped_share`` the share of long lines that have it,
    within one; ``is_wrapped`` whether the page is printed line by line; ``room`` is how much wider the widest line nearby
    is; ``equals_near`` how many of the eight lines around are as wide, within one.
    """
    pages = lines["page_id"].rle_id().to_numpy().astype(np.int64)
    length = lines["length"].to_numpy()
    halved = length - lines["narrow_count"].to_numpy() // 2
    width, share, long_lines = _modes(pages, length)
    width_halved, share_halved, long_halved = _modes(pages, halved)
    is_half = share_halved > share + 0.05
    width, share = np.where(is_half, width_halved, width), np.where(is_half, share_halved, share)
    long_lines = np.where(is_half, long_halved, long_lines)
    extent = np.where(is_half[pages], halved, length).astype(np.int32)
    is_wrapped = (share >= WRAPPED_SHARE) & (long_lines >= MIN_LINES)
    widest, equals = extent.copy(), np.zeros(len(extent), dtype=np.int32)
    for step in range(1, NEAR + 1):
        is_same = pages[step:] == pages[:-step]
        upper, lower = extent[:-step], extent[step:]
        is_equal = is_same & (np.abs(upper - lower) <= 1)
        equals[:-step] += is_equal
        equals[step:] += is_equal
        if step < NEAR:
            np.maximum(widest[:-step], lower, out=widest[:-step], where=is_same)
            np.maximum(widest[step:], upper, out=widest[step:], where=is_same)
    return lines.with_columns(
        pl.Series("page_width", width[pages].astype(np.int32)),
        pl.Series("wrapped_share", share[pages]),
        pl.Series("extent", extent),
        pl.Series("is_wrapped", is_wrapped[pages]),
        pl.Series("room", widest - extent),
        pl.Series("equals_near", equals),
    )


def _modes(pages: Ints, extent: Ints) -> tuple[Ints, npt.NDArray[np.float64], Ints]:
    """Return for each page the commonest width of its long lines, the share of them that have it within one, and their number.

    Of widths as common the one is taken that itself is commoner, or else the wider one. A page without long lines has zeros.
    """
    count = int(pages[-1]) + 1 if len(pages) else 0
    is_long = extent >= MIN_LONG
    widths, having = np.unique(pages[is_long] << 32 | extent[is_long], return_counts=True)
    near = having.copy()
    is_next = widths[1:] - widths[:-1] == 1
    near[1:] += having[:-1] * is_next
    near[:-1] += having[1:] * is_next
    page = widths >> 32
    order = np.lexsort((widths, having, near, page))
    last = order[np.append(page[order][1:] != page[order][:-1], True)] if len(order) else order
    width, common = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    width[page[last]], common[page[last]] = widths[last] & 0xFFFFFFFF, near[last]
    total = np.bincount(page, weights=having, minlength=count).astype(np.int64)
    return width, common / (total + FEW), total
