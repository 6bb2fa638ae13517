"""What the name tagger sees of each character: its neighbours, its word, and what follows in the clause.

Every feature is one number, a hash of a template's number and its values, so that a table of weights needs no keys. What has
few values is numbered, so that the weights of a template can also stand side by side (``name_scores``). All values are
computed over the concatenated characters of a whole column in numpy; the same code serves training
(``benchmarks/train_names.py``) and tagging, and the table of weights is valid only for this version of it.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.extracted.gazetteer import administrative_names
from transforms.extracted.lexicon import read_parts, read_words, surnames, title_words
from transforms.extracted.word_numbers import Numbers, by_dictionary, by_number, word_numbers
from transforms.words import Words, dictionary

U32 = npt.NDArray[np.uint32]

GAP: Final = 2  # empty characters between two rows, so that no window of two characters sees the neighbouring row
FARTHEST: Final = 6  # words; a head further ahead than this counts as this far

# Words that end the name of an institution. A head later in the clause is what tells the first character of
# 云山市现代农业服务中心 from a mere place, long before a window of two characters can see it.
HEADS: Final = tuple(read_words("heads.txt"))
_HEAD_ENDS: Final = frozenset(head[-1] for head in HEADS)

# jieba's tags, those that matter apart and the rest together.
_TAGS: Final = {
    **{
        tag: number
        for number, tag in enumerate(
            ["ns", "nr", "nt", "nz", "n", "v", "p", "m", "q", "a", "d", "c", "u", "r", "f", "t", "vn", "s"], start=1
        )
    },
    "nrt": 2,
    "nrfg": 2,
    "l": 5,
    "i": 5,
    "ng": 5,
    "zg": 5,
    "vd": 6,
    "vg": 6,
    "vi": 6,
    "vq": 6,
    "mq": 8,
    "an": 10,
    "ag": 10,
    "ad": 11,
    "ul": 13,
    "uj": 13,
    "uz": 13,
    "uv": 13,
    "ug": 13,
    "ud": 13,
    "tg": 16,
}
_OTHER_TAG: Final = 19
_NO_WORD: Final = 31  # the tag of the place before the first and after the last word of a row

# What the features are made of, in the order of their numbers from 1 on.
TEMPLATES: Final[tuple[tuple[str, ...], ...]] = (
    ("before2",),
    ("before",),
    ("here",),
    ("after",),
    ("after2",),
    ("before2", "before"),
    ("before", "here"),
    ("here", "after"),
    ("after", "after2"),
    ("before", "after"),
    ("word", "position"),
    ("word_before", "position"),
    ("word_after", "position"),
    ("tag", "position", "tag_before"),
    ("tag", "position", "tag_after"),
    ("positions", "tag"),
    ("head", "position"),
    ("head_word", "here"),
    ("flags", "position"),
    ("here", "title_before", "position"),
)
_LETTERS: Final = ("before2", "before", "here", "after", "after2")
# How many values there are of what is small, 0 and on.
_COUNTS: Final = {
    "position": 5,
    "positions": 5 + 8 * 4 + 64 * 4,
    **dict.fromkeys(("tag", "tag_before", "tag_after"), _NO_WORD + 1),
    "head": 8 * (len(HEADS) + 1),
    "head_word": len(HEADS) + 1,
    "flags": 1 << 10,
    "title_before": 2,
}


def by_code(letters: str) -> npt.NDArray[np.bool_]:
    """Return, by code point, whether a character is one of ``letters``: a look takes less time than a comparison with each."""
    table = np.zeros(0x110000, dtype=np.bool_)
    table[[ord(letter) for letter in letters]] = True
    return table


_BREAKS: Final = by_code(',.;:!?“”"、《》')  # after folding; no name runs across
_IS_CONJUNCTION: Final = np.isin(np.arange(32), (_TAGS["p"], _TAGS["c"], _TAGS["u"]))  # by tag


class Characters(NamedTuple):
    """The characters of a column, row after row with ``GAP`` zeros before each and after the last."""

    text: str  # as they are
    codes: U32  # folded: full-width to half-width, digits to 0, Latin letters to a
    letters: U32  # the numbers of the codes in ``letter_codes``
    letter_codes: U32
    row_starts: npt.NDArray[np.int64]
    row_lengths: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]  # the word that each character belongs to; a gap to one after the last
    position: U32  # of a character in its word: 1 alone, 2 at its beginning, 3 at its end, 4 inside, 0 for a gap
    of_words: dict[str, U32]  # what the templates see of each word and its neighbours
    word_rows: npt.NDArray[np.int64]
    plainness: U32 | None  # of each word; null to look at every word

    @property
    def features(self) -> list[U32]:
        """Return the hashed features of every character, one array per template."""
        numbers = self.numbers_at(np.arange(len(self.codes)))
        return [hashed(template, numbers, self.letter_codes) for template in range(len(TEMPLATES))]

    def numbers_at(self, at: npt.NDArray[np.int64]) -> dict[str, U32]:
        """Return what the templates see of the characters at some places; all of a column take up memory by the hundreds.

        A letter is its number in ``letter_codes``, a word its hash; all others are their own numbers, below ``_COUNTS``.
        """
        # A gap is at both ends of the column: what is read beyond the one end is the other.
        last = len(self.codes) - 1
        around = {step: np.minimum(at + step, last) if step > 0 else at + step for step in range(-GAP, GAP + 1)}
        letters = {name: self.letters.take(around[step]) for name, step in zip(_LETTERS, around, strict=True)}
        before, position, after = (self.position.take(around[step]) for step in (-1, 0, 1))
        owner = self.owner.take(at)
        seen = {name: values.take(owner) for name, values in self.of_words.items()}
        flags = _surname_flags().take(self.letter_codes)
        surnames_around = sum(
            np.uint32(4**place) * flags.take(letters[name])
            for place, name in enumerate(("here", "before", "before2", "after"))
        )
        return (
            seen
            | letters
            | {
                "position": position,
                "positions": position + 8 * before + 64 * after,
                "head_word": seen["head"] >> np.uint32(3),
                "flags": surnames_around + 256 * seen["title_before"] + 512 * seen["title_after"],
            }
        )


def value_counts(template: int, letter_codes: U32) -> tuple[int, ...] | None:
    """Return how many there are of each value of a template of ``TEMPLATES``, null where two are letters or one is a word."""
    names = TEMPLATES[template]
    if len(letters := set(names) & set(_LETTERS)) > 1 or not set(names) <= letters | set(_COUNTS):
        return None
    return tuple(len(letter_codes) if name in letters else _COUNTS[name] for name in names)


def hashed(template: int, numbers: dict[str, U32], letter_codes: U32) -> U32:
    """Return the features of a template of ``TEMPLATES``, given the numbers of its values."""
    values = (letter_codes.take(numbers[name]) if name in _LETTERS else numbers[name] for name in TEMPLATES[template])
    with np.errstate(over="ignore"):
        return _mix(template + 1, *values)


def _mix(number: int, *values: U32) -> U32:
    """Return a hash of ``number`` and the values, element by element (multiplicative, constant of Knuth's golden ratio)."""
    factor, shift = np.uint32(0x9E3779B1), np.uint32(15)
    seed = np.uint32(number) * factor
    mixed = values[0] ^ (seed ^ (seed >> shift))
    for position, value in enumerate(values):
        if position:
            mixed ^= value
        mixed *= factor
        mixed ^= mixed >> shift
    return mixed


@cache
def _surname_flags() -> U32:
    """Return, by code point, 1 for a surname of one character and 2 for the first character of one of two."""
    single, double = surnames()
    flags = np.zeros(0x110000, dtype=np.uint32)
    flags[[ord(character) for character in single]] = 1
    flags[[ord(name[0]) for name in double]] = 2
    return flags


@cache
def _folding() -> U32:
    """Return, by code point, the character that the tagger sees for it."""
    table = np.arange(0x110000, dtype=np.uint32)
    table[0xFF01:0xFF5F] -= 0xFEE0
    table[ord("。")] = ord(".")
    table[ord("0") : ord("9") + 1] = ord("0")
    table[ord("０") : ord("９") + 1] = ord("0")
    for first, last in ("az", "AZ", "ａｚ", "ＡＺ"):
        table[ord(first) : ord(last) + 1] = ord("a")
    return table


def _fold(text: str) -> U32:
    return _folding().take(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32))


