"""What is handed from the measuring (in worker processes, Polars only) to the judging (in the main process)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from expectations.rules import PAGE_RULES, Stage
from expectations.settings import Settings
from transforms.frames import Schema

# One row a place where a page breaks a rule. No text: ids and numbers only.
VIOLATIONS: Final[Schema] = {
    "page_id": pl.String,
    "rule": pl.String,
    "paragraph_no": pl.Int32,  # null where the rule is about lines or about the page as a whole
    "line_number": pl.Int32,
    "value": pl.Float64,  # how much: characters, rows or a share; the rule says which
}

# One row a frame of the stage: is it there, whole, and of the right shape?
FRAME_MEASURES: Final[Schema] = {
    "frame": pl.String,
    "row_count": pl.Int64,
    "missing_columns": pl.Int64,
    "wrong_types": pl.Int64,
    "null_keys": pl.Int64,
    "empty_columns": pl.Int64,  # required columns that hold nothing but nulls although there are rows
    "strangers": pl.Int64,  # rows of pages that the batch does not have
}


class Measured(NamedTuple):
    """The measures of one batch at one stage.

    ``pages`` has one row a page: ``page_id``, then numbers, among them one column per rule of the stage with how
    often the page breaks it. ``violations`` (schema ``VIOLATIONS``) says where, capped. ``frames`` (schema
    ``FRAME_MEASURES``) has one row for each frame of the stage. All three pickle, and none holds any text of a page.
    """

    pages: pl.DataFrame
    violations: pl.DataFrame
    frames: pl.DataFrame


def combine(measured: Sequence[Measured]) -> Measured:
    """Return the measures of several batches of one stage as one."""
    return Measured(*(pl.concat(frames, how="diagonal_relaxed") for frames in zip(*measured, strict=True)))


def violation_rows(
    found: pl.DataFrame, rule: str, *, paragraph: str | None = None, line: str | None = None, value: str | None = None
) -> pl.DataFrame:
    """Return ``found`` (one row a violation, with ``page_id``) in the schema ``VIOLATIONS``."""
    return found.select(
        pl.col("page_id").cast(pl.String),
        pl.lit(rule).alias("rule"),
        (pl.col(paragraph) if paragraph else pl.lit(None)).cast(pl.Int32).alias("paragraph_no"),
        (pl.col(line) if line else pl.lit(None)).cast(pl.Int32).alias("line_number"),
        (pl.col(value) if value else pl.lit(1.0)).cast(pl.Float64).alias("value"),
    )


def assemble(
    stage: Stage,
    page_ids: pl.Series,
    metrics: Sequence[pl.DataFrame],
    violations: Sequence[pl.DataFrame],
    frames: pl.DataFrame,
    *,
    settings: Settings,
) -> Measured:
    """Return the measures of a stage: ``metrics`` joined page by page, and every rule's violations counted."""
    rules = [rule.name for rule in PAGE_RULES[stage]]
    pages = pl.DataFrame({"page_id": page_ids.cast(pl.String)}).unique(maintain_order=True)
    found = pl.concat(violations) if violations else pl.DataFrame(schema=VIOLATIONS)
    found = found.filter(pl.col("page_id").is_in(pages["page_id"].implode()))
    counts = found.group_by("page_id").agg((pl.col("rule") == name).sum().cast(pl.Int64).alias(name) for name in rules)
    for metric in (*metrics, counts):
        pages = pages.join(metric, on="page_id", how="left", maintain_order="left")
    numbers = [name for name in pages.columns if name != "page_id"]
    return Measured(pages.with_columns(pl.col(numbers).fill_null(0)), cap(found, stage, settings), frames)


def cap(violations: pl.DataFrame, stage: Stage, settings: Settings) -> pl.DataFrame:
    """Return at most so many violations as ``settings`` allows, critical rules first, in a fixed order."""
    rank = {rule.name: ("critical", "warning", "info").index(rule.severity) for rule in PAGE_RULES[stage]}
    return (
        violations.with_columns(pl.col("rule").replace_strict(rank, default=3, return_dtype=pl.Int8).alias("rank"))
        .sort("rank", "page_id", "rule", "paragraph_no", "line_number", nulls_last=True)
        .filter(pl.int_range(pl.len()).over("page_id", "rule") < settings.violations_per_page_and_rule)
        .head(settings.violations_in_all)
        .drop("rank")
    )


def frame_measures(
    frames: Mapping[str, pl.DataFrame],
    schemas: Mapping[str, Schema],
    keys: Mapping[str, Sequence[str]],
    page_ids: pl.Series | None,
    required: Mapping[str, Sequence[str]],
) -> pl.DataFrame:
    """Return one row for each of ``frames``: whether its columns, types and keys are what ``schemas`` and ``keys``
    say.

    ``required`` names the columns that must not be null throughout.
    """
    rows = []
    for name, frame in frames.items():
        schema = schemas[name]
        present = [column for column in schema if column in frame.columns]
        key_columns = [column for column in keys[name] if column in present]
        known = page_ids is not None and "page_id" in present
        rows.append(
            {
                "frame": name,
                "row_count": frame.height,
                "missing_columns": len(schema) - len(present),
                "wrong_types": sum(frame.schema[column] != schema[column] for column in present),
                "null_keys": frame.select(pl.any_horizontal(pl.col(key_columns).is_null()).sum()).item()
                if key_columns
                else 0,
                "empty_columns": sum(
                    column in present and frame.height > 0 and frame[column].null_count() == frame.height
                    for column in required[name]
                ),
                "strangers": (~frame["page_id"].is_in(page_ids.implode())).sum()
                if known and page_ids is not None
                else 0,
            }
        )
    return pl.DataFrame(rows, schema=FRAME_MEASURES)


def lacks_columns(frames: pl.DataFrame) -> bool:
    """Tell whether a frame lacks a column, so that nothing else can be measured."""
    return bool(((frames["missing_columns"] > 0) | (frames["wrong_types"] > 0)).any())


def unmeasured(stage: Stage, frames: pl.DataFrame) -> Measured:
    """Return the measures of a batch that cannot be measured: no page, and the frames that are at fault."""
    schema: Schema = {"page_id": pl.String, **{rule.name: pl.Int64 for rule in PAGE_RULES[stage]}}
    return Measured(pl.DataFrame(schema=schema), pl.DataFrame(schema=VIOLATIONS), frames)


def repeated_keys(frame: pl.DataFrame, key: Sequence[str], *, rule: str = "repeated_keys") -> pl.DataFrame:
    """Return a violation for every row whose ``key`` (``page_id`` among it) an earlier row has."""
    hashes = np.sort(frame.select(key).hash_rows().to_numpy())  # tells in a tenth of the time that no key stands twice
    if not (hashes[1:] == hashes[:-1]).any():
        return pl.DataFrame(schema=VIOLATIONS)
    again = frame.filter(~pl.struct(key).is_first_distinct())
    paragraph = "paragraph_no" if "paragraph_no" in frame.columns else None
    return violation_rows(again, rule, paragraph=paragraph)
