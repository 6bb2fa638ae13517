"""Firms that the tagger overlooks: a name of its own before 公司, 厂 and the like, and the firms of a list (…、…等企业)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import Final

from transforms.extracted.letters import Codes, Marker, Marks, Spelled, is_within, matches_at, places_of, table_of
from transforms.extracted.name_mentions import Nearby, Span, overlaps
from transforms.extracted.titles import CUTTERS
from transforms.extracted.word_numbers import common_tag_of, tag_of
from transforms.words import cut

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
_CLAUSE_END: Final = re.compile("[，,。；;]")  # a list holds none
_NO_FIRM: Final = re.compile(r"[\d的]|项目|(?:产业|行业|[省市县区镇乡村]|社区|街道)$")
_LISTED: Final = ("企业", "公司", "集团", "商家", "厂家", "银行", "高校", "院校", "单位")
_BEFORE_FIRMS: Final = "与和同由向对从"
SHORTEST_FIRM: Final = 2  # characters of a firm in a list
LONGEST_FIRM: Final = 12


@cache
def firm_markers() -> dict[str, Marker]:
    """Return where the patterns of firms may begin and lists of firms may end (``letters``)."""
    counting, listed = table_of("等家大个"), Spelled(_LISTED)

    def firms(codes: Codes) -> Marks:
        at = places_of(counting, codes)
        return at[is_within(listed(codes), at, 1, 9)]

    return {"firm": Spelled(_FIRM_BEGINNINGS), "listed": firms}


def walk_left(text: str, end: int) -> int:
    """Return where the run of words before ``end`` begins that no stop and no cutting word interrupts."""
    start = end
    for word in reversed(cut(text[max(0, end - LONGEST_FIRM) : end])):
        if word in CUTTERS or not re.match(r"[\u4e00-\u9fffA-Za-z]", word) or tag_of().get(word, "n")[0] in "vpcdur":
            break
        start -= len(word)
    return start


def firms_in(text: str, marks: list[int], known: Nearby) -> Iterator[Span]:
    """Yield firms the tagger overlooked: a name that is no ordinary noun before 公司, 厂 and the like."""
    for match in matches_at(_FIRM, text, marks):
        at, end = match.span()
        if overlaps(Span(at, end), known.near(at, end)):
            continue
        start = walk_left(text, at)
        if at - start >= SHORTEST_FIRM and any(
            tag_of().get(word, "nz") in ("nz", "nr", "ns", "nt", "nrt") for word in cut(text[start:at])
        ):
            yield Span(start, end)


def _lists(text: str, marks: list[int]) -> Iterator[re.Match[str]]:
    """Yield what ``_LIST.finditer(text)`` yields, but for what holds no 、; ``marks`` are where a list may end.

    No list runs over the end of a clause, and most clauses with a mark have no 、.
    """
    if not marks or "、" not in text:
        return
    stops = [-1, *(stop.start() for stop in _CLAUSE_END.finditer(text)), len(text)]
    end = 0
    for mark in marks:
        if mark < end:
            continue
        number = bisect_left(stops, mark)
        start, end = stops[number - 1] + 1, stops[number]
        if text.find("、", start, end) >= 0:
            yield from _LIST.finditer(text, start, end)


def listed_firms(text: str, marks: list[int]) -> Iterator[Span]:
    """Yield the firms of a list that ends with 等企业 or 两家企业."""
    for match in _lists(text, marks):
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
