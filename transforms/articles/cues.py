"""What can be seen of each paragraph by itself and beside its neighbours: the evidence for roles and boundaries."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.articles.patterns import (
    BYLINE_LINE,
    CAPTION,
    CLOSER,
    COLUMN,
    CREDIT_LINE,
    DATELINE,
    ENDS_IN_PHOTO,
    FURNITURE,
    INLINE,
    OPENING,
    SIGNATURE_LINE,
    STOP,
)

# Longest line that is read as a heading. Of 11,487 broadcast-news titles 98 % are shorter; the longest headline on the
# regional pages looked at has 25 characters.
HEADING_LENGTH: Final = 45


def cue_columns(paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return ``paragraphs`` (schema ``PARAGRAPHS``, sorted by page and number) with the columns of cues added.

    ``shape`` is what the paragraph can be by its own spelling: ``byline``, ``credit``, ``column``, ``furniture``,
    ``heading`` (short, without an inner full stop) or ``text``. The other cues are Booleans, and ``length`` in characters.
    """
    text = pl.col("text").str.strip_chars()
    is_short = pl.col("length") <= 60
    with_text = paragraphs.with_columns(text.alias("shown"), text.str.len_chars().cast(pl.Int32).alias("length"))
    seen = with_text.with_columns(
        (is_short & pl.col("shown").str.contains(CREDIT_LINE)).alias("is_credit"),
        (is_short & pl.col("shown").str.contains(f"{BYLINE_LINE}|{SIGNATURE_LINE}")).alias("is_byline"),
        (is_short & pl.col("shown").str.contains(ENDS_IN_PHOTO)).alias("ends_in_photo"),
        ((pl.col("length") <= 12) & pl.col("shown").str.contains(COLUMN)).alias("is_column"),
        (is_short & pl.col("shown").str.contains(FURNITURE)).alias("is_furniture"),
        pl.col("shown").str.contains(DATELINE).alias("is_dateline"),
        pl.col("shown").str.contains(OPENING).alias("is_opening"),
        pl.col("shown").str.tail(70).str.contains(INLINE).alias("has_inline_byline"),
        pl.col("shown").str.contains(CAPTION).alias("is_caption"),
        pl.col("shown").str.contains(f"[{STOP}][{CLOSER}]*$").alias("is_closed"),
        pl.col("shown").str.contains("[,，、;；]$").alias("is_open"),
        pl.col("shown").str.contains(f"[{STOP}].").alias("has_inner_stop"),
        pl.col("shown").str.count_matches("[,，;；]").cast(pl.Int32).alias("comma_count"),
        pl.col("shown").str.contains("[:：]$").alias("ends_in_colon"),
        pl.col("shown").str.contains("^(?:—|–|-|──){1,2}").alias("starts_with_dash"),
        pl.col("shown").str.contains(r"\p{Han}\s+\p{Han}").alias("has_blank_inside"),
    )
    is_heading = (
        (pl.col("length") <= HEADING_LENGTH)
        & (pl.col("length") >= 2)
        & ~pl.col("has_inner_stop")
        & ~pl.col("shown").str.contains("[。｡]")
        & ~pl.col("is_open")
        & (pl.col("comma_count") <= 3)
        & ~pl.col("is_dateline")
        & pl.col("shown").str.contains(r"\p{L}")
    )
    return seen.with_columns(
        pl.when("is_furniture")
        .then(pl.lit("furniture"))
        .when("is_credit")
        .then(pl.lit("credit"))
        .when(pl.col("is_byline") & pl.col("ends_in_photo"))
        .then(pl.lit("credit"))
        .when("is_byline")
        .then(pl.lit("byline"))
        .when(is_heading & pl.col("is_column"))
        .then(pl.lit("column"))
        .when(is_heading)
        .then(pl.lit("heading"))
        .otherwise(pl.lit("text"))
        .alias("shape")
    )
