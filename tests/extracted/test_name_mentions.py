"""What the finders of names share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.extracted.name_mentions import (
    EDGES,
    MANY_NAMES,
    Article,
    Paragraph,
    Span,
    occurrences,
    occurrences_by_paragraph,
    strip_edges,
)


@given(st.text(alphabet=st.sampled_from([*EDGES, *"栗湾镇a"]), max_size=12), st.data())
def test_edges_are_stripped_as_python_strips_characters(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = strip_edges(text, Span(start, end))
    assert start <= found.start <= found.end <= end
    assert text[found.start : found.end] == text[start:end].strip(EDGES)


def by_a_slow_reader(text: str, names: list[str]) -> list[tuple[int, int]]:
    """Where names stand: the first that begins, of two that begin together the longer, then what lies behind it."""
    found, at = [], 0
    while at < len(text):
        longest = max((name for name in names if stands(text, name, at)), key=len, default="")
        found += [(at, at + len(longest))] * bool(longest)
        at += max(len(longest), 1)
    return found


def stands(text: str, name: str, at: int) -> bool:
    """Whether ``name`` stands at a place, counted from the left: in 社社社 the name 社社 stands once."""
    start = text.find(name)
    while 0 <= start < at:
        start = text.find(name, start + len(name))
    return start == at


TEXTS = st.text(alphabet="栗湾镇社", max_size=9)


@given(
    st.lists(TEXTS, min_size=1, max_size=4), st.sets(st.text(alphabet="栗湾镇社", min_size=2, max_size=4), max_size=4)
)
def test_names_are_found_in_every_paragraph_up_to_its_end(texts, names):
    starts = [sum(len(text) + 1 for text in texts[:number]) for number in range(len(texts))]
    paragraphs = [Paragraph(number, number + 1, text, [], [], [], []) for number, text in enumerate(texts)]
    article = Article("a", paragraphs, "\0".join(texts), starts)
    found = [(paragraph.number, *span) for paragraph, span in occurrences_by_paragraph(article, names)]
    whole = occurrences(article.text, names)
    assert [(start, end) for start, end in whole] == by_a_slow_reader(article.text, sorted(names))
    assert [(starts[number - 1] + start, starts[number - 1] + end) for number, start, end in found] == whole


@pytest.mark.parametrize("others", [0, MANY_NAMES])
def test_many_names_are_found_as_few_are(others):
    names = ["栗湾镇", "栗湾镇供销社", "供销社", *(f"{number}号社" for number in range(others))]
    assert occurrences("栗湾镇供销社与栗湾镇的供销社", names) == [(0, 6), (7, 10), (11, 14)]
