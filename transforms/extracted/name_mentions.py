"""What the finders of names share: the paragraphs of an article as they read them, spans, and every mention of a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

import polars as pl

from transforms.words import cut

READ_PARTS: Final = ("title", "subhead", "body")
EDGES: Final = "()（）[]【】“”\"'‘’《》<>、，。 \u3000"


class Span(NamedTuple):
    """A stretch of one text, 0-based and half-open."""

    start: int
    end: int


class Paragraph(NamedTuple):
    """A paragraph of an article and what the tagger found in it."""

    number: int
    text: str
    people: list[Span]
    places: list[Span]
    organizations: list[Span]


class Mentions(NamedTuple):
    """The first mention of a name in an article, and how many there are."""

    number: int
    span: Span
    total: int


def strip_edges(text: str, span: Span) -> Span:
    """Return ``span`` without brackets, quotation marks and blanks at its ends."""
    start, end = span
    while start < end and text[start] in EDGES:
        start += 1
    while start < end and text[end - 1] in EDGES:
        end -= 1
    return Span(start, end)


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Tell whether ``span`` shares a character with any of ``others``."""
    return any(span.start < end and start < span.end for start, end in others)


def read_articles(texts: pl.DataFrame, names: pl.DataFrame, *, prefilter: str) -> Iterator[tuple[str, list[Paragraph]]]:
    """Yield every article that may hold a name, with its paragraphs in reading order, bylines left out.

    ``texts`` has the schema ``ARTICLE_TEXTS``, ``names`` the schema ``tagger.NAMES``. An article without a tagged name and
    without a match of ``prefilter`` (a Rust regular expression) in any paragraph is passed over.
    """
    spans = [
        names.filter(pl.col("kind") == kind)
        .group_by("row", maintain_order=True)
        .agg(pl.concat_list("char_start", "char_end").alias(kind))
        for kind in ("person", "place", "organization")
    ]
    read = texts.with_row_index("row").filter(pl.col("part").is_in(READ_PARTS))
    for found in spans:
        read = read.join(found, on="row", how="left")
    is_hit = pl.any_horizontal(pl.col("person", "place", "organization").is_not_null()) | pl.col("text").str.contains(
        prefilter
    )
    kept = (
        read.filter(is_hit.any().over("article_id"))
        .sort("article_id", "position")
        .select("article_id", "paragraph_no", "text", "person", "place", "organization")
    )
    for article_id, rows in groupby(kept.iter_rows(), key=itemgetter(0)):
        yield article_id, [_paragraph(*row[1:]) for row in rows]


def _paragraph(number: int, text: str, *tagged: list[list[int]] | None) -> Paragraph:
    people, places, organizations = ([Span(*span) for span in found or ()] for found in tagged)
    return Paragraph(number, text, people, [_whole_place(text, place) for place in places], organizations)


def _whole_place(text: str, place: Span) -> Span:
    """Return a tagged place without brackets, and with the ending (云山|市) that the tagger may leave out."""
    start, end = strip_edges(text, place)
    if text[end : end + 1] in tuple("省市县区镇乡村") and text[end : end + 1] in cut(text[start : end + 3]):
        return Span(start, end + 1)
    return Span(start, end)


def count_mentions(paragraphs: list[Paragraph], names: Iterable[str]) -> dict[str, Mentions]:
    """Return first mention and count of every name, the longest name winning where two could be read; unmentioned ones lack."""
    ordered = sorted(set(names), key=lambda name: (-len(name), name))
    if not ordered:
        return {}
    pattern = re.compile("|".join(map(re.escape, ordered)))
    found: dict[str, Mentions] = {}
    for paragraph in paragraphs:
        for match in pattern.finditer(paragraph.text):
            name = match.group()
            before = found.get(name)
            span = Span(*match.span())
            found[name] = before._replace(total=before.total + 1) if before else Mentions(paragraph.number, span, 1)
    return found


def mention_rows(article_id: str, mentions: dict[str, Mentions]) -> list[dict[str, Any]]:
    """Return the rows of an article, sorted by first mention."""
    return [
        {
            "article_id": article_id,
            "paragraph_no": number,
            "char_start": span.start,
            "char_end": span.end,
            "name": name,
            "mention_count": total,
        }
        for name, (number, span, total) in sorted(mentions.items(), key=lambda item: item[1])
    ]
