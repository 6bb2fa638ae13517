"""Words across many cuts at once, against one question a cut; rjieba against jieba, whose dictionary defines a word."""

from __future__ import annotations

import jieba
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.cleaned.across import words_across

SIDES = st.tuples(*[st.text(alphabet="协同发展合作社农产品粮仓2017.a Z，。（", max_size=6)] * 2)


def across_one(before: str, after: str) -> int:
    position = 0
    for word in jieba.lcut(before + after, HMM=False):
        if position < len(before) < position + len(word):
            return len(word)
        position += len(word)
    return 0


@settings(deadline=None)
@given(st.lists(SIDES, max_size=6))
def test_many_cuts_are_as_many_single_ones(sides: list[tuple[str, str]]) -> None:
    before, after = ([side[i] for side in sides] for i in (0, 1))
    found = words_across(pl.Series(before, dtype=pl.String), pl.Series(after, dtype=pl.String))
    assert found.tolist() == [across_one(*side) for side in sides]


def test_words_across_the_cut() -> None:
    cuts = [("强化协", "同发展"), ("强化", "协同"), ("总投资17", ".7亿元"), ("", "协同"), ("协同", "")]
    found = words_across(pl.Series([before for before, _ in cuts]), pl.Series([after for _, after in cuts]))
    assert found.tolist() == [2, 0, 0, 0, 0]
