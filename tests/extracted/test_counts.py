from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.extracted.numeric_tables import assert_spans_hold, cases, texts_of
from transforms.extracted.counts import find_counts
from transforms.frames import COUNTS


@pytest.mark.parametrize("case", cases("counts"))
def test_quantities_are_read_with_value_and_unit(case: dict[str, Any]) -> None:
    texts = texts_of(case["text"])
    counts = find_counts(texts)
    assert counts.schema == pl.Schema(COUNTS)
    assert_spans_hold(texts, counts)
    found = [tuple(row) for row in counts.select("text", "value", "unit", "qualifier").iter_rows()]
    expected = [(text, Decimal(value), unit, qualifier) for text, value, unit, qualifier in case.get("found", [])]
    assert found == expected
