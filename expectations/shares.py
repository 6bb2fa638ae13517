"""Whether a stage did its work on most of the pages that a run is about to publish."""

from __future__ import annotations

import polars as pl

from expectations.settings import DEFAULTS, Settings
from expectations.suites import DONE_BY
from transforms.frames import CHECKS, conform


def share_checks(shares: pl.DataFrame, *, settings: Settings = DEFAULTS) -> pl.DataFrame:
    """Return a row (schema ``CHECKS``) for each defect that most pages must be without once a stage has done its work.

    ``shares`` has a row for each ``stage`` and ``rule``, with ``page_count`` and ``unexpected_count``, how many of the pages
    break the rule. Rules that are not in ``suites.DONE_BY`` are passed over; fewer pages than ``pages_for_shares`` always pass.
    """
    asked = pl.DataFrame(
        [(stage, rule) for stage, rules in DONE_BY.items() for rule in rules], schema=["stage", "rule"], orient="row"
    )
    too_many = pl.col("unexpected_count") > settings.max_pages_with_defect * pl.col("page_count")
    return conform(
        shares.join(asked, on=["stage", "rule"])
        .select(
            "stage",
            pl.lit("warehouse").alias("suite"),
            pl.format("most_pages_are_without({})", "rule").alias("expectation"),
            pl.lit("critical").alias("severity"),
            ((pl.col("page_count") < settings.pages_for_shares) | ~too_many).alias("success"),
            pl.col("unexpected_count").cast(pl.Float64).alias("observed_value"),
            pl.col("unexpected_count").round().cast(pl.Int64),
            pl.col("page_count").cast(pl.Int64).alias("checked_count"),
        )
        .sort("stage", "expectation"),
        CHECKS,
    )
