"""The words that anything is known of, by number, so that a spelling is looked up once for all who ask something of it.

A look into a dictionary of 350,000 words misses every cache of the processor; what is known of a word is then an entry of an
array.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.extracted.gazetteer import administrative_names
from transforms.extracted.lexicon import read_parts, title_words
from transforms.words import dictionary, jieba_data

Numbers = npt.NDArray[np.int64]
Scalar = TypeVar("Scalar", bound=np.generic)

UNKNOWN: Final = 0  # the number of all words of which nothing is known


@cache
def inverse_document_frequencies() -> pl.DataFrame:
    """Return jieba's background table, columns ``word`` and ``idf``."""
    return pl.read_csv(
        jieba_data("analyse/idf.txt"), separator=" ", has_header=False, new_columns=["word", "idf"], quote_char=None
    ).unique("word", keep="last", maintain_order=True)


@cache
def _number_of() -> dict[str, int]:
    plain, rare = read_parts("plain_words.txt")
    listed = pl.Series(sorted({*title_words(), *administrative_names(), *plain, *rare}))
    words = pl.concat([dictionary()["word"], inverse_document_frequencies()["word"], listed])
    return {word: number for number, word in enumerate(words.unique(maintain_order=True).to_list(), UNKNOWN + 1)}


def word_numbers(words: Iterable[str]) -> Numbers:
    """Return the number of each of ``words``, ``UNKNOWN`` for those of which nothing is known."""
    number = _number_of().get
    return np.array([number(word, UNKNOWN) for word in words], dtype=np.int64)


def by_number(words: Iterable[str], values: npt.ArrayLike, default: object, dtype: type[Scalar]) -> npt.NDArray[Scalar]:
    """Return an array that has, at the numbers of ``words``, the values beside them, and ``default`` elsewhere.

    Raises
    ------
    ValueError
        If nothing is known of one of the words: a programmer's error, since the value would be that of all such words.
    """
    numbers = word_numbers(words)
    if (numbers == UNKNOWN).any():
        raise ValueError("a word of a list has no number: _number_of has to read the list")
    table = np.full(len(_number_of()) + 1, default, dtype=dtype)
    table[numbers] = values
    return table
