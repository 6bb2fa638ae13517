"""Roles and articles on invented pages."""

from __future__ import annotations

import polars as pl

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
