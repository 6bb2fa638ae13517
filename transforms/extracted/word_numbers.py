"""The words that anything is known of, by number, so that a spelling is looked up once for all who ask something of it.

What is known of a word is an entry of an array. The spellings themselves are not kept: a dictionary of Python with 370,000 words
takes .4 s to make and 50 MB in every process, their hashes sorted .1 s and 6 MB (2026-11). A word that is not known passes for
one that is, by chance, once in some ten million million questions. The hash is one that numpy makes of a column and Python of a
word: one word as a column takes 180 us, a hundred times as long, and a megabyte of news asks for a thousand words one by one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, NamedTuple, TypeVar, overload

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.extracted.gazetteer import administrative_names
from transforms.extracted.lexicon import read_parts, title_words
from transforms.words import dictionary, jieba_data

Numbers = npt.NDArray[np.int64]
Scalar = TypeVar("Scalar", bound=np.generic)

UNKNOWN: Final = 0  # the number of all words of which nothing is known
# A hash is made of the length of a word and so many letters, more than any word of the lists has. The factor is Knuth's golden
# ratio, as in ``name_features``.
_LETTERS: Final = 33
_FACTOR, _SHIFT, _BITS = 0x9E3779B97F4A7C15, 29, (1 << 64) - 1
_BEGINNING: Final = 16  # bits by which a hash is looked up first; some six hashes have the same


@cache
def inverse_document_frequencies() -> pl.DataFrame:
    """Return jieba's background table, columns ``word`` (each once) and ``idf``."""
    return pl.read_csv(
        jieba_data("analyse/idf.txt"), separator=" ", has_header=False, new_columns=["word", "idf"], quote_char=None
    )


class _Known(NamedTuple):
    """The hashes of all words that are known, in order, and the number of each."""

    hashes: npt.NDArray[np.uint64]
    numbers: Numbers
    size: int  # of an array by number
    # The same for one word at a time, since each look into an array makes a number of numpy's; and where the hashes with each
    # beginning begin.
    hash_view: memoryview
    number_view: memoryview
    beginnings: memoryview


@cache
def _known() -> _Known:
    """Number the words: those of the dictionary in its order, then those of the other lists that it does not have."""
    plain, rare = read_parts("plain_words.txt")
    listed = pl.Series(sorted({*title_words(), *administrative_names(), *plain, *rare}))
    lists = (dictionary()["word"], inverse_document_frequencies()["word"], listed)
    hashes = np.concatenate([_hashes(words) for words in lists])
    order = np.argsort(hashes)
    hashes = hashes[order]
    first = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1]))
    # A word of several lists has the number that it has in the first.
    hashes, numbers = hashes[first], np.minimum.reduceat(order, first) + UNKNOWN + 1
    begins = np.searchsorted(hashes, np.arange(1 << _BEGINNING, dtype=np.uint64) << np.uint64(64 - _BEGINNING))
    beginnings = np.append(begins, len(hashes))
    return _Known(hashes, numbers, len(order) + UNKNOWN + 1, hashes.data, numbers.data, beginnings.data)


class Tags:
    """jieba's tags by word, for the few look-ups that are not done by column."""

    def __init__(self, *, least_frequency: int) -> None:
        """Know the words that jieba counted so often at least."""
        used = pl.when(pl.col("frequency") >= least_frequency).then("tag")
        tags = dictionary().select(used.fill_null("")).to_series()
        self._names = ["", *tags.filter(tags != "").unique().sort().to_list()]
        kinds = tags.replace_strict(self._names, range(len(self._names)), return_dtype=pl.UInt8)
        self._kinds = by_dictionary(kinds.to_numpy(), 0, np.uint8).tobytes()

    def __contains__(self, word: str) -> bool:
        """Return whether ``word`` has a tag."""
        return self.get(word) is not None

    @overload
    def get(self, word: str) -> str | None: ...
    @overload
    def get(self, word: str, default: str) -> str: ...
    def get(self, word: str, default: str | None = None) -> str | None:
        """Return the tag of ``word``, ``default`` if it has none."""
        return self._names[self._kinds[_number_of(word)]] or default


@cache
def tag_of() -> Tags:
    """Return the tags of all words of jieba's dictionary."""
    return Tags(least_frequency=0)


@cache
def common_tag_of() -> Tags:
    """Return the tags of words that are in use; below fifty occurrences its dictionary has much that is none (石向)."""
    return Tags(least_frequency=50)


def word_numbers(words: pl.Series | Iterable[str]) -> Numbers:
    """Return the number of each of ``words``, ``UNKNOWN`` for those of which nothing is known."""
    column = words if isinstance(words, pl.Series) else pl.Series(list(words), dtype=pl.String)
    known, wanted = _known(), _hashes(column)
    place = np.searchsorted(known.hashes[:-1], wanted)  # the last one for all that are greater
    return np.where(known.hashes[place] == wanted, known.numbers[place], UNKNOWN)


@lru_cache(maxsize=4096)
def _number_of(word: str) -> int:
    """Return the number of ``word``, as ``word_numbers`` would."""
    known, wanted = _known(), len(word)
    for start in range(0, min(wanted, _LETTERS), 3):
        three = 0
        for letter in reversed(word[start : start + 3]):
            three = three << 21 | ord(letter)
        wanted = (wanted ^ three) * _FACTOR & _BITS
        wanted ^= wanted >> _SHIFT
    beginning = wanted >> 64 - _BEGINNING
    last = known.beginnings[beginning + 1]
    place = bisect_left(known.hash_view, wanted, known.beginnings[beginning], last)
    number: int = known.number_view[place] if place < last and known.hash_view[place] == wanted else UNKNOWN
    return number


def _hashes(words: pl.Series) -> npt.NDArray[np.uint64]:
    """Return the hash of each of ``words``, made of three letters at a time, those of all words at once."""
    lengths = words.str.len_chars().to_numpy().astype(np.int64)
    # Two zeros after each word, so that its last three letters are none of the next.
    joined = (words.str.join("\0\0").item() or "") + "\0\0"
    letters = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    three = letters[:-2] | letters[1:-1] << np.uint64(21) | letters[2:] << np.uint64(42)
    starts = np.cumsum(lengths + 2) - (lengths + 2)
    hashes = lengths.astype(np.uint64)
    at = np.arange(len(lengths))
    for step in range(0, min(int(lengths.max(initial=0)), _LETTERS), 3):
        at = at[lengths[at] > step]
        mixed = (hashes[at] ^ three[starts[at] + step]) * np.uint64(_FACTOR)
        hashes[at] = mixed ^ (mixed >> np.uint64(_SHIFT))
    return hashes


def by_number(
    words: pl.Series | Iterable[str], values: npt.ArrayLike, default: object, dtype: type[Scalar]
) -> npt.NDArray[Scalar]:
    """Return an array that has, at the numbers of ``words``, the values beside them, and ``default`` elsewhere.

    Raises
    ------
    ValueError
        If nothing is known of one of the words: a programmer's error, since the value would be that of all such words.
    """
    numbers = word_numbers(words)
    if (numbers == UNKNOWN).any():
        raise ValueError("a word of a list has no number: _known has to read the list")
    table = np.full(_known().size, default, dtype=dtype)
    table[numbers] = values
    return table


def by_dictionary(values: npt.ArrayLike, default: object, dtype: type[Scalar]) -> npt.NDArray[Scalar]:
    """Return the same of ``values`` beside the words of jieba's dictionary, whose numbers are known without a look-up."""
    table = np.full(_known().size, default, dtype=dtype)
    table[UNKNOWN + 1 : UNKNOWN + 1 + dictionary().height] = values
    return table
