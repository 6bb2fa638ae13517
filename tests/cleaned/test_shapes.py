"""Characters are counted as a slow reader counts them."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.cleaned.shapes import count_characters

ALPHABET = "春耕ab,，；、 “”（)(）《》!~𠀀\u9fff\ua000\uffff\n"


@given(st.lists(st.text(alphabet=ALPHABET, max_size=90), max_size=5))
def test_the_counts_are_those_of_a_slow_reader(texts: list[str]) -> None:
    found = pl.DataFrame(count_characters(pl.Series(texts, dtype=pl.String)))
    for text, row in zip(texts, found.iter_rows(named=True), strict=True):
        start = text[:64]
        assert row == {
            "clause_count": sum(character in "，,、；;" for character in start),
            "han_count": sum("\u3400" <= character <= "\u9fff" for character in start),
            "latin_count": sum(character.isascii() and character.isalpha() for character in start),
            "narrow_count": sum("!" <= character <= "~" for character in start),
            "space_count": text.count(" "),
            "open_0": text.count("“") - text.count("”"),
            "open_1": text.count("(") + text.count("（") - text.count(")") - text.count("）"),
            "open_2": text.count("《") - text.count("》"),
        }
