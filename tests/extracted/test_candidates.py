from __future__ import annotations

import re
import time
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extracted.numeric_tables import texts_of
from transforms.extracted.amounts import find_amounts
from transforms.extracted.candidates import CONTEXT, find_candidates
from transforms.extracted.counts import find_counts
from transforms.extracted.dates import find_dates
from transforms.extracted.projects import find_projects

LINES = st.lists(st.text(alphabet="12亿元a，\ufdd0\ufdd1\U00020000 e\u0301", max_size=30), min_size=1, max_size=5)


@settings(deadline=None)
@given(LINES)
def test_hits_and_their_surroundings_are_those_of_a_slow_search(lines: list[str]) -> None:
    texts = texts_of(*lines)
    expected = []
    for number, line in enumerate(lines):
        plain = re.sub("[\ufdd0\ufdd1]", "\ufffd", line)
        for match in re.finditer("[0-9]+亿?", plain):
            expected.append((number, match.start(), match.end(), match[0]))
    found = list(find_candidates(texts, "[0-9]+亿?"))
    assert [(hit.text_no, hit.char_start, hit.char_end, hit.text) for hit in found] == expected
    for place, hit in enumerate(found):
        plain = re.sub("[\ufdd0\ufdd1]", "\ufffd", lines[hit.text_no])
        earlier = [other.char_start for other in found[:place] if other.text_no == hit.text_no]
        later = [other.char_end for other in found[place + 1 :] if other.text_no == hit.text_no]
        first = max([0, hit.char_start - CONTEXT, *earlier[-1:]])
        last = min([len(plain), hit.char_end + CONTEXT, *later[:1]])
        assert (hit.before, hit.after) == (plain[first : hit.char_start], plain[hit.char_end : last])


def both(texts: pl.DataFrame) -> object:
    return find_projects(texts, find_amounts(texts))


@pytest.mark.parametrize("extractor", [find_amounts, find_counts, find_dates, both])
@pytest.mark.parametrize(
    "unit", ["1亿", "万", "零1万", "项目、", "1至", "5月3日", "投资1亿元的甲、", "2021年会议", "“", "近约超"]
)
def test_a_hostile_line_costs_time_in_proportion_to_its_length(
    extractor: Callable[[pl.DataFrame], object], unit: str
) -> None:
    start = time.process_time()
    extractor(texts_of(unit * (30_000 // len(unit))))
    # Linear needs hundredths of a second; a quadratic rule needs seconds here.
    assert time.process_time() - start < 3
