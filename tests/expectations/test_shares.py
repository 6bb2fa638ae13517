"""What most pages of a run must be without."""

from __future__ import annotations

import polars as pl
import pytest

from expectations import Settings
from expectations.shares import share_checks


@pytest.mark.parametrize(
    ("pages", "broken", "success"),
    [(20, 10, True), (20, 11, False), (19, 19, True), (10_000, 5_001, False), (20, 0, True)],
)
def test_more_than_half_of_enough_pages_are_too_many(pages: int, broken: int, success: bool) -> None:
    rows = [
        ("cleaned", "broken_line_splits", pages, float(broken)),
        ("cleaned", "unbalanced_marks", pages, float(pages)),
    ]
    shares = pl.DataFrame(rows, schema=["stage", "rule", "page_count", "unexpected_count"], orient="row")
    (check,) = share_checks(shares, settings=Settings()).to_dicts()
    assert check["expectation"] == "most_pages_are_without(broken_line_splits)"
    assert (check["success"], check["unexpected_count"], check["checked_count"]) == (success, broken, pages)
