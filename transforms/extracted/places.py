"""Places named in an article, from province to village.

They come from the tagger, from a list of cities and counties (``gazetteer``), and from two patterns of local papers that no
corpus knows: development zones (市开发区, 鲁中新区) and the place at the head of an office (青河县公安局). A chain such as
青河县石店镇柳村 is three places, and the page itself proves the full path of each. Nothing is looked up: the 高新区 of one city
is not another's, so a place without its county on the page keeps its bare name as its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from transforms.extracted.gazetteer import administrative_names, short_names
from transforms.extracted.letters import BEYOND, Codes, Marker, Marks, Places, Spelled, places_of, table_of
from transforms.extracted.name_mentions import (
    BEFORE_PLACES,
    Mentions,
    Nearby,
    Paragraph,
    Readings,
    Span,
    count_mentions,
    covered,
    mention_rows,
    outside,
    without_overlaps,
)
from transforms.extracted.settlements import settlements_in
from transforms.extracted.tagger import tag_names
from transforms.extracted.titles import CUTTERS
from transforms.extracted.word_numbers import tag_of
from transforms.frames import PLACES, frame_of
from transforms.words import cut

_HAN: Final = r"[\u4e00-\u9fff]"
# The links of a chain. 街道办事处 is an office, but villages and communities are named after it as after a town.
_LINK: Final = re.compile(
    rf"{_HAN}{{1,7}}?(?:特别行政区|自治[区州县]|开发区|高新区|经开区|[省市县区州盟旗]|街道办事处|街道办|街道|[镇乡村]|社区)"
)
_ZONE: Final = re.compile(
    r"(?:(?:国家级?)?(?:经济技术|高新技术产业|高新技术|经济|工业|旅游|生态)?开发区|高新区|经开区|农高区|保税区|自贸区|(?:经济|自由贸易|产业|农业高新技术产业)?示范区|新区)"
)
_PREFILTER: Final = "开发区|高新区|经开区|农高区|等地"
_ZONE_ENDS: Final = ("发区", "新区", "高区", "开区", "税区", "贸区", "范区")
_LONGEST_CUE: Final = 8  # characters that the patterns of what stands before a place look at, and more
BARE_ZONES: Final = ("开发区", "高新区", "经开区", "农高区")
_NOT_A_ZONE_BEFORE: Final = re.compile(
    r"(?:级|国家|优秀|创新力|先进|各|类|全省|全国|省内|样板|此|该|本|各个|等|家|个|处)$"
)
_PLACE_END: Final = re.compile(
    r"(?:[国洲省市县区州盟旗镇乡村庄屯寨里街路道巷桥山岭峰河江湖海洋湾岛港口站场园寺庙塔陵关城堡苑坝库峡谷泉滩洲]|社区|街道|广场|公园|大道|新区|开发区|高新区|半岛|地区|流域|盆地|平原|高原|沿海|机场)$"
)
_WHOLE_OF: Final = "[全我本各该][省市州县区镇乡村]|[城市辖街园]区|小区|山区|景区|校区|灾区"
_NOT_A_PLACE: Final = re.compile(
    r"\d|(?:中心|展厅|公司|企业|集团|项目|工程|商城|商场|百货|大厦|超市|酒店|学校|医院|区域|地带|[大中小]学|学院|党委|政府|[局厅部委厂所处科室院])$"
    rf"|(?:{_WHOLE_OF})$|^(?:新区|示范区|[省市县区镇村]|各.*|社区|街道|[全国内外海境]{{2}}|城乡|农村|乡村)$|[一二三四五六七八九十多][港园区带核心廊]|[不了的是]|^[撤并建进入下出返回离驻到整同跨][乡镇村县市区]$"
)
_NOT_A_LINK: Final = re.compile(rf"(?:{_WHOLE_OF}|新区|城市|乡镇|城镇|新农村|农村|乡村)$")
_QUOTED: Final = re.compile(r"[“”\"'《》()（）]")
_NO_PLACE_BEFORE: Final = ("学者", "特色", "梦", "式")  # 中国学者, 中国梦
_AFTER_NO_PLACE: Final = frozenset(word[0] for word in _NO_PLACE_BEFORE)
_PLACE_CUE: Final = re.compile(r"(?:在|赴|到|于|往|自|从|位于|来自|前往|抵达|奔赴|、|和|及|等地)$")

_HEAD: Final = re.compile(rf"{_HAN}{{2,3}}?(?:省|市|县|区|旗|镇|乡|街道|村|社区)")
_PLACES_IN_A_ROW: Final = re.compile(
    rf"((?:{_HAN}{{2,4}}、)+{_HAN}{{2,4}})等(?:地|省|市|县|[\d一二三四五六七八九十]+个?[省市县区])"
)


class _Link(NamedTuple):
    """A place of a chain; ``start`` and ``end`` are offsets into the name of the chain."""

    start: int
    end: int
    kind: int


_NO_PLACE, _BESIDE_A_CUE, _PLACE = range(3)  # what a name is: a place only where the words around it say so


@lru_cache(maxsize=4096)
def _links(name: str) -> tuple[_Link, ...]:
    """Return the places of a chain such as 青河县石店镇柳村, each by itself; a name that is no chain is one link.

    A link that is a bare zone is given with what stands before it: 云山市开发区 is the name, 开发区 alone is no name.
    """
    spans: list[Span] = []
    at = 0
    while at < len(name):
        match = _LINK.match(name, at)
        if match is None:
            break
        end = match.end()
        rest = name[end:]
        # 市区, 村镇, 镇街 do not end a link, and a chain does not end with a single letter.
        if len(rest) == 1 or (rest and rest[0] in "区镇街村县市" and len(match.group()) < 3):
            break
        spans.append(Span(at, end))
        at = end
    if at < len(name) or not spans:
        spans = [*spans, Span(at, len(name))] if spans and len(name) - at > 1 else [Span(0, len(name))]
    links = []
    for start, end in spans:
        kind = _kind_of(name[start:end])
        if _ZONE.fullmatch(name, start, end) is not None:
            links.append(_Link(0, end, kind))
        else:
            links.append(_Link(start, end, kind))
    return tuple(links)


@lru_cache(maxsize=4096)
def _kind_of(name: str) -> int:
    """Return what ``name`` is by its letters: no place, a place, or one only beside words that say so."""
    if len(name) < 2 or _NOT_A_PLACE.search(name) or _QUOTED.search(name):
        return _NO_PLACE
    if _PLACE_END.search(name) or name in short_names() or tag_of().get(name) == "ns" or len(name) > 2:
        return _PLACE
    return _BESIDE_A_CUE


def _is_place(text: str, start: int, end: int, kind: int) -> bool:
    """Tell whether what stands from ``start`` to ``end``, by its letters of ``kind``, is a place."""
    if kind == _NO_PLACE or (text[end : end + 1] in _AFTER_NO_PLACE and text.startswith(_NO_PLACE_BEFORE, end)):
        return False
    if kind == _PLACE:
        return True
    return _PLACE_CUE.search(text[max(0, start - _LONGEST_CUE) : start]) is not None or text.startswith(
        ("等地", "一带", "境内"), end
    )


@cache
def markers() -> dict[str, Marker]:
    """Return where the names of zones and settlements may end and lists of places may have their 等 (``letters``)."""
    after_list = table_of(re.findall(r"[地省市县\d一二三四五六七八九十]", "".join(map(chr, range(0xFFFF)))))
    ending, second = table_of("镇乡村街社"), {"街": "道", "社": "区"}
    after_ending = table_of("民委级长镇街干村")

    ends_here, before_list = table_of("镇乡村"), table_of("等")

    def settlement(codes: Codes) -> Marks:
        at = places_of(ending, codes)
        here, following = codes[at], codes[at + 1]
        marks = np.ones(len(at), dtype=np.bool_)
        is_beyond = following == BEYOND
        for first, last in second.items():
            marks &= (here != ord(first)) | (following == ord(last)) | is_beyond
        marks &= ~(ends_here[here] & after_ending[following]) | is_beyond
        return at[marks]

    def listed(codes: Codes) -> Marks:
        at = places_of(before_list, codes)
        at = at[after_list[codes[at + 1]]]
        # The last place of the list has two to four letters.
        is_listed = [codes.take(at - length - 1, mode="clip") == ord("、") for length in (2, 3, 4)]
        return at[np.logical_or.reduce(is_listed)]

    return {"zone": Spelled(_ZONE_ENDS), "settlement": settlement, "listed": listed}


def _zones(text: str, places: list[Span]) -> Iterator[Span]:
    """Yield development zones with the place that they belong to (云山|经济开发区, 市|开发区), and bare ones."""
    nearby: Nearby | None = None
    for match in _ZONE.finditer(text):
        start, end = match.span()
        nearby = nearby or Nearby(places)
        near = nearby.near(start, end)
        place = next((place for place in near if place.end == start or place.start < start < place.end <= end), None)
        if place is not None:
            yield Span(place.start, end)
            continue
        before = cut(text[max(0, start - 6) : start])
        if before and before[-1] in ("市", "省", "区", "县", "州") and before[-2:-1] not in (["全"], ["各"]):
            start -= 1
        elif before and before[-1] in short_names():
            start -= len(before[-1])
        elif match.group() not in BARE_ZONES or _NOT_A_ZONE_BEFORE.search(text[max(0, start - _LONGEST_CUE) : start]):
            continue
        yield Span(start, end)


def _heads_of(text: str, organizations: list[Span]) -> set[Span]:
    """Return the places with which the names of organisations begin, if their letters show that they are places."""
    heads = set()
    for start, end in organizations:
        at = start
        for length in _heads(text[start:end]):
            heads.add(Span(at, at + length))
            at += length
    return heads


@lru_cache(maxsize=4096)
def _heads(name: str) -> tuple[int, ...]:
    """Return the lengths of the places with which the name of an organisation begins."""
    lengths = []
    at = 0
    while match := _HEAD.match(name, at):
        head = match.group()
        if _NOT_A_LINK.search(head) or any(word in CUTTERS for word in cut(head)):
            break
        lengths.append(len(head))
        at = match.end()
    return tuple(lengths)


def _listed(text: str) -> Iterator[Span]:
    """Yield the cities and counties of a list such as 在青河、云山等地, named without their ending."""
    for match in _PLACES_IN_A_ROW.finditer(text) if "、" in text else ():
        start = match.start(1)
        for item in match.group(1).split("、"):
            ends = [item[i:] for i in range(min(3, len(item)))]
            name = next((end for end in ends if end in short_names() or end in administrative_names()), None)
            if name:
                yield Span(start + len(item) - len(name), start + len(item))
            start += len(item) + 1


class _Marks(NamedTuple):
    """The places of ``markers`` in all paragraphs, and for each paragraph whether there are any."""

    places: dict[str, Places]
    is_marked: list[bool]


def _chains(paragraph: Paragraph, marks: _Marks) -> list[list[tuple[int, int]]]:
    """Return the chains of places of a paragraph, start and end of each, outermost place first; most have one link."""
    text = paragraph.text
    tagged: list[Span] = []
    before, do_overlap = -2, False  # where the place before ends; none ends a letter before the text
    for place in paragraph.places:
        start, end = place
        if _is_place(text, start, end, _kind_of(text[start:end])):
            is_apart = start - 1 == before and text[start - 1] in BEFORE_PLACES
            tagged.append(Span(start - 1, end) if is_apart else place)
        do_overlap |= start < before
        before = end
    spans = without_overlaps(tagged) if do_overlap else tagged
    heads = _heads_of(text, paragraph.organizations)
    if heads or marks.is_marked[paragraph.place]:
        spans = _with_more(paragraph, tagged, heads, marks.places)
    chains: list[list[tuple[int, int]]] = []
    for start, end in outside(text, spans, paragraph.bylines):
        links = _links_in(text, start, end)
        if chains and links and chains[-1][-1][1] == links[0][0]:
            chains[-1] += links
        elif links:
            chains.append(links)
    return chains


def _links_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return start and end of the places of a chain in ``text``."""
    return [
        (start + first, start + last)
        for first, last, kind in _links(text[start:end])
        if _is_place(text, start + first, start + last, kind)
    ]


