"""Measures of raw pages: broken by nature, so that only what makes a page useless holds it back."""

from __future__ import annotations

import numpy as np
import polars as pl

from expectations.breaks import broken_splits, describe, hard_wrapped
from expectations.legibility import MARKS, count_classes, page_legibility
from expectations.marks import marks_of
from expectations.measures import Measured, assemble, frame_measures, lacks_columns, unmeasured, violation_rows
from expectations.page_lines import line_texts, lines_of
from expectations.repeats import repeats
from expectations.settings import DEFAULTS, Settings
from transforms.frames import PAGES


def measure_raw(pages: pl.DataFrame, *, settings: Settings = DEFAULTS) -> Measured:
    """Return the measures of ``pages`` (schema ``PAGES``) before anything is repaired."""
    frames = frame_measures(
        {"pages": pages}, {"pages": PAGES}, {"pages": ["page_id"]}, None, {"pages": ["page_id", "text", "sha256"]}
    )
    if lacks_columns(frames):
        return unmeasured("raw", frames)
    pages = pages.filter(pl.col("page_id").is_not_null()).with_columns(pl.col("text").fill_null(""))
    lines = lines_of(pages["text"])
    every = pl.DataFrame(
        {
            "page_id": pages["page_id"].gather(lines.page_of_line()),
            "block_no": pl.Series(lines.number_of_line(), dtype=pl.Int32),
            "text": line_texts(pages["text"]).str.strip_chars(),
            "start": lines.starts,
        }
    )
    blocks = every.filter(pl.col("text") != "")
    # What stands between two blocks is blank and counts with the first; what stands before all of them, too.
    begins = np.append(np.append(0, blocks["start"].to_numpy()[1:]), len(lines.points))[: blocks.height + 1]
    counts = blocks.group_by("page_id").agg(
        pl.len().cast(pl.Int64).alias("blocks"), pl.col("text").str.len_chars().sum().cast(pl.Int64).alias("chars")
    )
    described = describe(blocks.hstack(marks_of(lines.points, begins)))
    wrapped = hard_wrapped(described, settings=settings)
    unwrapped = described.join(wrapped, on="page_id", how="anti")  # of those every line is broken
    copies, loops = repeats(blocks, settings=settings, characters=(lines.points, begins) if blocks.height else None)
    legibility = page_legibility(pages, count_classes(lines.points, lines.page_starts))
    marks = blocks.filter(pl.col("text").str.contains(MARKS))
    strange = (pl.col("han_share") < settings.min_han_share) & (
        pl.col("visible_chars") >= settings.min_chars_for_shares
    )
    violations = [
        violation_rows(legibility.filter(pl.col("visible_chars") == 0), "no_text"),
        violation_rows(legibility.filter("is_refusal"), "refusal_page", value="visible_chars"),
        violation_rows(
            legibility.filter(pl.col("garbled_share") >= settings.garbled_share), "mojibake_page", value="garbled_share"
        ),
        violation_rows(flooded(blocks, loops, settings=settings), "flooded_page", value="share"),
        violation_rows(legibility.filter(strange), "foreign_page", value="han_share"),
        violation_rows(legibility.filter(pl.col("control_chars") > 0), "control_characters", value="control_chars"),
        violation_rows(marks, "mojibake_marks", line="block_no"),
        violation_rows(wrapped, "hard_wrapped", value="share"),
        violation_rows(
            broken_splits(unwrapped, settings=settings), "broken_line_splits", line="block_no", value="evidence"
        ),
        violation_rows(copies, "duplicated_blocks", line="block_no", value="similarity"),
        violation_rows(loops, "looping_blocks", line="block_no", value="chars"),
    ]
    metrics = [counts, legibility.drop("is_refusal")]
    return assemble("raw", pages["page_id"], metrics, violations, frames, settings=settings)


def flooded(blocks: pl.DataFrame, loops: pl.DataFrame, *, settings: Settings) -> pl.DataFrame:
    """Return the pages of which most characters are in blocks that loop: ``page_id``, ``share``."""
    chars = pl.col("text").str.len_chars()
    looping = blocks.join(loops, on=["page_id", "block_no"], how="semi")
    return (
        looping.group_by("page_id")
        .agg(chars.sum().alias("looping"))
        .join(blocks.group_by("page_id").agg(chars.sum().alias("all")), on="page_id")
        .select("page_id", (pl.col("looping") / pl.col("all")).alias("share"))
        .filter(pl.col("share") >= settings.flooded_share)
    )
