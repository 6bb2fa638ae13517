"""Which character pairs the texts of a page hold, and what that says: does a heading fit a text, do two texts belong together.

A pair that many paragraphs of a page hold says little: pages of one town share its name. So each pair is weighed by how few
paragraphs of its page hold it. All sums are of whole numbers, page by page.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]

# So much of a paragraph is looked at; leads are at its beginning, and the cost of a page stays bounded.
_HEAD: Final = 300
_UNIT: Final = 1000  # weights are kept in thousandths
_LEVELS: Final = 10
_ROW: Final = (1 << 31) - 1
# Shared weight per level. Measured on the made pages of the profiles seed and hard, the median is .15 inside an article and
# .05 between two; the area under the curve is .91 across a heading, .80 where none stands between.
_PER_LEVEL: Final = 0.03


class PairIndex:
    """The pairs of texts (rows in page order), ready to be asked."""

    def __init__(self, pages: Ints, texts: pl.Series) -> None:
        """Index ``texts``, each on the page of the same place in ``pages`` (numbers from 0, ascending)."""
        row, pair = _pairs(texts)
        # Sorted by pair, then row: rows of one page stand together, and one number holds both.
        entries = np.sort(pair << 31 | row)
        entries = entries[np.append(True, entries[1:] != entries[:-1])] if len(entries) else entries
        self.rows = entries & _ROW
        group = (entries >> 31) << 31 | pages[self.rows]
        opens = np.ones(len(group), dtype=np.bool_)
        opens[1:] = group[1:] != group[:-1]
        self.groups = group[opens]  # pair and page
        self.number = np.cumsum(opens) - 1  # of the group of each entry
        held = np.bincount(self.number, minlength=len(self.groups))
        self.pages, self.count = pages, len(texts)
        self.on_page = np.bincount(pages) if len(pages) else np.zeros(0, dtype=np.int64)
        weights = np.log((self.on_page[self.groups & _ROW] + 1) / np.maximum(held, 1))
        self.weights = np.rint(_UNIT * weights).astype(np.int64)
        self.places = self.number * (self.count + 1) + self.rows

    def cohesion(self) -> Ints:
        """Return for each text how much it shares with the two texts before it on its page, 0 to 10; the first has 0."""
        shared = np.zeros(self.count, dtype=np.int64)
        size = np.bincount(self.rows, minlength=self.count)
        before = np.zeros(self.count, dtype=np.int64)
        for distance in (1, 2):
            # Rows of a group ascend, so that the entry before is the last paragraph that holds the same pair.
            is_near = (self.number[1:] == self.number[:-1]) & (self.rows[1:] - self.rows[:-1] == distance)
            near = np.flatnonzero(is_near) + 1
            sums = np.bincount(
                self.rows[near],
                weights=self.weights[self.number[near]],
                minlength=self.count,
            )
            shared += sums.astype(np.int64)
            is_same = self.pages[distance:] == self.pages[:-distance]
            before[distance:][is_same] += size[:-distance][is_same]
        share = shared / (_UNIT * (np.sqrt(size.astype(np.float64) * before) + 1))
        levels: Ints = np.minimum(np.floor(share / _PER_LEVEL), _LEVELS).astype(np.int64)
        return levels

    def fit(self, headings: pl.Series, pages: Ints, spans: list[tuple[Ints, Ints]]) -> list[Ints]:
        """Return how well each of ``headings`` fits the texts of each of ``spans`` (rows, half-open), 0 to 10.

        It is the share of the heading's weight in pairs that one of the texts holds. A pair that no text of the page holds
        weighs as much as one that a single text holds. No span is longer than the page of its heading.
        """
        heading, pair = _pairs(headings)
        wanted = pair << 31 | pages[heading]
        order = np.argsort(wanted, kind="stable")  # searching in order is several times as fast
        heading, wanted = heading[order], wanted[order]
        place = np.minimum(np.searchsorted(self.groups, wanted), max(len(self.groups) - 1, 0))
        is_known = self.groups[place] == wanted if len(self.groups) else np.zeros(len(wanted), dtype=np.bool_)
        alone = (
            np.rint(_UNIT * np.log(self.on_page + 1)).astype(np.int64) if len(self.on_page) else np.zeros(1, np.int64)
        )
        weight = alone[np.minimum(pages[heading], len(alone) - 1)]
        weight[is_known] = self.weights[place[is_known]]
        total = np.maximum(np.bincount(heading, weights=weight, minlength=len(headings)), 1)
        heading, weight, base = (
            heading[is_known],
            weight[is_known],
            place[is_known] * (self.count + 1),
        )
        fits = []
        for starts, ends in spans:
            low = np.searchsorted(self.places, base + starts[heading])
            # The first entry at or after the start lies in the span, or none does.
            entry = np.append(self.places, np.iinfo(np.int64).max)[low]
            is_held = entry < base + ends[heading]
            held = np.bincount(heading[is_held], weights=weight[is_held], minlength=len(headings))
            fits.append(np.rint(_LEVELS * held / total).astype(np.int64))
        return fits


def _pairs(texts: pl.Series) -> tuple[Ints, Ints]:
    """Return row and code of every pair of neighbouring letters or digits in ``texts``."""
    # A line feed before each text parts them; inside a text it is only another blank.
    parted = pl.lit("\n") + pl.col("text").str.head(_HEAD).str.replace_all("\n", " ", literal=True)
    whole = texts.to_frame("text").select(parted.str.join("")).item()
    # Two bytes a character: what needs four is no word here, and neither is a half of it.
    codes = np.frombuffer(whole.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    is_word = _word_codes()[codes]
    is_pair = is_word[:-1] & is_word[1:]
    at = np.flatnonzero(is_pair)
    breaks = np.flatnonzero(codes == ord("\n"))
    # The pairs of each text follow one another: how many stand before each break says where they part.
    counts = np.diff(np.searchsorted(at, breaks), append=len(at))
    rows = np.repeat(np.arange(len(breaks)), counts)
    wide = codes.astype(np.uint32)
    return rows, (wide[:-1] << 16 | wide[1:])[is_pair].astype(np.int64)


@cache
def _word_codes() -> npt.NDArray[np.bool_]:
    """Return for each code of the Basic Plane whether it is Chinese, a Latin letter or a digit, full width or half."""
    codes = np.arange(0x10000)
    is_han = (codes >= 0x3400) & (codes <= 0x9FFF)
    is_latin = ((codes | 0x20) >= 0x61) & ((codes | 0x20) <= 0x7A)
    is_digit = (codes >= 0x30) & (codes <= 0x39)
    is_wide = ((codes >= 0xFF10) & (codes <= 0xFF19)) | ((codes >= 0xFF21) & (codes <= 0xFF5A))
    words: npt.NDArray[np.bool_] = is_han | is_latin | is_digit | is_wide
    return words
