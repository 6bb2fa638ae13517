"""Articles that go on on another page, whatever order the pages come in."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import polars as pl
import pytest

from tests.warehouse.conftest import make_batch
from warehouse.writer import Writer

DAY = date(2024, 5, 18)
FRONT = (
    "澜水三年变清",
    "澜水两岸的工厂三年里搬走了四十一家，河水一年比一年清，沿岸的村民又能下河洗衣，钓鱼的人也回来了。(下转第2版)",
)
INSIDE = (
    "澜水三年变清",
    "(上接第1版)记者沿河走访，看到退下来的岸线种上了芦苇，污水处理厂的尾水可以养鱼，河长每天巡河两次。",
)
OTHER = (
    "石柳小学换新桌椅",
    "石柳小学的孩子们开学第一天坐上了新桌椅，这是镇上的企业家凑钱添置的，一共三百套，老师说高矮可以调。",
)
PAGES = {"01.txt": [FRONT], "02.txt": [OTHER, INSIDE], "03.txt": [OTHER]}


def batch(source, *, day=DAY, collection="临澜日报"):
    made = make_batch({source: PAGES[source]}, day=day)
    made.frames["pages"] = made.frames["pages"].with_columns(pl.lit(collection).alias("collection"))
    return made


def links(writer):
    return writer.connection.execute(
        "select one.source, other.source, reason from extracted.continuations as link"
        " join articles as one on one.article_id = link.article_id"
        " join articles as other on other.article_id = link.continued_by"
    ).fetchall()


@pytest.mark.parametrize("order", list(permutations(PAGES)))
def test_the_halves_are_linked_in_any_order(writer, order):
    for source in order:
        writer.load(batch(source))
    assert links(writer) == [("01.txt", "02.txt", "same headline")]


def test_pages_of_another_day_or_without_one_are_not_linked(tmp_path):
    for number, other in enumerate(({"day": date(2024, 5, 19)}, {"day": None}, {"collection": "晚报"})):
        with Writer(tmp_path / f"{number}.duckdb", run_id="r", rules_version="v") as writer:
            writer.load(batch("01.txt"))
            writer.load(batch("02.txt", **other))
            assert links(writer) == []


def test_a_half_that_goes_takes_its_link_along(writer):
    for source in PAGES:
        writer.load(batch(source))
    writer.remove(["02.txt"])
    assert writer.connection.execute("select count(*) from extracted.continuations").fetchall() == [(0,)]
    writer.load(batch("02.txt"))
    assert len(links(writer)) == 1
