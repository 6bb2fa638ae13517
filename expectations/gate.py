"""The gate of a stage: Great Expectations judges the measures, and what it says decides about pages and batch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import polars as pl

from expectations.measures import VIOLATIONS, Measured, combine
from expectations.rules import PAGE_RULES, Rule, Stage
from expectations.settings import DEFAULTS, Settings
from expectations.suites import evaluate, with_emptiness
from transforms.frames import CHECKS, Schema, conform

HELD_PAGES: Final[Schema] = {"page_id": pl.String, "stage": pl.String, "reason": pl.String, "detail": pl.String}
WORST: Final = 5  # pages that a message names
FAULTS: Final = {
    "missing_columns": "{} columns missing",
    "wrong_types": "{} columns of the wrong type",
    "null_keys": "{} rows without a key",
    "empty_columns": "{} columns without a value",
    "strangers": "{} rows of pages that the batch does not have",
    "is_empty": "no rows",
}


class Judgement(NamedTuple):
    """What a gate decided.

    ``checks`` (schema ``CHECKS``) are rows for ``quality.checks`` that want only run and time; ``held_pages`` (schema
    ``HELD_PAGES``) are the pages to hold back, worst first; ``is_closed`` tells that nothing of the batch may be
    published, and ``message`` (empty while the gate is open) why, which pages are worst, and what to try.
    """

    checks: pl.DataFrame
    held_pages: pl.DataFrame
    is_closed: bool
    message: str


def judge(
    stage: Stage, measured: Measured | Sequence[Measured], *, settings: Settings = DEFAULTS, is_whole: bool = True
) -> Judgement:
    """Return what the suite of ``stage`` says about a batch (or several, judged as one).

    Whether most pages still have what the stage should have mended is asked only of pages that are a whole: in a part of them,
    chance may gather those that have. Of the parts of a run, ``shares.share_checks`` asks it together.

    Great Expectations is imported here on the first call (6 s); after that a call takes a tenth of a second or two.
    """
    whole = measured if isinstance(measured, Measured) else combine(measured)
    held = held_pages(stage, whole)
    allowance = held_allowance(stage, whole.pages.height, settings=settings)
    checks = conform(evaluate(stage, whole, held, allowance, settings, is_whole=is_whole), CHECKS)
    failed = checks.filter((pl.col("severity") == "critical") & ~pl.col("success"))
    message = "" if failed.is_empty() else _message(stage, whole, failed, held)
    return Judgement(checks, held, not failed.is_empty(), message)


def held_allowance(stage: Stage, page_count: int, *, settings: Settings = DEFAULTS) -> int:
    """Return how many of ``page_count`` pages the stage may hold back while its gate stays open."""
    share = settings.max_held_share_raw if stage == "raw" else settings.max_held_share
    return max(settings.held_pages_always_allowed, math.floor(share * page_count))


def held_pages(stage: Stage, measured: Measured) -> pl.DataFrame:
    """Return the pages that break a critical rule (schema ``HELD_PAGES``), those that break most first."""
    rules = [rule for rule in PAGE_RULES[stage] if rule.severity == "critical"]
    broken = (
        measured.pages.select("page_id", *(rule.name for rule in rules))
        .unpivot(index="page_id", variable_name="rule", value_name="count")
        .join(_rule_frame(rules), on="rule")
        .filter(pl.col("count") > pl.col("limit"))
        .sort("page_id", "order")
    )
    return (
        broken.group_by("page_id", maintain_order=True)
        .agg(
            pl.lit(stage).alias("stage"),
            pl.col("rule").first().alias("reason"),
            pl.format("{} ({})", "rule", pl.col("count").cast(pl.Int64)).str.join(", ").alias("detail"),
            pl.col("count").sum().alias("total"),
        )
        .sort("total", "page_id", descending=[True, False])
        .select(pl.col(name).cast(dtype) for name, dtype in HELD_PAGES.items())
    )


def _rule_frame(rules: Sequence[Rule]) -> pl.DataFrame:
    return pl.DataFrame(
        {"rule": [r.name for r in rules], "limit": [float(r.limit) for r in rules], "order": range(len(rules))},
        schema_overrides={"rule": pl.String},
    )


def _message(stage: Stage, measured: Measured, failed: pl.DataFrame, held: pl.DataFrame) -> str:
    """Return what is wrong with the batch, its worst pages, and the next command."""
    lines = [f"{stage}: the gate is closed and nothing of this batch is published."]
    lines += [
        f"  frame {row['frame']}: "
        + ", ".join(words.format(row[fault]) for fault, words in FAULTS.items() if row[fault])
        for row in with_emptiness(measured.frames).to_dicts()
        if any(row[fault] for fault in FAULTS)
    ]
    if measured.pages.is_empty():
        lines.append("  no page could be measured")
    if held.height:
        lines.append(f"  {held.height} of {measured.pages.height} pages would be held back, the worst of them:")
        lines += [f"    page {row['page_id']}: {row['detail']}" for row in held.head(WORST).to_dicts()]
    if len(lines) == 1:
        lines += [f"  {name}" for name in failed["expectation"]]
    lines.append(f"Try: banmian check --stage {stage}")
    return "\n".join(lines)


__all__ = ["CHECKS", "HELD_PAGES", "VIOLATIONS", "Judgement", "held_allowance", "held_pages", "judge"]
