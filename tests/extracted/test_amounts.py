from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.extracted.numeric_tables import assert_spans_hold, cases, texts_of
from transforms.extracted.amounts import find_amounts
from transforms.frames import AMOUNTS


@pytest.mark.parametrize("case", cases("amounts"))
def test_sums_are_read_with_value_currency_and_bounds(case: dict[str, Any]) -> None:
    texts = texts_of(case["text"])
    amounts = find_amounts(texts)
    assert amounts.schema == pl.Schema(AMOUNTS)
    assert_spans_hold(texts, amounts)
    columns = amounts.select("text", "value", "currency", "qualifier", "value_max")
    found = [row if row[4] is not None else row[:4] for row in columns.iter_rows()]
    expected = [
        (text, Decimal(value), currency, qualifier, *map(Decimal, upper))
        for text, value, currency, qualifier, *upper in case.get("found", [])
    ]
    assert found == expected
    if "what" in case:
        assert amounts["what"].to_list() == [what or None for what in case["what"]]


def test_bylines_are_not_read() -> None:
    texts = texts_of("奖金500元").with_columns(pl.lit("byline").alias("part"))
    assert find_amounts(texts).is_empty()


def test_no_text_gives_no_sums() -> None:
    assert find_amounts(texts_of().clear()).schema == pl.Schema(AMOUNTS)
