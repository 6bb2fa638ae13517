"""Which spans of a text are the full name of a person: the tagger's, weighed against what surrounds them, and those that
a title or a verb of telling gives away though the tagger overlooked them."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache
from typing import Final, NamedTuple

from transforms.extracted.letters import (
    BETWEEN,
    BEYOND,
    Codes,
    Marker,
    Marks,
    Places,
    Spelled,
    is_within,
    matches_at,
    places_of,
    table_of,
)
from transforms.extracted.lexicon import (
    WordSet,
    any_of,
    descriptors,
    read_words,
    surnames,
    title_words,
)
from transforms.extracted.name_mentions import Span, strip_edges
from transforms.extracted.titles import CUTTERS, ends_with_descriptor, ends_with_title
from transforms.extracted.word_numbers import common_tag_of, tag_of

_HAN: Final = r"[\u4e00-\u9fff]"
_TELLING_STOP: Final = r"[，,。；;：:！!？?“”\"、（(\s据]"  # before the name of who tells something
_STOPS: Final = r"[，,。；;：:！!？?“”\"‘’、）)（(\s]|$"
LONGEST_HAN: Final = 4  # characters of a Chinese name, a surname of two included
_OFFICE_ENDS: Final = tuple("部科局厅处室委")  # 宣传部, 儿保科 before 部长, 护士长
_NO_GIVEN_NAME: Final = "曾在将被对因说称等系已又后前时也都中供"  # after 某: 董某后来
REACH: Final = 24  # characters before a name in which a title word can stand
LIST_SEPARATORS: Final = ("、", "和", "与", "及", "以及")
# 李女士 is addressed, not named.
_ADDRESSES: Final = (
    "女士",
    "先生",
    "大爷",
    "大妈",
    "大娘",
    "大姐",
    "大哥",
    "阿姨",
    "师傅",
    "老师",
    "老汉",
    "奶奶",
    "爷爷",
    "同志",
    "同学",
)
ORDINARY_NAME: Final = 3  # characters
SHORTEST_FOREIGN: Final = 3  # characters; shorter ones (狮克) are as often a brand, and count only beside a title
_IN_ITEM: Final = re.compile(r"[、，,][^\W\d_]$")
_AGE: Final = re.compile(r"\d+岁")
_TITLES_OF_RESPECT: Final = ("老", "总", "某", "家", "姓", "氏", "局", "工")
_DOT: Final = "·•・"
# Letters that begin a name in the corpora only if they are a surname; as a first word of a name they are far more often
# a preposition, conjunction or adverb (findings of 60 news paragraphs read: 和中方, 曾为, 从工业, 由高).
WEAK_SURNAMES: Final = frozenset("和从曾为由于时向将则都应并零全但经能要全过后同相家多当原自各该新老小大")
_TRAILING: Final = tuple("称说等在和与及的是为也就对向从将被任带率作赴到")


class Patterns(NamedTuple):
    """The compiled patterns; see ``patterns``."""

    titled: re.Pattern[str]
    telling: re.Pattern[str]
    addressed: re.Pattern[str]
    listed: re.Pattern[str]
    anonymised: re.Pattern[str]
    told_after: re.Pattern[str]


@cache
def patterns() -> Patterns:
    """Return the patterns, built of the word lists.

    They begin with single letters, of which few places of a text pass the first: the last letter of a title, a stop.
    What stands before a name is then looked up whole (``overlooked``).
    """
    single, double = surnames()
    strong = "".join(letter for letter in single if letter not in WEAK_SURNAMES)
    surname = f"(?:{'|'.join(double)}|[{single}])"
    followers = f"(?:{any_of(read_words('followers.txt'))}|{_STOPS})"
    last = "".join(sorted({word[-1] for word in title_words() | descriptors()}))
    telling = any_of(
        ["说道", "说", "表示", "告诉记者", "告诉笔者", "介绍", "坦言", "感慨", "激动地", "高兴地", "笑着", "一行"]
    )
    addressed = "(?:总书记|国家主席|主席|总理|书记|主任|[省市县区部局]长|教授|院士|同志)"
    known = f"[{strong}]{_HAN}{{2}}"
    stop = f"(?:^|{_TELLING_STOP})"
    return Patterns(
        # Without width, so that 任石 in 主任石向前说 does not hide 石向前.
        re.compile(f"(?<=[{last}])(?=(?P<name>{surname}{_HAN}{{1,2}}?){followers})"),
        re.compile(f"{stop}(?P<name>{surname}{_HAN}{{1,2}})(?={telling})"),
        re.compile(f"(?P<name>{known})(?={addressed})"),
        re.compile(
            f"(?:{'|'.join(LIST_SEPARATORS)})(?P<name>(?:{'|'.join(double)}|[{strong}]){_HAN}{{1,2}}?)"
            r"(?=[、，,。；;]|等|和|分别|出席|参加|一同|共同|陪同|先后|[获荣三四五六]|$)"
        ),
        re.compile(
            f"(?P<name>(?:{'|'.join(double)}|[{strong}])某(?![一种些个项天地年日月人单地次位方事物处时程段部单])"
            rf"(?:某|[^\W\d_{_NO_GIVEN_NAME}](?=[，,。、；;（(的与和系是在将被因涉称驾向等及]))?)"
        ),
        re.compile(telling),
    )


@cache
def _not_person() -> WordSet:
    return WordSet(read_words("not_people.txt"))


def whole_name(text: str, span: Span) -> Span:
    """Return a tagged span without brackets, and without a verb at its end (丁向前作 is 丁向前, who 作 a report)."""
    start, end = span = strip_edges(text, span)
    if end - start != LONGEST_HAN or text[end - 1] not in _TRAILING:
        return span
    single, double = surnames()
    is_cut = text[start] in single and text[start : start + 2] not in double
    return Span(start, end - 1) if is_cut else span


def is_word_of_another_kind(name: str) -> bool:
    """Tell whether jieba's dictionary knows ``name`` as something else than a person or place (代表, 高速, 平安)."""
    tag = tag_of().get(name)
    return tag is not None and not tag.startswith(("nr", "ns"))


