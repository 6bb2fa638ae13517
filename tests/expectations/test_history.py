"""A measure that leaves the range of earlier runs is a warning; ordinary ups and downs are none."""

from __future__ import annotations

import polars as pl
import pytest

from expectations.gate import CHECKS
from expectations.history import by_collection, collection_checks, usual_range_checks
from expectations.rules import PAGE_RULES
from tests.expectations.test_gate import measure

SPLITS = "expect_column_values_to_be_between(broken_line_splits)"


def rows(rates: list[float], **other: object) -> pl.DataFrame:
    """Return the checks of one run each: so many splits a hundred pages."""
    one = dict.fromkeys(CHECKS) | {"stage": "raw", "suite": "raw", "expectation": SPLITS, "severity": "warning"}
    return pl.DataFrame(
        [
            one | {"success": True, "observed_value": rate * 100, "checked_count": 100, "run_id": f"r{at}"} | other
            for at, rate in enumerate(rates)
        ],
        schema={**CHECKS, "run_id": pl.String, **dict.fromkeys(other, pl.String)},
    )


HISTORY = [0.50, 0.52, 0.48, 0.55, 0.47, 0.51, 0.53, 0.49]


@pytest.mark.parametrize(("rate", "is_usual"), [(0.50, True), (0.60, True), (0.95, False), (0.0, False)])
def test_only_what_leaves_the_range_is_unusual(rate: float, is_usual: bool) -> None:
    (check,) = usual_range_checks(rows([rate]), rows(HISTORY)).to_dicts()
    assert check["expectation"] == f"usual_range({SPLITS})"
    assert check["success"] is is_usual
    assert check["severity"] == "warning"


def test_one_bad_run_in_the_past_does_not_widen_the_range() -> None:
    assert not usual_range_checks(rows([0.95]), rows([*HISTORY, 9.0]))["success"].any()


def test_too_short_a_history_says_nothing() -> None:
    assert usual_range_checks(rows([0.95]), rows(HISTORY[:3])).is_empty()


def test_series_are_parted_by_collection_where_it_is_known() -> None:
    history = pl.concat([rows(HISTORY, collection="east"), rows([0.9] * 8, collection="west")])
    assert usual_range_checks(rows([0.9], collection="west"), history)["success"].all()
    assert not usual_range_checks(rows([0.9], collection="east"), history)["success"].any()


def test_batches_of_a_run_are_added_up() -> None:
    halves = pl.concat([rows([0.9]), rows([0.1])])
    assert usual_range_checks(halves, rows(HISTORY))["success"].all()


def test_its_own_warnings_make_no_series() -> None:
    history = rows(HISTORY)
    earlier = history.with_columns(pl.format("usual_range({})", "expectation").alias("expectation"))
    assert usual_range_checks(rows([0.5]), pl.concat([history, earlier])).height == 1


def test_measures_are_added_up_for_each_collection(batch) -> None:
    pages = batch.pages.with_columns(
        pl.when(pl.int_range(pl.len()) < 10).then(pl.lit("east")).otherwise(None).alias("collection")
    )
    measured = measure("raw", batch)
    found = by_collection("raw", measured, pages)
    assert set(found["rule"]) == {rule.name for rule in PAGE_RULES["raw"]}
    counts = found.filter(pl.col("rule") == "broken_line_splits").select("collection", "page_count").rows()
    assert counts == [(None, batch.pages.height - 10), ("east", 10)]
    for rule in PAGE_RULES["raw"]:
        assert found.filter(pl.col("rule") == rule.name)["observed_value"].sum() == measured.pages[rule.name].sum()


def measures(rates: list[tuple[float, float]]) -> pl.DataFrame:
    """Return the measures of one run each, of a large and of a small paper: splits a page."""
    return pl.DataFrame(
        [
            {
                "stage": "raw", "rule": "broken_line_splits", "collection": name, "run_id": f"r{at:02d}",
                "page_count": pages, "observed_value": rate * pages,
            }
            for at, pair in enumerate(rates)
            for name, pages, rate in (("large", 400, pair[0]), ("small", 8, pair[1]))
        ]
    )  # fmt: skip


def test_a_paper_that_leaves_its_own_range_is_named_and_chance_on_few_pages_is_not() -> None:
    history = collection_checks(measures([(0.5, 0.0)] * 8))
    usual = usual_range_checks(collection_checks(measures([(0.5, 0.5)])), history)
    assert usual.select("expectation", "success").rows() == [
        ("usual_range(broken_line_splits in large)", True),
        ("usual_range(broken_line_splits in small)", True),
    ]
    unusual = usual_range_checks(collection_checks(measures([(0.9, 2.0)])), history)
    assert unusual["success"].to_list() == [False, False]
