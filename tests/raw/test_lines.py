"""Lines are an editor's lines; spans and line ends cover the page."""

from __future__ import annotations

import re

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.raw.lines import split_lines

TEXTS = st.text(alphabet="春耕ab ,。\r\n\u2028\x0c\x85\u3000𠀀", max_size=30)
# Pages without a carriage return that stands alone are read in another way.
USUAL = TEXTS.map(lambda text: text.replace("\r", ""))
WINDOWS = USUAL.map(lambda text: text.replace("\n", "\r\n"))


@given(st.lists(TEXTS, min_size=1, max_size=4) | st.lists(USUAL | WINDOWS, min_size=1, max_size=4))
def test_the_spans_are_those_of_a_slow_reader(texts: list[str]) -> None:
    lines = split_lines(pl.DataFrame({"page_id": [f"p{i}" for i in range(len(texts))], "text": texts}))
    for number, text in enumerate(texts):
        expected, start = [], 0
        for line_number, line in enumerate(re.split("\r\n|\n|\r", text), 1):
            expected.append((line_number, start, start + len(line), line))
            start += len(line)
            start += 2 if text[start : start + 2] == "\r\n" else 1
        rows = lines.filter(pl.col("page_id") == f"p{number}").drop("page_id").rows()
        assert rows == expected
