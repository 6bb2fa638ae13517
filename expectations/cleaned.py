"""Measures of cleaned pages: is every character still there, and are the lines whole?"""

from __future__ import annotations

from typing import Final

import polars as pl

from expectations.breaks import broken_splits, describe, hard_wrapped, unrepaired
from expectations.characters import code_points
from expectations.conservation import character_ledger, line_ledger
from expectations.marks import marks_of
from expectations.measures import (
    Measured,
    assemble,
    frame_measures,
    lacks_columns,
    repeated_keys,
    unmeasured,
    violation_rows,
)
from expectations.page_lines import lines_of
from expectations.settings import DEFAULTS, Settings
from transforms.frames import PAGES, PARAGRAPH_LINES, PARAGRAPHS, REPAIRS, Schema

SCHEMAS: Final[dict[str, Schema]] = {
    "pages": PAGES,
    "paragraphs": PARAGRAPHS,
    "paragraph_lines": PARAGRAPH_LINES,
    "repairs": REPAIRS,
}
KEYS: Final = {
    "pages": ["page_id"],
    "paragraphs": ["page_id", "paragraph_no"],
    "paragraph_lines": ["page_id", "paragraph_no", "segment_no"],
    "repairs": ["page_id", "repair_no"],
}
REQUIRED: Final = {
    "pages": ["text"],
    "paragraphs": ["text", "role", "line_numbers"],
    "paragraph_lines": ["line_number", "char_start", "char_end", "raw_char_start", "raw_char_end"],
    "repairs": ["kind", "line_numbers", "is_applied"],
}


def measure_cleaned(
    pages: pl.DataFrame,
    paragraphs: pl.DataFrame,
    paragraph_lines: pl.DataFrame,
    repairs: pl.DataFrame,
    *,
    removed: pl.DataFrame | None = None,
    settings: Settings = DEFAULTS,
) -> Measured:
    """Return the measures of the cleaned stage of ``pages`` (schema ``PAGES``); the other frames are those of ``frames.py``.

    ``removed`` (``page_id``, ``paragraph_no``) names copies that later went: they are left as printed, so whether lines are
    whole is not asked of them.
    """
    given = {"pages": pages, "paragraphs": paragraphs, "paragraph_lines": paragraph_lines, "repairs": repairs}
    page_ids = pages["page_id"] if "page_id" in pages.columns else None
    frames = frame_measures(given, SCHEMAS, KEYS, page_ids, REQUIRED)
    if lacks_columns(frames):
        return unmeasured("cleaned", frames)
    pages = pages.filter(pl.col("page_id").is_not_null()).with_columns(pl.col("text").fill_null(""))
    paragraphs = paragraphs.with_columns(pl.col("text").fill_null(""))
    counts = paragraphs.group_by("page_id").agg(
        pl.len().cast(pl.Int64).alias("paragraphs"),
        (pl.col("role") == "body").sum().cast(pl.Int64).alias("bodies"),
        pl.col("is_truncated").sum().cast(pl.Int64).alias("truncations"),
    )
    own = code_points(paragraphs["text"])
    blocks = (
        paragraphs.select("page_id", pl.col("paragraph_no").alias("block_no"), "text", "role", "is_truncated")
        .hstack(marks_of(*own))
        .sort("page_id", "block_no", maintain_order=True)
    )
    if removed is not None:
        blocks = blocks.join(removed, left_on=["page_id", "block_no"], right_on=["page_id", "paragraph_no"], how="anti")
    described = describe(blocks)
    wrapped = hard_wrapped(described, settings=settings)
    unwrapped = described.join(wrapped, on="page_id", how="anti")  # of those every line is broken
    broken = broken_splits(unwrapped, settings=settings)
    ordered = pages.sort("page_id", maintain_order=True)  # as the paragraphs are, so that one sweep compares them
    lines = lines_of(ordered["text"])
    violations = [
        *line_ledger(ordered, lines, paragraphs),
        *character_ledger(ordered, lines, paragraphs, paragraph_lines, own),
        *(repeated_keys(given[name], KEYS[name]) for name in ("paragraphs", "paragraph_lines", "repairs")),
        violation_rows(
            paragraph_lines.join(paragraphs, on=["page_id", "paragraph_no"], how="anti"),
            "orphan_rows",
            paragraph="paragraph_no",
        ),
        violation_rows(unrepaired(described, broken, settings=settings), "unrepaired", value="count"),
        violation_rows(wrapped, "hard_wrapped", value="share"),
        violation_rows(broken, "broken_line_splits", paragraph="block_no", value="evidence"),
        violation_rows(blocks.filter("is_unbalanced"), "unbalanced_marks", paragraph="block_no"),
    ]
    return assemble("cleaned", pages["page_id"], [counts], violations, frames, settings=settings)
