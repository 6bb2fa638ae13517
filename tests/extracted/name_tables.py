"""Case tables of people, organisations and places, and articles made of plain paragraphs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import strategies as st

from transforms.frames import ARTICLE_TEXTS, conform

# Short texts of the letters that the rules look at, so that random ones meet them often.
LETTERS = (
    "市县区镇乡村党委书记主任副局长石向前丁某何小满欧阳说、，。“”（）()：等企业公司集团开发区高新区在从和由的 \n3亿A·"
)
PAGE_TEXT = st.text(st.sampled_from(LETTERS), max_size=60)


def texts(paragraphs: Iterable[str], *, article: str = "p.1", part: str = "body") -> pl.DataFrame:
    """Return a frame of the schema ``ARTICLE_TEXTS`` with one article of these paragraphs."""
    rows = [
        {
            "article_id": article,
            "page_id": article.split(".", maxsplit=1)[0],
            "position": number,
            "paragraph_no": number,
            "part": part,
            "text": text,
            "published_on": None,
        }
        for number, text in enumerate(paragraphs, start=1)
    ]
    return conform(pl.DataFrame(rows, schema=ARTICLE_TEXTS), ARTICLE_TEXTS)


def cases(topic: str) -> list[Any]:
    """Return every case of ``cases_<topic>_*.toml``; those of the known failures are strict xfails."""
    found = []
    for path in sorted(Path(__file__).parent.glob(f"cases_{topic}_*.toml")):
        kind = path.stem.removeprefix(f"cases_{topic}_")
        marks = [pytest.mark.xfail(strict=True)] if kind == "known_failures" else []
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            found.append(pytest.param(case, id=f"{kind}: {case['text'][:30]}", marks=marks))
    assert found, f"no case tables for {topic}"
    return found


def assert_spans_hold(frame: pl.DataFrame, names: pl.DataFrame) -> None:
    """The law of facts: ``text[char_start:char_end]`` of the paragraph is the name."""
    written = {
        (article, number): text for article, number, text in frame.select("article_id", "paragraph_no", "text").rows()
    }
    for article, number, start, end, name in names.select(
        "article_id", "paragraph_no", "char_start", "char_end", "name"
    ).rows():
        assert written[article, number][start:end] == name


def two_articles() -> pl.DataFrame:
    """Return two articles that name some of the same people, bodies and places."""
    return pl.concat(
        [
            texts(["青石县委书记石向前到石店镇调研。", "石向前说，石店镇公路已通。"], article="p.1"),
            texts(["青石县应急管理局局长何小满走进石店镇柳家村。", "石向前没有到场。"], article="p.2"),
        ]
    )
