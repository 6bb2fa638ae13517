"""Words of a whole column of text in one pass.

jieba's dictionary and algorithm (longest-probability path over the dictionary, a hidden Markov model for what it lacks)
are the definition of a word here; rjieba, the same in Rust, is the engine: token boundaries equal on 99.99 % of 6,000
paragraphs, at 16 times the speed (measured 2026-11; ``tests/words`` compares the two on every run). The words of
``data/user_words.txt`` are added to both.

A column is cut as one long string, because a call per paragraph costs a third of the speed (19 against 13 MB/s): jieba
cuts the runs between characters that are no letters one by one, so a line break between two paragraphs changes no word.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt
import polars as pl
import rjieba

_PORTION: Final = (
    1 << 15
)  # characters cut at a time; of 2^14 to 2^16 all take a tenth less time than a million (2026-11)
SHORTEST_WITH_PARTS: Final = 3  # characters; jieba's search mode looks inside words of three and more


class Words(NamedTuple):
    """The words of a column, in order. What is asked of a word is asked once for each spelling."""

    row: npt.NDArray[np.int64]  # index into the column that was cut
    char_start: npt.NDArray[np.int64]  # in its text
    char_end: npt.NDArray[np.int64]
    spelling: npt.NDArray[np.uint32]  # index into ``spellings``
    spellings: pl.Series  # the distinct words, in order of their first use

    def of_rows(self, first: int, last: int) -> Words:
        """Return the words of some rows, the first of which is row 0 then."""
        here = slice(*np.searchsorted(self.row, [first, last]))
        return Words(
            self.row[here] - first, self.char_start[here], self.char_end[here], self.spelling[here], self.spellings
        )


class UserWord(NamedTuple):
    """A word that jieba's dictionary lacks, with the frequency that wins it against its parts, and its tag."""

    word: str
    frequency: int
    tag: str


