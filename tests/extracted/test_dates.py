from __future__ import annotations

import datetime
from typing import Any

import polars as pl
import pytest

from tests.extracted.numeric_tables import assert_spans_hold, cases, texts_of
from transforms.extracted.dates import find_dates
from transforms.frames import DATES


@pytest.mark.parametrize("case", cases("dates"))
def test_dates_are_resolved_as_far_as_the_page_proves(case: dict[str, Any]) -> None:
    texts = texts_of(*case["text"], title=case.get("title"), published_on=case.get("published_on"))
    dates = find_dates(texts)
    assert dates.schema == pl.Schema(DATES)
    assert_spans_hold(texts, dates)
    found = [(text, iso or "") for text, iso in dates.select("text", "iso").iter_rows()]
    assert found == [tuple(row) for row in case.get("found", [])]


def test_the_headline_gives_the_year_and_is_named_as_the_proof() -> None:
    texts = texts_of("本报讯 5月29日，会议在城南礼堂召开。", title="临江区2021年招商工作会议召开")
    dates = find_dates(texts)
    assert dates["iso"].to_list() == ["2021", "2021-05-29"]
    assert dates["resolved_from"].to_list() == [None, "2021年 in paragraph 1"]


def test_the_date_of_the_page_goes_before_years_of_history() -> None:
    texts = texts_of("5月29日，老人讲起2012年11月的往事。6月1日再聚。", published_on=datetime.date(2021, 5, 31))
    assert find_dates(texts)["iso"].to_list() == ["2021-05-29", "2012-11", "2021-06-01"]


def test_a_year_far_down_in_a_column_of_items_holds_for_its_item_only() -> None:
    items = [f"云溪区第{number}小学开课。" for number in "一二三四五"]
    texts = texts_of("6月1日，运动会开幕。", *items, "6月3日，2025年读书大会举行。", title="简讯")
    assert find_dates(texts)["iso"].to_list() == ["--06-01", "2025-06-03", "2025"]
