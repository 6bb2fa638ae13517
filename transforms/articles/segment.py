"""Which paragraphs of a page make an article."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from transforms.frames import ARTICLE_PARAGRAPHS, ARTICLES, conform


class Segmented(NamedTuple):
    """The articles of a batch of pages, schemas ``ARTICLES`` and ``ARTICLE_PARAGRAPHS``."""

    articles: pl.DataFrame
    article_paragraphs: pl.DataFrame


def segment(paragraphs: pl.DataFrame) -> Segmented:
    """Return the articles made of ``paragraphs`` (schema ``PARAGRAPHS``, roles filled).

    ``published_on`` and its source are left null: the page's date is the caller's to add.
    """
    numbered = paragraphs.with_columns((pl.col("page_id") + ".001").alias("article_id"))
    articles = numbered.group_by("article_id", "page_id", maintain_order=True).agg(
        pl.lit(1).alias("article_no"),
        pl.lit(None).alias("column_name"),
        pl.lit(None).alias("kicker"),
        pl.col("text").filter(pl.col("role") == "title").first().alias("headline"),
        pl.lit(None).alias("subtitle"),
        pl.lit(None).alias("byline"),
        pl.col("text").filter(pl.col("role") == "body").str.join("\n").alias("body"),
        pl.lit("news").alias("kind"),
        pl.lit(None).alias("published_on"),
        pl.lit(None).alias("published_on_source"),
        pl.col("text").str.len_chars().sum().alias("char_count"),
        pl.col("is_truncated").last(),
    )
    parts = numbered.with_columns(
        pl.col("paragraph_no").cum_count().over("article_id").alias("position"),
        pl.when(pl.col("role") == "title").then(pl.lit("title")).otherwise(pl.lit("body")).alias("part"),
    )
    return Segmented(conform(articles, ARTICLES), conform(parts, ARTICLE_PARAGRAPHS))
