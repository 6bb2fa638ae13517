"""Measures of deduplicated pages: is nothing said twice, and is nothing gone that was said once?"""

from __future__ import annotations

from typing import Final

import polars as pl

from expectations.breaks import describe, open_ends
from expectations.measures import (
    Measured,
    assemble,
    frame_measures,
    lacks_columns,
    repeated_keys,
    unmeasured,
    violation_rows,
)
from expectations.repeats import mostly_copies, repeats
from expectations.settings import DEFAULTS, Settings
from transforms.frames import DUPLICATES, PARAGRAPHS, Schema

SCHEMAS: Final[dict[str, Schema]] = {"paragraphs": PARAGRAPHS, "duplicates": DUPLICATES, "kept": PARAGRAPHS}
PARAGRAPH: Final = ["page_id", "paragraph_no"]
KEYS: Final = {"paragraphs": PARAGRAPH, "duplicates": PARAGRAPH, "kept": PARAGRAPH}
REQUIRED: Final = {"paragraphs": ["text"], "duplicates": ["kept_page_id", "kept_paragraph_no"], "kept": ["text"]}


def measure_deduplicated(
    paragraphs: pl.DataFrame,
    duplicates: pl.DataFrame,
    kept: pl.DataFrame | None = None,
    *,
    settings: Settings = DEFAULTS,
) -> Measured:
    """Return the measures of the deduplicated stage.

    ``paragraphs`` are those of the cleaned stage, copies included; ``kept`` are those left (by default all that
    ``duplicates`` does not name). A kept counterpart on a page that is not among ``paragraphs`` is not checked here.
    """
    if kept is None:
        keyed = set(PARAGRAPH) <= set(duplicates.columns) & set(paragraphs.columns)
        kept = paragraphs.join(duplicates, on=PARAGRAPH, how="anti") if keyed else paragraphs.clear()
    given = {"paragraphs": paragraphs, "duplicates": duplicates, "kept": kept}
    page_ids = paragraphs["page_id"] if "page_id" in paragraphs.columns else None
    frames = frame_measures(given, SCHEMAS, KEYS, page_ids, REQUIRED)
    if lacks_columns(frames):
        return unmeasured("deduplicated", frames)
    counterpart = ["kept_page_id", "kept_paragraph_no"]
    here = duplicates.filter(pl.col("kept_page_id").is_in(paragraphs["page_id"].implode()))
    counts = paragraphs.group_by("page_id").agg(pl.len().cast(pl.Int64).alias("paragraphs"))
    removed = duplicates.group_by("page_id").agg(pl.len().cast(pl.Int64).alias("copies_removed"))
    neither = paragraphs.join(kept, on=PARAGRAPH, how="anti").join(duplicates, on=PARAGRAPH, how="anti")
    both = kept.join(duplicates, on=PARAGRAPH, how="semi")
    missing = here.join(paragraphs, left_on=counterpart, right_on=PARAGRAPH, how="anti")
    gone = here.join(duplicates, left_on=counterpart, right_on=PARAGRAPH, how="semi")
    orphans = [
        duplicates.join(paragraphs, on=PARAGRAPH, how="anti").select(PARAGRAPH),
        kept.join(paragraphs, on=PARAGRAPH, how="anti").select(PARAGRAPH),
    ]
    blocks = kept.select(
        "page_id", pl.col("paragraph_no").alias("block_no"), pl.col("text").fill_null(""), "role", "is_truncated"
    )
    copies, loops = repeats(blocks, settings=settings)
    violations = [
        violation_rows(neither, "paragraphs_lost", paragraph="paragraph_no"),
        violation_rows(both, "repeated_keys", paragraph="paragraph_no"),
        violation_rows(missing, "kept_counterpart_missing", paragraph="paragraph_no"),
        violation_rows(gone, "kept_counterpart_removed", paragraph="paragraph_no"),
        *(violation_rows(frame, "orphan_rows", paragraph="paragraph_no") for frame in orphans),
        *(repeated_keys(frame, PARAGRAPH) for frame in (kept, duplicates)),
        violation_rows(copies, "duplicated_blocks", paragraph="block_no", value="similarity"),
        violation_rows(mostly_copies(blocks, copies, settings=settings), "mostly_copies", value="share"),
        # A truncated copy has its rest on the page, so the cleaned stage does not call it truncated: only what is kept counts.
        violation_rows(open_ends(describe(blocks)), "open_ends", paragraph="block_no"),
        violation_rows(loops, "looping_blocks", paragraph="block_no", value="chars"),
    ]
    return assemble("deduplicated", paragraphs["page_id"], [counts, removed], violations, frames, settings=settings)
