"""How often each word stands in headline and body of each article: what keywords and search terms are made of."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.words import Words, cut_column

READ_PARTS: Final = ("title", "subhead", "body")
_BITS: Final = 63  # of a number that is not below zero


class WordCounts(NamedTuple):
    """One entry for each word of each article, sorted by article; a word is a number, whose spelling ``spellings`` has."""

    article: npt.NDArray[np.int64]  # index into ``article_ids``
    spelling: npt.NDArray[np.int64]  # index into ``spellings``
    occurrences: npt.NDArray[np.int64]
    first_use: npt.NDArray[np.int64]  # number of the first such word among all of the column
    article_ids: pl.Series  # sorted
    spellings: pl.Series


def count_words(texts: pl.DataFrame, words: Words | None = None) -> WordCounts:
    """Return the words of titles, subheads and bodies of ``texts`` (schema ``ARTICLE_TEXTS``), counted.

    ``words`` is ``cut_column(texts["text"])``, if the caller has it already.
    """
    words = cut_column(texts["text"]) if words is None else words
    article_ids = texts["article_id"].unique().sort()
    article_of = texts["article_id"].cast(pl.Enum(article_ids)).to_physical().cast(pl.Int64).to_numpy()
    at = np.flatnonzero(texts["part"].is_in(READ_PARTS).to_numpy()[words.row])
    shift = len(words.spellings).bit_length()
    keys, first_use = in_order(article_of[words.row[at]] << shift | words.spelling[at], at)
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    article, spelling = keys[starts] >> shift, keys[starts] & (1 << shift) - 1
    count = np.diff(np.append(starts, len(keys)))
    return WordCounts(article, spelling, count, first_use[starts], article_ids, words.spellings)


def in_order(
    keys: npt.NDArray[np.int64], values: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return ``keys`` in order, and of each its value; of equal keys the one of the least value first. None is below zero.

    numpy sorts numbers in half the time that it takes to order them (2026-11): key and value are made one, where there is room.

    >>> [part.tolist() for part in in_order(np.array([2, 1, 2]), np.array([6, 5, 4]))]
    [[1, 2, 2], [5, 4, 6]]
    """
    bits = int(values.max(initial=0)).bit_length()
    if int(keys.max(initial=0)).bit_length() + bits >= _BITS:
        order = np.lexsort((values, keys))
        return keys[order], values[order]
    both = np.sort(keys << bits | values)
    return both >> bits, both & (1 << bits) - 1
