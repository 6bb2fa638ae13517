"""Places: case tables, and laws that hold for any text."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extracted.name_tables import PAGE_TEXT, assert_spans_hold, cases, texts, two_articles
from transforms.extracted.places import find_places
from transforms.extracted.tagger import tag_names
from transforms.frames import PLACES


@pytest.mark.parametrize("case", cases("places"))
def test_places_are_found(case):
    frame = texts([case["text"]])
    found = find_places(frame)
    written = [name if name == path else f"{name} < {path}" for name, path in found.select("name", "full_path").rows()]
    assert sorted(written) == sorted(case["found"])
    assert_spans_hold(frame, found)


def test_a_path_once_written_holds_for_the_article():
    found = find_places(texts(["记者在云岭高新区石店镇看到，路通了。", "石店镇党委书记说，还要修桥。"]))
    assert found.select("name", "full_path", "mention_count").rows() == [
        ("云岭高新区", "云岭高新区", 1),
        ("石店镇", "云岭高新区石店镇", 2),
    ]


def test_no_path_is_borrowed_from_another_article():
    frame = pl.concat([texts(["青石县石店镇修路。"], article="p.1"), texts(["石店镇通了公路。"], article="p.2")])
    assert find_places(frame).filter(pl.col("article_id") == "p.2")["full_path"].to_list() == ["石店镇"]


def test_articles_do_not_depend_on_their_batch_or_order():
    frame = two_articles()
    alone = pl.concat(find_places(frame.filter(pl.col("article_id") == key)) for key in ("p.1", "p.2"))
    assert alone.height > 1
    assert find_places(frame).equals(alone)
    assert find_places(frame.reverse()).equals(alone)
    assert find_places(frame, names=tag_names(frame["text"])).equals(alone)


@settings(max_examples=60, deadline=None)
@given(st.lists(PAGE_TEXT, max_size=3))
def test_any_text_gives_rows_that_stand_in_it_once_each(paragraphs):
    frame = texts(paragraphs)
    found = find_places(frame)
    assert dict(found.schema) == dict(PLACES)
    assert_spans_hold(frame, found)
    assert found["name"].is_unique().all()
    assert (found["mention_count"] > 0).all()
