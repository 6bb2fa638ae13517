"""How often each word stands in headline and body of each article: what keywords and search terms are made of."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.words import Words, cut_column

READ_PARTS: Final = ("title", "subhead", "body")


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
    # The words come article by article, so that the sort finds long runs in order.
    keys = article_of[words.row[at]] * len(words.spellings) + words.spelling[at]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    article, spelling = np.divmod(keys[starts], max(len(words.spellings), 1))
    count = np.diff(np.append(starts, len(keys)))
    return WordCounts(article, spelling, count, at[order[starts]], article_ids, words.spellings)
