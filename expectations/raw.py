"""Measures of raw pages: broken by nature, so that only what makes a page useless holds it back."""

from __future__ import annotations

import polars as pl

from expectations.blocks import broken_splits, duplicated_blocks
from expectations.measures import Measured, assemble, frame_measures, lacks_columns, unmeasured, violation_rows
from expectations.settings import DEFAULTS, Settings
from transforms.frames import PAGES
from transforms.raw.lines import split_lines


def measure_raw(pages: pl.DataFrame, *, settings: Settings = DEFAULTS) -> Measured:
    """Return the measures of ``pages`` (schema ``PAGES``) before anything is repaired."""
    frames = frame_measures(
        {"pages": pages}, {"pages": PAGES}, {"pages": ["page_id"]}, None, {"pages": ["page_id", "text", "sha256"]}
    )
    if lacks_columns(frames):
        return unmeasured("raw", frames)
    pages = pages.filter(pl.col("page_id").is_not_null()).with_columns(pl.col("text").fill_null(""))
    blocks = (
        split_lines(pages)
        .select("page_id", pl.col("line_number").alias("block_no"), pl.col("raw_text").str.strip_chars().alias("text"))
        .filter(pl.col("text") != "")
    )
    counts = blocks.group_by("page_id").agg(
        pl.len().cast(pl.Int64).alias("blocks"), pl.col("text").str.len_chars().sum().cast(pl.Int64).alias("chars")
    )
    blank = pages.join(blocks, on="page_id", how="anti")
    copies = duplicated_blocks(blocks, settings=settings)
    violations = [
        violation_rows(blank, "no_text"),
        violation_rows(broken_splits(blocks), "broken_line_splits", line="block_no", value="evidence"),
        violation_rows(copies, "duplicated_blocks", line="block_no", value="share"),
    ]
    return assemble("raw", pages["page_id"], [counts], violations, frames, settings=settings)
