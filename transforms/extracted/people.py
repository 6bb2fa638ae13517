"""People named in the text, with the posts that stand beside the name.

The names come from the tagger and from patterns it overlooks (``person_names``); once an article has given a full name,
every later mention of it in that article is a row too. Writers and photographers are not people of the text: datelines
本报讯(记者 …) and bylines at the end of a paragraph are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

import polars as pl

from transforms.extracted.person_names import (
    Span,
    anonymised,
    is_full_name,
    is_word_of_another_kind,
    overlooked,
    patterns,
    strip_edges,
)
from transforms.extracted.tagger import tag_names
from transforms.extracted.titles import read_titles, title_after
from transforms.frames import PEOPLE, conform, empty

READ_PARTS: Final = ("title", "subhead", "body")
_WRITER: Final = r"(?:本报|本台|新华社|全媒体|融媒体?|见习|实习|首席)*(?:记者|通讯员|特约记者|摄影|图/文|文/图)"
_BYLINES: Final = re.compile(
    rf"[（(]\s*{_WRITER}[^）)]{{0,60}}[）)]"  # 本报讯(记者 … 通讯员 …)
    # A byline glued to the end of a paragraph.
    rf"|(?:^|(?<=[。！？!?”\"\s]))[^\s。，,；;]{{0,16}}{_WRITER}[\s:：/][^。，,；;]{{1,60}}$"
    rf"|[（(][\u4e00-\u9fff]{{2,4}}(?:[\s、][\u4e00-\u9fff]{{2,4}})*[）)]$"  # (丁一 何小满) at the end of an article
)
# Posts that several hold at once: in 副县长A、B both are deputies, in 县长A、B only the first is the head.
_SHARED_POST: Final = re.compile(
    r"(?:副[\u4e00-\u9fff]{1,5}|领导|委员|常委|代表|专家|教授|教师|民警|医生|工程师|研究员|院士|干部|董事)$"
)
_LIST_SEPARATORS: Final = ("、", "和", "与", "及", "以及")


def _bylines(text: str) -> list[Span]:
    return [Span(*match.span()) for match in _BYLINES.finditer(text)]


class _Paragraph(NamedTuple):
    number: int
    text: str
    tagged: list[dict[str, int]] | None  # the tagger's people
    is_hit: bool  # whether a pattern may find more


def _names_of_article(paragraphs: list[_Paragraph]) -> tuple[dict[str, bool], set[tuple[int, Span]]]:
    """Return the names of an article, each with whether all its mentions count, and the mentions found one by one."""
    names: dict[str, bool] = {}
    mentions: set[tuple[int, Span]] = set()
    for number, text, tagged, is_hit in paragraphs:
        masked = _bylines(text)
        spans = [strip_edges(text, Span(span["char_start"], span["char_end"])) for span in tagged or ()]
        spans = [span for span in spans if is_full_name(text, span)]
        for span in spans + overlooked(text) + anonymised(text) if is_hit else spans:
            if any(span.start < end and start < span.end for start, end in masked):
                continue
            name = text[span.start : span.end]
            mentions.add((number, span))
            names[name] = not is_word_of_another_kind(name)
    return names, mentions


def _mentions(paragraphs: list[_Paragraph]) -> Iterator[tuple[int, str, Span]]:
    """Yield every mention of a person in an article, in order, none overlapping another (the longer one wins)."""
    names, single = _names_of_article(paragraphs)
    if not names:
        return
    repeated = sorted((name for name, everywhere in names.items() if everywhere), key=lambda name: (-len(name), name))
    pattern = re.compile("|".join(map(re.escape, repeated))) if repeated else None
    for number, text, _, _ in paragraphs:
        masked = _bylines(text)
        spans = {span for no, span in single if no == number}
        spans |= {Span(*match.span()) for match in pattern.finditer(text)} if pattern else set()
        last = 0
        for span in sorted(spans, key=lambda span: (span.start, -span.end)):
            if span.start >= last and not any(span.start < end and start < span.end for start, end in masked):
                yield number, text, span
                last = span.end


def _people_of_article(paragraphs: list[_Paragraph]) -> Iterator[dict[str, Any]]:
    before_no, before_end, before_titles = 0, 0, list[str]()
    for number, text, span in _mentions(paragraphs):
        name = text[span.start : span.end]
        between = text[before_end if number == before_no else 0 : span.start]
        titles = read_titles(between)
        if not titles:
            following = title_after(text[span.end :])
            titles = [following] if following else []
        if not titles and number == before_no and between.strip() in _LIST_SEPARATORS:
            titles = [title for title in before_titles if _SHARED_POST.search(title)]
        yield {
            "paragraph_no": number,
            "char_start": span.start,
            "char_end": span.end,
            "name": name,
            "titles": titles,
            "is_anonymised": "某" in name,
        }
        before_no, before_end, before_titles = number, span.end, titles


def find_people(texts: pl.DataFrame, *, names: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return every mention of a named person, as a frame of the schema ``PEOPLE``, sorted by article and place.

    ``texts`` has the schema ``ARTICLE_TEXTS``; title, subheads and body are read, bylines are not. ``names`` is
    ``tag_names(texts["text"])``, if the caller has it already.
    """
    names = tag_names(texts["text"]) if names is None else names
    tagged = (
        names.filter(pl.col("kind") == "person")
        .group_by("row", maintain_order=True)
        .agg(pl.struct("char_start", "char_end").alias("spans"))
    )
    read = (
        texts.with_row_index("row")
        .filter(pl.col("part").is_in(READ_PARTS))
        .join(tagged, on="row", how="left")
        .with_columns(is_hit=pl.col("text").str.contains(patterns().prefilter))
        .filter((pl.col("spans").is_not_null() | pl.col("is_hit")).any().over("article_id"))
        .sort("article_id", "position")
        .select("article_id", "paragraph_no", "text", "spans", "is_hit")
    )
    rows: list[dict[str, Any]] = []
    for article_id, paragraphs in groupby(read.iter_rows(), key=itemgetter(0)):
        rows += [
            {"article_id": article_id, **row}
            for row in _people_of_article([_Paragraph(*paragraph[1:]) for paragraph in paragraphs])
        ]
    return conform(pl.DataFrame(rows, schema=PEOPLE), PEOPLE) if rows else empty(PEOPLE)
