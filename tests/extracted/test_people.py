"""People and their posts: case tables, and laws that hold for any text."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extracted.name_tables import PAGE_TEXT, assert_spans_hold, cases, texts, two_articles
from transforms.extracted.people import find_people
from transforms.extracted.tagger import tag_names
from transforms.extracted.titles import read_titles, title_after
from transforms.frames import PEOPLE


@pytest.mark.parametrize("case", cases("people"))
def test_people_are_found_with_their_titles(case):
    frame = texts([case["text"]])
    found = find_people(frame)
    assert [[name, *titles] for name, titles in found.select("name", "titles").rows()] == case["found"]
    assert found["is_anonymised"].to_list() == ["某" in name for name, *_ in case["found"]]
    assert_spans_hold(frame, found)


def test_later_mentions_are_rows_without_titles():
    found = find_people(texts(["近日，云山区委书记、区长石向前到青河镇调研。", "石向前强调，要抓好秋收。"]))
    assert dict(found.schema) == dict(PEOPLE)
    assert found.select("paragraph_no", "name", "titles").rows() == [
        (1, "石向前", ["云山区委书记", "区长"]),
        (2, "石向前", []),
    ]


def test_a_name_is_known_in_its_own_article_only():
    first = find_people(two_articles()).filter(pl.col("name") == "石向前")
    assert first["article_id"].to_list()[:2] == ["p.1", "p.1"]


def test_bylines_are_left_out():
    assert find_people(texts(["记者 石向前 通讯员 何小满"], part="byline")).is_empty()
    assert dict(find_people(texts([])).schema) == dict(PEOPLE)


def test_articles_do_not_depend_on_their_batch_or_order():
    frame = two_articles()
    alone = pl.concat(find_people(frame.filter(pl.col("article_id") == key)) for key in ("p.1", "p.2"))
    assert find_people(frame).equals(alone)
    assert find_people(frame.reverse()).equals(alone)
    assert find_people(frame, names=tag_names(frame["text"])).equals(alone)


@settings(max_examples=60, deadline=None)
@given(st.lists(PAGE_TEXT, max_size=3))
def test_any_text_gives_rows_that_stand_in_it_and_do_not_overlap(paragraphs):
    frame = texts(paragraphs)
    found = find_people(frame)
    assert dict(found.schema) == dict(PEOPLE)
    assert_spans_hold(frame, found)
    for _, rows in found.group_by("paragraph_no", maintain_order=True):
        assert all(first[1] <= second[0] for first, second in pairwise(rows.select("char_start", "char_end").rows()))


@pytest.mark.parametrize(
    ("before", "titles"),
    [
        ("", []),
        ("会议要求，", []),
        ("日前，云山县委书记、县长", ["云山县委书记", "县长"]),
        ("丁一凡、党工委委员", ["党工委委员"]),
        ("据县财政局局长", ["县财政局局长"]),
        ("采访了知合（华东）药厂厂长", ["知合（华东）药厂厂长"]),
        ("她的老师", ["老师"]),
        ("村民", []),
        ("局长" * 30, []),
    ],
)
def test_titles_before_a_name(before, titles):
    assert read_titles(before) == titles


def test_title_after_a_name():
    assert title_after("副局长说") == "副局长"
    assert title_after("说，局长在场") is None
