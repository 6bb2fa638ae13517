"""Organizations: case tables, and laws that hold for any text."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extracted.name_tables import PAGE_TEXT, assert_spans_hold, cases, texts, two_articles
from transforms.extracted.organizations import find_organizations
from transforms.extracted.tagger import tag_names
from transforms.frames import ORGANIZATIONS


@pytest.mark.parametrize("case", cases("organizations"))
def test_organizations_are_found(case):
    frame = texts([case["text"]])
    found = find_organizations(frame)
    assert sorted(found["name"].to_list()) == sorted(case["found"])
    assert_spans_hold(frame, found)


def test_short_names_count_to_the_long_one():
    found = find_organizations(texts(["青石县应急管理局召开会议。", "会上，县应急管理局通报了情况。"]))
    assert found.rows() == [("p.1", 1, 0, 8, "青石县应急管理局", 2)]


def test_articles_do_not_depend_on_their_batch_or_order():
    frame = two_articles()
    alone = pl.concat(find_organizations(frame.filter(pl.col("article_id") == key)) for key in ("p.1", "p.2"))
    assert alone.height > 1
    assert find_organizations(frame).equals(alone)
    assert find_organizations(frame.reverse()).equals(alone)
    assert find_organizations(frame, names=tag_names(frame["text"])).equals(alone)


@settings(max_examples=60, deadline=None)
@given(st.lists(PAGE_TEXT, max_size=3))
def test_any_text_gives_rows_that_stand_in_it_once_each(paragraphs):
    frame = texts(paragraphs)
    found = find_organizations(frame)
    assert dict(found.schema) == dict(ORGANIZATIONS)
    assert_spans_hold(frame, found)
    assert found["name"].is_unique().all()
    assert (found["mention_count"] > 0).all()
