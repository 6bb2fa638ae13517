"""What the finders of names share: the paragraphs of an article as they read them, spans, and every mention of a name."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from transforms.extracted.letters import Marker, marked_places
from transforms.words import cut

READ_PARTS: Final = ("title", "subhead", "body")
EDGES: Final = "()（）[]【】“”\"'‘’《》<>、，。 \u3000"
LONGEST_SPAN: Final = 200  # characters, far above any name; a longer span would be overlooked by Nearby
MANY_NAMES: Final = (
    300  # above it one walk over the text is taken to be faster than a search for each name; an estimate
)

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
    marks: dict[str, list[int]]  # where each pattern may begin


class Mentions(NamedTuple):
    """The first mention of a name in an article, and how many there are."""

    number: int
    span: Span
    total: int


def strip_edges(text: str, span: Span) -> Span:
    """Return ``span`` without brackets, quotation marks and blanks at its ends."""
    start, end = span
    if start < end and text[start] not in EDGES and text[end - 1] not in EDGES:
        return span
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


def covered(text: str, spans: Iterable[Span]) -> bytearray:
    """Return a byte for each character of ``text``, 1 where one of ``spans`` is."""
    characters = bytearray(len(text))
    for start, end in spans:
        characters[start:end] = b"\1" * (end - start)
    return characters


class Nearby:
    """Spans of one text, looked up by where they are, so that a look takes the same time however many there are."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._order = sorted(range(len(spans)), key=lambda number: spans[number].start)
        self._starts = [spans[number].start for number in self._order]

    def near(self, start: int, end: int) -> list[Span]:
        """Return the spans that may touch the stretch from ``start`` to ``end``, in the order in which they were given."""
        first, last = bisect_left(self._starts, start - LONGEST_SPAN), bisect_right(self._starts, end)
        return [self._spans[number] for number in sorted(self._order[first:last])]


def read_articles(
    texts: pl.DataFrame,
    names: pl.DataFrame,
    *,
    kinds: tuple[str, ...],
    prefilter: str,
    markers: Mapping[str, Marker],
) -> Iterator[tuple[str, list[Paragraph]]]:
    """Yield every article that may hold a name, with its paragraphs in reading order, bylines left out.

    ``texts`` has the schema ``ARTICLE_TEXTS``, ``names`` the schema ``tagger.NAMES``; the spans of ``kinds`` are handed on.
    An article without such a name and without a match of ``prefilter`` (a Rust regular expression) is passed over.
    ``markers`` say where patterns may begin (``letters``).
    """
    tagged = names.filter(pl.col("kind").is_in(kinds))
    bounds = np.searchsorted(tagged["row"].to_numpy(), np.arange(texts.height + 1))
    starts, ends, of_kind = (tagged[name].to_list() for name in ("char_start", "char_end", "kind"))
    kept = (
        texts.select("article_id", "paragraph_no", "position", "part", "text")
        .with_columns(pl.Series("first", bounds[:-1]), pl.Series("last", bounds[1:]))
        .filter(pl.col("part").is_in(READ_PARTS))
        .with_columns(is_hit=pl.col("text").str.contains(prefilter))
        .filter(((pl.col("first") < pl.col("last")) | pl.col("is_hit")).any().over("article_id"))
        .sort("article_id", "position")
    )
    columns = [kept[name].to_list() for name in ("article_id", "paragraph_no", "text", "first", "last", "is_hit")]
    places = dict(zip(markers, marked_places(columns[2], list(markers.values())), strict=True))
    rows = enumerate(zip(*columns, strict=True))
    for article_id, numbered in groupby(rows, key=lambda row: row[1][0]):
        paragraphs: list[Paragraph] = []
        for at, (_, number, text, first, last, is_hit) in numbered:
            by_kind: dict[str, list[Span]] = {"person": [], "place": [], "organization": []}
            for start, end, kind in zip(starts[first:last], ends[first:last], of_kind[first:last], strict=True):
                span = Span(start, end)
                by_kind[kind].append(span if kind != "place" else _whole_place(text, span))
            marks = {name: found.of(at) for name, found in places.items()}
            paragraphs.append(
                Paragraph(number, text, by_kind["person"], by_kind["place"], by_kind["organization"], is_hit, marks)
            )
        yield article_id, paragraphs


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
    names = list(names)
    if len(names) > MANY_NAMES:
        return without_overlaps(_occurrences_of_many(text, names))
    found: list[Span] = []
    for name in names:
        at = text.find(name)
        while at >= 0:
            found.append(Span(at, at + len(name)))
            at = text.find(name, at + len(name))
    return without_overlaps(found)


def _occurrences_of_many(text: str, names: Iterable[str]) -> Iterator[Span]:
    """Yield where ``names`` stand, no two of the same name overlapping, in time that does not grow with their number."""
    known = frozenset(names)
    lengths: dict[str, set[int]] = {}  # of names by their first two letters
    for name in known:
        lengths.setdefault(name[:2], set()).add(len(name))
    ends: dict[str, int] = {}
    for at in range(len(text)):
        # A name of one letter stands under that letter.
        for length in (*lengths.get(text[at : at + 2], ()), *lengths.get(text[at], ())):
            name = text[at : at + length]
            if name in known and at >= ends.get(name, 0):
                ends[name] = at + length
                yield Span(at, at + length)


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


def mention_rows(article_id: str, mentions: dict[str, Mentions]) -> list[tuple[str, int, int, int, str, int]]:
    """Return the rows of an article, sorted by first mention: article, paragraph, start, end, name, count."""
    return [
        (article_id, number, span.start, span.end, name, total)
        for name, (number, span, total) in sorted(mentions.items(), key=lambda item: item[1])
    ]