def _introduced(before: str) -> bool:
    return ends_with_title(before) or ends_with_descriptor(before)


class _Letters(NamedTuple):
    """What the letters of a name say of it, whatever surrounds it."""

    is_dotted: bool  # 安娜·李
    is_word_like: bool  # 蒙蒙亮
    is_weak: bool
    is_chinese: bool
    is_other_word: bool
    is_respectful: bool


@lru_cache(maxsize=4096)
def _letters_of(name: str) -> _Letters | None:
    """Return what the letters of ``name`` say, null if they can be no name."""
    if len(name) < 2 or "某" in name or name.endswith(_OFFICE_ENDS):
        return None
    is_dotted = any(dot in name for dot in _DOT)
    if not is_dotted and re.fullmatch(f"{_HAN}+", name) is None:
        return None
    single, double = surnames()
    return _Letters(
        is_dotted,
        name[0] == name[1],
        name[0] in WEAK_SURNAMES,
        len(name) <= LONGEST_HAN and (name[0] in single or name[:2] in double),
        # jieba's dictionary knows names of three characters as nouns (周恩来), but those of two and four are other words.
        len(name) != ORDINARY_NAME and is_word_of_another_kind(name),
        name.endswith(_TITLES_OF_RESPECT),
    )


def is_full_name(text: str, span: Span) -> bool:
    """Tell whether what the tagger took for a person can be one, by its letters and by what surrounds it."""
    start, end = span
    letters = _letters_of(text[start:end])
    if letters is None or letters.is_dotted:
        return letters is not None
    before, after = text[max(0, start - REACH) : start], text[end : end + 10]
    # 、新苏天美、 names a shop; 记者从青石县 names nobody.
    is_inside_item = _IN_ITEM.search(before[-3:]) is not None and before[-1] not in CUTTERS
    is_inside_item |= letters.is_weak and before.endswith(("记者", "笔者"))
    if letters.is_word_like or is_inside_item:
        return False
    is_measured = after[:1].isdecimal() and _AGE.match(after) is None  # 钟塔高19米
    if (is_measured or _not_person().at_start(after)) and not _introduced(before):
        return False
    if letters.is_chinese:
        return not letters.is_respectful and not (letters.is_other_word and not ends_with_title(before))
    # A foreign name, or the name of a product that sounds like one.
    return end - start > SHORTEST_FOREIGN - 1 or _introduced(before) or patterns().told_after.match(after) is not None


def is_named_after(text: str, span: Span) -> bool:
    """Tell whether the name at ``span`` is part of the name of a place, firm or idea (the road after it, 主义)."""
    return bool(_not_person().at_start(text[span.end : span.end + 10]))


def _letters_matching(letters: str) -> list[str]:
    return re.findall(letters, "".join(map(chr, range(BEYOND))))


