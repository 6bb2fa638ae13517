"""Which lines are joined: the case tables."""

from __future__ import annotations

import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from transforms.cleaned import Cleaned, clean

HERE = Path(__file__).parent


def cases(kind: str) -> list[dict[str, Any]]:
    return tomllib.loads((HERE / f"cases_joins_{kind}.toml").read_text(encoding="utf-8"))["case"]


# A case stands in the middle of a page, as it would in print; what is habitual on the page decides too.
ABOVE = """
白石镇完成春季道路养护

本报讯(通讯员 子玉兰)3月2日,记者从白石镇交通管理站获悉,全镇春季道路养护工作全面完成,共修补路面一千二百平方米。

据了解,白石镇抓住春季有利时机,组织养护人员对辖区道路进行全面排查,对破损路面及时修补,保障了群众出行安全。

"""
BELOW = """

白石镇举办春季招聘会

近日,白石镇在文化广场举办春季招聘会。二十家企业参加了招聘,提供各类岗位三百余个,现场达成就业意向八十余人。

子玉兰 摄
"""


@cache
def cleaned(page: str) -> Cleaned:
    """Return what cleaning makes of a page; several tests ask about the same one."""
    return clean(pl.DataFrame({"page_id": ["p"], "text": [page]}))


def joins_within(page: str) -> list[list[int]]:
    """Return the joins among the lines of ``page`` where it stands between other articles, and see that those are left alone."""
    above = sum(bool(line.strip()) for line in ABOVE.split("\n"))
    within = sum(bool(line.strip()) for line in page.split("\n"))
    found = [[a - above, b - above] for a, b in joins_on(ABOVE + page.strip("\n") + BELOW)]
    assert all(0 <= a < within and 0 <= b < within for a, b in found), found
    return found


def joins_on(page: str) -> list[list[int]]:
    """Return the joined pairs of lines, counted from 0 over the lines that are not blank."""
    shown = [number for number, line in enumerate(page.split("\n"), 1) if line.strip()]
    pairs = [pair for numbers in cleaned(page).paragraphs["line_numbers"].to_list() for pair in pairwise(numbers)]
    return sorted([shown.index(a), shown.index(b)] for a, b in pairs)


def kinds_on(page: str) -> set[str]:
    """Return the kinds of the joins made on a page, as the ledger has them."""
    repairs = cleaned(page).repairs
    return set(repairs.filter("is_applied", pl.col("kind") != "normalise")["kind"])


@pytest.mark.parametrize("case", [*cases("wild"), *cases("made")], ids=lambda case: case["label"])
def test_halves_are_joined(case: dict[str, Any]) -> None:
    assert joins_within(case["page"]) == case["joins"]


@pytest.mark.parametrize(
    "case", [case for case in cases("made") if "wrap" in case["label"]], ids=lambda case: case["label"]
)
def test_a_wrapped_article_may_be_a_page(case: dict[str, Any]) -> None:
    assert joins_on(case["page"]) == case["joins"]
    assert kinds_on(case["page"]) == {"unwrap"}


@pytest.mark.parametrize("case", cases("wild"), ids=lambda case: case["label"])
def test_the_ledger_tells_halves_of_a_cut_paragraph_from_lines_of_a_column(case: dict[str, Any]) -> None:
    assert kinds_on(ABOVE + case["page"].strip("\n") + BELOW) <= {"join"}


@pytest.mark.parametrize("case", cases("unchanged"), ids=lambda case: case["label"])
def test_whole_lines_stay_apart(case: dict[str, Any]) -> None:
    assert joins_within(case["page"]) == []


@pytest.mark.parametrize("case", cases("known_failures"), ids=lambda case: case["label"])
@pytest.mark.xfail(strict=True, reason="known failure")
def test_known_failures(case: dict[str, Any]) -> None:
    assert joins_within(case["page"]) == case["joins"]
