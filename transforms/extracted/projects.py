"""Projects by name, with their money, and groups of projects (25个项目,总投资173亿元).

The two stand apart so that a total and its parts are never added together: a group has the sum of all, a project its own.
Only sentences with 项目, 工程 or 投资 are read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from itertools import groupby
from typing import Any, Final

import polars as pl

from transforms.extracted.candidates import Hit, Lines, find_candidates
from transforms.extracted.project_groups import find_groups
from transforms.extracted.project_mentions import free_sums, projects_in
from transforms.extracted.project_names import status_of
from transforms.frames import PROJECT_GROUPS, PROJECTS

_WORDS: Final = "(?:项目|工程|投资|开工|签约|投产|达产|施工现场|建设现场)"
_SENTENCE: Final = f"[^。！？!?；;\n]*{_WORDS}[^。！？!?；;\n]*"
_LONGEST: Final = 1000  # characters read of a sentence: a longer one is a text that lost its full stops
# 该项目总投资3亿元, 这个总投资48.6亿元的项目: the project named last.
_THIS: Final = re.compile(
    "^(?:据(?:了解|悉|介绍)[，,])?(?:该|这个|此|这一|这座|整个)(?:项目|工程|园区|电站|基地|总投资|投资)|^(?:项目|工程)(?!建设)"
)
_OF_THIS: Final = re.compile("^的(?:大|重点|重大)?(?:项目|工程)")
_AREAS: Final = ("省", "市", "县", "区", "镇", "乡", "村", "街道", "州", "旗")
# What a tagger of names may leave off: 临江|市开发区.
_REST_OF_PLACE: Final = re.compile(
    "[省市县区镇乡]?(?:经济|技术|高新|产业|化工)*(?:开发区|高新区|新区)|[省市县区镇乡](?![长委])"
)
_ZONE: Final = re.compile("[市县](?:经济|技术|高新|产业)*(?:开发区|高新区)")
_NO_PLACES: Final = ("新区", "开发区", "全区", "全市", "全县", "园区", "中国", "我国", "全国")


def find_projects(
    texts: pl.DataFrame, amounts: pl.DataFrame, *, names: pl.DataFrame | None = None, lines: Lines | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the named projects and the groups of projects, frames of the schemas ``PROJECTS`` and ``PROJECT_GROUPS``.

    ``texts`` has the schema ``ARTICLE_TEXTS``, ``amounts`` is ``find_amounts(texts)``; ``names`` is
    ``tag_names(texts["text"])``, from which each project gets its place, and ``lines`` is ``read_lines(texts)``, if the caller
    has them already. A project named twice in an article is one row, at
    its first mention, with the first amount given; a group in the headline that the body counts again is left out.
    """
    sums: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for amount in amounts.sort("char_start").iter_rows(named=True):
        sums[amount["article_id"], amount["paragraph_no"]].append(amount)
    starts = {place: [amount["char_start"] for amount in rows] for place, rows in sums.items()}
    sentences = list(find_candidates(texts, _SENTENCE, holding=_WORDS, lines=lines))
    places = _places(texts, names, {hit.article_id for hit in sentences})
    projects: list[tuple[Any, ...]] = []
    groups: list[tuple[Any, ...]] = []
    for article_id, article in groupby(sentences, key=lambda hit: hit.article_id):
        rows: dict[str, list[Any]] = {}
        text_no, earlier = -1, list[str]()  # the sentences before in the same paragraph
        for hit in article:
            sentence, offset = hit.text[:_LONGEST], hit.char_start
            inside = [
                (row["char_start"] - offset, row["char_end"] - offset, row["value"], row["currency"])
                for row in _between(sums, starts, (article_id, hit.paragraph_no), offset, hit.char_end)
            ]
            if hit.text_no != text_no:
                text_no, earlier = hit.text_no, []
            found_groups = find_groups(sentence, inside) if "个" in sentence else []
            for group in found_groups:
                status = status_of(sentence[: group.start], sentence[group.start :]) or _last_status(earlier)
                where = (article_id, hit.paragraph_no, offset + group.start, offset + group.end)
                groups.append((*where, group.size, *(group.amount or (None, None)), group.what, status))
            for found in projects_in(sentence, inside, has_groups=bool(found_groups)):
                rest = sentence[found.end :]
                goes_on = rest if found.is_subject else re.split("[,，；;]", rest)[0]
                status = status_of(sentence[: found.start], goes_on) or _last_status(earlier)
                place = _place_before(places, hit, offset + found.start)
                span = [article_id, hit.paragraph_no, offset + found.start, offset + found.end]
                _add(rows, [*span, found.name, *(found.amount or (None, None)), place, status])
            if rows and _THIS.match(sentence):
                last = next(reversed(rows.values()))
                of_this = [item for item in inside if _OF_THIS.match(sentence[item[1] :])]
                of_this = of_this or ([] if found_groups else free_sums(sentence, inside))
                if last[5] is None and of_this:
                    last[5:7] = of_this[0][2:4]
            earlier.append(sentence)
        projects += [tuple(row) for row in sorted(rows.values(), key=lambda row: (row[1], row[2]))]
    titles = set(texts.filter(part="title").select("article_id", "paragraph_no").iter_rows())
    told = {(row[0], row[4]) for row in groups if row[:2] not in titles}
    groups = [row for row in groups if row[:2] not in titles or (row[0], row[4]) not in told]
    return (
        pl.DataFrame(projects, schema=PROJECTS, orient="row"),
        pl.DataFrame(groups, schema=PROJECT_GROUPS, orient="row"),
    )


