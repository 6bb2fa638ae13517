"""What the finders of names share: the paragraphs of an article as they read them, spans, and every mention of a name."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.extracted.letters import Marker, Places, letters_of, marked_places, table_of
from transforms.words import cut

READ_PARTS: Final = ("title", "subhead", "body")
KINDS: Final = ("person", "place", "organization")  # of names, in the order of the fields of ``Paragraph``
EDGES: Final = "()（）[]【】“”\"'‘’《》<>、，。 \u3000"
LONGEST_SPAN: Final = 200  # characters, far above any name; a longer span would be overlooked by Nearby
FEW_SPANS: Final = 12  # are looked at one by one: to put them in order takes longer
MANY_NAMES: Final = (
    300  # above it one walk over the text is taken to be faster than a search for each name; an estimate
)

_WRITER: Final = r"(?:本报|本台|新华社|全媒体|融媒体?|见习|实习|首席)*(?:记者|通讯员|特约记者|摄影|图/文|文/图)"
# For Rust: a paragraph without a match, and without a bracket at its end, has no byline inside.
_MAY_BE_BYLINE: Final = "记者|通讯员|摄影|图/文|文/图"
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

    place: int  # among all paragraphs that are read
    number: int
    text: str
    people: list[Span]
    places: list[Span]
    organizations: list[Span]
    bylines: list[Span]  # of which no name is a fact of the article


class Article(NamedTuple):
    """An article as the finders of names read it."""

    article_id: str
    paragraphs: list[Paragraph]
    text: str  # of all paragraphs, with a zero between two
    starts: list[int]  # of the paragraphs in it


# The first mention of a name in an article, as number of its paragraph, start and end there, and how many there are. Bare,
# since a named tuple takes three times as long to make, and there are thousands in a megabyte.
Mentions: TypeAlias = tuple[int, int, int, int]


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
    return [Span(*match.span()) for match in _BYLINES.finditer(text)]


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Tell whether ``span`` shares a character with any of ``others``."""
    return any(span.start < end and start < span.end for start, end in others)


def covered(text: str, spans: Iterable[Span]) -> bytearray:
    """Return a byte for each character of ``text``, 1 where one of ``spans`` is."""
    characters = bytearray(len(text))
    for start, end in spans:
        characters[start:end] = b"\1" * (end - start)
    return characters


def outside(text: str, spans: list[Span], bylines: list[Span]) -> list[Span]:
    """Return those of ``spans`` that share no character with any of ``bylines``."""
    if not bylines:
        return spans
    in_bylines = covered(text, bylines)
    return [span for span in spans if not any(in_bylines[slice(*span)])]


