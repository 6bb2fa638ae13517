"""Which spans of a text are the full name of a person: the tagger's, weighed against what surrounds them, and those that
a title or a verb of telling gives away though the tagger overlooked them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from transforms.extracted.lexicon import descriptors, read_words, surnames, tag_of, title_words
from transforms.extracted.titles import CUTTERS, ends_with_descriptor, ends_with_title

_HAN: Final = r"[\u4e00-\u9fff]"
_STOPS: Final = r"[，,。；;：:！!？?“”\"‘’、）)（(\s]|$"
_EDGES: Final = "()（）[]【】“”\"'‘’《》<>、，。 \u3000"
LONGEST_HAN: Final = 4  # characters of a Chinese name, a surname of two included
ORDINARY_NAME: Final = 3  # characters
SHORTEST_FOREIGN: Final = 3  # characters; shorter ones (狮克) are as often a brand, and count only beside a title
_TITLES_OF_RESPECT: Final = ("老", "总", "某", "家", "姓", "氏", "局", "工")
_DOT: Final = "·•・"
# Letters that begin a name in the corpora only if they are a surname; as a first word of a name they are far more often
# a preposition, conjunction or adverb (findings of 60 news paragraphs read: 和中方, 曾为, 从工业, 由高).
WEAK_SURNAMES: Final = frozenset("和从曾为由于时向将则都应并零但经能要全过后同相家多当原自各该新老小大")
_TRAILING: Final = tuple("称说等在和与及的是为也就对向从将被任带率作赴到")


class Span(NamedTuple):
    """A stretch of one text."""

    start: int
    end: int


class Patterns(NamedTuple):
    """The compiled patterns; see ``patterns``."""

    titled: re.Pattern[str]
    telling: re.Pattern[str]
    addressed: re.Pattern[str]
    anonymised: re.Pattern[str]
    not_person: re.Pattern[str]
    hint: re.Pattern[str]
    prefilter: str


@cache
def patterns() -> Patterns:
    """Return the patterns, built of the word lists."""
    single, double = surnames()
    surname = f"(?:{'|'.join(double)}|[{single}])"
    strong = "".join(letter for letter in single if letter not in WEAK_SURNAMES)
    followers = "|".join([*sorted(read_words("followers.txt"), key=len, reverse=True), _STOPS])
    before = "|".join([*title_words(), *sorted(descriptors(), key=lambda word: (-len(word), word))])
    telling = "说道|说|表示|告诉记者|告诉笔者|介绍|介绍道|坦言|感慨|激动地|高兴地|笑着|一行"
    return Patterns(
        re.compile(f"(?:{before})(?P<name>{surname}{_HAN}{{1,2}}?)(?={followers})"),
        re.compile(f'(?:^|[，,。；;：:！!？?“”"、（(\\s]|据)(?P<name>{surname}{_HAN}{{1,2}})(?={telling})'),
        re.compile(
            f"(?P<name>[{strong}]{_HAN}{{2}})(?=总书记|国家主席|主席|总理|书记|主任|省长|市长|县长|区长|部长|局长|教授|院士|同志)"
        ),
        re.compile(
            f"(?P<name>(?:{'|'.join(double)}|[{strong}])某(?![一种些个项天地年日月人单地次位方事物处时程段部单])(?:某|[^\W\d_曾在将被对因说称等系已又](?=[，,。、；;（(的与和]))?)"
        ),
        re.compile("|".join(sorted(read_words("not_people.txt"), key=lambda word: (-len(word), word)))),
        re.compile(telling),
        f'(?:{before})(?:{"|".join(double)}|[{strong}]){_HAN}{{1,2}}(?:{followers})|(?:^|[，,。；;：:！!？?“”"、（(\\s]|据){_HAN}{{2,4}}(?:{telling})|某|[{strong}]{_HAN}{{2}}(?:书记|总书记|主席|总理|主任|[省市县区部局]长|教授|院士|同志)',
    )


def strip_edges(text: str, span: Span) -> Span:
    """Return ``span`` without brackets, quotation marks and blanks at its ends."""
    start, end = span
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    name = text[start:end]
    if (
        len(name) == LONGEST_HAN
        and name[-1] in _TRAILING
        and name[0] in surnames().single
        and name[:2] not in surnames().double
    ):
        end -= 1  # 丁向前作 is 丁向前, who 作 a report
    return Span(start, end)


def is_word_of_another_kind(name: str) -> bool:
    """Tell whether jieba's dictionary knows ``name`` as something else than a person or place (代表, 高速, 平安)."""
    tag = tag_of().get(name)
    return tag is not None and not tag.startswith(("nr", "ns"))


def is_full_name(text: str, span: Span) -> bool:
    """Tell whether what the tagger took for a person can be one, by its letters and by what surrounds it."""
    name = text[span.start : span.end]
    before, after = text[max(0, span.start - 24) : span.start], text[span.end : span.end + 10]
    if len(name) < 2 or "某" in name:
        return False
    if any(dot in name for dot in _DOT):
        return True
    if re.fullmatch(f"{_HAN}+", name) is None:
        return False
    introduced = ends_with_title(before) or ends_with_descriptor(before)
    is_inside_item = (
        re.search(r"[、，,][^\W\d_]$", before) is not None and before[-1] not in CUTTERS
    )  # 、新苏天美、 is a shop
    if is_inside_item or (not introduced and patterns().not_person.match(after)):
        return False
    single, double = surnames()
    if len(name) <= LONGEST_HAN and (name[0] in single or name[:2] in double):
        # jieba's dictionary knows names of three characters as nouns (周恩来), but those of two and four are other words.
        is_other_word = len(name) != ORDINARY_NAME and is_word_of_another_kind(name)
        return not name.endswith(_TITLES_OF_RESPECT) and not (is_other_word and not ends_with_title(before))
    # A foreign name, or the name of a product that sounds like one.
    return len(name) > SHORTEST_FOREIGN - 1 or introduced or patterns().hint.match(after) is not None


def overlooked(text: str) -> list[Span]:
    """Return names that stand between a title or stop and a verb of telling or a stop, whether tagged or not.

    A name must begin with a surname, must be no word of another kind, and must not end with the first character of what
    follows it (赖特称).
    """
    found: list[Span] = []
    for pattern in (patterns().titled, patterns().telling):
        for match in pattern.finditer(text):
            name = match["name"]
            weak = name[0] in WEAK_SURNAMES or name.endswith((*_TRAILING, *_TITLES_OF_RESPECT)) or "某" in name
            weak |= len(name) > 2 and tag_of().get(name[:2], "n")[0] in "vadpcm"
            if not weak and not is_word_of_another_kind(name) and not ends_with_title(name):
                found.append(Span(*match.span("name")))
    # A well-known name before its title (three characters that jieba's dictionary has as a name).
    for match in patterns().addressed.finditer(text):
        if tag_of().get(match["name"], "").startswith("nr"):
            found.append(Span(*match.span("name")))
    return found


def anonymised(text: str) -> list[Span]:
    """Return the names of which only the surname is given (孟某, 丁某某, 石某强)."""
    return [Span(*match.span("name")) for match in patterns().anonymised.finditer(text)] if "某" in text else []