class KnownWords(NamedTuple):
    """What is known of words by their spelling."""

    tag: U32
    head: U32  # number of the head that the word ends with
    is_title: U32
    is_place: npt.NDArray[np.bool_]  # the name of a city or county (``gazetteer``)
    plainness: U32 | None  # one of ``PLAIN``, ``RARE`` and 0; null to look at every word
    hashes: U32
    letter_codes: U32  # of all characters of the words, folded, that of a gap first


PLAIN, RARE = 2, 1  # never in a name, and seldom (``data/plain_words.txt``)


def known_words(words: pl.Series, numbers: Numbers | None = None) -> KnownWords:
    """Return what is known of each of ``words``; ``numbers`` are their ``word_numbers``, if the caller has them already.

    They are looked up by number: a join would hash jieba's 350,000 words for every batch.
    """
    spellings = words.to_list()
    numbers = word_numbers(words) if numbers is None else numbers
    head = _head_numbers().get
    # One word in fourteen ends with a letter that a head ends with (2026-11).
    heads = [
        (head(word[-3:]) or head(word[-2:]) or head(word[-1:], 0)) if word[-1:] in _HEAD_ENDS else 0
        for word in spellings
    ]
    known = _known_by_number()
    return KnownWords(
        known.tag[numbers],
        np.array(heads, dtype=np.uint32),
        known.is_title[numbers],
        known.is_place[numbers],
        known.plainness[numbers],
        *_hashes_and_letters(words),
    )


class _KnownByNumber(NamedTuple):
    """The fields of ``KnownWords`` by the number of a word."""

    tag: U32
    is_title: U32
    is_place: npt.NDArray[np.bool_]
    plainness: U32


