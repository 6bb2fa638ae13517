"""Characters of a line: the case tables, and the laws that hold for any line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.cleaned.normalise import MAY_CHANGE, describe, normalise_line, normalise_lines
from transforms.raw.lines import split_lines

HERE = Path(__file__).parent
MADE = tomllib.loads((HERE / "cases_normalise_made.toml").read_text(encoding="utf-8"))["case"]
UNCHANGED = tomllib.loads((HERE / "cases_normalise_unchanged.toml").read_text(encoding="utf-8"))["case"]
LINES = st.text(
    alphabet="经济发展王１２ＡA1. ,。，（）“”：\u3000\u00a0\u200b\x07\ufeffe\u0301\uf9b4．\t𠀀", max_size=24
).map(str.strip)


@pytest.mark.parametrize("case", MADE, ids=lambda case: case["label"])
def test_made(case: dict[str, Any]) -> None:
    line = normalise_line(case["line"])
    assert (line.text, describe(line)) == (case["text"], case["reason"])


@pytest.mark.parametrize("case", UNCHANGED, ids=lambda case: case["label"])
def test_unchanged(case: dict[str, Any]) -> None:
    line = normalise_line(case["line"])
    assert (line.text, describe(line)) == (case["line"], "")


@given(LINES)
def test_the_runs_lead_back_and_every_character_is_accounted_for(text: str) -> None:
    line = normalise_line(text)
    position = raw_position = skipped = 0
    for run in line.segments:
        assert run.start == position and run.raw_start >= raw_position
        skipped += run.raw_start - raw_position
        same = line.text[run.start : run.end] == text[run.raw_start : run.raw_end]
        assert same or run.end - run.start == 1 or run.raw_end - run.raw_start <= 3
        position, raw_position = run.end, run.raw_end
    skipped += len(text) - raw_position
    assert position == len(line.text)
    assert skipped == sum(line.removed.values())


@given(LINES)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise_line(text).text
    assert normalise_line(once).text == once


@given(LINES)
def test_the_test_over_columns_sees_every_line_that_changes(text: str) -> None:
    if normalise_line(text).text != text:
        assert pl.Series([text]).str.contains(MAY_CHANGE)[0]


@given(st.lists(LINES, min_size=1, max_size=6))
def test_columns_and_lines_agree(texts: list[str]) -> None:
    pages = pl.DataFrame({"page_id": ["p"], "text": ["\n".join(f"　{text} " for text in texts)]})
    found = normalise_lines(split_lines(pages))
    assert found.lines["text"].to_list() == [normalise_line(text).text for text in texts if text.strip()]
    changed = [number for number, text in enumerate(texts, 1) if text.strip() and normalise_line(text).text != text]
    assert found.changes["line_number"].to_list() == changed


SPACED = st.lists(
    st.sampled_from(
        [
            "记者",
            "通讯员",
            "摄",
            " ",
            " ",
            "  ",
            "王",
            "协",
            "同",
            "发",
            "展",
            "合作社",
            "农产品",
            "2",
            "②",
            "a",
            "，",
            "。",
        ]
    ),
    max_size=16,
)


@given(st.lists(SPACED.map("".join), max_size=8))
def test_lines_that_are_passed_over_by_the_column_are_as_they_should_be(texts: list[str]) -> None:
    pages = pl.DataFrame({"page_id": ["p"], "text": ["\n".join(texts)]})
    lines = normalise_lines(split_lines(pages)).lines["text"].to_list()
    assert lines == [normalise_line(text.strip()).text for text in texts if text.strip()]
