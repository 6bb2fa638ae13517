"""The look that saves most looks of covering by several paragraphs loses nothing."""

from __future__ import annotations

from itertools import pairwise
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from transforms.deduplicated import runs
from transforms.deduplicated.cover import Text
from transforms.deduplicated.items import make_items
from transforms.deduplicated.runs import find_links

PARTS = (
    "栗湾镇今年",
    "计划投资",
    "三百二十万元",
    "维修机耕路",
    "第1234条",
    "第1235条",
    "苇塘镇的",
    "粮食烘干中心",
    "据悉,",
)


@st.composite
def pages(draw) -> list[tuple[str, str]]:
    """Paragraphs of a few phrases each, some joined from those beside them, some with a character misread."""
    texts = draw(
        st.lists(st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map("".join), min_size=2, max_size=8)
    )
    joined = ["".join(pair) for pair in pairwise(texts)]
    texts += draw(st.lists(st.sampled_from(joined), max_size=3))
    misread = draw(st.integers(0, len(texts) - 1))
    at = draw(st.integers(0, len(texts[misread]) - 1))
    texts[misread] = f"{texts[misread][:at]}柒{texts[misread][at + 1 :]}"
    return [("body", f"{text}。") for text in texts]


@given(pages())
def test_one_look_at_a_stretch_loses_no_cover(rows):
    items = make_items((role, text, Text(text).key, False) for role, text in rows)
    pairs = [
        runs.Pair(left, right, 0.7, 0.7) for right in range(len(items)) for left in range(right)
    ]  # as if all shared most of their grams
    with mock.patch.object(runs, "_may_cover", lambda *_: True):
        every = find_links(items, pairs)
    assert find_links(items, pairs) == every


def test_paragraphs_of_a_list_that_counts_are_looked_at_once():
    """Each shares grams with all others, and no stretch of them covers it."""
    items = make_items(("body", f"第{number}条", f"第{number}条", False) for number in range(1000, 1100))
    pairs = [runs.Pair(left, right, 0.5, 0.5) for right in range(100) for left in range(right)]
    with mock.patch.object(runs, "cover", wraps=runs.cover) as cover:
        find_links(items, pairs)
    assert cover.call_count <= 13 * len(items)
