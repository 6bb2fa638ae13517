"""A measure that leaves the range of earlier runs is a warning; ordinary ups and downs are none."""

from __future__ import annotations

import polars as pl
import pytest

from expectations.gate import CHECKS
from expectations.history import usual_range_checks

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
