"""The posts that stand before a name: 市开发区党委书记、管委会主任 gives two titles, each as written.

The grammar is the one local papers keep to: a chain of posts joined by 、, each ending with a word of ``data/titles.txt``,
the first perhaps led by the institution; the name follows at once. A chain is read backwards from the name as long as its
links end with a title word. Its left edge is where the clause begins: after a stop, after the previous person, after a
preposition or verb that can stand before a person (由, 在, 邀请, 采访了), or after 的.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from transforms.extracted.lexicon import read_list, title_words
from transforms.words import cut

LONGEST_TITLE: Final = 40  # characters; the longest of the 4,200 titles with their institution in the résumé corpus: 38
# What may stand inside a title besides letters: a place in brackets (知和(华东)大药厂总经理) and the dot of foreign names.
_CLAUSE = re.compile(
    r"(?:[^\s，,。；;：:！!？?“”\"‘’'《》〈〉【】\[\]()（）…—|、]|[（(][^）)，,。]{1,12}[）)]|(?<=[A-Za-z])[ ](?=[A-Za-z]))*$"
)
# Words after which a title may begin. Cut by jieba, so that 自由, 和平, 存在 and the like do not match.
CUTTERS: Final = frozenset(word for line in read_list("title_edges.txt") for word in line.split())
# 和 inside the name of an office (人力资源和社会保障局) joins; it does so before one of these.
_JOINED_AFTER_AND = re.compile("|".join(word for line in read_list("office_words.txt") for word in line.split()))


@cache
def _ends_with_title() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(title_words())})$")


def ends_with_title(text: str) -> bool:
    """Tell whether ``text`` ends with a title word.

    >>> ends_with_title("新区管委会主任"), ends_with_title("新区管委会")
    (True, False)
    """
    return _ends_with_title().search(text) is not None


def _left_edge(link: str) -> int:
    """Return where the title begins inside ``link``, the clause up to the next title or the name."""
    edge = at = 0
    words = cut(link)
    for word in words:
        at += len(word)
        if (
            word in CUTTERS
            and at < len(link)
            and not (word in ("和", "与", "及") and _JOINED_AFTER_AND.match(link[at:]))
        ):
            edge = at
    return edge


def read_titles(before: str) -> list[str]:
    """Return the titles at the end of ``before``, the text that precedes a name, in the order they are written.

    >>> read_titles("日前，云山县委书记、县长")
    ['云山县委书记', '县长']
    """
    titles: list[str] = []
    rest = before.rstrip(" \u3000")
    while rest:
        clause = _CLAUSE.search(rest)
        link = clause.group() if clause else ""
        if not link or not ends_with_title(link):
            break
        edge = _left_edge(link)
        title = link[edge:][-LONGEST_TITLE:]
        if not ends_with_title(title):
            break
        titles[:0] = [part for part in re.split(r"兼(?:任)?(?=.)", title) if part]
        rest = rest[: len(rest) - len(link)]
        if edge or not rest.endswith("、"):
            break
        rest = rest[:-1]
    return titles
