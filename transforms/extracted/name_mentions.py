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

_WRITER: Final = r"(?:本报|本台|新华社|全媒体|融媒体?|见习|实习|首席)*(?:记者|通讯员|特约记者|摄影|图/文|文/图)"
_BYLINES: Final = re.compile(
    rf"[（(]\s*{_WRITER}[^）)]{{0,60}}[）)]"  # 本报讯(记者 … 通讯员 …)
    # A byline glued to the end of a paragraph.
    rf"|(?:^|(?<=[。！？!?”\"\s]))[^\s。，,；;]{{0,16}}{_WRITER}[\s:：/][^。，,；;]{{1,60}}$"
    rf"|[（(][\u4e00-\u9fff]{{2,4}}(?:[\s、][\u4e00-\u9fff]{{2,4}})*[）)]$"  # (丁一 何小满) at the end of an article
)


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
    is_hit: bool  # whether the prefilter matches, so that a pattern may find what the tagger did not


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


def bylines_in(text: str) -> list[Span]:
    """Return the datelines and bylines inside ``text``, of which no name is a fact of the article."""
    has_any = text.endswith((")", "）")) or any(word in text for word in ("记者", "通讯员", "摄影", "图/文", "文/图"))
    return [Span(*match.span()) for match in _BYLINES.finditer(text)] if has_any else []


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Tell whether ``span`` shares a character with any of ``others``."""
    return any(span.start < end and start < span.end for start, end in others)


def read_articles(
    texts: pl.DataFrame, names: pl.DataFrame, *, kinds: tuple[str, ...], prefilter: str
) -> Iterator[tuple[str, list[Paragraph]]]:
    """Yield every article that may hold a name, with its paragraphs in reading order, bylines left out.

    ``texts`` has the schema ``ARTICLE_TEXTS``, ``names`` the schema ``tagger.NAMES``; the spans of ``kinds`` are handed on.
    An article without such a name and without a match of ``prefilter`` (a Rust regular expression) is passed over.
    """
    spans = (
        names.filter(pl.col("kind").is_in(kinds))
        .group_by("row", maintain_order=True)
        .agg(pl.concat_list(pl.col("char_start").cast(pl.Int64), "char_end").alias("span"), "kind")
    )
    kept = (
        texts.with_row_index("row")
        .filter(pl.col("part").is_in(READ_PARTS))
        .join(spans, on="row", how="left")
        .with_columns(is_hit=pl.col("text").str.contains(prefilter))
        .filter((pl.col("span").is_not_null() | pl.col("is_hit")).any().over("article_id"))
        .sort("article_id", "position")
        .select("article_id", "paragraph_no", "text", "span", "kind", "is_hit")
    )
    for article_id, rows in groupby(kept.iter_rows(), key=itemgetter(0)):
        yield article_id, [_paragraph(*row[1:]) for row in rows]


def _paragraph(
    number: int, text: str, spans: list[list[int]] | None, kinds: list[str] | None, is_hit: bool
) -> Paragraph:
    by_kind: dict[str, list[Span]] = {"person": [], "place": [], "organization": []}
    for span, kind in zip(spans or (), kinds or (), strict=True):
        by_kind[kind].append(Span(*span))
    places = [_whole_place(text, place) for place in by_kind["place"]]
    return Paragraph(number, text, by_kind["person"], places, by_kind["organization"], is_hit)


def _whole_place(text: str, place: Span) -> Span:
    """Return a tagged place without brackets, and with the ending (云山|市) that the tagger may leave out."""
    start, end = strip_edges(text, place)
    endings, following = tuple("省市县区镇乡村"), text[end : end + 1]
    if text.startswith(("社区", "街道"), end):
        return Span(start, end + 2)
    if following in endings and not text[start:end].endswith(endings) and following in cut(text[start : end + 3]):
        return Span(start, end + 1)
    return Span(start, end)


def occurrences(text: str, names: Iterable[str]) -> list[Span]:
    """Return where ``names`` stand in ``text``, in order; where two overlap, the earlier and then the longer one wins."""
    found: list[Span] = []
    for name in names:
        at = text.find(name)
        while at >= 0:
            found.append(Span(at, at + len(name)))
            at = text.find(name, at + len(name))
    return without_overlaps(found)


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Return ``spans`` in order, without those that overlap an earlier, or longer, one."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def count_mentions(paragraphs: list[Paragraph], names: Iterable[str]) -> dict[str, Mentions]:
    """Return first mention and count of every name, the longest name winning where two could be read; unmentioned ones lack."""
    distinct = sorted(set(names))
    found: dict[str, Mentions] = {}
    for paragraph in paragraphs:
        for span in occurrences(paragraph.text, distinct):
            name = paragraph.text[span.start : span.end]
            before = found.get(name)
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
