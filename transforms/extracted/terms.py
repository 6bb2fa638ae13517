"""The words of an article as the search index counts them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.extracted.word_counts import WordCounts, count_words, in_order
from transforms.frames import TERMS, conform
from transforms.variants import fold, variant_characters
from transforms.words import SHORTEST_WITH_PARTS, cut_column, distinct_words, inner_words, sub_words


def count_terms(texts: pl.DataFrame, *, counts: WordCounts | None = None) -> pl.DataFrame:
    """Return how often each term stands in headline and body of each article, as a frame of the schema ``TERMS``.

    A long word is there whole and by the shorter words inside it (jieba's search mode), so that 担保贷款 is found by 贷款.
    Traditional characters count as their simplified forms (``transforms.variants``), and so they are cut; Latin letters are
    in lower case; words without a letter or digit are left out. Rows are sorted by article and term.
    ``texts`` has the schema ``ARTICLE_TEXTS``; ``counts`` is ``count_words(texts)``, if the caller has it already.
    """
    counts = count_words(texts) if counts is None else counts
    # A character stands in a text if it stands in one of its words, and of those there are few different ones.
    has_variant = counts.spellings.str.contains(f"[{variant_characters()[0]}]").to_numpy()[counts.spelling]
    if has_variant.any():
        # The articles with such a character are cut again, as they are folded; in simplified papers they are few.
        articles = counts.article_ids.gather(np.unique(counts.article[has_variant]))
        again = texts.filter(pl.col("article_id").is_in(articles.implode()))
        counts = _replaced(counts, again.with_columns(pl.Series("text", [fold(text) for text in again["text"]])))
    return _count(counts)


def _replaced(counts: WordCounts, texts: pl.DataFrame) -> WordCounts:
    """Return ``counts`` with those of ``texts`` in place of what their articles had; a word may stand in it twice."""
    new = count_words(texts)
    article_of_new = counts.article_ids.search_sorted(new.article_ids).to_numpy().astype(np.int64)
    is_replaced = np.zeros(len(counts.article_ids), dtype=np.bool_)
    is_replaced[article_of_new] = True
    kept = ~is_replaced[counts.article]
    return WordCounts(
        np.concatenate([counts.article[kept], article_of_new[new.article]]),
        np.concatenate([counts.spelling[kept], new.spelling + len(counts.spellings)]),
        np.concatenate([counts.occurrences[kept], new.occurrences]),
        np.concatenate([counts.first_use[kept], new.first_use]),
        counts.article_ids,
        pl.concat([counts.spellings, new.spellings]),
    )


def _count(counts: WordCounts) -> pl.DataFrame:
    words, part_of = _parts(counts.spellings)
    spellings, number = distinct_words(words.str.to_lowercase())
    order = spellings.arg_sort().to_numpy()  # terms as numbers in their order, so that no text is compared below
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    term_of_part = rank.take(number.to_numpy())
    part_counts = np.bincount(part_of, minlength=len(counts.spellings))
    first_part = np.cumsum(part_counts) - part_counts
    # Each word of an article stands for as many terms as it has parts.
    repeats = part_counts[counts.spelling]
    part = np.repeat(first_part[counts.spelling] - (np.cumsum(repeats) - repeats), repeats) + np.arange(repeats.sum())
    shift = len(order).bit_length()
    terms = np.repeat(counts.article << shift, repeats) | term_of_part.take(part)
    keys, times = in_order(terms, np.repeat(counts.occurrences, repeats))
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    article, term = keys[starts] >> shift, keys[starts] & (1 << shift) - 1
    occurrences = np.add.reduceat(times, starts) if len(starts) else starts
    return conform(
        pl.DataFrame(
            {
                "article_id": counts.article_ids.gather(article),
                "term": spellings.gather(order[term]),
                "occurrence_count": occurrences,
            }
        ),
        TERMS,
    )


def _parts(spellings: pl.Series) -> tuple[pl.Series, npt.NDArray[np.int64]]:
    """Return the terms that each word stands for, itself and its ``sub_words``, and beside each the index of its word."""
    is_term = spellings.str.contains(r"[\p{L}\p{N}]")
    at = is_term.arg_true().to_numpy().astype(np.int64)
    long = np.flatnonzero((is_term & (spellings.str.len_chars() >= SHORTEST_WITH_PARTS)).to_numpy())
    parts, word_of_part = inner_words(spellings.gather(long))
    of_inner = long[word_of_part]
    order = np.argsort(np.concatenate([at, of_inner]), kind="stable")
    return pl.concat([spellings.gather(at), parts]).gather(order), np.concatenate([at, of_inner])[order]


def query_terms(query: str) -> list[str]:
    """Return the terms of a search ``query``, cut as ``count_terms`` cuts an article, each once, in order of first use."""
    words = cut_column(pl.Series([fold(query)])).spellings
    words = words.filter(words.str.contains(r"[\p{L}\p{N}]"))
    terms = (term.lower() for word in words for term in (word, *sub_words(word)))
    return list(dict.fromkeys(terms))