class Nearby:
    """Spans of one text, looked up by where they are, so that a look takes the same time however many there are."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans

    @cached_property
    def _order(self) -> list[int]:
        return sorted(range(len(self._spans)), key=lambda number: self._spans[number].start)

    @cached_property
    def _starts(self) -> list[int]:
        return [self._spans[number].start for number in self._order]

    def near(self, start: int, end: int) -> Sequence[Span]:
        """Return the spans that may touch the stretch from ``start`` to ``end``, in the order in which they were given."""
        if len(self._spans) <= FEW_SPANS:
            return self._spans
        first, last = bisect_left(self._starts, start - LONGEST_SPAN), bisect_right(self._starts, end)
        return [self._spans[number] for number in sorted(self._order[first:last])]


BEFORE_PLACES: Final = (
    "大小东西南北前后上下新老"  # letters with which the name of a place may begin that is tagged without
)
_PLACE_ENDINGS: Final = tuple("省市县区镇乡村")  # an ending (云山|市) that the tagger may leave out


class Readings:
    """Titles, subheads and body paragraphs of a batch as all finders of names read them, with what the tagger found there.

    ``texts`` has the schema ``ARTICLE_TEXTS``, ``names`` the schema ``tagger.NAMES``.
    """

    def __init__(self, texts: pl.DataFrame, names: pl.DataFrame) -> None:
        kept = (
            texts.select("article_id", "paragraph_no", "position", "part", "text")
            .with_row_index("row")
            .filter(pl.col("part").is_in(READ_PARTS))
            .sort("article_id", "position")
        )
        self._text = kept["text"]
        column = self._text.to_list()
        self._letters = letters_of(column)
        articles = kept["article_id"].rle()
        self._bounds: list[int] = [0, *articles.struct.field("len").cum_sum().to_list()]
        place_of_row = np.full(texts.height, -1, dtype=np.int64)
        place_of_row[kept["row"].to_numpy()] = np.arange(kept.height)
        self._counts: dict[str, npt.NDArray[np.int64]] = {}
        self._is_loose = np.ones(kept.height, dtype=np.bool_)
        spans = [self._spans(names.filter(pl.col("kind") == kind), kind, place_of_row) for kind in KINDS]
        ends_in_bracket = self._text.str.ends_with(")") | self._text.str.ends_with("）")
        texts_with_byline = (self._text.str.contains(_MAY_BE_BYLINE) | ends_in_bracket).to_list()
        paragraphs = [
            Paragraph(place, number, text, people, places, bodies, bylines_in(text) if may_be_byline else [])
            for place, (number, text, may_be_byline, people, places, bodies) in enumerate(
                zip(kept["paragraph_no"].to_list(), column, texts_with_byline, *spans, strict=True)
            )
        ]

        self._articles = [
            _article(article_id, paragraphs[first:last])
            for article_id, (first, last) in zip(
                articles.struct.field("value").to_list(), pairwise(self._bounds), strict=True
            )
        ]

    def _spans(self, names: pl.DataFrame, kind: str, place_of_row: npt.NDArray[np.int64]) -> list[list[Span]]:
        """Return the spans of ``names``, all of one kind, by paragraph."""
        at = place_of_row[names["row"].to_numpy()]
        order = np.argsort(at, kind="stable")
        order = order[np.searchsorted(at[order], 0) :]  # without the names in bylines
        at, starts, ends = at[order], *(names[name].to_numpy()[order] for name in ("char_start", "char_end"))
        # In a third of the time that Span(...) takes.
        spans: list[Span] = list(map(partial(tuple.__new__, Span), zip(starts.tolist(), ends.tolist(), strict=True)))
        if kind == "place":
            self._complete_places(spans, at, starts, ends)
            self._loosen(at, starts, ends)
        bounds = np.searchsorted(at, np.arange(len(self._text) + 1))
        self._counts[kind] = np.diff(bounds)
        return [spans[first:last] for first, last in pairwise(bounds.tolist())]

    def _complete_places(
        self,
        spans: list[Span],
        at: npt.NDArray[np.int64],
        starts: npt.NDArray[np.uint32],
        ends: npt.NDArray[np.uint32],
    ) -> None:
        """Put right the places that brackets or what follows them touch: few, and which ones is seen for all at once."""
        codes, first = self._letters.codes, self._letters.starts[at]
        is_edge, is_ending = table_of(EDGES), table_of([*_PLACE_ENDINGS, *"社街"])
        touched = is_edge[codes[first + starts]] | is_edge[codes[first + ends - 1]] | is_ending[codes[first + ends]]
        for number in np.flatnonzero(touched).tolist():
            spans[number] = _whole_place(self._text[int(at[number])], spans[number])
            starts[number], ends[number] = spans[number]

    def _loosen(self, at: npt.NDArray[np.int64], starts: npt.NDArray[np.uint32], ends: npt.NDArray[np.uint32]) -> None:
        """Note in which paragraphs two places, whose ``starts`` and ``ends`` these are, touch or overlap."""
        gap = np.where(at[1:] == at[:-1], starts[1:].astype(np.int64) - ends[:-1], 2)
        between = self._letters.codes[self._letters.starts[at[1:]] + starts[1:] - 1]
        self._is_loose[at[1:][(gap < 1) | ((gap == 1) & table_of(BEFORE_PLACES)[between])]] = False

    def marks(self, markers: Mapping[str, Marker]) -> dict[str, Places]:
        """Return where in each paragraph the patterns may begin of which ``markers`` know it (``letters``)."""
        return dict(zip(markers, marked_places(self._letters, markers.values()), strict=True))

    def is_marked(self, kinds: tuple[str, ...], marks: Mapping[str, Places]) -> list[bool]:
        """Tell for each paragraph whether the tagger found a name of ``kinds`` in it, or one of ``marks`` stands there."""
        counts = [*(self._counts[kind] for kind in kinds), *(places.counts() for places in marks.values())]
        marked: list[bool] = np.logical_or.reduce([count > 0 for count in counts]).tolist()
        return marked

    def with_loose_places(self) -> list[bool]:
        """Tell for each paragraph whether none of its tagged places touches another, nor with one of ``BEFORE_PLACES``."""
        loose: list[bool] = self._is_loose.tolist()
        return loose

    def matching(self, prefilter: str) -> npt.NDArray[np.bool_]:
        """Tell for each paragraph whether ``prefilter``, a Rust regular expression, matches in it."""
        return self._text.str.contains(prefilter).to_numpy()

    def articles(self, kinds: tuple[str, ...], is_hit: npt.NDArray[np.bool_]) -> Iterator[Article]:
        """Yield every article with a tagged name of ``kinds`` or a hit.

        ``is_hit`` says for each paragraph whether a pattern may find there what the tagger did not.
        """
        is_named = np.logical_or.reduce([is_hit, *(self._counts[kind] > 0 for kind in kinds)])
        is_read = np.logical_or.reduceat(is_named, self._bounds[:-1]).tolist() if self._articles else []
        return (article for article, is_wanted in zip(self._articles, is_read, strict=True) if is_wanted)


def _article(article_id: str, paragraphs: list[Paragraph]) -> Article:
    texts = [paragraph.text for paragraph in paragraphs]
    starts = [0, *accumulate([len(text) + 1 for text in texts[:-1]])]
    return Article(article_id, paragraphs, "\0".join(texts), starts)


def _whole_place(text: str, place: Span) -> Span:
    """Return a tagged place without brackets, and with the ending (云山|市) that the tagger may leave out."""
    start, end = strip_edges(text, place)
    if text.startswith(("社区", "街道"), end):
        return Span(start, end + 2)
    following = text[end : end + 1]
    if (
        following in _PLACE_ENDINGS
        and not text[start:end].endswith(_PLACE_ENDINGS)
        and following in cut(text[start : end + 3])
    ):
        return Span(start, end + 1)
    return Span(start, end)


def occurrences(text: str, names: Iterable[str]) -> list[Span]:
    """Return where ``names`` stand in ``text``, in order; where two overlap, the earlier and then the longer one wins."""
    return [Span(start, end) for start, end in _stretches(text, list(names))]


def _stretches(text: str, names: list[str]) -> Sequence[tuple[int, int]]:
    """Return the ``occurrences`` as bare pairs, which take less time to make than spans."""
    if len(names) > MANY_NAMES:
        return without_overlaps(list(_occurrences_of_many(text, names)))
    found: list[tuple[int, int]] = []  # start and, for the longer to come first, the end below zero
    for name in names:
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            found.append((at, -end))
            at = text.find(name, end)
    found.sort()
    kept: list[tuple[int, int]] = []
    farthest = 0
    for at, end in found:
        if at >= farthest:
            farthest = -end
            kept.append((at, farthest))
    return kept


def occurrences_by_paragraph(article: Article, names: Iterable[str]) -> Iterator[tuple[Paragraph, Span]]:
    """Yield all ``occurrences`` in an article, in order, each with its paragraph and its place there.

    The article is searched as one text, since a call costs more than the few hundred letters of a paragraph.
    """
    index, start = 0, 0
    paragraph = article.paragraphs[0]
    end = len(paragraph.text)
    for first, last in _stretches(article.text, list(names)):
        while first > end:
            start, index = end + 1, index + 1
            paragraph = article.paragraphs[index]
            end = start + len(paragraph.text)
        if last <= end:  # else the name of a damaged text holds the sign that parts two paragraphs
            yield paragraph, Span(first - start, last - start)


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


def without_overlaps(spans: Collection[Span]) -> list[Span]:
    """Return ``spans`` in order, without those that overlap an earlier, or longer, one."""
    if len(spans) < 2:
        return list(spans)
    kept: list[Span] = []
    first, farthest = -1, 0  # where the last one that was kept begins and ends
    for span in sorted(spans):
        start, end = span
        if start == first:  # of those that begin together the longest comes last
            kept[-1] = span
        elif start >= farthest:
            kept.append(span)
        else:
            continue
        first, farthest = start, end
    return kept


def by_start(span: Span) -> tuple[int, int]:
    """Return what spans are sorted by, so that of those that begin together the longest comes first."""
    return (span[0], -span[1])


def count_mentions(article: Article, names: Iterable[str]) -> dict[str, Mentions]:
    """Return first mention and count of every name, the longest name winning where two could be read; unmentioned ones lack."""
    distinct = sorted(set(names))
    if not distinct:
        return {}
    text = article.text
    first: dict[str, int] = {}
    totals: dict[str, int] = {}
    for start, end in _stretches(text, distinct):
        name = text[start:end]
        if name in totals:
            totals[name] += 1
        else:
            first[name], totals[name] = start, 1
    starts = article.starts
    mentions = {}
    for name, start in first.items():
        if "\0" not in name:  # the sign that parts two paragraphs, in the name of a damaged text
            index = bisect_right(starts, start) - 1
            at = start - starts[index]
            mentions[name] = (article.paragraphs[index].number, at, at + len(name), totals[name])
    return mentions


def mention_rows(article_id: str, mentions: dict[str, Mentions]) -> list[tuple[str, int, int, int, str, int]]:
    """Return the rows of an article, sorted by first mention: article, paragraph, start, end, name, count."""
    return [
        (article_id, number, start, end, name, total)
        for name, (number, start, end, total) in sorted(mentions.items(), key=itemgetter(1))
    ]
