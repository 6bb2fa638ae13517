"""Roles and articles on invented pages."""

from __future__ import annotations

import polars as pl
import pytest

from tests.articles.pages import NEWS, paragraphs
from transforms.articles import assign_roles, segment
from transforms.frames import ARTICLE_PARAGRAPHS, ARTICLES, PARAGRAPHS, empty


def test_roles_of_a_page() -> None:
    roles = assign_roles(paragraphs(NEWS))["role"].to_list()
    assert roles == ["title", "body", "body", "body", "column", "title", "body", "caption"]


def test_two_articles() -> None:
    articles, parts = segment(assign_roles(paragraphs(NEWS)))
    assert articles["article_id"].to_list() == ["p.001", "p.002"]
    assert articles["headline"].to_list() == ["青河县今年新建十二座村级粮仓", "小街灯点亮回家路"]
    assert articles["byline"].to_list() == ["记者 甲小明 通讯员 乙天", "通讯员 丙如意 摄"]
    assert articles["column_name"].to_list() == [None, "走进柳湾"]
    assert articles["kind"].to_list() == ["news", "photo"]
    assert articles["body"][0].count("\n") == 2
    assert parts.filter(pl.col("article_id") == "p.002")["part"].to_list() == ["title", "body", "byline"]
    assert parts.filter(pl.col("article_id") == "p.002")["position"].to_list() == [1, 2, 3]


def test_empty_frame() -> None:
    segmented = segment(assign_roles(empty(PARAGRAPHS)))
    assert segmented.articles.schema == pl.Schema(ARTICLES)
    assert segmented.article_paragraphs.schema == pl.Schema(ARTICLE_PARAGRAPHS)
    assert segmented.articles.is_empty()


@pytest.mark.parametrize(
    ("lead", "byline"),
    [
        ("本报讯(记者 甲小明 通讯员 乙天)3月9日,", "记者 甲小明 通讯员 乙天"),
        ("本报讯（记者　甲小明）３月９日，", "记者　甲小明"),
        ("本报柳湾3月9日电记者甲小明报道：", "记者甲小明"),
        ("(通讯员 乙天)3月9日,", "通讯员 乙天"),
        ("本报讯 3月9日,", None),
        ("3月9日,记者从青河县获悉,", None),
    ],
)
def test_the_byline_of_a_dateline(lead: str, byline: str | None) -> None:
    page = f"青河县今年新建十二座村级粮仓\n{lead}青河县村级粮仓建设推进会在柳湾镇召开,会议部署了今年十二座村级粮仓的建设任务。"
    articles = segment(assign_roles(paragraphs(page))).articles
    assert articles["byline"].to_list() == [byline]


@pytest.mark.parametrize(
    ("headline", "kind"),
    [("关于调整公交线路的公告", "notice"), ("遗失启事", "notice"), ("青河县发布防汛通知后群众有序撤离", "news")],
)
def test_kind(headline: str, kind: str) -> None:
    page = f"{headline}\n因东河大桥施工,自3月10日起,公交三路改走滨河路,请广大市民提前安排出行,给您带来的不便敬请谅解。"
    assert segment(assign_roles(paragraphs(page))).articles["kind"].to_list() == [kind]


def test_is_truncated_is_that_of_any_paragraph() -> None:
    frame = paragraphs(NEWS).with_columns((pl.col("paragraph_no") == 4).alias("is_truncated"))
    assert segment(assign_roles(frame)).articles["is_truncated"].to_list() == [True, False]


def test_nobody_s_date_is_made_up() -> None:
    articles = segment(assign_roles(paragraphs(NEWS))).articles
    assert articles["published_on"].null_count() == articles["published_on_source"].null_count() == len(articles)
