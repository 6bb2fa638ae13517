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
_NOWHERE: Final = -9  # where a pair stands that no text has held yet: never one of the two texts before


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

    All pages are read at once, their first texts, then their second ones, and so on, and an array keeps where each pair
    stood last. To sort the pairs takes three times as long (2026-11).
    """
    on_page = np.bincount(np.concatenate([pages, heading_pages]), minlength=1)
    on_page -= np.bincount(heading_pages, minlength=len(on_page))
    opens = np.cumsum(on_page) - on_page
    place = np.arange(len(pages)) - opens[pages]  # of each text on its page
    order = np.argsort(place, kind="stable")
    row, pair = _pairs(texts.gather(order))
    row = order[row]
    heading, heading_pair = _pairs(headings)
    group = _groups(np.concatenate([pages[row] << 32 | pair, heading_pages[heading] << 32 | heading_pair]))
    held, wanted = group[: len(row)], group[len(row) :]
    begin = opens[heading_pages[heading]]
    questions = [(wanted, starts[heading] - begin, ends[heading] - begin) for starts, ends in spans]
    is_new, is_near, answers = _sweep(held, place[row], len(group), questions)
    count = np.bincount(held[is_new], minlength=len(group))

    near = np.flatnonzero(is_near)
    weights = _weights(on_page[pages[row[near]]], count[held[near]])
    shared = np.bincount(row[near], weights=weights, minlength=len(pages))
    size = np.bincount(row[is_new], minlength=len(pages))
    before = np.zeros(len(pages), dtype=np.int64)
    for distance in (1, 2):
        before[distance:] += size[:-distance] * (pages[distance:] == pages[:-distance])
    share = shared / (_UNIT * (np.sqrt(size.astype(np.float64) * before) + 1))
    levels: Ints = np.minimum(np.floor(share / _PER_LEVEL), _LEVELS).astype(np.int64)

    weights = _weights(on_page[heading_pages[heading]], count[wanted])
    total = np.maximum(np.bincount(heading, weights=weights, minlength=len(headings)), 1)
    fits = [
        np.rint(_LEVELS * np.bincount(heading, weights=weights * answer, minlength=len(headings)) / total)
        for answer in answers
    ]
    return levels, [fit.astype(np.int64) for fit in fits]


def _weights(texts: Ints, holding: Ints) -> npt.NDArray[np.float64]:
    """Return the weight of pairs on pages of so many ``texts``, of which so many are ``holding`` them; whole numbers."""
    weights: npt.NDArray[np.float64] = np.rint(_UNIT * np.log((texts + 1) / np.maximum(holding, 1)))
    return weights


def _groups(keys: Ints) -> Ints:
    """Return for each of ``keys`` the place of one that equals it, the same for all equal ones.

    A hash table in one array: every key writes its place into its slot, and those that find another key there go on to the
    next slot together.
    """
    bits = max(4, int(1.5 * len(keys)).bit_length())
    slots = ((keys.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits)).view(np.int64)
    # Places of half the size: more of the table stays in the cache.
    table = np.full(1 << bits, -1, dtype=np.int32)
    table[slots] = np.arange(len(keys), dtype=np.int32)
    found = table[slots]
    waiting = np.flatnonzero(keys[found] != keys)
    while len(waiting):
        slots[waiting] = (slots[waiting] + 1) & (len(table) - 1)
        wanted = slots[waiting]
        is_free = table[wanted] < 0
        table[wanted[is_free]] = waiting[is_free]
        found[waiting] = table[wanted]
        waiting = waiting[keys[found[waiting]] != keys[waiting]]
    return found.astype(np.int64)


def _sweep(
    held: Ints, place: Ints, count: int, questions: list[tuple[Ints, Ints, Ints]]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], list[npt.NDArray[np.bool_]]]:
    """Go through the pairs that texts hold, in order of their ``place`` on the page.

    ``held`` and the first part of each question name pairs, below ``count``; a pair of another page is another pair. A question
    asks whether a text from a place on, before another, holds the pair. Return of each pair held whether it is the one of
    its text that counts (it may hold it twice), and whether it is that and one of the two texts before holds it too; and the
    answers.
    """
    is_new, is_near = np.zeros(len(held), dtype=np.bool_), np.zeros(len(held), dtype=np.bool_)
    last = np.full(count, _NOWHERE, dtype=np.int64)
    mark = np.zeros(count, dtype=np.int64)
    # Until the last text that holds a pair, and the last one that is asked about, which may hold none.
    steps = 1 + max(int(place[-1]) + 1 if len(place) else 0, *(int(ends.max(initial=0)) for _, _, ends in questions), 0)
    bounds = np.searchsorted(place, np.arange(steps + 1)).tolist()
    answers = [np.zeros(len(pairs), dtype=np.bool_) for pairs, _, _ in questions]
    asked = []
    for _, starts, ends in questions:
        real = np.flatnonzero(starts < ends)
        by_end = real[np.argsort(ends[real], kind="stable")]
        asked.append((by_end, np.searchsorted(ends[by_end], np.arange(steps + 1)).tolist()))
    numbers = np.arange(len(held))
    for step in range(steps):
        for (pairs, starts, _), answer, (by_end, ending) in zip(questions, answers, asked, strict=True):
            rows = by_end[ending[step] : ending[step + 1]]
            answer[rows] = last[pairs[rows]] >= starts[rows]
        here = slice(bounds[step], bounds[step + 1])
        pairs = held[here]
        # Of equal pairs of one text the last one keeps its mark.
        mark[pairs] = numbers[here]
        is_new[here] = mark[pairs] == numbers[here]
        is_near[here] = is_new[here] & (last[pairs] >= step - 2)
        last[pairs] = step
    return is_new, is_near, answers


def _pairs(texts: pl.Series) -> tuple[Ints, Ints]:
    """Return row and code of every pair of neighbouring letters or digits in the first ``_HEAD`` characters of ``texts``."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    whole = texts.str.join("\n").item() or ""
    codes = np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32)
    # What lies beyond the Basic Plane is no word here: "clip" takes it for the last code, which is none.
    is_word = _word_codes().take(codes, mode="clip")
    is_pair = is_word[:-1] & is_word[1:]
    starts = np.cumsum(lengths + 1) - lengths - 1
    for row in np.flatnonzero(lengths > _HEAD).tolist():
        is_pair[starts[row] + _HEAD - 1 : starts[row] + lengths[row]] = False
    at = np.flatnonzero(is_pair)
    # The pairs of each text follow one another: how many stand before each start says where they part.
    counts = np.diff(np.searchsorted(at, starts), append=len(at))
    rows = np.repeat(np.arange(len(lengths)), counts)
    return rows, (codes[at].astype(np.int64) << 16) | codes[at + 1]


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
