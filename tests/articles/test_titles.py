"""Kicker, headline and subtitle."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.articles.titles import title_columns


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([], (None, None, None)),
        (["青河大桥合龙"], (None, "青河大桥合龙", None)),
        (["青河大桥合龙", "——建设者三年坚守记"], (None, "青河大桥合龙", "——建设者三年坚守记")),
        (["青河县:", "把粮仓建到村口"], ("青河县:", "把粮仓建到村口", None)),
        (["春耕开始之际", "把粮仓建到村口"], ("春耕开始之际", "把粮仓建到村口", None)),
        (["春耕开始之际", "把粮仓建到村口", "——青河见闻"], ("春耕开始之际", "把粮仓建到村口", "——青河见闻")),
        (["春耕开始之际", "把粮仓建到村口", "今年再添十二座"], ("春耕开始之际", "把粮仓建到村口", "今年再添十二座")),
        # One headline over two lines: the first only says who.
        (["柳湾镇人民政府办", "把粮仓建到村口"], (None, "柳湾镇人民政府办 把粮仓建到村口", None)),
        (
            ["柳湾镇青河村人民政府办", "把粮仓建到村口", "今年再添十二座"],
            (None, "柳湾镇青河村人民政府办 把粮仓建到村口", "今年再添十二座"),
        ),
        (["青河县柳湾镇人民政府办公", "把粮仓建到村口"], ("青河县柳湾镇人民政府办公", "把粮仓建到村口", None)),
        # As long as a subject may be, and one letter longer.
        (["青河县柳湾镇人民政府三办", "把粮仓建到村口"], (None, "青河县柳湾镇人民政府三办 把粮仓建到村口", None)),
        (["青河县柳湾镇人民政府第三办", "把粮仓建到村口"], ("青河县柳湾镇人民政府第三办", "把粮仓建到村口", None)),
        (
            ["青河县:", "柳湾镇:", "春耕开始之际", "把粮仓建到村口"],
            ("青河县: 柳湾镇:", "春耕开始之际", "把粮仓建到村口"),
        ),
        (["青河县:", "——青河见闻"], (None, "青河县:", "——青河见闻")),
        (["——青河见闻:"], (None, "——青河见闻:", None)),
        # A page that gives nothing but a kicker or a subtitle.
        (["青河县:"], (None, "青河县:", None)),
        (["——青河见闻"], (None, "——青河见闻", None)),
    ],
)
def test_lines(lines: list[str], wanted: tuple[str | None, ...]) -> None:
    frame = pl.DataFrame({"lines": [lines]}, schema={"lines": pl.List(pl.String)})
    assert frame.select(title_columns("lines")).row(0) == wanted
