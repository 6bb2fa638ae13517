"""The gates' own division of pages into lines, beside that of the pipeline."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from expectations.characters import rank
from expectations.page_lines import line_texts, lines_of
from transforms.raw.lines import split_lines

TEXTS = st.lists(st.text(alphabet="春耕𠮷 \n\r\t\x0b\x85\u2028", max_size=12), min_size=1, max_size=5)


@given(TEXTS)
def test_both_divisions_agree(texts: list[str]) -> None:
    pages = pl.DataFrame({"page_id": [str(n) for n in range(len(texts))], "text": texts})
    expected = split_lines(pages)
    lines = lines_of(pages["text"])
    page = lines.page_of_line()
    assert pages["page_id"].gather(page).to_list() == expected["page_id"].to_list()
    assert lines.number_of_line().tolist() == expected["line_number"].to_list()
    assert (lines.starts - lines.page_starts[page]).tolist() == expected["raw_char_start"].to_list()
    assert (lines.ends - lines.page_starts[page]).tolist() == expected["raw_char_end"].to_list()
    assert line_texts(pages["text"]).to_list() == expected["raw_text"].to_list()


def test_lines_are_found_by_page_and_number() -> None:
    lines = lines_of(pl.Series(["春\n耕", "", "备\r\n\n耕"]))
    index, exists = lines.index_of(np.array([0, 0, 0, 1, 2, 2]), np.array([0, 2, 3, 1, 3, 4]))
    assert exists.tolist() == [False, True, False, True, True, False]
    assert index[exists].tolist() == [1, 2, 5]


@given(st.lists(st.booleans(), max_size=40))
def test_rank_counts_what_stands_before(marked: list[bool]) -> None:
    places = np.arange(len(marked) + 1)
    assert rank(np.array(marked, dtype=np.bool_), places).tolist() == [sum(marked[:place]) for place in places]
