"""The posts that stand beside a name: 云山开发区党工委书记、管委会主任 gives two titles, each as written.

The grammar is the one local papers keep to: a chain of posts joined by 、, each ending with a word of ``data/titles.txt``,
the first perhaps led by the institution; the name follows at once. A chain is read backwards from the name as long as its
links end with a title word. Its left edge is where the clause begins: after a stop, after the previous person, after a
preposition or verb that can stand before a person (由, 在, 邀请, 采访了), or after 的. What somebody is without holding a
post (村民, 嫌疑人: ``data/descriptors.txt``) is no title.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from transforms.extracted.lexicon import WordSet, any_of, descriptors, read_words, title_words
from transforms.words import cut

LONGEST_TITLE: Final = 40  # characters; the longest of the 4,200 titles with their institution in the résumé corpus: 38
_LETTERS: Final = r"[^\s，,。；;：:！!？?“”\"‘’'《》〈〉【】\[\]()（）…—|、■●▲]"
# What may stand inside a title besides letters: a place in brackets (知合(华东)药厂总经理) and blanks between Latin words.
_CLAUSE: Final = re.compile(rf"(?:{_LETTERS}|[（(][^）)，,。]{{1,12}}[）)]|(?<=[A-Za-z])[ ](?=[A-Za-z]))*$")
_PLAIN_CLAUSE: Final = re.compile(f"{_LETTERS}*")
_ACRONYMS: Final = re.compile(r"(?<=[^A-Za-z])(PI|CEO|CTO|CFO|COO|CIO)(?=[\u4e00-\u9fff])")
_JOINED_POSTS: Final = re.compile(r"(?<=.)兼任?(?=..)")
# Trades that no list has in full: 监测员, 面点师, 昆虫学家. What ends alike and is no trade is excluded.
_TRADES: Final = ("员", "师")
_TRADE: Final = re.compile(r"[\u4e00-\u9fff]{2}(?<![人党团队社会学官动成演球议])(?:员|师)$")
# Ranks that may follow a post without a comma.
_RANKS: Final = frozenset("教授 副教授 研究员 副研究员 院士 博士 主任医师 副主任医师 高级工程师".split())
CUTTERS: Final = frozenset(read_words("title_edges.txt"))
AND_WORDS: Final = ("和", "与", "及")
_JOINED_AFTER_AND: Final = re.compile("|".join(read_words("office_words.txt")))
_GLUED_PREPOSITION: Final = re.compile(r"[据由在对经让请被与向从和](?=[省市县区镇乡州国])")
_HONORIFIC: Final = ("同志", "先生", "女士", "一行", "等")


@cache
def _titles() -> WordSet:
    return WordSet(title_words())


@cache
def _title_ends() -> frozenset[str]:
    """Return the last letters of title words and trades; most texts end with none of them."""
    return frozenset({*_TRADES, *(word[-1] for word in title_words())})


@cache
def _descriptors() -> WordSet:
    return WordSet(descriptors())


def ends_with_title(text: str) -> bool:
    """Tell whether ``text`` ends with a title word.

    >>> ends_with_title("新区管委会主任"), ends_with_title("新区管委会")
    (True, False)
    """
    return text[-1:] in _title_ends() and (
        bool(_titles().at_end(text)) or (text.endswith(_TRADES) and _TRADE.search(text[-3:]) is not None)
    )


def ends_with_descriptor(text: str) -> bool:
    """Tell whether ``text`` ends with a word for what somebody is (村民, 嫌疑人)."""
    return bool(_descriptors().at_end(text))


def _last_clause(text: str) -> str:
    """Return the last clause of ``text``, in which a title can stand.

    Backwards, since a search for something that reaches the end begins anew at every letter.
    """
    length = _PLAIN_CLAUSE.match(text[::-1]).end()  # type: ignore[union-attr]
    if length < len(text) and text[-length - 1] not in ")） ":
        return text[len(text) - length :]
    clause = _CLAUSE.search(text)
    return clause.group() if clause else ""


@cache
def _may_hold_cutter() -> re.Pattern[str]:
    return re.compile(any_of(CUTTERS))


@lru_cache(maxsize=4096)
def _left_edge(link: str) -> int:
    """Return where the title begins inside ``link``, the clause up to the next title or the name."""
    edge = at = 0
    for word in cut(link) if _may_hold_cutter().search(link) else ():
        at += len(word)
        if word in CUTTERS and at < len(link) and not (word in AND_WORDS and _JOINED_AFTER_AND.match(link[at:])):
            edge = at
    # jieba takes a preposition and the short name of a county for one word (据县应急管理局).
    return edge + (_GLUED_PREPOSITION.match(link[edge:]) is not None)


@lru_cache(maxsize=4096)
def _apart(title: str) -> tuple[str, ...]:
    """Return the posts of one link of a chain: 董事长兼总经理 is two, 学院副院长教授 too."""
    posts = [part for piece in _JOINED_POSTS.split(title) for part in _ACRONYMS.sub(r"\1\n", piece).split("\n") if part]
    rank = _titles().at_end(posts[-1])
    if rank in _RANKS and _titles().at_end(posts[-1][: -len(rank)]):
        posts[-1:] = [posts[-1][: -len(rank)], rank]
    return tuple(posts)


def read_titles(before: str) -> list[str]:
    """Return the titles at the end of ``before``, the text that precedes a name, in the order they are written.

    >>> read_titles("日前，云山县委书记、县长")
    ['云山县委书记', '县长']
    """
    titles: list[str] = []
    rest = before.rstrip(" \u3000")
    while rest and ends_with_title(rest):
        link = _last_clause(rest)
        if not ends_with_title(link) or (not titles and ends_with_descriptor(link)):
            break
        edge = _left_edge(link)
        title = link[edge:]
        if len(title) > LONGEST_TITLE or not ends_with_title(title):
            break
        titles[:0] = _apart(title)
        rest = rest[: len(rest) - len(link)]
        if edge or not rest.endswith("、"):
            break
        rest = rest[:-1]
    return titles


def title_after(after: str) -> str | None:
    """Return the title at the start of ``after``, the text that follows a name (丁一副局长说), or null.

    >>> title_after("副局长说")
    '副局长'
    """
    found = _titles().at_start(after)
    return found if found and found not in _HONORIFIC else None