def _last_status(earlier: list[str]) -> str | None:
    """Return the status of the last sentence that has one, and leave none of those behind it in the list."""
    while earlier:
        if status := status_of(earlier[-1], ""):
            return status
        earlier.pop()
    return None


def _between(
    sums: dict[tuple[str, int], list[dict[str, Any]]],
    starts: dict[tuple[str, int], list[int]],
    place: tuple[str, int],
    char_start: int,
    char_end: int,
) -> list[dict[str, Any]]:
    """Return the sums of the paragraph at ``place`` that begin in the stretch; ``starts`` are where its sums begin, sorted."""
    if place not in starts:
        return []
    return sums[place][bisect_left(starts[place], char_start) : bisect_left(starts[place], char_end)]


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


def _places(
    texts: pl.DataFrame, names: pl.DataFrame | None, articles: set[str]
) -> dict[str, list[tuple[int, int, str]]]:
    """The places of ``articles`` in reading order: (position of the paragraph, offset, name with its 市, 区 or 开发区)."""
    places: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    if names is not None:
        rows = (
            texts.select("article_id", "position")
            .with_row_index("row")
            .filter(pl.col("article_id").is_in(sorted(articles)))
        )
        is_zone = pl.col("name").str.contains("(?:开发区|高新区|新区)$") & (pl.col("kind") == "organization")
        is_place = ((pl.col("kind") == "place") | is_zone) & ~pl.col("name").is_in(_NO_PLACES)
        mentions = names.filter(is_place).join(rows, on="row").sort("row", "char_start")
        column = texts["text"].to_list()  # not joined to the mentions: a long text would be copied for each of them
        columns = (
            mentions[name].to_list() for name in ("row", "article_id", "position", "char_start", "char_end", "name")
        )
        for row, article_id, position, start, end, name in zip(*columns, strict=True):
            goes_on = _REST_OF_PLACE.match(column[row], end)
            places[article_id].append((position, start, name + goes_on[0] if goes_on else name))
    return places


def _place_before(places: dict[str, list[tuple[int, int, str]]], hit: Hit, offset: int) -> str | None:
    """The last place named before the project in the article; zones and districts go before bare names."""
    zones = _ZONE.findall(hit.text[: max(offset - hit.char_start, 0)])
    known = places.get(hit.article_id, [])
    before = bisect_left(known, (hit.position, offset, ""))
    area = next((place[2] for place in reversed(known[:before]) if place[2].endswith(_AREAS)), None)
    if area is None and zones:
        return str(zones[-1])
    return area or (known[before - 1][2] if before else None)
