"""The words of thousands of texts (tests/varied.py, tests/as_before.py)."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import polars as pl

from tests import as_before
from tests.varied import sentences
from transforms.words import cut_column, dictionary, inner_words, is_word, jieba_data, sub_words

PINNED = Path(__file__).with_name("as_before.toml")


def test_words_and_their_places_are_as_before():
    texts = sentences(600)
    words = cut_column(pl.Series([text + "\r\n" * (number % 3 == 0) + text[:9] for number, text in enumerate(texts)]))
    spelt = np.array(words.spellings.to_list(), dtype=object)[words.spelling]
    at = np.searchsorted(words.row, np.arange(len(texts) + 1))
    rows = [
        [
            *zip(
                spelt[first:last],
                words.char_start[first:last].tolist(),
                words.char_end[first:last].tolist(),
                strict=True,
            )
        ]
        for first, last in itertools.pairwise(at)
    ]
    as_before.check(PINNED, "cut", texts, rows)
    part = words.of_rows(100, 200)
    assert part.row.tolist() == (words.row[at[100] : at[200]] - 100).tolist()


def test_parts_of_words_are_as_before():
    words = sorted({text[at : at + size] for text in sentences(200) for size in range(1, 7) for at in range(0, 30, 5)})
    as_before.check(PINNED, "parts", words, [(is_word(word), sub_words(word)) for word in words])
    parts, owners = inner_words(pl.Series(words, dtype=pl.String))
    by_word: dict[int, list[str]] = {}
    for part, owner in zip(parts, owners.tolist(), strict=True):
        by_word.setdefault(owner, []).append(part)
    assert [tuple(by_word.get(number, ())) for number in range(len(words))] == [sub_words(word) for word in words]


def test_the_dictionary_is_that_of_jieba():
    lines = jieba_data("dict.txt").decode().splitlines()
    entries = {}
    for line in lines:
        word, frequency, tag = line.split(" ")
        entries.setdefault(word, (int(frequency), tag))
    table = dictionary()
    assert table.height == len(entries)
    assert dict(zip(table["word"], zip(table["frequency"], table["tag"], strict=True), strict=True)) == entries
