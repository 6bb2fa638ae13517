"""What is cut out of its surroundings first is signed exactly where the patterns over the whole text say so."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.articles.patterns import BYLINE, BYLINE_LINE, DATELINE, INLINE, SIGNATURE_LINE
from transforms.articles.signed import signed_columns

BRACKETED = rf"^\s*[（(【\[](?:{BYLINE})\s*[)）】\]]"
WHOLE = {
    "is_byline": ("signing_line", f"{BYLINE_LINE}|{SIGNATURE_LINE}"),
    "has_inline_byline": ("signing_tail", INLINE),
    "is_dateline": ("signing_head", f"{DATELINE}|{BRACKETED}"),
}
WORDS = (
    "本报记者", "记者", "通讯员", "特约评论员", "甲小明", "乙天", "丙 如", "丁·戊己", "某市报", "驻青河", "本报", "新华社", "讯", "电",
    "摄", "摄影报道", "文/图", "供图", "作者", "来源", "图", "：", ":", " ", "\u3000", "、", "，", "；", "/", "（", "(", ")", "）", "【", "】",
    "□", "——", "。", "！", "”", "\"", "5月6日", "青河县春耕忙", "报道", "一", "𠮷", "⽅",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS), max_size=9).map("".join)
SIGNED = (
    "记者 甲小明 通讯员 乙 天 摄",
    "（本报记者 甲小明）",
    "□ 甲小明",
    "秧苗全部入田。记者 甲小明 摄",
    "秧苗全部入田。”（甲小明 摄影报道）",
    "(记者 甲小明)秧苗全部入田。",
    "本报青河5月6日讯 秧苗全部入田。",
    "本报特约记者 甲小明 报道 秧苗",
)


def compare(texts: list[str]) -> pl.DataFrame:
    frame = pl.DataFrame(
        {f"signing_{side}": texts for side in ("line", "tail", "head")},
        schema={f"signing_{side}": pl.String for side in ("line", "tail", "head")},
    )
    wanted = frame.select(pl.col(column).str.contains(pattern).alias(name) for name, (column, pattern) in WHOLE.items())
    assert pl.DataFrame(signed_columns(frame)).equals(wanted), texts
    return wanted


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=40))
def test_as_the_patterns_over_the_whole_text(texts: list[str]) -> None:
    compare(texts)


def test_each_kind_is_found() -> None:
    assert compare(list(SIGNED)).select(pl.all().sum()).row(0) == (4, 2, 4)
