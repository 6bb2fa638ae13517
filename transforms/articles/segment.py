"""Which paragraphs of a page make an article, and what each of them is in it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import polars as pl

from transforms.articles.arrange import OUTSIDE, arrange
from transforms.articles.patterns import DATELINE_SIGNED, ENDS_IN_PHOTO, INLINE, NOTICE
from transforms.articles.titles import title_columns
from transforms.frames import ARTICLE_PARAGRAPHS, ARTICLES, conform

_PARTS: Final = {
    "title": "title",
    "more_title": "title",
    "late_title": "title",
    "subhead": "subhead",
    "opening": "body",
    "body": "body",
    "early_byline": "byline",
    "byline": "byline",
}
# A photo with its text has few paragraphs; a longer text with a credit at its end is news with a picture.
_PHOTO_PARAGRAPHS: Final = 3
# Compiled once for all batches: Rust makes them anew at nearly each call, in 15 to 30 ms (2026-11).
_INLINE: Final = re.compile(INLINE)
_DATELINE_SIGNED: Final = re.compile(DATELINE_SIGNED)


class Segmented(NamedTuple):
    """The articles of a batch of pages, schemas ``ARTICLES`` and ``ARTICLE_PARAGRAPHS``."""

    articles: pl.DataFrame
    article_paragraphs: pl.DataFrame


def segment(paragraphs: pl.DataFrame) -> Segmented:
    """Return the articles made of ``paragraphs`` (schema ``PARAGRAPHS``, roles filled; copies in or out).

    Columns and furniture belong to no article; the name of a column goes with the article that follows. Every other
    paragraph is in exactly one article. Which heading is a headline is decided here anew, since a page without its copies
    reads differently. ``published_on`` and its source are left null: the page's date is the caller's to add.
    """
    arranged = arrange(paragraphs).with_columns(
        pl.when(pl.col("part") == "column").then(pl.col("shown")).alias("column_above")
    )
    # A column names the article whose first paragraph follows it; several in a row are read as one.
    arranged = arranged.with_columns(pl.col("column_above").shift(1).over("page_id").alias("column_name"))
    inside = (
        arranged.filter(~pl.col("part").is_in(OUTSIDE))
        .with_columns(
            (pl.col("page_id") + "." + pl.col("article_no").cast(pl.String).str.zfill(3)).alias("article_id"),
            pl.col("part").replace_strict(_PARTS).alias("part"),
        )
        .with_columns(pl.col("paragraph_no").cum_count().over("article_id").alias("position"))
    )
    signed = inside.with_columns(
        pl.when(pl.col("part") == "byline")
        .then(pl.col("shown").str.strip_chars(" \u3000()（）[]【】□■"))
        .when("has_inline_byline")
        .then(_signed_in(inside, "has_inline_byline", pl.col("shown").str.tail(70), _INLINE))
        .when("is_dateline")
        .then(
            _signed_in(inside, "is_dateline", pl.col("shown").str.head(70), _DATELINE_SIGNED)
            .str.strip_suffix("报道")
            .str.strip_chars()
        )
        .alias("signature")
    )
    is_credit = (pl.col("part") == "byline") & pl.col("shown").str.contains(ENDS_IN_PHOTO) | (
        pl.col("has_inline_byline") & pl.col("signature").str.contains(ENDS_IN_PHOTO).fill_null(False)
    )
    is_body, is_title = pl.col("part") == "body", pl.col("part") == "title"
    articles = (
        signed.group_by("article_id", "page_id", "article_no", maintain_order=True)
        .agg(
            pl.col("column_name").first(),
            pl.col("shown").filter(is_title).alias("title_lines"),
            pl.col("signature").drop_nulls().unique(maintain_order=True).str.join(" ").alias("byline"),
            pl.col("text").filter(is_body).str.join("\n").alias("body"),
            is_credit.any().alias("has_credit"),
            pl.col("is_dateline").any().alias("has_dateline"),
            is_body.sum().alias("body_count"),
            pl.col("is_truncated").any(),
        )
        .with_columns(title_columns("title_lines"))
        .with_columns(
            pl.when(
                "has_credit",
                ~pl.col("has_dateline"),
                pl.col("body_count") <= _PHOTO_PARAGRAPHS,
            )
            .then(pl.lit("photo"))
            .when(pl.col("headline").str.contains(NOTICE).fill_null(False))
            .then(pl.lit("notice"))
            .otherwise(pl.lit("news"))
            .alias("kind"),
            pl.when(pl.col("byline") != "").then(pl.col("byline")).alias("byline"),
            pl.col("body").str.len_chars().alias("char_count"),
            pl.lit(None).alias("published_on"),
            pl.lit(None).alias("published_on_source"),
        )
    )
    return Segmented(conform(articles, ARTICLES), conform(inside, ARTICLE_PARAGRAPHS))


def _signed_in(inside: pl.DataFrame, flag: str, text: pl.Expr, pattern: re.Pattern[str]) -> pl.Series:
    """Return the byline that ``pattern`` finds in the ``text``, at most 70 characters, of the few rows that ``flag`` marks."""
    marked = inside.select(pl.when(flag).then(text)).to_series()
    found = (pattern.search(shown) if shown is not None else None for shown in marked.to_list())
    return pl.Series([match[1] if match else None for match in found], dtype=pl.String)
