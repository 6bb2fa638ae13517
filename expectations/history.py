"""Whether a measure leaves the range that earlier runs had: a source that changes its layout breaks no rule at first."""

from __future__ import annotations

from typing import Final

import polars as pl

from expectations.gate import CHECKS
from expectations.settings import DEFAULTS, Settings
from transforms.frames import conform

SERIES: Final = ("stage", "suite", "expectation")
MAD_TO_SIGMA: Final = 1.4826  # of a normal distribution: Rousseeuw and Croux, 1993


def usual_range_checks(checks: pl.DataFrame, history: pl.DataFrame, *, settings: Settings = DEFAULTS) -> pl.DataFrame:
    """Return a warning for each measure of ``checks`` that leaves the range of earlier runs, in the schema ``CHECKS``.

    Both frames are rows of ``quality.checks`` (``history`` with ``run_id``); a column ``collection``, where both have it,
    parts the series by collection. What is compared is the rate, ``observed_value`` by ``checked_count``, of a run as a
    whole. The usual range is the median of the earlier runs, and to either side ``usual_sigmas`` times their spread (the median
    absolute deviation, so that a bad run in the past does not widen it) or ``usual_slack`` if that is more. A series of
    fewer than ``usual_runs`` earlier runs has no range.
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
    allowed = pl.max_horizontal(
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


def _rates(checks: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return the rate of each series: what was observed by what was checked, batches of one run added up."""
    return (
        checks.filter(
            pl.col("observed_value").is_not_null()
            & (pl.col("checked_count") > 0)
            & ~pl.col("expectation").str.starts_with("usual_range(")
        )
        .group_by(keys)
        .agg((pl.col("observed_value").sum() / pl.col("checked_count").sum()).alias("rate"))
    )
