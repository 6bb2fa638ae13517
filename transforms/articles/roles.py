"""The role of each paragraph on its page."""

from __future__ import annotations

import polars as pl


def assign_roles(paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return ``paragraphs`` (schema ``PARAGRAPHS``, pages whole and in order) with ``role`` filled."""
    is_title = (pl.col("text").str.len_chars() < 32) & ~pl.col("text").str.contains("[。！？!?]")
    return paragraphs.with_columns(pl.when(is_title).then(pl.lit("title")).otherwise(pl.lit("body")).alias("role"))
