from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.extracted.numeric_tables import assert_spans_hold, cases, texts_of
from transforms.extracted.amounts import find_amounts
from transforms.extracted.projects import find_projects
from transforms.frames import PROJECT_GROUPS, PROJECTS


def money(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@pytest.mark.parametrize("case", cases("projects"))
def test_projects_and_groups_stand_apart(case: dict[str, Any]) -> None:
    texts = texts_of(case["text"])
    projects, groups = find_projects(texts, find_amounts(texts))
    assert projects.schema == pl.Schema(PROJECTS)
    assert groups.schema == pl.Schema(PROJECT_GROUPS)
    assert_spans_hold(texts, projects, "name")
    assert list(projects.select("name", "amount", "status").iter_rows()) == [
        (name, money(amount), status or None) for name, amount, status in case["projects"]
    ]
    assert list(groups.select("count", "amount", "status").iter_rows()) == [
        (count, money(amount), status or None) for count, amount, status in case["groups"]
    ]


def test_a_project_named_twice_is_one_row_with_its_sum() -> None:
    texts = texts_of("“云溪数据港”项目加快建设。", "续建投资50亿元的云溪数据港等项目。")
    projects, _ = find_projects(texts, find_amounts(texts))
    assert list(projects.select("paragraph_no", "amount").iter_rows()) == [(1, Decimal(5_000_000_000))]


def test_a_group_of_the_headline_that_the_body_counts_again_is_one_row() -> None:
    texts = texts_of("26个项目同时开工建设，总投资17亿元。", title="临江区同时开工建设26个项目")
    _, groups = find_projects(texts, find_amounts(texts))
    assert list(groups.select("paragraph_no", "count", "amount").iter_rows()) == [(2, 26, Decimal(1_700_000_000))]


def test_the_place_is_the_last_district_named_before_the_project() -> None:
    texts = texts_of("本报讯 临江区北岗镇，投资27亿元的恒越电机开工。外地客商来自平海市。")
    spans = [(3 + 1, 7, "临江区"), (7, 10, "北岗镇"), (31, 34, "平海市")]
    names = pl.DataFrame(
        [(0, start, end, "place", name) for start, end, name in spans],
        schema={"row": pl.UInt32, "char_start": pl.UInt32, "char_end": pl.UInt32, "kind": pl.String, "name": pl.String},
        orient="row",
    )
    projects, _ = find_projects(texts, find_amounts(texts), names=names)
    assert projects["place"].to_list() == ["北岗镇"]