@lru_cache(maxsize=4096)
def _is_sole(name: str) -> bool:
    """Tell whether ``name`` is no chain, but one place."""
    return [link[:2] for link in _links(name)] == [(0, len(name))]


def _with_more(paragraph: Paragraph, tagged: list[Span], heads: set[Span], marks: dict[str, Places]) -> list[Span]:
    """Return the places of a paragraph: those that were tagged, ``heads``, and those that patterns find where ``marks`` are."""
    text, index = paragraph.text, paragraph.place
    spans = set(tagged)
    if marks["zone"].of(index):
        spans.update(_zones(text, tagged))
    if marks["listed"].of(index):
        spans.update(_listed(text))
    settlements = marks["settlement"].of(index)
    if not (settlements or heads):
        return without_overlaps(spans)
    taken = covered(text, spans)
    in_bodies = covered(text, paragraph.organizations)
    place_ends = {place.end for place in tagged}
    for span in (*settlements_in(text, tagged, settlements, taken), *sorted(heads)):
        # Inside the name of a body a village counts at its head or right after its town only (桑园镇|后屯村党支部).
        is_inside = span.start not in place_ends and any(in_bodies[span.start : span.end])
        if any(taken[span.start : span.end]) or (is_inside and span not in heads):
            continue
        spans.add(span)
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
    return without_overlaps(spans)


