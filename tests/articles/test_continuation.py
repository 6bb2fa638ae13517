"""Articles that go on on another page."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.articles.pages import paragraphs
from transforms.articles import assign_roles, link_continuations, segment
from transforms.articles.continuation import page_number

FRONT = """
柳湾镇把粮仓建到村口

本报讯(记者 甲小明)3月9日,柳湾镇十二座村级粮仓同时开工,村民卖粮不用再跑远路,去年建成的八座已经收粮三千多吨。

镇里还为每座粮仓配了一名保管员,全年为农户免费烘干粮食,村民们说日子一天比一天方便。(下转第三版)

青河大桥合龙

本报讯(通讯员 乙天)3月8日,青河大桥主跨合龙,预计年底通车,两岸群众过河时间将由四十分钟缩短到五分钟。

下转第二版
"""
SECOND = """
青河大桥合龙

(上接第一版)大桥全长一千二百米,建设者三年里克服汛期水位高、施工场地窄等困难,没有发生一起事故。

项目负责人介绍,接下来将进行桥面铺装和灯光安装,两岸引桥同步施工,确保年底前通车。
"""
THIRD = """
上接第一版

柳湾镇把粮仓建到村口

走进东河村粮仓,保管员正在记录温度和湿度。村里六十户人家把粮食存在这里,随时可以换成面粉和油。

镇里计划明年把粮仓与电商站点连起来,让村里的小米、绿豆卖得更远,带动更多人增收。
"""


def _frames(**texts: str) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    page = assign_roles(pl.concat([paragraphs(text, page_id=name) for name, text in texts.items()]))
    articles, parts = segment(page)
    return articles, parts, page


def _pages(**numbers: int | None) -> pl.DataFrame:
    rows = [{"page_id": name, "issue": "2021-03-10", "page_no": number} for name, number in numbers.items()]
    return pl.DataFrame(rows, schema={"page_id": pl.String, "issue": pl.String, "page_no": pl.Int32})


def _links(frames: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame], pages: pl.DataFrame) -> list[tuple[str, str, str]]:
    return link_continuations(*frames, pages).select("article_id", "continued_by", "reason").rows()


def test_notes_in_the_text_and_on_lines_of_their_own() -> None:
    frames = _frames(a=FRONT, b=SECOND, c=THIRD)
    assert _links(frames, _pages(a=1, b=2, c=3)) == [
        ("a.001", "c.001", "same headline"),
        ("a.002", "b.001", "same headline"),
    ]


def test_a_note_that_names_another_page_links_nothing() -> None:
    assert _links(_frames(a=FRONT, b=SECOND), _pages(a=1, b=4)) == []


def test_without_page_numbers_the_headline_is_enough() -> None:
    assert _links(_frames(a=FRONT, b=SECOND), _pages(a=None, b=None)) == [("a.002", "b.001", "same headline")]


def test_pages_of_other_issues_are_left_alone() -> None:
    pages = _pages(a=1, b=2).with_columns(pl.Series("issue", ["2021-03-10", "2021-03-11"]))
    assert _links(_frames(a=FRONT, b=SECOND), pages) == []
    assert _links(_frames(a=FRONT, b=SECOND), pages.with_columns(pl.lit(None, pl.String).alias("issue"))) == []


def test_two_equal_candidates_are_left_unlinked() -> None:
    assert _links(_frames(a=FRONT, b=SECOND, c=SECOND), _pages(a=None, b=None, c=None)) == []


def test_a_note_that_stands_below_another_article_still_links_equal_headlines() -> None:
    """Where columns were read across, the note 下转 comes after a piece of the neighbour."""
    front = FRONT.replace("(下转第三版)", "").replace("\n下转第二版\n", "\n(下转第三版)\n")
    assert _links(_frames(a=front, c=THIRD), _pages(a=None, c=None)) == [("a.001", "c.001", "same headline")]
    short = front.replace("柳湾镇把粮仓建到村口", "简讯"), THIRD.replace("柳湾镇把粮仓建到村口", "简讯")
    assert _links(_frames(a=short[0], c=short[1]), _pages(a=None, c=None)) == []


def test_page_numbers_alone() -> None:
    other = SECOND.replace("青河大桥合龙", "年底通车有望")
    assert _links(_frames(a=FRONT, b=other), _pages(a=1, b=2)) == [("a.002", "b.001", "page numbers")]
    assert _links(_frames(a=FRONT, b=other), _pages(a=1, b=None)) == []


@settings(deadline=None, max_examples=20)
@given(st.permutations(["a", "b", "c"]), st.integers(0, 5))
def test_the_result_depends_on_the_set_of_pages_alone(order: list[str], turn: int) -> None:
    texts = {"a": FRONT, "b": SECOND, "c": THIRD}
    articles, parts, page = _frames(**{name: texts[name] for name in order})
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=turn) for frame in (articles, parts, page)]
    pages = _pages(a=1, b=2, c=3)
    assert link_continuations(*shuffled, pages).equals(link_continuations(*_frames(**texts), pages))


@pytest.mark.parametrize(
    ("printed", "number"), [("3", 3), ("１２", 12), ("二", 2), ("十", 10), ("十二", 12), ("二十一", 21), ("A02", None)]
)
def test_page_number(printed: str, number: int | None) -> None:
    assert page_number(printed) == number
