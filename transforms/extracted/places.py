"""Places named in an article, from province to village.

They come from the tagger, from a list of cities and counties (``gazetteer``), and from two patterns of local papers that no
corpus knows: development zones (市开发区, 鲁中新区) and the place at the head of an office (青河县公安局). A chain such as
青河县石店镇柳村 is three places, and the page itself proves the full path of each. Nothing is looked up: the 高新区 of one city
is not another's, so a place without its county on the page keeps its bare name as its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import numpy as np
import polars as pl

from transforms.extracted.gazetteer import administrative_names, short_names
from transforms.extracted.letters import BEYOND, Codes, Marker, Marks, begins_with, table_of
from transforms.extracted.lexicon import read_words, tag_of
from transforms.extracted.name_mentions import (
    Mentions,
    Nearby,
    Paragraph,
    Span,
    bylines_in,
    count_mentions,
    covered,
    mention_rows,
    read_articles,
    without_overlaps,
)
from transforms.extracted.tagger import tag_names
from transforms.extracted.titles import CUTTERS
from transforms.frames import PLACES, conform, empty
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
_PLACE_CUE: Final = re.compile(r"(?:在|赴|到|于|往|自|从|位于|来自|前往|抵达|奔赴|、|和|及|等地)$")

SHORTEST_STEM, LONGEST_STEM = 2, 6  # characters before the ending of a settlement
_SETTLEMENT: Final = re.compile(
    rf"{_HAN}{{{SHORTEST_STEM},{LONGEST_STEM}}}?(?:街道|镇|乡|村|社区)(?![民委级长镇街干村])"
)
_SETTLEMENT_BEHIND: Final = re.compile(rf"{_HAN}{{1,4}}?(?:街道办事处|街道|镇|乡|村|社区)(?![民委级长镇街干村])")
_ALL_HAN: Final = re.compile(f"{_HAN}+")
_HEAD: Final = re.compile(rf"{_HAN}{{2,3}}?(?:省|市|县|区|旗|镇|乡|街道|村|社区)")
_NO_NAMES: Final = frozenset(read_words("settlement_adjectives.txt"))
_PLACES_IN_A_ROW: Final = re.compile(
    rf"((?:{_HAN}{{2,4}}、)+{_HAN}{{2,4}})等(?:地|省|市|县|[\d一二三四五六七八九十]+个?[省市县区])"
)


def _links(text: str, span: Span) -> list[Span]:
    """Return the places of a chain such as 青河县石店镇柳村, each by itself; a name that is no chain is one link."""
    links: list[Span] = []
    at = span.start
    while at < span.end:
        match = _LINK.match(text, at, span.end)
        if match is None:
            break
        end = match.end()
        rest = text[end : span.end]
        # 市区, 村镇, 镇街 do not end a link, and a chain does not end with a single letter.
        if len(rest) == 1 or (rest and rest[0] in "区镇街村县市" and len(match.group()) < 3):
            break
        links.append(Span(at, end))
        at = end
    if at < span.end or not links:
        links = [*links, Span(at, span.end)] if links and span.end - at > 1 else [span]
    return links


def _with_its_city(text: str, chain: Span, link: Span) -> Span:
    """Return a link that is a bare zone with what stands before it: 云山市开发区 is the name, 开发区 alone is no name."""
    is_zone = _ZONE.fullmatch(text, link.start, link.end) is not None
    return Span(chain.start, link.end) if is_zone else link


def _is_place(text: str, span: Span) -> bool:
    name = text[span.start : span.end]
    if len(name) < 2 or _NOT_A_PLACE.search(name) or _QUOTED.search(name):
        return False
    if text.startswith(("学者", "特色", "梦", "式"), span.end):
        return False
    if _PLACE_END.search(name) or name in short_names() or tag_of().get(name) == "ns" or len(name) > 2:
        return True
    return _PLACE_CUE.search(text[max(0, span.start - _LONGEST_CUE) : span.start]) is not None or text.startswith(
        ("等地", "一带", "境内"), span.end
    )


@cache
def markers() -> dict[str, Marker]:
    """Return where the names of zones and settlements may end and lists of places may have their 等 (``letters``)."""
    after_list = table_of(
        letter for letter in map(chr, range(0xFFFF)) if re.match(r"[地省市县\d一二三四五六七八九十]", letter)
    )
    ending, second = table_of("镇乡村街社"), {"街": "道", "社": "区"}
    after_ending = table_of("民委级长镇街干村")

    ends_here = table_of("镇乡村")

    def settlement(codes: Codes) -> Marks:
        marks: Marks = ending[codes]
        following = np.roll(codes, -1)
        is_beyond = following == BEYOND
        for first, last in second.items():
            marks &= (codes != ord(first)) | (following == ord(last)) | is_beyond
        marks &= ~(ends_here[codes] & after_ending[following]) | is_beyond
        return marks

    def listed(codes: Codes) -> Marks:
        marks: Marks = table_of("等")[codes] & np.roll(after_list[codes], -1)
        return marks

    return {"zone": begins_with(_ZONE_ENDS), "settlement": settlement, "listed": listed}


def _zones(text: str, places: list[Span], marks: list[int]) -> Iterator[Span]:
    """Yield development zones with the place that they belong to (云山|经济开发区, 市|开发区), and bare ones."""
    nearby = Nearby(places) if marks else None
    for match in _ZONE.finditer(text) if nearby else ():
        start, end = match.span()
        near = nearby.near(start, end) if nearby else []
        place = next((place for place in near if place.end == start or place.start < start < place.end <= end), None)
        before = cut(text[max(0, start - 6) : start])
        if place is not None:
            start = place.start
        elif before and before[-1] in ("市", "省", "区", "县", "州") and before[-2:-1] not in (["全"], ["各"]):
            start -= 1
        elif before and before[-1] in short_names():
            start -= len(before[-1])
        elif match.group() not in BARE_ZONES or _NOT_A_ZONE_BEFORE.search(text[max(0, start - _LONGEST_CUE) : start]):
            continue
        yield Span(start, match.end())


def _at_the_head(text: str, organizations: list[Span]) -> Iterator[Span]:
    """Yield the places with which the names of organisations begin, if their letters show that they are places."""
    for organization in organizations:
        at = organization.start
        while match := _HEAD.match(text, at, organization.end):
            name = match.group()
            if _NOT_A_LINK.search(name) or any(word in CUTTERS for word in cut(name)):
                break
            yield Span(*match.span())
            at = match.end()


def _settlements(text: str, places: list[Span], marks: list[int]) -> Iterator[Span]:
    """Yield towns, villages and communities that the tagger overlooks: an ending of its own after a word that can name one.

    Right after another place (石店镇|前孙村) up to four letters may come between; elsewhere the one word before it, with a
    大, 小, 前, 后 and the like before that.
    """
    for place in places:
        match = _SETTLEMENT_BEHIND.match(text, place.end)
        if match and _can_name(cut(match.group())[:-1]):
            yield Span(*match.span())
    for match in _matches_ending_at(_SETTLEMENT, text, marks):
        words = cut(text[max(0, match.start() - 4) : match.end()])
        if len(words) < 2 or words[-1] not in ("街道", "镇", "乡", "村", "社区") or not _can_name(words[-2:-1]):
            continue
        length = len(words[-1]) + len(words[-2])
        if len(words) > 2 and words[-3] in tuple("大小东西南北前后上下新老"):
            length += 1
        if len(words[-2]) in (2, 3):
            yield Span(match.end() - length, match.end())


def _matches_ending_at(pattern: re.Pattern[str], text: str, marks: list[int]) -> Iterator[re.Match[str]]:
    """Yield what ``pattern.finditer(text)`` yields, if the endings of names begin at ``marks`` and nowhere else."""
    end = 0
    for mark in marks:
        if mark < end + SHORTEST_STEM:
            continue
        match = pattern.search(text, max(end, mark - LONGEST_STEM))
        if match is None:
            return
        yield match
        end = match.end()


def _can_name(words: list[str]) -> bool:
    """Tell whether a settlement may be named by ``words``: no verb, number, measure, pronoun or cutting word among them."""
    return all(
        word in tuple("大小东西南北前后上下新老")
        or (
            re.fullmatch(rf"{_HAN}+", word)
            and word not in CUTTERS
            and word not in _NO_NAMES
            and tag_of().get(word, "nz")[0] in "ns"
        )
        for word in words
    )


def _listed(text: str, marks: list[int]) -> Iterator[Span]:
    """Yield the cities and counties of a list such as 在青河、云山等地, named without their ending."""
    for match in _PLACES_IN_A_ROW.finditer(text) if marks and "、" in text else ():
        start = match.start(1)
        for item in match.group(1).split("、"):
            ends = [item[i:] for i in range(min(3, len(item)))]
            name = next((end for end in ends if end in short_names() or end in administrative_names()), None)
            if name:
                yield Span(start + len(item) - len(name), start + len(item))
            start += len(item) + 1


def _chains(paragraph: Paragraph) -> list[list[Span]]:
    """Return the chains of places of a paragraph, outermost place first; most have one link."""
    if not (paragraph.places or paragraph.organizations or any(paragraph.marks.values())):
        return []
    text = paragraph.text
    ends = {place.end for place in paragraph.places}
    tagged = [
        Span(place.start - (place.start - 1 in ends and text[place.start - 1] in "大小东西南北前后上下新老"), place.end)
        for place in paragraph.places
        if _is_place(text, place)
    ]
    marks = paragraph.marks
    spans = {*tagged, *_zones(text, tagged, marks["zone"]), *_listed(text, marks["listed"])}
    heads = set(_at_the_head(text, paragraph.organizations))
    taken, in_bodies = covered(text, spans), covered(text, paragraph.organizations)
    place_ends = {place.end for place in tagged}
    for span in (*_settlements(text, tagged, marks["settlement"]), *sorted(heads)):
        # Inside the name of a body a village counts at its head or right after its town only (桑园镇|后屯村党支部).
        is_inside = span.start not in place_ends and any(in_bodies[span.start : span.end])
        if any(taken[span.start : span.end]) or (is_inside and span not in heads):
            continue
        spans.add(span)
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
    in_bylines = covered(text, bylines_in(text))
    whole = [span for span in without_overlaps(spans) if not any(in_bylines[slice(*span)])]
    chains: list[list[Span]] = []
    for span in whole:
        links = [_with_its_city(text, span, link) for link in _links(text, span) if _is_place(text, link)]
        if chains and links and chains[-1][-1].end == links[0].start:
            chains[-1] += links
        elif links:
            chains.append(links)
    return chains


def find_places(texts: pl.DataFrame, *, names: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return one row per place and article, as a frame of the schema ``PLACES``, with its first mention.

    ``full_path`` is the place with those it lies in, outermost first, as far as the article writes them side by side.
    ``texts`` has the schema ``ARTICLE_TEXTS``; ``names`` is ``tag_names(texts["text"])``, if the caller has it already.
    """
    names = tag_names(texts["text"]) if names is None else names
    rows: list[tuple[Any, ...]] = []
    for article_id, paragraphs in read_articles(
        texts, names, kinds=("place", "organization"), prefilter=_PREFILTER, markers=markers()
    ):
        paths: dict[str, str] = {}
        inside: dict[str, Mentions] = {}  # a city that is named only as part of its zone
        for paragraph in paragraphs:
            for link, path in (
                (link, Span(chain[0].start, link.end)) for chain in _chains(paragraph) for link in chain
            ):
                name, written = (paragraph.text[span.start : span.end] for span in (link, path))
                paths[name] = max(paths.get(name, ""), written, key=lambda path: (len(path), path))
                inside.setdefault(name, Mentions(paragraph.number, link, 1))
        mentions = inside | count_mentions(paragraphs, paths)
        rows += [(*where, name, paths[name], total) for *where, name, total in mention_rows(article_id, mentions)]
    return conform(pl.DataFrame(rows, schema=PLACES, orient="row"), PLACES) if rows else empty(PLACES)