def find_places(
    texts: pl.DataFrame, *, names: pl.DataFrame | None = None, readings: Readings | None = None
) -> pl.DataFrame:
    """Return one row per place and article, as a frame of the schema ``PLACES``, with its first mention.

    ``full_path`` is the place with those it lies in, outermost first, as far as the article writes them side by side.
    ``texts`` has the schema ``ARTICLE_TEXTS``; ``names`` is ``tag_names(texts["text"])`` and ``readings`` is
    ``Readings(texts, names)``, if the caller has them already.
    """
    if readings is None:
        readings = Readings(texts, tag_names(texts["text"]) if names is None else names)
    rows: list[tuple[Any, ...]] = []
    found = readings.marks(markers())
    marks = _Marks(found, readings.is_marked((), found))
    is_loose = readings.with_loose_places()
    for article in readings.articles(("place", "organization"), readings.matching(_PREFILTER)):
        paths: dict[str, str] = {}
        inside: dict[str, Mentions] = {}  # a city that is named only as part of its zone
        for paragraph in article.paragraphs:
            index, number, text, _, places, organizations, bylines = paragraph
            if marks.is_marked[index] or bylines or not is_loose[index] or _heads_of(text, organizations):
                _add_chains(_chains(paragraph, marks), paragraph, paths, inside)
                continue
            # Nothing but tagged places, none beside another: each is a chain, and most are one of a single place.
            for start, end in places:
                name = text[start:end]
                kind = _kind_of(name)
                if not _is_place(text, start, end, kind):
                    continue
                if not _is_sole(name):
                    _add_chains([_links_in(text, start, end)], paragraph, paths, inside)
                    continue
                if name not in paths:
                    paths[name] = name
                if name not in inside:
                    inside[name] = (number, start, end, 1)
        mentions = inside | count_mentions(article, paths)
        rows += [
            (article_id, number, start, end, name, paths[name], total)
            for article_id, number, start, end, name, total in mention_rows(article.article_id, mentions)
        ]
    return frame_of(rows, PLACES)


def _add_chains(
    chains: list[list[tuple[int, int]]], paragraph: Paragraph, paths: dict[str, str], inside: dict[str, Mentions]
) -> None:
    """Add the places of ``chains`` to the ``paths`` of an article, the longest one of each name, and to ``inside``."""
    text = paragraph.text
    for chain in chains:
        for start, end in chain:
            name, written = text[start:end], text[chain[0][0] : end]
            known = paths.get(name, "")
            if known != written and (len(known), known) < (len(written), written):
                paths[name] = written
            if name not in inside:
                inside[name] = (paragraph.number, start, end, 1)
