"""Case tables of the numeric extractors, and texts made of single paragraphs."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from transforms.frames import ARTICLE_TEXTS


def texts_of(*paragraphs: str, published_on: datetime.date | None = None, title: str | None = None) -> pl.DataFrame:
    """One article: an optional title, then ``paragraphs`` as its body, numbered from 1."""
    parts = ([("title", title)] if title else []) + [("body", text) for text in paragraphs]
    rows = [
        ("page.001", "page", number, number, part, text, published_on) for number, (part, text) in enumerate(parts, 1)
    ]
    return pl.DataFrame(rows, schema=ARTICLE_TEXTS, orient="row")


def cases(topic: str) -> list[Any]:
    """Every case of ``cases_<topic>_*.toml``; those of the known failures are strict xfails."""
    found = []
    for path in sorted(Path(__file__).parent.glob(f"cases_{topic}_*.toml")):
        kind = path.stem.removeprefix(f"cases_{topic}_")
        marks = [pytest.mark.xfail(strict=True)] if kind == "known_failures" else []
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            found.append(pytest.param(case, id=f"{kind}: {case['text'][:40]}", marks=marks))
    assert found, f"no case tables for {topic}"
    return found


def assert_spans_hold(texts: pl.DataFrame, facts: pl.DataFrame, column: str = "text") -> None:
    """The law of facts: ``text[char_start:char_end]`` of the paragraph is the fact's text."""
    paragraphs = {(row["article_id"], row["paragraph_no"]): row["text"] for row in texts.iter_rows(named=True)}
    for fact in facts.iter_rows(named=True):
        paragraph = paragraphs[fact["article_id"], fact["paragraph_no"]]
        assert paragraph[fact["char_start"] : fact["char_end"]] == fact[column]
