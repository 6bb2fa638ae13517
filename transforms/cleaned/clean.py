"""The cleaned stage: pages in; paragraphs, the way back to the page, and the ledger of repairs out."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from transforms.articles import assign_roles
from transforms.frames import PARAGRAPH_LINES, PARAGRAPHS, REPAIRS, conform, empty
from transforms.raw.lines import split_lines


class Cleaned(NamedTuple):
    """What the cleaned stage makes of a batch of pages; the schemas are the constants of the same name in ``frames``."""

    paragraphs: pl.DataFrame
    paragraph_lines: pl.DataFrame
    repairs: pl.DataFrame


def clean(pages: pl.DataFrame) -> Cleaned:
    """Return the paragraphs of ``pages`` (columns ``page_id`` and ``text`` of the schema ``PAGES``).

    Every line with a visible character is in exactly one paragraph.
    """
    lines = split_lines(pages)
    shown = (
        lines.with_columns(
            pl.col("raw_text").str.strip_chars().alias("text"),
            pl.col("raw_text").str.contains("^(\u3000| {2,}|\t)").alias("is_indented"),
        )
        .filter(pl.col("text") != "")
        .with_columns(
            pl.col("line_number").cum_count().over("page_id").cast(pl.Int32).alias("paragraph_no"),
            (pl.col("line_number") - pl.col("line_number").shift(1).over("page_id").fill_null(0) - 1).alias(
                "blank_lines_before"
            ),
            (pl.col("raw_text").str.len_chars() - pl.col("raw_text").str.strip_chars_start().str.len_chars()).alias(
                "lead"
            ),
        )
    )
    paragraphs = shown.with_columns(
        pl.concat_list("line_number").alias("line_numbers"),
        pl.lit(False).alias("is_truncated"),
        pl.lit("body").alias("role"),
    )
    pieces = shown.with_columns(
        pl.lit(1).alias("segment_no"),
        pl.lit(0).alias("char_start"),
        pl.col("text").str.len_chars().alias("char_end"),
        (pl.col("raw_char_start") + pl.col("lead")).alias("raw_char_start"),
    ).with_columns((pl.col("raw_char_start") + pl.col("char_end")).alias("raw_char_end"))
    return Cleaned(
        assign_roles(conform(paragraphs, PARAGRAPHS)),
        conform(pieces, PARAGRAPH_LINES),
        empty(REPAIRS),
    )
