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
# Shared weight per level. Measured on the made pages of the profiles seed and hard, the median is .15 inside an article and
# .05 between two; the area under the curve is .91 across a heading, .80 where none stands between.
_PER_LEVEL: Final = 0.03
_BEYOND: Final = 0xFFFF
_ROWS: Final = np.uint64((1 << 32) - 1)  # the part of a number that is the row


def compare(
    pages: Ints, texts: pl.Series, heading_pages: Ints, headings: pl.Series, spans: list[tuple[Ints, Ints]]
) -> tuple[Ints, list[Ints]]:
    """Return how much each text shares with the two before it, and how well each heading fits the texts around it.

    Parameters
    ----------
    pages, texts
        The texts in page order, each with the number of its page (from 0, ascending).
    heading_pages, headings
        The headings, each with the number of its page.
    spans
        Pairs of arrays with an entry for each heading: rows of ``texts`` (half-open), all on the page of the heading.

    Returns
    -------
    First 0 to 10 for each text; the first of a page has 0. Then for each of ``spans`` 0 to 10 for each heading: the share of
    its weight in pairs that one of the texts holds. A pair that no text of the page holds weighs as much as one that a single
    text holds.

    Pair and row make one number. Sorted, the texts of a page that hold a pair follow one another, and what follows what answers
    all questions. numpy sorts plain numbers in a fourth of the time that it takes to order others by them, or that a hash table
    in its arrays takes (2026-11).
    """
    on_page = np.bincount(np.concatenate([pages, heading_pages]), minlength=1)
    on_page -= np.bincount(heading_pages, minlength=len(on_page))
    opens = np.cumsum(on_page) - on_page
    held = np.sort(_numbered(*_pairs(texts)))
    held = held[np.append(True, held[1:] != held[:-1])[: len(held)]]  # a text that holds a pair twice holds it once
    row = (held & _ROWS).astype(np.int64)
    page = pages.take(row)
    goes_on = (held[1:] ^ held[:-1] <= _ROWS) & (page[1:] == page[:-1])
    starts = np.flatnonzero(np.append(True, ~goes_on)[: len(held)])
    holding = np.diff(starts, append=len(held))

    near = np.flatnonzero(goes_on & (row[1:] - row[:-1] <= 2)) + 1
    weights = _weights(on_page[page[near]], holding[np.searchsorted(starts, near, side="right") - 1])
    shared = np.bincount(row[near], weights=weights, minlength=len(pages))
    size = np.bincount(row, minlength=len(pages))
    before = np.zeros(len(pages), dtype=np.int64)
    for distance in (1, 2):
        before[distance:] += size[:-distance] * (pages[distance:] == pages[:-distance])
    share = shared / (_UNIT * (np.sqrt(size.astype(np.float64) * before) + 1))
    levels: Ints = np.minimum(np.floor(share / _PER_LEVEL), _LEVELS).astype(np.int64)

    heading, pair = _pairs(headings)
    first = opens[heading_pages[heading]]
    texts_there = on_page[heading_pages[heading]]
    begin, end = (np.searchsorted(held, _numbered(rows, pair)) for rows in (first, first + texts_there))
    weights = _weights(texts_there, end - begin)
    total = np.maximum(np.bincount(heading, weights=weights, minlength=len(headings)), 1)
    fits = []
    for low, high in spans:
        begin, end = (np.searchsorted(held, _numbered(rows[heading], pair)) for rows in (low, high))
        answered = np.bincount(heading, weights=weights * (begin < end), minlength=len(headings))
        fits.append(np.rint(_LEVELS * answered / total).astype(np.int64))
    return levels, fits


def _numbered(row: Ints, pair: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """Return one number for each row and pair, in the order of the pairs and then of the rows."""
    numbers: npt.NDArray[np.uint64] = pair.astype(np.uint64) << np.uint64(32) | row.astype(np.uint64)
    return numbers


def _weights(texts: Ints, holding: Ints) -> npt.NDArray[np.float64]:
    """Return the weight of pairs on pages of so many ``texts``, of which so many are ``holding`` them; whole numbers."""
    weights: npt.NDArray[np.float64] = np.rint(_UNIT * np.log((texts + 1) / np.maximum(holding, 1)))
    return weights


def _pairs(texts: pl.Series) -> tuple[Ints, npt.NDArray[np.uint32]]:
    """Return row and code of every pair of neighbouring letters or digits in the first ``_HEAD`` characters of ``texts``."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    codes = _codes(texts.str.join("\n").item() or "")
    is_word = _word_codes().take(codes)
    is_pair = is_word[:-1] & is_word[1:]
    starts = np.cumsum(lengths + 1) - lengths - 1
    for row in np.flatnonzero(lengths > _HEAD).tolist():
        is_pair[starts[row] + _HEAD - 1 : starts[row] + lengths[row]] = False
    at = np.flatnonzero(is_pair)
    # The pairs of each text follow one another: how many stand before each start says where they part.
    counts = np.diff(np.searchsorted(at, starts), append=len(at))
    pairs = codes[:-1].astype(np.uint32) << np.uint32(16) | codes[1:]
    return np.repeat(np.arange(len(lengths)), counts), pairs.take(at)


def _codes(text: str) -> npt.NDArray[np.uint16]:
    """Return the characters of ``text`` as numbers; those beyond the Basic Plane, which are no words here, as the last one."""
    narrow = text.encode("utf-16-le")
    if len(narrow) == 2 * len(text):
        return np.frombuffer(narrow, dtype=np.uint16)
    wide = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    return np.minimum(wide, _BEYOND).astype(np.uint16)


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
