"""Whether a measure leaves the range that earlier runs had: a source that changes its layout breaks no rule at first."""

from __future__ import annotations

from typing import Final

import polars as pl

from expectations.gate import CHECKS
from expectations.measures import Measured
from expectations.rules import PAGE_RULES, Stage
from expectations.settings import DEFAULTS, Settings
from transforms.frames import conform

SERIES: Final = ("stage", "suite", "expectation")
MAD_TO_SIGMA: Final = 1.4826  # of a normal distribution: Rousseeuw and Croux, 1993


def usual_range_checks(checks: pl.DataFrame, history: pl.DataFrame, *, settings: Settings = DEFAULTS) -> pl.DataFrame:
    """Return a warning for each measure of ``checks`` that leaves the range of earlier runs, in the schema ``CHECKS``.

    Both frames are rows of ``quality.checks`` (``history`` with ``run_id``); a column ``collection``, where both have it,
    parts the series by collection. What is compared is the rate, ``observed_value`` by ``checked_count``, of a run as a
    whole. The usual range is the median of the earlier runs, and to either side ``usual_sigmas`` times their spread (the median
    absolute deviation, so that a bad run in the past does not widen it), or ``usual_slack``, or what chance does to so few pages
    (``usual_sigmas`` standard deviations of a Poisson count), whichever is most. A series of fewer than ``usual_runs``
    earlier runs has no range.
    """
    keys = [*SERIES, *(["collection"] if {"collection"} <= {*checks.columns} & {*history.columns} else [])]
    now = _rates(checks, keys)
    ranges = (
        _rates(history, [*keys, "run_id"])
        .with_columns(pl.col("rate").median().over(keys).alias("middle"))
        .with_columns((pl.col("rate") - pl.col("middle")).abs().median().over(keys).alias("spread"))
        .group_by(keys)
        .agg(pl.len().alias("runs"), pl.col("middle").first(), pl.col("spread").first())
        .filter(pl.col("runs") >= settings.usual_runs)
    )
    by_chance = (pl.col("middle") * pl.col("checked")).clip(1).sqrt() / pl.col("checked") * settings.usual_sigmas
    allowed = pl.max_horizontal(
        by_chance,
        pl.col("spread") * MAD_TO_SIGMA * settings.usual_sigmas,
        pl.lit(settings.usual_slack),
        pl.col("middle").abs() * settings.usual_slack,
    )
    is_unusual = (pl.col("rate") - pl.col("middle")).abs() > allowed
    judged = now.join(ranges, on=keys, nulls_equal=True).with_columns(is_unusual.alias("is_unusual")).sort(keys)
    return conform(
        judged.with_columns(
            pl.format("usual_range({})", "expectation").alias("expectation"),
            pl.lit("warning").alias("severity"),
            (~pl.col("is_unusual")).alias("success"),
            pl.col("rate").alias("observed_value"),
            pl.col("is_unusual").cast(pl.Int64).alias("unexpected_count"),
            pl.col("runs").alias("checked_count"),
        ),
        CHECKS,
    )


def by_collection(stage: Stage, measured: Measured, pages: pl.DataFrame) -> pl.DataFrame:
    """Return how often each rule is broken on the pages of each collection (columns of ``quality.measures``).

    ``pages`` has ``page_id`` and ``collection``, null where it is not known; pages that were not measured do not count.
    """
    rules = pl.DataFrame(
        {"rule": [r.name for r in PAGE_RULES[stage]], "severity": [r.severity for r in PAGE_RULES[stage]]}
    )
    return (
        measured.pages.join(pages.select("page_id", "collection"), on="page_id")
        .unpivot(rules["rule"].to_list(), index="collection", variable_name="rule", value_name="count")
        .group_by("collection", "rule")
        .agg(
            pl.len().cast(pl.Int64).alias("page_count"),
            pl.col("count").sum().cast(pl.Float64).alias("observed_value"),
            (pl.col("count") > 0).sum().cast(pl.Int64).alias("unexpected_count"),
        )
        .join(rules, on="rule")
        .with_columns(pl.lit(stage).alias("stage"))
        .sort("collection", "rule")
    )


def collection_checks(measures: pl.DataFrame) -> pl.DataFrame:
    """Return ``measures`` (rows of ``quality.measures``) as checks by collection, for ``usual_range_checks``."""
    return measures.filter(pl.col("collection").is_not_null()).with_columns(
        pl.col("stage").alias("suite"),
        pl.format("{} in {}", "rule", "collection").alias("expectation"),
        pl.col("page_count").alias("checked_count"),
    )


def _rates(checks: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return the rate of each series: what was observed by what was checked, batches of one run added up."""
    return (
        checks.filter(
            pl.col("observed_value").is_not_null()
            & (pl.col("checked_count") > 0)
            & ~pl.col("expectation").str.starts_with("usual_range(")
        )
        .group_by(keys)
        .agg(
            (pl.col("observed_value").sum() / pl.col("checked_count").sum()).alias("rate"),
            pl.col("checked_count").sum().alias("checked"),
        )
    )
