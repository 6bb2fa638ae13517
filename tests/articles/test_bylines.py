"""Names in bylines, credits and datelines."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.articles import find_bylines
from transforms.frames import ARTICLE_TEXTS, BYLINES, conform, empty

CASES = tomllib.loads(Path(__file__).with_name("cases_bylines_made.toml").read_text(encoding="utf-8"))["case"]


def texts(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """Return (article, part, text) as a frame of the schema ``ARTICLE_TEXTS``."""
    frame = pl.DataFrame(rows, schema=["article_id", "part", "text"], orient="row").with_columns(
        pl.lit("p").alias("page_id"),
        pl.int_range(1, pl.len() + 1).alias("position"),
        pl.int_range(1, pl.len() + 1).alias("paragraph_no"),
        pl.lit(None).alias("published_on"),
    )
    return conform(frame, ARTICLE_TEXTS)


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_cases(case: dict[str, Any]) -> None:
    found = find_bylines(texts(("a", case.get("part", "body"), case["text"])))
    got = [(role, name, outlet or "", photo) for _, role, name, outlet, photo in found.rows()]
    assert sorted(got) == sorted(tuple(name) for name in case["names"])


def test_a_name_counts_once_for_each_article_post_and_kind() -> None:
    found = find_bylines(
        texts(
            ("a", "body", "本报讯(记者 甲小明)粮仓昨天开仓。"),
            ("a", "byline", "记者 甲小明"),
            ("a", "byline", "记者 甲小明 摄"),
            ("b", "byline", "记者 甲小明"),
        )
    )
    assert found.select("article_id", "name", "is_photo").rows() == [
        ("a", "甲小明", False),
        ("a", "甲小明", True),
        ("b", "甲小明", False),
    ]


def test_titles_and_subheads_are_not_read() -> None:
    assert find_bylines(texts(("a", "title", "记者 甲小明"), ("a", "subhead", "记者 甲小明"))).is_empty()


def test_nothing() -> None:
    assert find_bylines(empty(ARTICLE_TEXTS)).schema == pl.Schema(BYLINES)


@settings(deadline=None, max_examples=60)
@given(
    st.text(alphabet="记者通讯员摄甲乙丙天明报讯本电 、,。:()（）\n□", max_size=60), st.sampled_from(["body", "byline"])
)
def test_any_text_is_read_and_every_name_stands_in_it(text: str, part: str) -> None:
    shown = "".join(text.split())
    for name in find_bylines(texts(("a", part, text)))["name"]:
        assert name in shown
        assert "记者" not in name and "通讯员" not in name
