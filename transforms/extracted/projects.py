"""Projects by name, with their money, and groups of projects (25个项目,总投资173亿元).

The two stand apart so that a total and its parts are never added together: a group has the sum of all, a project its own.
Only sentences with 项目, 工程 or 投资 are read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any, Final, NamedTuple

import polars as pl

from transforms.extracted.candidates import Hit, find_candidates
from transforms.extracted.project_groups import PLAY, find_groups
from transforms.extracted.project_names import has_proper_head, is_project_name, status_of, trim_name
from transforms.frames import PROJECT_GROUPS, PROJECTS

_SENTENCE: Final = "[^。！？!?；;\n]*(?:项目|工程|投资|开工|签约|投产|达产)[^。！？!?；;\n]*"

_LONGEST: Final = 1000  # characters read of a sentence: a longer one is a text that lost its full stops

# 投资27亿元的X: the word before the sum; a later item of the list inherits it.
_INVESTS: Final = re.compile("投资(?:额|总额)?(?:约|近|达|达到|为|超|超过|共)*$")
_LIST_ITEM: Final = re.compile("(?:[、，,]|以及|和|及|与)(?:总|计划|拟)?(?:投资)?$")
_OF_NAME: Final = re.compile(
    '^的(?P<name>[“‘"]?[^、，,。；;！？!?]{2,36}?)(?:等|[、，,。；;]|(?:和|及|以及|与)(?=(?:总|计划)?(?:投资)?[约近超]?[0-9０-９])|$)'
)
# X、Y等一批龙头骨干项目; X、Y等8个项目; X项目、Y项目等……
_SOME: Final = re.compile(
    "等(?P<tail>(?:一大?批|多个|一系列|[0-9]+(?:多|余)?个)?(?P<kind>[^，,。；;、]{0,12}?)(?:项目|工程)|[0-9]+(?:多|余)?个(?=[，,。；;]|$))"
)
_PROJECT_ITEMS: Final = re.compile("(?P<items>[^，,。；;：:]*项目(?:、[^，,。；;：:、]*项目)*)等")
_STANDS_FOR: Final = re.compile(
    "以(?P<items>[^，,。；;]{2,40}?)为(?:代表|龙头|引领|依托)的[^，,。；;]{0,14}?(?:项目|工程)"
)
# A list of projects stands beside a verb of building; kinds (主要发展医药制剂、医疗器械等项目), sports and shows do not.
_BUILDS: Final = re.compile(
    "建设|开工|签约|投产|达产|竣工|投资|在谈|洽谈|引进|引入|落地|落户|评审|审批|推进|投用|续建|新建|成长|崛起|运营|储备"
)
_KINDS: Final = re.compile("发展|涉及|涵盖|布局|设置|设有|参加|参与|开展|增加了|集|从事")
# X占地4平方公里,……计划投资300亿元; X项目总投资5亿元.
_SUBJECT: Final = re.compile(
    '^(?:据(?:了解|悉|介绍)[，,]|目前[，,]|其中[，,]?|近日[，,])?(?P<name>[“‘"]?[^，,。；;、：:]{2,30}?)(?:[，,]|总占地|占地|项目?位于|总建筑|由|规划|计划|总投资|投资|一期)'
)
_THIS: Final = re.compile("^(?:据(?:了解|悉|介绍)[，,])?(?:该|这个|此|这一)(?:项目|工程|园区)")
# 现代医药港小分子肽项目: a name before 项目.
_NAMED: Final = re.compile(
    "(?P<name>[“‘]?[\u4e00-\u9fffA-Za-z0-9·（）()－-]{2,24}[”’]?)项目(?![经负组库部化清类]|[0-9]+(?:余|多)?个)"
)


_AREAS: Final = ("省", "市", "县", "区", "镇", "乡", "村", "街道", "州", "旗")
_NO_PLACES: Final = ("新区", "开发区", "全区", "全市", "全县", "园区", "中国", "我国", "全国")


class Found(NamedTuple):
    """A project or what may be one: ``start`` and ``end`` in the sentence."""

    start: int
    end: int
    name: str
    amount: tuple[Decimal, str] | None
    is_subject: bool  # the rest of the sentence speaks of it


def find_projects(
    texts: pl.DataFrame, amounts: pl.DataFrame, *, names: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the named projects and the groups of projects, frames of the schemas ``PROJECTS`` and ``PROJECT_GROUPS``.

    ``texts`` has the schema ``ARTICLE_TEXTS``, ``amounts`` is ``find_amounts(texts)``; ``names`` is
    ``tag_names(texts["text"])``, from which each project gets its place. A project named twice in an article is one row, at
    its first mention, with the first amount given; a group in the headline that the body counts again is left out.
    """
    sums: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for amount in amounts.iter_rows(named=True):
        sums[amount["article_id"], amount["paragraph_no"]].append(amount)
    places = _places(texts, names)
    projects: list[tuple[Any, ...]] = []
    groups: list[tuple[Any, ...]] = []
    sentences = find_candidates(texts, _SENTENCE)
    for article_id, article in groupby(sentences, key=lambda hit: hit.article_id):
        rows: dict[str, list[Any]] = {}
        last_status: tuple[int, str | None] = (-1, None)
        for hit in article:
            sentence, offset = hit.text[:_LONGEST], hit.char_start
            inside = [
                (row["char_start"] - offset, row["char_end"] - offset, row["value"], row["currency"])
                for row in sums[article_id, hit.paragraph_no]
                if offset <= row["char_start"] < hit.char_end
            ]
            inherited = last_status[1] if last_status[0] == hit.text_no else None
            for group in find_groups(sentence, inside) if "个" in sentence else ():
                status = status_of(sentence[: group.start], sentence[group.start :]) or inherited
                where = (article_id, hit.paragraph_no, offset + group.start, offset + group.end)
                groups.append((*where, group.size, *(group.amount or (None, None)), group.what, status))
            for found in _in_sentence(sentence, inside):
                rest = sentence[found.end :]
                goes_on = rest if found.is_subject else re.split("[,，；;]", rest)[0]
                status = status_of(sentence[: found.start], goes_on) or inherited
                place = _place_before(places, hit, offset + found.start)
                span = [article_id, hit.paragraph_no, offset + found.start, offset + found.end]
                _add(rows, [*span, found.name, *(found.amount or (None, None)), place, status])
            if _THIS.match(sentence) and rows and len(inside) == 1 and _INVESTS.search(sentence[: inside[0][0]]):
                last = next(reversed(rows.values()))
                last[5:7] = last[5:7] if last[5] is not None else inside[0][2:4]
            last_status = (hit.text_no, status_of(sentence, "") or inherited)
        projects += [tuple(row) for row in sorted(rows.values(), key=lambda row: (row[1], row[2]))]
    titles = set(texts.filter(part="title").select("article_id", "paragraph_no").iter_rows())
    told = {(row[0], row[4]) for row in groups if row[:2] not in titles}
    groups = [row for row in groups if row[:2] not in titles or (row[0], row[4]) not in told]
    return (
        pl.DataFrame(projects, schema=PROJECTS, orient="row"),
        pl.DataFrame(groups, schema=PROJECT_GROUPS, orient="row"),
    )


