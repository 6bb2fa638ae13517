"""The projects that one sentence names: 投资27亿元的X, X、Y等8个项目, 以X为代表的……项目, X占地……,总投资……."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from transforms.extracted.project_groups import PLAY
from transforms.extracted.project_names import has_new_word, has_proper_head, is_project_name, trim_name

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
# A list of projects stands beside a verb of building; kinds (主要发展中成药、敷料等项目), sports and shows do not.
_BUILDS: Final = re.compile(
    "建设|开工|签约|投产|达产|竣工|投资|在谈|洽谈|引进|引入|落地|落户|评审|审批|推进|投用|续建|新建|成长|崛起|运营|储备"
)
_KINDS: Final = re.compile("发展|涉及|涵盖|布局|设置|设有|参加|参与|开展|增加了|集|从事")
# X占地4平方公里,……计划投资300亿元; X项目总投资5亿元.
_SUBJECT: Final = re.compile(
    "^(?:据(?:了解|悉|介绍)[，,]|目前[，,]|其中[，,]?|近日[，,]|[在位][^，,。]{2,16}[，,])?"
    '(?P<name>[“‘"]?[^，,。；;、：:]{2,30}?)'
    "(?:[，,]|总占地|占地|项目?位于|总建筑|由|规划|计划|总投资|投资|一期|获得|已|正|预计|自|将|是|在)"
)
# 云溪医药港多肽项目, 湿地修复工程, 在抽水蓄能电站施工现场
_NAMED: Final = re.compile(
    "(?P<name>[“‘]?[\u4e00-\u9fffA-Za-z0-9·（）()－-]{2,24}[”’]?)"
    "(?:(?P<kind>项目|工程)(?![经负组库部化清类师款实技机学院质车运局监]|[0-9]+(?:余|多)?个)|(?=(?:施工|建设)现场))"
)
_KIND: Final = re.compile("项目|工程|(?:施工|建设)现场")
_LONGEST_NAMED: Final = 26  # characters before the kind

Sums = list[tuple[int, int, Decimal, str]]  # start, end, value, currency


class Found(NamedTuple):
    """A project or what may be one: ``start`` and ``end`` in the sentence."""

    start: int
    end: int
    name: str
    amount: tuple[Decimal, str] | None
    is_subject: bool  # the rest of the sentence speaks of it


def projects_in(sentence: str, sums: Sums, *, has_groups: bool) -> list[Found]:
    """Return the projects that a sentence names, each once, in the order in which they were found.

    ``has_groups`` tells whether ``find_groups`` finds any in it.
    Where it names one without a sum, and one sum is invested that no project and no group has, the two belong together.
    """
    projects: list[Found] = []
    free = free_sums(sentence, sums) if sums and not has_groups else []
    # A bare subject (一座产业园占地……) is a project where money goes into it.
    subjects = _subject(sentence) if free else ()
    for found in (*_with_sums(sentence, sums), *_in_lists(sentence, sums), *_named(sentence), *subjects):
        is_new = all(found.end <= other.start or found.start >= other.end for other in projects)
        if is_new and is_project_name(found.name):
            projects.append(found)
    if len(projects) == 1 and len(free) == 1 and projects[0].amount is None and projects[0].end <= free[0][0]:
        projects = [projects[0]._replace(amount=free[0][2:4])]
    return [found for found in projects if not found.is_subject or found.amount is not None]


def free_sums(sentence: str, sums: Sums) -> Sums:
    """Return the sums invested in something that a sentence without a group does not tie them to: no 投资27亿元的X."""
    invested = [item for item in sums if _INVESTS.search(sentence[: item[0]])]
    totals = [
        item for item in invested if re.search("总投资(?:额)?(?:约|近|达|达到|为|超|超过|共)*$", sentence[: item[0]])
    ]
    free = [item for item in totals or invested if not sentence[item[1] :].startswith("的")]
    return free if len(free) == 1 else []


def _trimmed(
    sentence: str, start: int, end: int, amount: tuple[Decimal, str] | None = None, *, lead: bool = True
) -> Found:
    first, last = trim_name(sentence[start:end], keep_lead=not lead)
    return Found(start + first, start + last, sentence[start + first : start + last], amount, False)


def _with_sums(sentence: str, sums: Sums) -> Iterator[Found]:
    """投资27亿元的X、6.2亿元的Y: X and Y, each with its sum; Y inherits 投资."""
    end_of_last: int | None = None
    for start, end, value, currency in sums:
        name = _OF_NAME.match(sentence[end:])
        is_item = end_of_last is not None and _LIST_ITEM.search(sentence[end_of_last:start])
        if name and (_INVESTS.search(sentence[:start]) or is_item):
            found = _trimmed(sentence, end + name.start("name"), end + name.end("name"), (value, currency), lead=False)
            end_of_last = found.end
            yield found


def _in_lists(sentence: str, sums: Sums) -> Iterator[Found]:
    """X、Y等一批新项目, X项目、Y项目等, 以X为代表的5个项目."""
    for match in _STANDS_FOR.finditer(sentence) if "以" in sentence else ():
        yield from _items(sentence, match.start("items"), match.end("items"), sums)
    if "等" not in sentence:
        return
    for match in _PROJECT_ITEMS.finditer(sentence):
        yield from _items(sentence, match.start("items"), match.end("items"), sums)
    for match in _SOME.finditer(sentence):
        start = max(sentence.rfind(mark, 0, match.start()) for mark in "，,：:；;（(等") + 1
        is_list = "、" in sentence[start : match.start()]
        counted = re.match("等(?:一大?批|多个|一系列|[0-9])", match[0]) is not None
        lead = sentence[start : match.start()].partition("、")[0]
        is_building = _BUILDS.search(sentence) and not PLAY.search(sentence) and not _KINDS.search(lead)
        if (is_list or counted) and is_building:
            yield from _items(sentence, start, match.start(), sums, is_counted=counted)


def _items(sentence: str, start: int, end: int, sums: Sums, *, is_counted: bool = True) -> Iterator[Found]:
    """The items between ``start`` and ``end``; those with a sum are found elsewhere. Kinds of projects make no list."""
    items = []
    position = start
    is_counted = is_counted or any(start <= first < end for first, *_ in sums)
    for index, item in enumerate(sentence[start:end].split("、")):
        has_sum = any(position <= first < position + len(item) for first, *_ in sums)
        if not has_sum and len(item) >= 2:
            items.append(_trimmed(sentence, position, position + len(item), lead=index == 0))
        position += len(item) + 1
    named = [item for item in items if is_project_name(item.name)]
    is_proper = is_counted or any(has_proper_head(item.name) for item in named)
    if len(named) * 2 > len(items) and is_proper:
        yield from named


def _subject(sentence: str) -> Iterator[Found]:
    """X占地4平方公里,计划投资300亿元: the subject at the head of a sentence."""
    subject = _SUBJECT.match(sentence)
    if subject is not None and not re.search("[0-9多余]个[^，,]{0,10}项目|项目[0-9]+个", sentence):
        found = _trimmed(sentence, subject.start("name"), subject.end("name"))
        if has_proper_head(found.name) or found.name.endswith(("项目", "工程")):
            yield found._replace(is_subject=True)


def _names(sentence: str) -> Iterator[re.Match[str]]:
    """Yield what ``_NAMED.finditer(sentence)`` yields, without a look at what is too far before all kinds to be a name of one."""
    end = 0
    while kind := _KIND.search(sentence, end):
        match = _NAMED.search(sentence, max(end, kind.start() - _LONGEST_NAMED))
        if match is None:
            return
        yield match
        end = match.end()


def _named(sentence: str) -> Iterator[Found]:
    """A name before 项目 or 工程, or at whose site one stands: it ends as plants and parks do, has a new word, or is quoted."""
    for match in _names(sentence):
        found = _trimmed(sentence, match.start("name"), match.end("name"))
        is_quoted = match["name"].endswith("”")
        is_whole = found.end == match.end("name") - is_quoted
        if is_whole and is_quoted and len(found.name) >= 4 and not found.name.startswith("一"):
            yield found
        elif is_whole and not is_quoted and (has_proper_head(found.name) or has_new_word(found.name)):
            end = match.end("kind") if match["kind"] else found.end
            yield found._replace(end=end, name=sentence[found.start : end])
