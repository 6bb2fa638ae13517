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


@pytest.mark.parametrize(
    ("day", "iso"),
    # A week ahead may be announced; what is later was last month, which has no 30th and no 31st before a March.
    [("8日", "2024-03-08"), ("9日", "2024-02-09"), ("29日", "2024-02-29"), ("30日", None), ("28日至31日", None)],
)
def test_a_bare_day_is_of_the_month_of_the_page_or_of_the_one_before(day: str, iso: str | None) -> None:
    dates = find_dates(texts_of(f"{day}开馆。", published_on=datetime.date(2024, 3, 1)))
    assert dates["iso"].to_list() == [iso]
    assert dates["resolved_from"].to_list() == ["published_on 2024-03-01" if iso else None]


def test_a_bare_day_is_of_a_month_before_it_only_if_that_has_such_a_day() -> None:
    said = ("今年2月29日动工，30日停工。", "今年2月28日动工，29日停工。")
    found = [find_dates(texts_of(one, published_on=datetime.date(2023, 3, 20)))["iso"].to_list() for one in said]
    assert [iso[1:] for iso in found] == [[None], [None]]
    assert (
        find_dates(texts_of("今年2月28日动工，29日停工。", published_on=datetime.date(2024, 3, 20)))["iso"][1]
        == "2024-02-29"
    )


def test_a_bare_day_is_of_the_month_before_it_only_in_its_paragraph() -> None:
    published_on = datetime.date(2024, 9, 20)
    apart = find_dates(texts_of("今年5月12日开工。", "18日，记者看到车流不断。", published_on=published_on))
    together = find_dates(texts_of("今年5月12日开工，18日停工。", published_on=published_on))
    assert (apart["iso"][1], together["iso"][1]) == ("2024-09-18", "2024-05-18")


def test_a_year_far_down_in_a_column_of_items_holds_for_its_item_only() -> None:
    items = [f"云溪区第{number}小学开课。" for number in "一二三四五"]
    texts = texts_of("6月1日，运动会开幕。", *items, "6月3日，2025年读书大会举行。", title="简讯")
    assert find_dates(texts)["iso"].to_list() == ["--06-01", "2025-06-03", "2025"]
