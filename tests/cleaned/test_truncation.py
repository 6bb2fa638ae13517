"""Which paragraphs stop for good in mid-sentence, and which lines only look so."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.cleaned import clean

ABOVE = "去年冬天,柳湾镇的老人们把六十年前修渠的旧照片都找了出来,一张一张地贴在村史馆的墙上。\n"
BELOW = (
    "\n白石镇举办春季招聘会\n本报讯(通讯员 丁慧)3月5日,白石镇在文化广场举办招聘会,二十家企业到场,八十多人当场签了约。"
)


@pytest.mark.parametrize(
    ("line", "is_truncated"),
    [
        ("挨家挨户看炉灶,教老人怎样封火、怎样开窗,截至", True),
        # Without its number this line has an end that is as unlikely; with it, it is a heading.
        ("二、“渠水研究”的古今视域和地方视域", False),
        ("(三)“渠水研究”的古今视域和地方视域", False),
        ("第四章 “渠水研究”的古今视域和地方视域", False),
        ("二、把水引到南坡,教果农怎样浇水、怎样剪枝,截至", True),
    ],
)
def test_a_line_between_two_paragraphs(line: str, is_truncated: bool) -> None:
    paragraphs = clean(pl.DataFrame({"page_id": ["p"], "text": [ABOVE + line + BELOW]})).paragraphs
    assert paragraphs["line_numbers"].to_list() == [[1], [2], [3], [4]]
    assert paragraphs["is_truncated"].to_list() == [False, is_truncated, False, False]