def _add(rows: dict[str, list[Any]], row: list[Any]) -> None:
    """Keep one row per project and article; a later mention fills what the first left open."""
    key = re.sub('(?:项目|工程|建设)+$|[“”‘’"]', "", row[4])
    known = next(
        (name for name in rows if name == key or (min(len(name), len(key)) > 4 and (name in key or key in name))), None
    )
    if known is None:
        rows[key] = row
        return
    first = rows[known]
    if first[5] is None and row[5] is not None:
        first[5:7] = row[5:7]
    first[7] = first[7] or row[7]
    first[8] = first[8] or row[8]


def _in_sentence(sentence: str, sums: list[tuple[int, int, Decimal, str]]) -> Iterator[Found]:
    """The projects that a sentence names, each once."""
    taken: list[tuple[int, int]] = []
    for found in (
        *_with_sums(sentence, sums),
        *_in_lists(sentence, sums),
        *_subject(sentence, sums),
        *_named(sentence),
    ):
        is_new = all(found.end <= start or found.start >= end for start, end in taken)
        if is_new and is_project_name(found.name):
            taken.append((found.start, found.end))
            yield found


def _trimmed(
    sentence: str, start: int, end: int, amount: tuple[Decimal, str] | None = None, *, lead: bool = True
) -> Found:
    first, last = trim_name(sentence[start:end], keep_lead=not lead)
    return Found(start + first, start + last, sentence[start + first : start + last], amount, False)


def _with_sums(sentence: str, sums: list[tuple[int, int, Decimal, str]]) -> Iterator[Found]:
    """投资27亿元的X、6.2亿元的Y: X and Y, each with its sum; Y inherits 投资."""
    end_of_last: int | None = None
    for start, end, value, currency in sums:
        name = _OF_NAME.match(sentence[end:])
        is_item = end_of_last is not None and _LIST_ITEM.search(sentence[end_of_last:start])
        if name and (_INVESTS.search(sentence[:start]) or is_item):
            found = _trimmed(sentence, end + name.start("name"), end + name.end("name"), (value, currency), lead=False)
            end_of_last = found.end
            yield found


