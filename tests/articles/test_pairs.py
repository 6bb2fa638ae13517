"""Fit and cohesion in whole columns, against a slow reading of the same definitions."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.articles.pairs import compare

NONE = np.zeros(0, dtype=np.int64)
TEXT = st.text(alphabet="青河县柳湾镇粮仓春耕忙a1 ,。", max_size=30)


def pairs(text: str) -> list[str]:
    """Return the pairs of neighbouring letters or digits in ``text``, with repeats."""
    return [text[i : i + 2] for i in range(len(text) - 1) if text[i : i + 2].isalnum()]


def weights(texts: list[str]) -> dict[str, int]:
    """Return the weight of each pair of a page."""
    held = [set(pairs(text)) for text in texts]
    spread = {pair: sum(pair in some for some in held) for pair in set().union(*held)}
    return {pair: round(1000 * math.log((len(texts) + 1) / count)) for pair, count in spread.items()}


@settings(deadline=None, max_examples=100)
@given(st.lists(st.lists(TEXT, min_size=1, max_size=5), min_size=1, max_size=3))
def test_cohesion(pages: list[list[str]]) -> None:
    numbers = np.array([number for number, texts in enumerate(pages) for _ in texts])
    whole = pl.Series([text for texts in pages for text in texts], dtype=pl.String)
    levels, _ = compare(numbers, whole, NONE, pl.Series([], dtype=pl.String), [])
    wanted = []
    for texts in pages:
        weight = weights(texts)
        sets = [set(pairs(text)) for text in texts]
        for row, own in enumerate(sets):
            shared = 0
            for pair in own:
                # The nearest of the two texts before that holds the pair, if nothing nearer does.
                near = next((back for back in range(row - 1, -1, -1) if pair in sets[back]), None)
                shared += weight[pair] if near is not None and row - near <= 2 else 0
            before = sum(len(sets[back]) for back in range(max(row - 2, 0), row))
            wanted.append(min(math.floor(shared / (1000 * (math.sqrt(len(own) * before) + 1)) / 0.03), 10))
    assert levels.tolist() == wanted


@settings(deadline=None, max_examples=100)
@given(st.lists(TEXT, min_size=1, max_size=5), TEXT, st.data())
def test_fit(texts: list[str], heading: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(texts)))
    end = data.draw(st.integers(start, len(texts)))
    numbers, whole = np.zeros(len(texts), dtype=np.int64), pl.Series(texts, dtype=pl.String)
    span = (np.array([start]), np.array([end]))
    _, found = compare(numbers, whole, np.zeros(1, dtype=np.int64), pl.Series([heading], dtype=pl.String), [span])
    weight, alone = weights(texts), round(1000 * math.log(len(texts) + 1))
    total = sum(weight.get(pair, alone) for pair in pairs(heading))
    held = sum(weight[pair] for pair in pairs(heading) if any(pair in pairs(text) for text in texts[start:end]))
    assert found[0].tolist() == [round(10 * held / max(total, 1))]


def test_a_page_of_nothing() -> None:
    spans = [(np.array([0]), np.array([0]))]
    levels, fits = compare(
        NONE, pl.Series([], dtype=pl.String), np.zeros(1, dtype=np.int64), pl.Series(["青河"]), spans
    )
    assert levels.tolist() == []
    assert fits[0].tolist() == [0]


def test_an_empty_span_behind_other_pages() -> None:
    # A heading without a text beside it has the span (0, 0), which lies on another page.
    numbers, whole = np.array([0, 0, 1]), pl.Series(["青河春耕", "青河春耕", "柳湾粮仓"])
    _, fits = compare(numbers, whole, np.array([1]), pl.Series(["柳湾"]), [(np.array([0]), np.array([0]))])
    assert fits[0].tolist() == [0]


def test_only_the_head_of_a_long_text_counts() -> None:
    long = "粮" * 299 + "青河"
    asked = pl.Series(["粮青", "青河"])
    spans = [(np.zeros(2, dtype=np.int64), np.ones(2, dtype=np.int64))]
    _, fits = compare(np.zeros(1, dtype=np.int64), pl.Series([long]), np.zeros(2, dtype=np.int64), asked, spans)
    assert fits[0].tolist() == [10, 0]


@pytest.mark.parametrize(
    ("inside", "outside"),
    [("azAZ09", "`{@[/:"), ("ａｚＡＺ０９", "｛＠／："), ("\u3400\u4e00\u9fff", "\u33ff\ua000𠀀、")],
)
def test_words_are_made_of_letters_and_digits(inside: str, outside: str) -> None:
    """The first and the last of each kind, and their neighbours that are none: two texts on a page share such a pair, or nothing."""
    texts = [letter * 2 for letter in inside + outside for _ in range(2)]
    numbers = np.arange(len(texts)) // 2
    levels, _ = compare(numbers, pl.Series(texts), NONE, pl.Series([], dtype=pl.String), [])
    assert [level > 0 for level in levels[1::2].tolist()] == [True] * len(inside) + [False] * len(outside)
