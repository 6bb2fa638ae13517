"""Organisations named in an article: the tagger's, put right at their edges, and those that patterns add.

What the tagger, trained on national papers, overlooks in local ones is regular: an office of ``data/offices.txt`` behind a
place or another office (云山县应急管理局), the body that a title names (新区党工委书记), firms listed before 等企业.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from typing import Any, Final

import polars as pl

from transforms.extracted.firms import LONGEST_FIRM, firm_markers, firms_in, listed_firms, walk_left
from transforms.extracted.gazetteer import short_names
from transforms.extracted.letters import (
    Marker,
    Places,
    Spelled,
    matches_at,
)
from transforms.extracted.lexicon import any_of, read_words
from transforms.extracted.name_mentions import (
    Mentions,
    Nearby,
    Paragraph,
    Readings,
    Span,
    by_start,
    count_mentions,
    covered,
    mention_rows,
    strip_edges,
)
from transforms.extracted.people import find_people
from transforms.extracted.tagger import tag_names
from transforms.extracted.titles import CUTTERS
from transforms.extracted.word_numbers import tag_of
from transforms.frames import ORGANIZATIONS, frame_of
from transforms.words import cut

_PREFILTER: Final = "公司|集团|合作社|企业|农场|厂|酒店|超市"
GENERIC: Final = frozenset(read_words("generic_bodies.txt"))
_ZONE: Final = r"(?:(?:经济技术|高新技术产业|经济|高新技术|工业)?开发区|高新区|经开区|保税区|示范区|新区|街道)"
_ENDS_PLACES: Final = "省市县区镇乡州旗道"  # the last letters of what is read as a place or zone before a name
_ZONE_AT_END: Final = re.compile(f"{_ZONE}$")
_CLOSING: Final = re.compile(r"[)）]")
_UNCLOSED: Final = re.compile(r"[(（][^)）]*$")
_QUOTATION: Final = re.compile(r"[“\"《]")
_YOUTH_LEAGUES: Final = ("团省委", "团市委", "团县委", "团区委")
_NUMBERED: Final = re.compile(
    r"(?:\d+|[一两几多数])[家大个所]|[一二三四五六七八九十].[一二三四五六七八九十]"
)  # 4家银行, 三纵三横一联
_LEVELS: Final = "省市县区州旗"  # an office that begins with one (市委, 县妇联) says whose it is
_MEETING: Final = re.compile(
    r"(?:会议|代表大会|论坛|峰会|仪式|活动|精神|项目|工程)$"
    r"|(?<!协)(?<!商)(?<!学)(?<!合)(?<!员)(?<!工)(?<!金)(?<!事)(?<!委)(?<!字)(?<!进)(?<!究)(?<!总)(?<!分)(?<!谊)(?<!善)(?<!友)(?<!国)(?<!议)会$"
)
_ORGANIZATION_END: Final = re.compile(
    r"(?:委|局|厅|部|署|司|处|科|办|院|所|站|社|会|团|队|校|厂|店|行|组|公司|集团|中心|大学|政府|纪委|党委|党组|支部|室|银行|基地|联盟|台|馆|组织|工委|医院|幼儿园)$"
)
_GLUED: Final = "从由据"  # jieba may take one and the place after it for one word (从青石); no name begins so
PREPOSITIONS: Final = frozenset(
    ["以", "由", "向", "对", "把", "被", "从", "让", "到", "在", "将", "使", "联合", "会同", "携手", "组织", "走进"]
)
_MAY_HOLD_PREPOSITION: Final = re.compile(any_of(PREPOSITIONS))
LONGEST_BARE_OFFICE: Final = (
    4  # characters; 组织部 or 法院 by itself says not whose, 融媒体中心 in a paper of one county does
)
LONGEST_WALK: Final = 8  # words between a place and the office that belongs to it
_VERBS_IN_NAMES: Final = frozenset(read_words("verbs_in_names.txt"))


# A post at the end of a title; a 组织委员 is one of a town, not of its 组织.
_POSTS: Final = "|".join(sorted(read_words("posts.txt"), key=lambda word: (-len(word), word)))
_POST: Final = re.compile(rf"(?:常务)?(?:副|第一)?(?:{_POSTS}|(?:组织|宣传|统战|政法|纪检)?委员)$")


@cache
def _office() -> re.Pattern[str]:
    return re.compile(f"(?:{any_of(read_words('offices.txt'))})+")


@cache
def markers() -> dict[str, Marker]:
    """Return where the patterns of offices and firms may begin (``letters``)."""
    return {"office": Spelled(read_words("offices.txt")), **firm_markers()}


def _extend_left(text: str, start: int, places: dict[int, Span]) -> int:
    """Return where a name that begins at ``start`` begins with the places and zones before it (市|人社局, 云山|开发区|公安局).

    ``places`` are the places of the text by their end.
    """
    while start > 0:
        place = places.get(start)
        if place is None and text[start - 1] not in _ENDS_PLACES:
            break
        zone = None if place else _ZONE_AT_END.search(text[max(0, start - 10) : start])
        before = text[max(0, start - 6) : start]
        length = start - place.start if place else len(zone.group()) if zone else _administrative_word(before)
        if not length:
            break
        start -= length
    return start


@lru_cache(maxsize=4096)
def _administrative_word(before: str) -> int:
    """Return the length of what ``before`` ends with, if that is 市, 县, 镇 and the like, alone or with a name (青石|县)."""
    if before[-1] not in "省市县区镇乡州旗":
        return 0
    words = cut(before)
    if len(words[-1]) > 1:
        return 0
    named = ("ns", "nr", "nrt", "nz") + (("n",) if words[-1] in "县镇乡州旗" else ())
    is_named = (
        len(words) > 1 and re.fullmatch(r"[\u4e00-\u9fff]{2,3}", words[-2]) and tag_of().get(words[-2], "nz") in named
    )
    if not is_named or words[-2] in CUTTERS:
        return 1
    return 1 + len(words[-2]) - (words[-2][0] in _GLUED)


def _trimmed(text: str, tagged: Span) -> Span:
    """Return a tagged span without what is no part of the name at its edges, and with a bracket that it lacks."""
    known = _trimmed_name(text[tagged.start : tagged.end])
    if known is not None:
        is_whole = known == (0, tagged.end - tagged.start)
        return tagged if is_whole else Span(tagged.start + known.start, tagged.start + known.end)
    span = _balance(text, strip_edges(text, tagged))
    return _behind_prepositions(text, span) if span.start < span.end else span


@lru_cache(maxsize=4096)
def _trimmed_name(name: str) -> Span | None:
    """Return where in ``name`` the name is, or null where that depends on the text before it."""
    if _CLOSING.search(name):
        return None
    span = _balance(name, strip_edges(name, Span(0, len(name))))
    return _behind_prepositions(name, span) if span.start < span.end else span


def _balance(text: str, span: Span) -> Span:
    """Return ``span`` with the opening bracket that a closing one inside it lacks, and the word before it."""
    name = text[span.start : span.end]
    closing = _CLOSING.search(name)
    if closing and not re.search(r"[(（]", name[: closing.start()]):
        reach = max(0, span.start - LONGEST_FIRM)
        opening = max(text.rfind("(", reach, span.start), text.rfind("（", reach, span.start))
        if opening > 0:  # and so no further back than a name is long
            return Span(walk_left(text, opening), span.end)
    unclosed = _UNCLOSED.search(name)
    return Span(span.start, span.start + unclosed.start()) if unclosed and unclosed.start() else span


def _offices(text: str, marks: list[int], known: Nearby, places: dict[int, Span]) -> Iterator[Span]:
    """Yield offices that stand behind a place, a zone or another organisation."""
    for match in matches_at(_office(), text, marks):
        at, end = match.span()
        bodies = known.near(at, end)
        body = next((span for span in bodies if span.end == at or span.start <= at < span.end < end), None)
        start = _extend_left(text, body.start if body else at, places)
        if body or start < at:
            first: int | None = start
        elif text[at] in _LEVELS or match.group() in _YOUTH_LEAGUES:
            first = at - _short_place(text[max(0, at - 6) : at])
        else:
            first = _walk_to_place(text, at, places)
        if first is not None:
            yield Span(first, end)


def _short_place(before: str) -> int:
    """Return the length of the short name of a city or county at the end of ``before`` (青石|县委)."""
    word = cut(before)[-1] if before else ""
    return len(word) if word in short_names() or tag_of().get(word) == "ns" else 0


def _walk_to_place(text: str, end: int, places: dict[int, Span]) -> int | None:
    """Return where the name of an office begins that has other words between its place and itself, or null."""
    steps = range(1, 2 * LONGEST_WALK + 1)
    place = next((places[end - step] for step in steps if end - step in places), None)
    if place is None:
        return None
    words = cut(text[place.end : end])
    for word in words:
        is_verb = tag_of().get(word, "n")[0] in "vpdcurm" and word not in _VERBS_IN_NAMES
        if is_verb or word in CUTTERS or not re.match(r"[\u4e00-\u9fff]", word):
            return None
    return _extend_left(text, place.start, places) if len(words) <= LONGEST_WALK else None


def _is_organization(text: str, span: Span, *, is_listed: bool) -> bool:
    start, end = span
    name = text[start:end]
    if text.startswith(("代表", "委员"), end) and name.endswith(("人大", "政协")):
        return False
    return _can_be_organization(name, is_listed)


@lru_cache(maxsize=4096)
def _can_be_organization(name: str, is_listed: bool) -> bool:
    if name in GENERIC or len(name) < 2 or _MEETING.search(name) or _NUMBERED.search(name):
        return False
    if (
        len(name) <= LONGEST_BARE_OFFICE
        and name[0] not in _LEVELS
        and name not in _YOUTH_LEAGUES
        and _office().fullmatch(name)
    ):
        return False
    return (
        is_listed or len(name) > 2 or _ORGANIZATION_END.search(name) is not None or tag_of().get(name) in ("nt", "nz")
    )


def _behind_prepositions(text: str, span: Span) -> Span:
    """Return ``span`` from the last preposition inside it on (新区以市汽车行业协会 is 市汽车行业协会), up to a quotation."""
    span = Span(span.start + (text[span.start] in _GLUED), span.end)
    quotation = _QUOTATION.search(text[span.start : span.end])
    span = Span(span.start, span.start + quotation.start() if quotation and quotation.start() else span.end)
    start = at = span.start
    if not _MAY_HOLD_PREPOSITION.search(text, span.start, span.end):
        return span
    for word in cut(text[span.start : span.end]):
        at += len(word)
        # jieba may take a preposition and the short name of a city for one word (以市).
        if word in PREPOSITIONS and at < span.end:
            start = at
        elif word[0] in PREPOSITIONS and word[1:] in tuple(_LEVELS) and at < span.end:
            start = at - 1
    return Span(start, span.end)


def _organizations_of(paragraph: Paragraph, marks: dict[str, Places], *, is_marked: bool) -> Iterator[Span]:
    """Yield the organisations of a paragraph; ``is_marked`` tells whether there are ``marks`` in it."""
    text = paragraph.text
    places = {place[1]: place for place in paragraph.places}
    known = []
    for tagged in paragraph.organizations:
        span = _trimmed(text, tagged)
        first, end = span
        if first < end:
            start = _extend_left(text, first, places) if first in places or text[first - 1] in _ENDS_PLACES else first
            known.append(span if start == first else Span(start, end))
    added, listed = _overlooked(paragraph, marks, known, places) if is_marked else ([], frozenset[Span]())
    in_bylines = covered(text, paragraph.bylines) if paragraph.bylines else b""
    # The longer reading of the same words wins; in this order it comes first.
    farthest = 0
    for span in sorted({*known, *added}, key=by_start) if added or len(known) > 1 else known:
        start, end = span
        if end <= farthest:
            continue
        farthest = end
        if not (in_bylines and any(in_bylines[start:end])) and _is_organization(text, span, is_listed=span in listed):
            yield span


def _overlooked(
    paragraph: Paragraph, marks: dict[str, Places], known: list[Span], places: dict[int, Span]
) -> tuple[list[Span], Collection[Span]]:
    """Return what patterns find in a paragraph beside the ``known``, and which of it is from a list of firms."""
    text, index = paragraph.text, paragraph.place
    offices, firms, lists = marks["office"].of(index), marks["firm"].of(index), marks["listed"].of(index)
    listed = set(listed_firms(text, lists)) if lists else set()
    added = [*_offices(text, offices, Nearby(known), places), *listed] if offices else [*listed]
    if firms:
        added += firms_in(text, firms, Nearby([*known, *added]))
    return added, listed


@lru_cache(maxsize=4096)
def _body_of(title: str) -> str | None:
    """Return the organisation at the head of a title (云山县委书记 names 云山县委), or null."""
    body = _POST.sub("", title)
    is_named = len(body) > 2 and body != title and not _office().fullmatch(body) and body not in GENERIC
    return body if is_named and _ORGANIZATION_END.search(body) else None


# Characters. The short form of a body has 3 to 8; a line that is nothing but 有限公司有限公司 is one name as long as the page.
_LONGEST_SHORT: Final = 32


def _merge_short_names(mentions: dict[str, Mentions]) -> dict[str, Mentions]:
    """Return the mentions with those of a short name (人社局) counted to the one longer name of which it is the end."""
    if len(mentions) < 2:
        return mentions
    merged = dict(mentions)
    by_end: dict[str, list[str]] = {}
    sizes = {len(name) for name in mentions}
    for name in mentions:
        for size in sizes:
            if size < len(name) and size <= _LONGEST_SHORT and name[-size:] in mentions:
                by_end.setdefault(name[-size:], []).append(name)
    for short in sorted(by_end, key=lambda name: (-len(name), name)):
        longer = [name for name in by_end[short] if name in merged]
        if len(longer) == 1:
            number, start, end, total = merged[longer[0]]
            merged[longer[0]] = (number, start, end, total + merged.pop(short)[3])
        elif longer:
            del merged[short]
    return merged


def find_organizations(
    texts: pl.DataFrame,
    *,
    names: pl.DataFrame | None = None,
    people: pl.DataFrame | None = None,
    readings: Readings | None = None,
) -> pl.DataFrame:
    """Return one row per organisation and article, as a frame of the schema ``ORGANIZATIONS``, with its first mention.

    ``texts`` has the schema ``ARTICLE_TEXTS``; ``names`` is ``tag_names(texts["text"])``, ``readings`` is
    ``Readings(texts, names)`` and ``people`` is ``find_people(texts)``, if the caller has them already.
    """
    if readings is None:
        readings = Readings(texts, tag_names(texts["text"]) if names is None else names)
    people = find_people(texts, readings=readings) if people is None else people
    titles = dict(people.explode("titles").drop_nulls("titles").group_by("article_id").agg("titles").iter_rows())
    rows: list[tuple[Any, ...]] = []
    marks = readings.marks(markers())
    is_read, is_marked = readings.is_marked(("organization",), marks), readings.is_marked((), marks)
    for article in readings.articles(("place", "organization"), readings.matching(_PREFILTER)):
        found = {
            paragraph.text[span.start : span.end]
            for paragraph in article.paragraphs
            if is_read[paragraph.place]
            for span in _organizations_of(paragraph, marks, is_marked=is_marked[paragraph.place])
        }
        found.update(body for title in titles.get(article.article_id, ()) if (body := _body_of(title)))
        rows += mention_rows(article.article_id, _merge_short_names(count_mentions(article, found)))
    return frame_of(rows, ORGANIZATIONS)
