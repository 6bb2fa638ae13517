"""Organisations named in an article: the tagger's, put right at their edges, and those that patterns add.

What the tagger, trained on national papers, overlooks in local ones is regular: an office of ``data/offices.txt`` behind a
place or another office (云山县应急管理局), the body that a title names (新区党工委书记), firms listed before 等企业.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import polars as pl

from transforms.extracted.gazetteer import short_names
from transforms.extracted.letters import Codes, Marker, Marks, begins_with, matches_at, table_of, within
from transforms.extracted.lexicon import any_of, common_tag_of, read_words, tag_of
from transforms.extracted.name_mentions import (
    Mentions,
    Nearby,
    Paragraph,
    Span,
    bylines_in,
    count_mentions,
    covered,
    mention_rows,
    overlaps,
    read_articles,
    strip_edges,
)
from transforms.extracted.people import find_people
from transforms.extracted.tagger import tag_names
from transforms.extracted.titles import CUTTERS
from transforms.frames import ORGANIZATIONS, conform, empty
from transforms.words import cut

_PREFILTER: Final = "公司|集团|合作社|企业|农场|厂|酒店|超市"
GENERIC: Final = frozenset(read_words("generic_bodies.txt"))
_ZONE: Final = r"(?:(?:经济技术|高新技术产业|经济|高新技术|工业)?开发区|高新区|经开区|保税区|示范区|新区|街道)"
_ZONE_AT_END: Final = re.compile(f"{_ZONE}$")
_ADMIN_WORDS: Final = (
    "省",
    "市",
    "县",
    "区",
    "镇",
    "乡",
    "州",
    "旗",
    "村",
    "街道",
    "社区",
    "开发区",
    "高新区",
    "经开区",
    "新区",
)
_FIRM: Final = re.compile(
    r"(?:股份|责任)?有限(?:责任)?公司|集团|公司|专业合作社|合作社|农场|工厂|(?<=[^工])厂|酒店|超市"
    r"|商场|商城|银行|学院|大学|中学|小学|幼儿园"
)
# How what _FIRM matches can begin.
_FIRM_BEGINNINGS: Final = tuple(
    "股份 责任 有限 集团 公司 专业 合作 农场 工厂 厂 酒店 超市 商场 商城 银行 学院 大学 中学 小学 幼儿".split()
)
# A firm is one of a list: 与拓方、海川医疗两家企业; 引进了蓝山食品、恒通物流等优质企业.
_LIST: Final = re.compile(
    r"(?P<items>[^\s，,。；;：:！!？?“”\"（）()等]{2,60})(?:等[^，,。；;、部或地]{0,8}?|[\d一二两三四五六七八九十几数]+[家大个][^，,。；;、]{0,4}?)"
    r"(?:企业|公司|集团|商家|厂家|银行|高校|院校|单位)"
)
# What ends with 会 is a meeting unless it ends like one of these.
_BODY: Final = re.compile(r"(?:[^市县镇村区]中心|公司|集团|医院|学校|[大中小]学|学院|商城|百货|酒店|研究院|实验室)$")
_NO_FIRM: Final = re.compile(r"[\d的]|项目|(?:产业|行业|[省市县区镇乡村]|社区|街道)$")
_CLOSING: Final = re.compile(r"[)）]")
_UNCLOSED: Final = re.compile(r"[(（][^)）]*$")
_QUOTATION: Final = re.compile(r"[“\"《]")
_LISTED: Final = ("企业", "公司", "集团", "商家", "厂家", "银行", "高校", "院校", "单位")
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
_BEFORE_FIRMS: Final = "与和同由向对从"
_GLUED: Final = "从由据"  # jieba may take one and the place after it for one word (从青石); no name begins so
PREPOSITIONS: Final = frozenset(
    ["以", "由", "向", "对", "把", "被", "从", "让", "到", "在", "将", "使", "联合", "会同", "携手", "组织", "走进"]
)
SHORTEST_FIRM: Final = 2  # characters of a firm in a list
LONGEST_FIRM: Final = 12
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
    counting, listed = table_of("等家大个"), begins_with(_LISTED)

    def firms(codes: Codes) -> Marks:
        marks: Marks = counting[codes]
        marks &= within(listed(codes), 1, 9)
        return marks

    return {
        "office": begins_with(read_words("offices.txt")),
        "firm": begins_with(_FIRM_BEGINNINGS),
        "listed": firms,
    }


def _extend_left(text: str, start: int, places: dict[int, Span]) -> int:
    """Return where a name that begins at ``start`` begins with the places and zones before it (市|人社局, 云山|开发区|公安局).

    ``places`` are the places of the text by their end.
    """
    while start > 0:
        place = places.get(start)
        zone = None if place else _ZONE_AT_END.search(text[max(0, start - 10) : start])
        before = text[max(0, start - 6) : start]
        length = start - place.start if place else len(zone.group()) if zone else _administrative_word(before)
        if not length:
            break
        start -= length
    return start


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


def _balance(text: str, span: Span) -> Span:
    """Return ``span`` with the opening bracket that a closing one inside it lacks, and the word before it."""
    name = text[span.start : span.end]
    closing = _CLOSING.search(name)
    if closing and not re.search(r"[(（]", name[: closing.start()]):
        reach = max(0, span.start - LONGEST_FIRM)
        opening = max(text.rfind("(", reach, span.start), text.rfind("（", reach, span.start))
        if 0 <= span.start - opening <= LONGEST_FIRM and opening > 0:
            return Span(_walk_left(text, opening), span.end)
    unclosed = _UNCLOSED.search(name)
    return Span(span.start, span.start + unclosed.start()) if unclosed and unclosed.start() else span


def _walk_left(text: str, end: int) -> int:
    """Return where the run of words before ``end`` begins that no stop and no cutting word interrupts."""
    start = end
    for word in reversed(cut(text[max(0, end - LONGEST_FIRM) : end])):
        if word in CUTTERS or not re.match(r"[\u4e00-\u9fffA-Za-z]", word) or tag_of().get(word, "n")[0] in "vpcdur":
            break
        start -= len(word)
    return start


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


def _firms(text: str, marks: list[int], known: Nearby) -> Iterator[Span]:
    """Yield firms the tagger overlooked: a name that is no ordinary noun before 公司, 厂 and the like."""
    for match in matches_at(_FIRM, text, marks):
        span = Span(_walk_left(text, match.start()), match.end())
        words = cut(text[span.start : match.start()])
        is_named = any(tag_of().get(word, "nz") in ("nz", "nr", "ns", "nt", "nrt") for word in words)
        if (
            not overlaps(Span(*match.span()), known.near(*match.span()))
            and match.start() - span.start >= SHORTEST_FIRM
            and is_named
        ):
            yield span


def _listed(text: str, marks: list[int]) -> Iterator[Span]:
    """Yield the firms of a list that ends with 等企业 or 两家企业."""
    for match in _LIST.finditer(text) if marks and "、" in text else ():
        items = match["items"]
        if "、" not in items:
            continue
        first = _first_item(items[: items.index("、")])
        start = match.start("items")
        for position, item in enumerate(items.split("、")):
            skipped = first if position == 0 else 0
            is_word = common_tag_of().get(item[skipped:], "nz") not in (
                "nr",
                "nt",
                "nz",
            )  # 销售、咨询等公司; 上海、杭州等企业
            if SHORTEST_FIRM <= len(item) - skipped <= LONGEST_FIRM and not is_word and not _NO_FIRM.search(item):
                yield Span(start + skipped, start + len(item))
            start += len(item) + 1


def _first_item(item: str) -> int:
    """Return where the first name of a list begins: behind the last cutting word or the verbs at its head (引进了, 与)."""
    edge = at = 0
    for word in cut(item):
        at += len(word)
        if (word in CUTTERS or (len(word) > 1 and at - len(word) == edge and tag_of().get(word) == "v")) and at < len(
            item
        ):
            edge = at
    # jieba may take a preposition and a name it does not know for one word (与拓|方).
    return edge or int(item[:1] in _BEFORE_FIRMS and len(item) > SHORTEST_FIRM)


def _is_organization(text: str, span: Span, *, is_listed: bool) -> bool:
    name = text[span.start : span.end]
    if name in GENERIC or len(name) < 2 or _MEETING.search(name) or _NUMBERED.search(name):
        return False
    if (
        len(name) <= LONGEST_BARE_OFFICE
        and name[0] not in _LEVELS
        and name not in _YOUTH_LEAGUES
        and _office().fullmatch(name)
    ):
        return False
    if name.endswith(("人大", "政协")) and text.startswith(("代表", "委员"), span.end):
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
    for word in cut(text[span.start : span.end]):
        at += len(word)
        # jieba may take a preposition and the short name of a city for one word (以市).
        if word in PREPOSITIONS and at < span.end:
            start = at
        elif word[0] in PREPOSITIONS and word[1:] in tuple(_LEVELS) and at < span.end:
            start = at - 1
    return Span(start, span.end)


def _organizations_of(paragraph: Paragraph) -> Iterator[Span]:
    if not (paragraph.organizations or any(paragraph.marks.values())):
        return
    text = paragraph.text
    places: dict[int, Span] = {}
    for place in paragraph.places:
        whole = strip_edges(text, place)
        places.setdefault(whole.end, whole)
    tagged = [_balance(text, strip_edges(text, span)) for span in paragraph.organizations]
    tagged = [_behind_prepositions(text, span) for span in tagged if span.start < span.end]
    known = [Span(_extend_left(text, span.start, places), span.end) for span in tagged]
    listed = set(_listed(text, paragraph.marks["listed"]))
    added = [*_offices(text, paragraph.marks["office"], Nearby(known), places), *listed]
    firms = paragraph.marks["firm"]
    added += _firms(text, firms, Nearby([*known, *added])) if firms else ()
    in_bylines = covered(text, bylines_in(text))
    # The longer reading of the same words wins; in this order it comes first.
    farthest = 0
    for span in sorted({*known, *added}, key=lambda span: (span.start, -span.end)):
        if span.end <= farthest:
            continue
        farthest = span.end
        if not any(in_bylines[slice(*span)]) and _is_organization(text, span, is_listed=span in listed):
            yield span


def _bodies_of_titles(titles: list[str]) -> Iterator[str]:
    """Yield the organisations at the head of titles (云山县委书记 names 云山县委)."""
    for title in titles:
        body = _POST.sub("", title)
        is_named = len(body) > 2 and body != title and not _office().fullmatch(body) and body not in GENERIC
        if is_named and _ORGANIZATION_END.search(body):
            yield body


def _merge_short_names(mentions: dict[str, Mentions]) -> dict[str, Mentions]:
    """Return the mentions with those of a short name (人社局) counted to the one longer name of which it is the end."""
    merged = dict(mentions)
    by_end: dict[str, list[str]] = {}
    for name in mentions:
        for at in range(1, len(name)):
            if name[at:] in mentions:
                by_end.setdefault(name[at:], []).append(name)
    for short in sorted(mentions, key=lambda name: (-len(name), name)):
        longer = [name for name in by_end.get(short, ()) if name in merged]
        if len(longer) == 1:
            whole, part = merged[longer[0]], merged.pop(short)
            merged[longer[0]] = whole._replace(total=whole.total + part.total)
        elif longer:
            del merged[short]
    return merged


def find_organizations(
    texts: pl.DataFrame, *, names: pl.DataFrame | None = None, people: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return one row per organisation and article, as a frame of the schema ``ORGANIZATIONS``, with its first mention.

    ``texts`` has the schema ``ARTICLE_TEXTS``; ``names`` is ``tag_names(texts["text"])`` and ``people`` is
    ``find_people(texts)``, if the caller has them already.
    """
    names = tag_names(texts["text"]) if names is None else names
    people = find_people(texts, names=names) if people is None else people
    titles = dict(people.explode("titles").drop_nulls("titles").group_by("article_id").agg("titles").iter_rows())
    rows: list[tuple[Any, ...]] = []
    for article_id, paragraphs in read_articles(
        texts, names, kinds=("place", "organization"), prefilter=_PREFILTER, markers=markers()
    ):
        found = {
            paragraph.text[span.start : span.end] for paragraph in paragraphs for span in _organizations_of(paragraph)
        }
        found |= set(_bodies_of_titles(titles.get(article_id, [])))
        rows += mention_rows(article_id, _merge_short_names(count_mentions(paragraphs, found)))
    return (
        conform(pl.DataFrame(rows, schema=ORGANIZATIONS, orient="row"), ORGANIZATIONS) if rows else empty(ORGANIZATIONS)
    )