@cache
def user_words() -> tuple[UserWord, ...]:
    """Return the words of ``data/user_words.txt``, in the format of a jieba user dictionary (word, frequency, tag)."""
    text = resources.files("transforms.words").joinpath("data/user_words.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(UserWord(word, int(frequency), tag) for word, frequency, tag in rows)


def jieba_data(path: str) -> bytes:
    """Return a data file of jieba, given its path in jieba's folder, found without importing jieba (.3 s).

    Raises
    ------
    ModuleNotFoundError
        If jieba is not installed.
    """
    found = find_spec("jieba")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("jieba is not installed, whose dictionary says what a word is")
    return Path(found.submodule_search_locations[0], path).read_bytes()


@cache
def dictionary() -> pl.DataFrame:
    """Return jieba's dictionary, columns ``word``, ``frequency``, ``tag`` (nr a person, ns a place, n a noun ...)."""
    table = pl.read_csv(
        jieba_data("dict.txt"),
        separator=" ",
        has_header=False,
        new_columns=["word", "frequency", "tag"],
        quote_char=None,
    )
    return table.filter(pl.col("word").is_first_distinct())


@cache
def _engine() -> rjieba.Jieba:
    """Return rjieba with its bundled copy of jieba's dictionary and our words."""
    engine = rjieba.Jieba()
    for entry in user_words():
        engine.add_word(entry.word, entry.frequency, entry.tag)
    return engine


def cut(text: str) -> list[str]:
    """Return the words of ``text``; joined, they are ``text`` again.

    >>> cut("开工建设新材料产业园")
    ['开工', '建设', '新', '材料', '产业园']
    """
    words: list[str] = _engine().cut(text, True)
    return words


def cut_column(texts: pl.Series) -> Words:
    """Return every word of every text of the column, in order.

    White space and punctuation are words too, so that the words of a row, joined, are its text; a null has none.
    """
    # A line break inside a text is replaced by a space, which jieba treats alike and which keeps the offsets; a carriage
    # return too, since jieba takes it and a line break after it for one word.
    rows = texts.cast(pl.String).fill_null("").str.replace_all("[\r\n]", " ")
    # Portion by portion, so that what one leaves behind is at work for the next and not new memory.
    portion = np.cumsum(rows.str.len_chars().to_numpy(), dtype=np.int64) // _PORTION
    bounds = [0, *(np.flatnonzero(np.diff(portion)) + 1).tolist(), len(rows)]
    parts = [
        pl.Series("word", cut("\n".join([*rows[first:last].to_list(), *[""] * (last < len(rows))])), dtype=pl.String)
        for first, last in pairwise(bounds)
    ]
    words = pl.concat(parts)
    spellings, numbers = distinct_words(words)
    spelling = numbers.to_numpy()
    at_end = np.cumsum(spellings.str.len_chars().to_numpy().take(spelling), dtype=np.int64)
    at_start = np.concatenate([[0], at_end[:-1]])
    is_between = (spellings == "\n").to_numpy()
    if not is_between.any():  # a column of one text
        return Words(np.zeros(len(words), dtype=np.int64), at_start, at_end, spelling, spellings)
    is_word = ~is_between.take(spelling)
    row = np.cumsum(~is_word)[is_word]
    row_start = np.concatenate([[0], at_end[~is_word]])[row]
    return Words(
        row,
        at_start[is_word] - row_start,
        at_end[is_word] - row_start,
        (spelling - (spelling > np.flatnonzero(is_between)[0]))[is_word],
        spellings.filter(pl.Series(~is_between)),
    )


def distinct_words(words: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the distinct values of ``words``, and for each word the index of its value: what is asked of a word is asked once.

    >>> [part.to_list() for part in distinct_words(pl.Series(["市", "县", "市"]))]
    [['市', '县'], [0, 1, 0]]
    """
    if words.is_empty():
        return words, pl.Series(dtype=pl.UInt32)
    # Categories of their own are numbered from 0 in order of first use, in one pass over the words; distinct values and an
    # enumeration of them take two (2026-11). The name that they go by is nowhere seen.
    numbered = words.cast(pl.Categorical(pl.Categories.random()))
    numbers = numbered.to_physical()
    distinct = pl.Series(np.arange(cast(int, numbers.max()) + 1, dtype=np.uint32)).cat.to(numbered.dtype)
    return distinct.cast(pl.String), numbers


def is_word(word: str) -> bool:
    """Tell whether ``word`` stands in the dictionary (jieba's or ours)."""
    known: bool = _engine().has_word(word)
    return known


@lru_cache(maxsize=4096)
def sub_words(word: str) -> tuple[str, ...]:
    """Return the shorter dictionary words inside ``word``, as jieba's search mode adds them: of two characters, then three.

    A part that stands twice inside a word is there twice, as in jieba.
    """
    if len(word) < SHORTEST_WITH_PARTS:
        return ()
    has_word = _engine().has_word
    parts = [word[i : i + 2] for i in range(len(word) - 1)]
    if len(word) > SHORTEST_WITH_PARTS:
        parts += [word[i : i + 3] for i in range(len(word) - 2)]
    return tuple(part for part in parts if has_word(part))


def inner_words(words: pl.Series) -> tuple[pl.Series, npt.NDArray[np.int64]]:
    """Return the ``sub_words`` of all ``words``, first those of two characters and then those of three, and of each its word.

    All are looked up in one go, as numbers, which takes a third of the time of a call for each part (2026-11).

    >>> parts, word = inner_words(pl.Series(["担保贷款", "云山", "新材料"]))
    >>> parts.to_list(), word.tolist()
    (['担保', '贷款', '材料'], [0, 0, 2])
    """
    lengths = words.str.len_chars().to_numpy().astype(np.int64)
    text = words.str.join("").item() or ""
    codes = _codes(text)
    word_of = np.repeat(np.arange(len(lengths)), lengths)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(codes))  # characters of the word from here on
    parts, owners = [], []
    for size in (2, 3):
        at = np.flatnonzero((left >= size) & (lengths[word_of] > size))
        at = at[_is_listed(_packed(codes, at, size), _packed_words(size))]
        parts += [text[start : start + size] for start in at.tolist()]
        owners.append(word_of[at])
    return pl.Series(parts, dtype=pl.String), np.concatenate(owners)


def _codes(text: str) -> npt.NDArray[np.uint64]:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)


def _packed(codes: npt.NDArray[np.uint64], at: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.uint64]:
    """Return the characters from each place on, ``size`` of them and three at most, as one number."""
    packed = codes[at]
    for step in range(1, size):
        packed = packed << np.uint64(21) | codes[at + step]
    return packed


@lru_cache(maxsize=2)  # of two characters, and of three
def _packed_words(size: int) -> npt.NDArray[np.uint64]:
    """Return all words of so many characters, jieba's and ours, as numbers in order."""
    words = pl.concat([dictionary()["word"], pl.Series([entry.word for entry in user_words()], dtype=pl.String)])
    codes = _codes(words.filter(words.str.len_chars() == size).str.join("").item() or "")
    return np.sort(_packed(codes, np.arange(0, len(codes), size), size))


def _is_listed(numbers: npt.NDArray[np.uint64], listed: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Tell for each of ``numbers`` whether it is one of those ``listed``, which are in order."""
    found: npt.NDArray[np.bool_] = listed.take(np.searchsorted(listed, numbers), mode="clip") == numbers
    return found