@cache
def markers() -> dict[str, Marker]:
    """Return where the patterns ``titled``, ``telling`` and ``addressed`` may begin (``letters``)."""
    single, double = surnames()
    surname = table_of([*single, *(name[0] for name in double)])
    titles = Spelled([*title_words(), *descriptors(), *"员师"], backwards=True)
    following = table_of(
        [
            *(word[0] for word in read_words("followers.txt")),
            *_letters_matching(_STOPS.removesuffix("|$")),
            chr(BETWEEN),
        ]
    )
    told = table_of("说表告介坦感激高笑一")
    called = Spelled("总书记 国家主席 主席 总理 书记 主任 省长 市长 县长 区长 部长 局长 教授 院士 同志".split())

    some = table_of("某")
    before = table_of([*_letters_matching(_TELLING_STOP), chr(BETWEEN)])

    # Surnames are common: what stands beside one is looked for first.
    def titled(codes: Codes) -> Marks:
        at = places_of(titles.is_first, codes[:-1])
        at = at[surname.take(codes.take(at + 1))]
        at = at[titles.is_at(codes, at)] + 1
        return at[is_within(places_of(following, codes), at, 2, 4)]

    def telling(codes: Codes) -> Marks:
        at = places_of(before, codes[:-1])
        at = at[surname.take(codes.take(at + 1))]
        # At the beginning of a text the pattern begins with the surname, elsewhere with the stop before it.
        at += codes.take(at) == BETWEEN
        return at[is_within(places_of(told, codes), at, 2, 5)]

    def addressed(codes: Codes) -> Marks:
        at = called(codes) - 3
        at = at[at >= 0]
        return at[surname.take(codes.take(at))]

    return {
        "titled": titled,
        "telling": telling,
        "addressed": addressed,
        "anonymised": lambda codes: places_of(some, codes),
    }


def overlooked(text: str, marks: dict[str, Places], index: int, known: Collection[Span]) -> list[Span]:
    """Return names that stand between a title or stop and a verb of telling or a stop, without those that are ``known``.

    A name must begin with a surname, must be no word of another kind, and must not end with the first character of what
    follows it (赖特称). ``marks`` are the places of ``markers`` in all texts, of which ``text`` is the one of number ``index``.
    """
    found: list[Span] = []
    for pattern, places in (
        (patterns().titled, marks["titled"].of(index)),
        (patterns().telling, marks["telling"].of(index)),
    ):
        for match in matches_at(pattern, text, places):
            if match.span("name") in known:
                continue
            name = match["name"]
            # 特聘教授于文强: a weak surname counts if what follows it is no word (于近日).
            has_word = len(name) < ORDINARY_NAME or name[1:] in tag_of() or name[:2] in tag_of()
            is_weak = name[0] in WEAK_SURNAMES and has_word
            weak = is_weak or name.endswith((*_TRAILING, *_TITLES_OF_RESPECT)) or "某" in name
            before = text[max(0, match.start() - REACH) : match.start()]
            by_title = pattern is patterns().titled and ends_with_title(before)
            weak |= pattern is patterns().titled and not by_title and not ends_with_descriptor(before)
            # 业主全部搬走, 书记带头: the first two letters are a word. A title vouches for all but verbs, adverbs and the like.
            first_word = common_tag_of().get(name[:2], "nr") if len(name) > 2 else "nr"
            weak |= first_word[0] in "vadpcm" or not (by_title or first_word.startswith("nr"))
            weak |= name[1:] in _ADDRESSES
            if not weak and not is_word_of_another_kind(name) and not ends_with_title(name):
                found.append(Span(*match.span("name")))
    # A well-known name before its title (three characters that jieba's dictionary has as a name).
    for match in matches_at(patterns().addressed, text, marks["addressed"].of(index)):
        if tag_of().get(match["name"], "").startswith("nr") and not match["name"].endswith(_OFFICE_ENDS):
            found.append(Span(*match.span("name")))
    return found


def next_in_list(text: str, span: Span) -> Span | None:
    """Return the name that follows the person at ``span`` in a list (副主席江海、万里红), if one does."""
    match = patterns().listed.match(text, span.end) if text.startswith(LIST_SEPARATORS, span.end) else None
    if match is None or is_word_of_another_kind(match["name"]) or ends_with_title(match["name"]):
        return None
    return Span(*match.span("name"))


def anonymised(text: str) -> list[Span]:
    """Return the names of which only the surname is given (孟某, 丁某某, 石某强)."""
    return [Span(*match.span("name")) for match in patterns().anonymised.finditer(text)] if "某" in text else []
