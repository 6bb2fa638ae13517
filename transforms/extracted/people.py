"""People named in the text, with the posts that stand beside the name.

The names come from the tagger and from patterns it overlooks (``person_names``); once an article has given a full name,
every later mention of it in that article is a row too. Writers and photographers are not people of the text: datelines
本报讯(记者 …) and bylines at the end of a paragraph are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import polars as pl

from transforms.extracted.letters import Places
from transforms.extracted.name_mentions import (
    Article,
    Readings,
    Span,
    covered,
    occurrences_by_paragraph,
    outside,
    without_overlaps,
)
from transforms.extracted.person_names import (
    LIST_SEPARATORS,
    anonymised,
    is_full_name,
    is_named_after,
    is_word_of_another_kind,
    markers,
    next_in_list,
    overlooked,
    whole_name,
)
from transforms.extracted.tagger import tag_names
from transforms.extracted.titles import LONGEST_TITLE, read_titles, title_after
from transforms.frames import PEOPLE, frame_of

# Posts that several hold at once: in 副县长A、B both are deputies, in 县长A、B only the first is the head.
_SHARED_POST: Final = re.compile(
    r"(?:副[\u4e00-\u9fff]{1,5}|领导|委员|常委|代表|专家|教授|教师|民警|医生|工程师|研究员|院士|干部|董事)$"
)
LONGEST_CHAIN: Final = 200  # characters of a chain of titles that are read, so that a page of one line stays cheap


def _mentions(article: Article, marks: dict[str, Places], is_marked: list[bool]) -> Iterator[tuple[int, str, Span]]:
    """Yield every mention of a person in an article, in order, none overlapping another (the longer one wins).

    ``is_marked`` says for each paragraph that is read whether there are ``marks`` in it.
    """
    everywhere: set[str] = set()  # names of which every mention counts
    found: dict[int, list[Span]] = {}
    for index, _, text, people, _, _, bylines in article.paragraphs:
        if not (people or is_marked[index]):
            continue
        spans = [span for span in [whole_name(text, span) for span in people] if is_full_name(text, span)]
        if is_marked[index]:
            spans += overlooked(text, marks, index, set(spans)) + anonymised(text)
        if not spans:
            continue
        _follow_lists(text, spans)
        spans = found[index] = outside(text, spans, bylines)
        for start, end in spans:
            name = text[start:end]
            if name not in everywhere and not is_word_of_another_kind(name):
                everywhere.add(name)
    if everywhere:
        for paragraph, span in occurrences_by_paragraph(article, sorted(everywhere)):
            if not is_named_after(paragraph.text, span):
                found.setdefault(paragraph.place, []).append(span)
    for index, number, text, _, _, _, bylines in article.paragraphs:
        if index in found:
            for span in outside(text, without_overlaps(found[index]), bylines):
                yield number, text, span


def _follow_lists(text: str, spans: list[Span]) -> None:
    """Append to ``spans``, people in ``text``, those that follow one of them in a list."""
    taken = bytearray()
    for span in spans:  # grows while it is read: a list is followed to its end
        following = next_in_list(text, span) if text.startswith(LIST_SEPARATORS, span[1]) else None
        if following is None:
            continue
        taken = taken or covered(text, spans)
        if not any(taken[slice(*following)]):
            spans.append(following)
            taken[slice(*following)] = b"\1" * (following.end - following.start)


def _people_of_article(
    article: Article, marks: dict[str, Places], is_marked: list[bool]
) -> Iterator[tuple[str, int, int, int, str, list[str], bool]]:
    article_id = article.article_id
    before_no, before_end, before_titles = 0, 0, list[str]()
    for number, text, (start, end) in _mentions(article, marks, is_marked):
        is_beside = number == before_no
        between = text[max(before_end if is_beside else 0, start - LONGEST_CHAIN) : start]
        titles = read_titles(between)
        if not titles:
            following = title_after(text[end : end + LONGEST_TITLE])
            if following:
                titles = [following]
            elif is_beside and between.strip() in LIST_SEPARATORS:
                titles = [title for title in before_titles if _SHARED_POST.search(title)]
        name = text[start:end]
        yield article_id, number, start, end, name, titles, "某" in name
        before_no, before_end, before_titles = number, end, titles


def find_people(
    texts: pl.DataFrame, *, names: pl.DataFrame | None = None, readings: Readings | None = None
) -> pl.DataFrame:
    """Return every mention of a named person, as a frame of the schema ``PEOPLE``, sorted by article and place.

    ``texts`` has the schema ``ARTICLE_TEXTS``; title, subheads and body are read, bylines are not. ``names`` is
    ``tag_names(texts["text"])`` and ``readings`` is ``Readings(texts, names)``, if the caller has them already.
    """
    if readings is None:
        readings = Readings(texts, tag_names(texts["text"]) if names is None else names)
    marks = readings.marks(markers())
    is_marked = readings.is_marked((), marks)
    rows: list[tuple[Any, ...]] = []
    for article in readings.articles(("person",), np.array(is_marked, dtype=np.bool_)):
        rows += _people_of_article(article, marks, is_marked)
    return frame_of(rows, PEOPLE)