@cache
def _known_by_number() -> _KnownByNumber:
    tags = dictionary()["tag"].replace_strict(_TAGS, default=_OTHER_TAG, return_dtype=pl.UInt32)
    plain, rare = read_parts("plain_words.txt")
    return _KnownByNumber(
        by_dictionary(tags.to_numpy(), 0, np.uint32),
        by_number(title_words(), 1, 0, np.uint32),
        by_number(administrative_names(), True, False, np.bool_),
        by_number([*plain, *rare], [PLAIN] * len(plain) + [RARE] * len(rare), 0, np.uint32),
    )


@cache
def _head_numbers() -> dict[str, int]:
    """Return the numbers of the heads, none of more than three letters; of two that a word ends with, the longer is meant."""
    return {head: number for number, head in enumerate(HEADS, start=1)}


def _hashes_and_letters(words: pl.Series) -> tuple[U32, U32]:
    """Return a number for each of ``words``, and the codes of all their letters.

    The number is made of the length, the first three letters and the last: all of a word of four.
    """
    length = words.str.len_chars().to_numpy().astype(np.int64)
    # Line breaks are no part of a word, but of a text.
    codes = _fold((words.str.join("").item() or "") + "\0\n\r")
    begin = np.cumsum(length) - length
    second, third = (codes.take(begin + step) * (length > step) for step in (1, 2))
    is_there = np.zeros(0x110000, dtype=np.bool_)
    is_there[codes] = True
    with np.errstate(over="ignore"):
        hashes = _mix(0, codes[begin], second, third, codes[begin + length - 1], length.astype(np.uint32))
    return hashes, np.flatnonzero(is_there).astype(np.uint32)


def _next_head(heads: U32, stops: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64]) -> U32:
    """Return for each word the first head at or after it in its clause and how far it is, as one number; 0 for none."""
    at = np.arange(len(heads))
    none = len(heads)
    next_stop = np.minimum.accumulate(np.where(stops, at, none)[::-1])[::-1]
    next_head = np.minimum.accumulate(np.where(heads > 0, at, none)[::-1])[::-1]
    there = np.minimum(next_head, none - 1)
    is_reached = (next_head < next_stop) & (rows[there] == rows)
    distance = np.minimum(there - at, FARTHEST)
    return np.where(is_reached, heads[there] * 8 + distance + 1, 0).astype(np.uint32)


def characters(texts: pl.Series, words: Words, known: KnownWords | None = None) -> Characters:
    """Return the characters of ``texts``, which has no null, with what the templates see.

    ``words`` is ``cut_column(texts)``, and ``known`` is ``known_words`` of its spellings, if the caller has it already.
    """
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    starts = np.cumsum(lengths + GAP) - lengths
    size = int((lengths + GAP).sum()) + GAP
    filler = "\0" * GAP
    text = filler + filler.join([*texts.to_list(), ""])
    codes = _fold(text)
    known = known or known_words(words.spellings)
    letter_numbers = np.zeros(0x110000, dtype=np.uint32)
    letter_numbers[known.letter_codes] = np.arange(len(known.letter_codes))

    rows = words.row
    begin = words.char_start + starts[rows]
    length = words.char_end - words.char_start
    tag, head, is_title, word_hash = (
        values.take(words.spelling) for values in (known.tag, known.head, known.is_title, known.hashes)
    )
    plainness = None if known.plainness is None else known.plainness.take(words.spelling)
    goes_on = rows[1:] == rows[:-1]

    def neighbour(values: U32, step: int, nothing: int) -> U32:
        moved = np.full(len(values), nothing, dtype=np.uint32)
        if step > 0:
            np.copyto(moved[1:], values[:-1], where=goes_on)
        else:
            np.copyto(moved[:-1], values[1:], where=goes_on)
        return moved

    # From words to characters: which word a character belongs to (a gap to one after the last), and its place in it.
    owner = np.full(size, len(rows), dtype=np.int64)
    position = np.zeros(size, dtype=np.uint32)
    is_text = np.ones(size, dtype=bool)
    for step in range(GAP):
        is_text[starts - 1 - step] = False
        is_text[size - 1 - step] = False
    owner[is_text] = np.repeat(np.arange(len(rows)), length)
    position[is_text] = 4
    position[begin + length - 1] = 3
    position[begin] = np.where(length == 1, 1, 2)

    stops = _BREAKS.take(codes.take(begin)) | _IS_CONJUNCTION.take(tag)
    of_words = {
        "tag": tag,
        "tag_before": neighbour(tag, 1, _NO_WORD),
        "tag_after": neighbour(tag, -1, _NO_WORD),
        "word": word_hash,
        "word_before": neighbour(word_hash, 1, 0),
        "word_after": neighbour(word_hash, -1, 0),
        "head": _next_head(head, stops, rows),
        "title_before": neighbour(is_title, 1, 0),
        "title_after": neighbour(is_title, -1, 0),
    }
    of_words = {name: np.append(values, np.uint32(0)) for name, values in of_words.items()}
    return Characters(
        text,
        codes,
        letter_numbers.take(codes),
        known.letter_codes,
        starts,
        lengths,
        owner,
        position,
        of_words,
        rows,
        plainness,
    )
