"""The words of an article as the search index counts them."""

from __future__ import annotations

import polars as pl

from transforms.frames import TERMS, conform
from transforms.words import cut_column, distinct_words, sub_words, sub_words_of_column

READ_PARTS = ("title", "subhead", "body")


def count_terms(texts: pl.DataFrame, *, words: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return how often each term stands in headline and body of each article, as a frame of the schema ``TERMS``.

    A long word is there whole and by the shorter words inside it (jieba's search mode), so that 担保贷款 is found by 贷款.
    Latin letters are in lower case; words without a letter or digit are left out. Rows are sorted by article and term.
    ``texts`` has the schema ``ARTICLE_TEXTS``; ``words`` is ``cut_column(texts["text"])``, if the caller has it already.
    """
    words = cut_column(texts["text"]) if words is None else words
    distinct, which = distinct_words(words["word"])
    articles, article_of = distinct_words(texts["article_id"])
    row = words["row"]
    is_term = distinct.str.contains(r"[\p{L}\p{N}]")
    is_read = texts["part"].is_in(READ_PARTS).gather(row) & is_term.gather(which)
    used = (
        pl.DataFrame({"article": article_of.gather(row).filter(is_read), "which": which.filter(is_read)})
        .group_by("article", "which")
        .agg(pl.len().alias("count"))
    )
    parts = sub_words_of_column(distinct.filter(is_term))
    terms, term_of = distinct_words(parts["term"].str.to_lowercase())
    numbers = pl.DataFrame({"word": distinct}).with_row_index("which")
    # Articles and terms as numbers in their order, so that no text is compared once per occurrence.
    article_rank, term_rank = (texts.rank("dense") for texts in (articles, terms))
    of_word = parts.select("word", term=term_rank.gather(term_of)).join(numbers, on="word").select("which", "term")
    counted = (
        used.with_columns(article=article_rank.gather(used["article"]))
        .join(of_word, on="which")
        .group_by("article", "term")
        .agg(pl.col("count").sum().alias("occurrence_count"))
        .sort("article", "term")
    )
    counted = counted.select(
        "occurrence_count",
        article_id=articles.sort().gather(counted["article"] - 1),
        term=terms.sort().gather(counted["term"] - 1),
    )
    return conform(counted, TERMS)


def query_terms(query: str) -> list[str]:
    """Return the terms of a search ``query``, cut as ``count_terms`` cuts an article, each once, in order of first use."""
    words = cut_column(pl.Series([query])).filter(pl.col("word").str.contains(r"[\p{L}\p{N}]"))["word"]
    terms = (term.lower() for word in words for term in (word, *sub_words(word)))
    return list(dict.fromkeys(terms))
