"""Marked places: what is tried there only is what a search of the whole text finds."""

from __future__ import annotations

import re
import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extracted.name_tables import texts
from transforms.extracted.letters import Spelled, letters_of, marked_places, matches_at
from transforms.extracted.name_mentions import MANY_NAMES, Nearby, Span, occurrences, without_overlaps
from transforms.extracted.organizations import find_organizations
from transforms.extracted.people import find_people
from transforms.extracted.places import find_places
from transforms.extracted.tagger import tag_names

LETTERS = st.text(st.sampled_from("市县局长\0\n𠮷"), max_size=12)
WORDS = st.lists(st.text(st.sampled_from("市县局长𠮷"), min_size=1, max_size=3), min_size=1, max_size=4)
SPANS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 20)), max_size=12)


@given(st.lists(LETTERS, max_size=4), WORDS)
def test_a_pattern_tried_at_its_marks_finds_what_a_search_finds(rows, words):
    pattern = re.compile("|".join(map(re.escape, words)))
    places = marked_places(letters_of(rows), [Spelled(words)])[0]
    for number, text in enumerate(rows):
        wanted = [match.span() for match in pattern.finditer(text)]
        assert [match.span() for match in matches_at(pattern, text, places.of(number))] == wanted


def test_marks_are_few():
    places = marked_places(letters_of(["青石县公安局", "县公"]), [Spelled(["公安", "厂"])])[0]
    assert [places.of(0), places.of(1)] == [[3], []]


@given(SPANS, st.integers(0, 300), st.integers(1, 20))
def test_spans_nearby_are_those_that_touch(found, start, length):
    spans = [Span(first, first + size) for first, size in found]
    near = Nearby(spans).near(start, start + length)
    touching = [span for span in spans if span.start <= start + length and start <= span.end]
    assert [span for span in near if span in touching] == touching


@given(LETTERS, WORDS)
def test_many_names_are_found_like_few(text, names):
    names = sorted(set(names))
    others = [f"甲{number}" for number in range(MANY_NAMES + 1)]
    assert occurrences(text, [*names, *others]) == occurrences(text, names)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6)), max_size=8))
def test_of_spans_that_overlap_the_earlier_and_then_the_longer_one_is_kept(found):
    spans = [Span(first, first + size) for first, size in found]
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if all(span.start >= other.end for other in kept):
            kept.append(span)
    assert without_overlaps(spans) == kept


def long_line(characters: int) -> str:
    """Return one line without end: the same sentences with ever other firms, villages and people in them."""
    digits = "甲乙丙丁戊己庚辛壬癸"
    sentence = (
        "青石县石店镇党委书记石向前、副镇长何小满到柳村调研，云山市应急管理局（宏达公司）、云山区{0}厂等企业负责人丁一凡说，"
        "在青河、云山等地的经济开发区建设项目由陈家庄{0}公司承担，县人社局局长王大山介绍。"
    )
    count = characters // len(sentence) + 1
    return "".join(sentence.format("".join(digits[int(digit)] for digit in str(n))) for n in range(count))[:characters]


@pytest.mark.parametrize("find", [find_people, find_organizations, find_places, lambda frame: tag_names(frame["text"])])
def test_a_line_of_any_length_takes_time_in_proportion(find):
    """A law, not a measurement: four times the text takes sixteen times as long where every pair is compared."""

    def seconds(frame: pl.DataFrame) -> float:
        began = time.process_time()
        find(frame)
        return time.process_time() - began

    short, long = texts([long_line(16_000)]), texts([long_line(64_000)])
    find(short)
    assert min(seconds(long) for _ in range(2)) < 9 * min(seconds(short) for _ in range(3))


def test_a_list_that_begins_with_its_comma_is_read():
    assert find_organizations(texts(["承担，县人社局负责。、云山区甲厂等企业落户。"])).height >= 1
