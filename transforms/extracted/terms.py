"""The words of an article as the search index counts them."""

from __future__ import annotations

import polars as pl

from transforms.frames import TERMS, conform
from transforms.words import cut_column, sub_words, sub_words_of_column

READ_PARTS = ("title", "subhead", "body")


def count_terms(texts: pl.DataFrame, *, words: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return how often each term stands in headline and body of each article, as a frame of the schema ``TERMS``.

    A long word is there whole and by the shorter words inside it (jieba's search mode), so that 担保贷款 is found by 贷款.
    Latin letters are in lower case; words without a letter or digit are left out. Rows are sorted by article and term.
    ``texts`` has the schema ``ARTICLE_TEXTS``; ``words`` is ``cut_column(texts["text"])``, if the caller has it already.
    """
    words = cut_column(texts["text"]) if words is None else words
    rows = texts.select("article_id", "part").with_row_index("row")
    used = (
        words.filter(pl.col("word").str.contains(r"[\p{L}\p{N}]"))
        .join(rows.filter(pl.col("part").is_in(READ_PARTS)), on="row")
        .group_by("article_id", "word")
        .agg(pl.len().alias("count"))
    )
    counted = (
        used.join(sub_words_of_column(used["word"]), on="word")
        .group_by("article_id", pl.col("term").str.to_lowercase())
        .agg(pl.col("count").sum().alias("occurrence_count"))
        .sort("article_id", "term")
    )
    return conform(counted, TERMS)


def query_terms(query: str) -> list[str]:
    """Return the terms of a search ``query``, cut as ``count_terms`` cuts an article, each once, in order of first use."""
    words = cut_column(pl.Series([query])).filter(pl.col("word").str.contains(r"[\p{L}\p{N}]"))["word"]
    terms = (term.lower() for word in words for term in (word, *sub_words(word)))
    return list(dict.fromkeys(terms))
