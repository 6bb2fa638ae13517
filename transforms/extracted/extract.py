"""The extracted stage: kept paragraphs in; articles, bylines, facts, keywords and search terms out."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from transforms.articles import segment
from transforms.frames import ARTICLE_TEXTS, BYLINES, FACTS, KEYWORDS, TERMS, conform, empty


class Extracted(NamedTuple):
    """What the extracted stage makes of a batch of pages; ``facts`` has the keys and schemas of ``frames.FACTS``."""

    articles: pl.DataFrame
    article_paragraphs: pl.DataFrame
    bylines: pl.DataFrame
    facts: dict[str, pl.DataFrame]
    keywords: pl.DataFrame
    terms: pl.DataFrame


def article_texts(pages: pl.DataFrame, paragraphs: pl.DataFrame, article_paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return what the extractors of facts read, as a frame of the schema ``ARTICLE_TEXTS``."""
    return conform(
        article_paragraphs.with_columns(pl.col("article_id").str.split(".").list.first().alias("page_id"))
        .join(paragraphs.select("page_id", "paragraph_no", "text"), on=["page_id", "paragraph_no"])
        .join(pages.select("page_id", "published_on"), on="page_id")
        .sort("article_id", "position"),
        ARTICLE_TEXTS,
    )


def extract(pages: pl.DataFrame, paragraphs: pl.DataFrame) -> Extracted:
    """Return the articles and facts of ``paragraphs`` (schema ``PARAGRAPHS``, copies already removed).

    ``pages`` gives each page's date: columns ``page_id``, ``published_on``, ``published_on_source`` of the schema ``PAGES``.
    """
    segmented = segment(paragraphs)
    return Extracted(
        segmented.articles,
        segmented.article_paragraphs,
        empty(BYLINES),
        {name: empty(schema) for name, schema in FACTS.items()},
        empty(KEYWORDS),
        empty(TERMS),
    )
