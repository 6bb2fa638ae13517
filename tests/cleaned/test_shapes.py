"""Characters are counted as a slow reader counts them, and patterns found as if every line were asked."""

from __future__ import annotations

import re

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.cleaned.shapes import (
    BEGINS_INSIDE,
    BYLINE,
    ENDS_CLAUSE,
    ENDS_SENTENCE,
    INLINE_BYLINE_END,
    LEAD,
    LIST_ITEM,
    add_shapes,
    count_characters,
)
from transforms.cleaned.texts import Texts

ALPHABET = "春耕ab,，；、 “”（)(）《》!~。𠀀\u9fff\ua000\uffff\n"


@settings(deadline=None)
@given(st.lists(st.text(alphabet=ALPHABET, max_size=90), max_size=5))
def test_the_counts_are_those_of_a_slow_reader(texts: list[str]) -> None:
    found = pl.DataFrame(count_characters(Texts(pl.Series(texts, dtype=pl.String))))
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
            "has_stop": "。" in text,
            "has_sentence": bool(re.search("[。！？；;!?]", text)),
        }


PIECES = (
    "记者", "通讯员 甲小明", "乙天", " ", "摄", "编辑", "校对：", "/图", "（", ")", "本报", "近日", "据悉", "6月", "３日", "会议强调", "图为",
    "一是", "第二", "、", "①", "- ", "——", "--", "#", "春耕", "a.com", "b", ".", "。", "”", "，", ";", "！",
)  # fmt: skip
LINES = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)


@settings(deadline=None)
@given(st.lists(LINES, min_size=1, max_size=8))
def test_every_pattern_is_found(lines: list[str]) -> None:
    text = pl.Series("text", lines, dtype=pl.String)
    shapes = add_shapes(pl.DataFrame({"page_id": ["p"] * len(lines), "text": text}), Texts(text))
    patterns = {
        "ends_sentence": ENDS_SENTENCE,
        "ends_clause": ENDS_CLAUSE,
        "ends_semicolon": "[；;]$",
        "begins_inside": f"^[{BEGINS_INSIDE}]",
        "is_lead": LEAD,
        "is_byline": BYLINE,
        "ends_byline": INLINE_BYLINE_END,
        "is_list_item": LIST_ITEM,
        "is_dash_title": "^(?:—|--)",
    }
    for name, pattern in patterns.items():
        assert shapes[name].to_list() == text.str.contains(pattern).to_list(), name


def test_a_page_is_chinese_if_more_of_its_letters_are() -> None:
    """Half and half is another language's page with names in it, or a table; one letter more decides, over all lines of a page."""
    pages = {"half": ["春耕abc", "备"], "more": ["春耕", "备ab"], "less": ["春耕", "abc"]}
    rows = [(page_id, number, text) for page_id, texts in pages.items() for number, text in enumerate(texts, 1)]
    lines = pl.DataFrame(rows, schema=["page_id", "line_number", "text"], orient="row")
    shaped = add_shapes(lines, Texts(lines["text"]))
    assert dict(shaped.select("page_id", "is_chinese").rows()) == {"half": False, "more": True, "less": False}
