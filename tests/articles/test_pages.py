"""Whole pages: the hard cases, and what holds for any page."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.articles.pages import NEWS, paragraphs
from transforms.articles import assign_roles, segment


def read_cases(kind: str) -> list[dict[str, Any]]:
    """Return the cases of one table."""
    path = Path(__file__).with_name(f"cases_pages_{kind}.toml")
    return list(tomllib.loads(path.read_text(encoding="utf-8"))["case"])


CASES, KNOWN_FAILURES = read_cases("made"), read_cases("known_failures")
PARTS = {"t": "title", "b": "body", "y": "byline"}


def marked(page: str) -> tuple[pl.DataFrame, list[str]]:
    """Return the paragraphs of a page of marked lines, one blank line between them, and the marks."""
    marks, lines = zip(*(line.split(" ", 1) for line in page.strip().split("\n")), strict=True)
    return paragraphs("\n\n".join(lines)), list(marks)


def divided(frame: pl.DataFrame, *, keep_subheads: bool = False) -> set[tuple[tuple[str, int], ...]]:
    """Return the articles as sets of (part, paragraph number)."""
    parts = segment(frame).article_paragraphs
    if not keep_subheads:
        parts = parts.filter(pl.col("part") != "subhead")
    articles = parts.group_by("article_id", maintain_order=True).agg(pl.struct("part", "paragraph_no"))
    return {tuple(sorted((row["part"], row["paragraph_no"]) for row in rows)) for rows in articles["part"].to_list()}


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
@pytest.mark.parametrize("blank_lines", [0, 1])
def test_hard_cases(case: dict[str, Any], blank_lines: int) -> None:
    frame, marks = marked(case["page"])
    frame = frame.with_columns(pl.col("blank_lines_before").clip(upper_bound=blank_lines))
    roles = assign_roles(frame)
    for number, (mark, role) in enumerate(zip(marks, roles["role"], strict=True), 1):
        wanted = {"s": ["subhead"], "c": ["column"], "f": ["furniture"], "t": ["title"], "y": ["byline", "caption"]}
        if mark[-1] in wanted:
            assert role in wanted[mark[-1]], number
    articles: dict[str, list[tuple[str, int]]] = {}
    for number, mark in enumerate(marks, 1):
        if mark[:-1]:
            articles.setdefault(mark[:-1], []).append((PARTS[mark[-1]], number))
    assert divided(roles) == {tuple(sorted(rows)) for rows in articles.values()}


@pytest.mark.parametrize("case", KNOWN_FAILURES, ids=[case["why"] for case in KNOWN_FAILURES])
@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_known_failures(case: dict[str, Any]) -> None:
    test_hard_cases(case, 1)


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_page_does_not_depend_on_the_pages_beside_it(case: dict[str, Any]) -> None:
    alone, _ = marked(case["page"])
    others = [paragraphs(NEWS, page_id=name) for name in ("a", "z")]
    together = assign_roles(pl.concat([others[1], alone, others[0]]).sample(fraction=1, shuffle=True, seed=5))
    mine = together.filter(pl.col("page_id") == "p")
    assert mine.equals(assign_roles(alone))
    both = segment(together)
    assert both.articles.filter(pl.col("page_id") == "p").equals(segment(mine).articles)


LINES = st.sampled_from(
    [
        "青河大桥合龙",
        "——两岸群众期盼多年",
        "青河县:",
        "本报讯(记者 甲小明)3月9日,青河大桥合龙。",
        "近日,柳湾镇粮仓开仓,农户排队卖粮,保管员忙着记账。",
        "记者 甲小明 摄",
        "通讯员 乙天",
        "走进柳湾",
        "责任编辑:丁一",
        "下转第二版",
        "会议要求,各镇要抓好春耕。",
        "一、抓好春耕",
        "种好地,",
        "# 春耕",
        "|---|---|",
        "Spring sowing has begun in the county",
        "12",
        "。",
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(LINES, min_size=1, max_size=14))
def test_nothing_is_lost_and_nothing_is_twice(lines: list[str]) -> None:
    roles = assign_roles(paragraphs("\n".join(lines)))
    assert roles["paragraph_no"].to_list() == list(range(1, len(lines) + 1))
    articles, parts = segment(roles)
    outside = roles.filter(pl.col("role").is_in(["column", "furniture"]))["paragraph_no"].to_list()
    inside = parts["paragraph_no"].to_list()
    assert sorted([*inside, *outside]) == list(range(1, len(lines) + 1))
    assert articles["article_no"].to_list() == list(range(1, len(articles) + 1))
    assert parts["position"].to_list() == [
        n for size in parts["article_id"].rle().struct["len"] for n in range(1, size + 1)
    ]
    assert parts["article_id"].to_list() == sorted(parts["article_id"].to_list())


def test_a_page_of_thousands_of_lines() -> None:
    lines = ["青河大桥合龙", "本报讯(记者 甲小明)3月9日,青河大桥合龙,两岸群众过河时间将由四十分钟缩短到五分钟。"] * 1300
    frame = paragraphs("\n".join(lines))
    articles, parts = segment(assign_roles(frame))
    assert parts["paragraph_no"].to_list() == list(range(1, 2601))
    assert len(articles) == 1300


def test_seeds_and_made_pages(shared: Path) -> None:
    """The division alone, joins and copies from the gold: a floor under the figures of ``benchmarks/articles.py``."""
    from benchmarks.articles import counted, with_gold
    from benchmarks.oracle import number_of, read_gold

    seeds = read_gold(shared / "seeds", shared / "gold", "*")
    made = read_gold(shared / "dev-data" / "synth", shared / "dev-data" / "synth", "dev-*")
    untouched = [page for page in made if number_of(page.name) >= 32]
    for pages, floor in ((seeds, 0.95), (untouched, 0.9)):
        figures = counted(pages, with_gold(pages), misses=False)
        assert figures["bodies"] >= floor
        assert figures["titles"] >= floor
