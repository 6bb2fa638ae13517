"""Keywords of an article: jieba's TF-IDF over whole columns.

The weights are those of ``jieba.analyse.extract_tags`` (frequency of the word among the words of two or more characters,
times its inverse document frequency in jieba's background table, the table's median for a word it lacks); a test holds the
two equal. Only words without a letter (1111.35, 28) are left out here, which jieba would rank like unknown words.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.extracted.word_counts import WordCounts, count_words
from transforms.extracted.word_numbers import Numbers, by_number, inverse_document_frequencies, word_numbers
from transforms.frames import KEYWORDS, conform

KEYWORDS_PER_ARTICLE: Final = 20  # jieba's own default; a reader of fewer filters by rank
_STEPS: Final = 1 << 16
# jieba.analyse.default stop words: English function words only, since a Chinese one weighs little by its frequency.
STOP_WORDS: Final = tuple(
    "a all an and are as at be by can for from have if in is it not of on one or that the then this to we which with you "
    "has".split()
)


@cache
def _inverse_document_frequencies() -> npt.NDArray[np.float64]:
    """Return the values of jieba's background table by the number of a word, its median for all others."""
    table = inverse_document_frequencies()
    # jieba takes the upper of the two middle values where the table has an even number of rows.
    median = float(table["idf"].sort()[table.height // 2])
    return by_number(table["word"], table["idf"].to_numpy(), median, np.float64)


def find_keywords(
    texts: pl.DataFrame,
    *,
    limit: int = KEYWORDS_PER_ARTICLE,
    counts: WordCounts | None = None,
    numbers: Numbers | None = None,
) -> pl.DataFrame:
    """Return the ``limit`` heaviest words of every article, as a frame of the schema ``KEYWORDS``.

    ``texts`` has the schema ``ARTICLE_TEXTS``; title, subheads and body are read, bylines are not. Words of equal weight
    stand in the order of their first use. ``counts`` is ``count_words(texts)`` and ``numbers``
    are the ``word_numbers`` of its spellings, if the caller has them already.
    """
    counts = count_words(texts) if counts is None else counts
    spellings = counts.spellings
    numbers = word_numbers(spellings) if numbers is None else numbers
    frequencies = _inverse_document_frequencies()[numbers]
    is_counted = (spellings.str.strip_chars().str.len_chars() >= 2) & ~spellings.str.to_lowercase().is_in(STOP_WORDS)
    is_ranked = spellings.str.contains(r"\p{L}")
    counted = np.flatnonzero(is_counted.to_numpy()[counts.spelling])
    article, spelling, first_use = counts.article[counted], counts.spelling[counted], counts.first_use[counted]
    occurrences = counts.occurrences[counted]
    total = np.bincount(article, weights=occurrences, minlength=len(counts.article_ids))
    weight = occurrences * frequencies[spelling] / total[article]
    at = np.flatnonzero(is_ranked.to_numpy()[spelling])
    at = at[_may_be_heaviest(article[at], weight[at], limit)]
    order = at[np.lexsort((first_use[at], -weight[at], article[at]))]
    ranked = article[order]
    starts = np.flatnonzero(np.diff(ranked, prepend=-1))
    rank = np.arange(1, len(ranked) + 1) - np.repeat(starts, np.diff(np.append(starts, len(ranked))))
    kept = order[rank <= limit]
    return conform(
        pl.DataFrame(
            {
                "article_id": counts.article_ids.gather(article[kept]),
                "rank": rank[rank <= limit],
                "keyword": spellings.gather(spelling[kept]),
                "weight": weight[kept],
            }
        ),
        KEYWORDS,
    )


def _may_be_heaviest(
    article: npt.NDArray[np.int64], weight: npt.NDArray[np.float64], limit: int
) -> npt.NDArray[np.bool_]:
    """Tell of each word whether it may be among the ``limit`` heaviest of its article: all that are, and few others.

    ``article`` is sorted. The weights are compared as shares of the article's heaviest in steps of ``_STEPS``, since numpy sorts
    one column of numbers several times as fast as it sorts by three (2026-11).
    """
    if not len(article) or limit < 1:
        return np.zeros(len(article), dtype=np.bool_)
    starts = np.flatnonzero(np.diff(article, prepend=-1))
    lengths = np.diff(starts, append=len(article))
    heaviest = np.repeat(np.maximum.reduceat(weight, starts), lengths)
    lightness = _STEPS - np.floor(weight / np.maximum(heaviest, np.finfo(np.float64).tiny) * _STEPS).astype(np.int64)
    group = np.repeat(np.arange(len(starts)), lengths)
    in_order = np.sort(group * (_STEPS + 1) + lightness) % (_STEPS + 1)
    last: npt.NDArray[np.int64] = in_order[starts + np.minimum(lengths, limit) - 1]
    may_be: npt.NDArray[np.bool_] = lightness <= last[group]
    return may_be