def _in_lists(sentence: str, sums: list[tuple[int, int, Decimal, str]]) -> Iterator[Found]:
    """X、Y等一批新项目, X项目、Y项目等, 以X为代表的5个项目."""
    for match in _STANDS_FOR.finditer(sentence):
        yield from _items(sentence, match.start("items"), match.end("items"), sums)
    for match in _PROJECT_ITEMS.finditer(sentence):
        yield from _items(sentence, match.start("items"), match.end("items"), sums)
    for match in _SOME.finditer(sentence):
        start = max(sentence.rfind(mark, 0, match.start()) for mark in "，,：:；;（(等") + 1
        is_list = "、" in sentence[start : match.start()]
        counted = re.match("等(?:一大?批|多个|一系列|[0-9])", match[0]) is not None
        lead = sentence[start : match.start()].split("、", maxsplit=1)[0]
        is_building = _BUILDS.search(sentence) and not PLAY.search(sentence) and not _KINDS.search(lead)
        if (is_list or counted) and is_building:
            yield from _items(sentence, start, match.start(), sums, is_counted=counted)


def _items(
    sentence: str, start: int, end: int, sums: list[tuple[int, int, Decimal, str]], *, is_counted: bool = True
) -> Iterator[Found]:
    """The items between ``start`` and ``end``; those with a sum are found elsewhere. Kinds of projects make no list."""
    items = []
    position = start
    for index, item in enumerate(sentence[start:end].split("、")):
        has_sum = any(position <= first < position + len(item) for first, *_ in sums)
        if not has_sum and len(item) >= 2:
            items.append(_trimmed(sentence, position, position + len(item), lead=index == 0))
        position += len(item) + 1
    named = [item for item in items if is_project_name(item.name)]
    is_proper = is_counted or any(has_proper_head(item.name) for item in named)
    if len(named) * 2 > len(items) and is_proper:
        yield from named


def _subject(sentence: str, sums: list[tuple[int, int, Decimal, str]]) -> Iterator[Found]:
    """X占地4平方公里,计划投资300亿元: the subject of a sentence with one sum that is invested."""
    invested = [
        item for item in sums if _INVESTS.search(sentence[: item[0]]) and not sentence[item[1] :].startswith("的")
    ]
    subject = _SUBJECT.match(sentence)
    if (
        len(invested) != 1
        or subject is None
        or sentence.startswith(("在", "位于", "从"))
        or re.search("个[^，,]{0,10}项目|项目[0-9]+个", sentence)
    ):
        return
    found = _trimmed(sentence, subject.start("name"), subject.end("name"), invested[0][2:4])
    if has_proper_head(found.name) or found.name.endswith(("项目", "工程")):
        yield found._replace(is_subject=True)


def _named(sentence: str) -> Iterator[Found]:
    """A name before 项目: it must end as plants and parks do, or be quoted."""
    for match in _NAMED.finditer(sentence) if "项目" in sentence else ():
        found = _trimmed(sentence, match.start("name"), match.end("name"))
        is_quoted = match["name"].endswith("”")
        is_whole = found.end == match.end("name") - is_quoted
        if is_whole and is_quoted and len(found.name) >= 4:
            yield found
        elif is_whole and has_proper_head(found.name):
            yield found._replace(end=match.end(), name=sentence[found.start : match.end()])


def _places(texts: pl.DataFrame, names: pl.DataFrame | None) -> dict[str, list[tuple[int, int, str]]]:
    """The places of each article in reading order: (position of the paragraph, offset, name)."""
    places: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    if names is not None:
        rows = texts.select("article_id", "position").with_row_index("row")
        is_zone = pl.col("name").str.contains("(?:开发区|高新区|新区)$") & (pl.col("kind") == "organization")
        is_place = ((pl.col("kind") == "place") | is_zone) & ~pl.col("name").is_in(_NO_PLACES)
        mentions = names.filter(is_place).join(rows, on="row").sort("row", "char_start")
        for mention in mentions.iter_rows(named=True):
            places[mention["article_id"]].append((mention["position"], mention["char_start"], mention["name"]))
    return places


def _place_before(places: dict[str, list[tuple[int, int, str]]], hit: Hit, offset: int) -> str | None:
    """The last place named before the project in the article; towns and districts go before bare names."""
    known = places.get(hit.article_id, [])
    before = [place for place in known if place[:2] < (hit.position, offset)]
    areas = [place for place in before if place[2].endswith(_AREAS)]
    nearest = areas or before
    return nearest[-1][2] if nearest else None
