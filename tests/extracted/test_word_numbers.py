from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.extracted.gazetteer import administrative_names
from transforms.extracted.keywords import _inverse_document_frequencies
from transforms.extracted.lexicon import read_parts, title_words
from transforms.extracted.name_features import _OTHER_TAG, _TAGS, PLAIN, RARE, known_words
from transforms.extracted.word_numbers import (
    UNKNOWN,
    by_number,
    common_tag_of,
    inverse_document_frequencies,
    tag_of,
    word_numbers,
)
from transforms.words import dictionary

UNHEARD_OF = ["霁岚擎鹭", "", "\ufffd"]


def test_what_is_known_of_a_word_is_what_its_lists_say() -> None:
    """The oracle looks each word up in each list, one after another."""
    plain, rare = read_parts("plain_words.txt")
    background = dict(inverse_document_frequencies().iter_rows())
    median = sorted(background.values())[len(background) // 2]
    tags = dict(dictionary().select("word", "tag").iter_rows())
    lists = [sorted(words) for words in (title_words(), administrative_names(), plain, rare, tags, background)]
    words = [word for some in lists for word in some[:: max(1, len(some) // 300)]] + UNHEARD_OF
    known = known_words(pl.Series(words))
    assert known.tag.tolist() == [_TAGS.get(tags[word], _OTHER_TAG) if word in tags else 0 for word in words]
    assert known.is_title.tolist() == [word in title_words() for word in words]
    assert known.is_place.tolist() == [word in administrative_names() for word in words]
    assert known.plainness is not None
    assert known.plainness.tolist() == [PLAIN * (word in plain) + RARE * (word in rare) for word in words]
    frequent = {word for word, count in dictionary().select("word", "frequency").iter_rows() if count >= 50}
    assert [tag_of().get(word) for word in words] == [tags.get(word) for word in words]
    assert [common_tag_of().get(word, "x") for word in words] == [
        tags[word] if word in frequent else "x" for word in words
    ]
    assert [word in tag_of() for word in words] == [word in tags for word in words]
    frequencies = _inverse_document_frequencies()[word_numbers(words)]
    assert frequencies.tolist() == [background.get(word, median) for word in words]


@settings(deadline=None, max_examples=20)
@given(st.lists(st.text(alphabet="云山市\U00020000a1", max_size=70), max_size=8))
def test_a_word_has_the_number_that_it_has_in_a_column(words: list[str]) -> None:
    known = dictionary()["word"].gather_every(5000).to_list()
    asked = [*words, *known, *(word * 40 for word in words), *(word + "山" for word in known)]
    numbers = {word: number for number, word in enumerate(dictionary()["word"], UNKNOWN + 1)}
    found = word_numbers(asked).tolist()
    assert [number for word, number in zip(asked, found, strict=True) if word in numbers] == [
        numbers[word] for word in asked if word in numbers
    ]
    tags = dict(dictionary().select("word", "tag").iter_rows())
    assert [tag_of().get(word) for word in asked] == [tags.get(word) for word in asked]


def test_no_word_stands_twice_in_a_table() -> None:
    assert inverse_document_frequencies()["word"].is_unique().all()
    assert dictionary()["word"].is_unique().all()


def test_a_word_without_a_number_is_no_word_of_a_list() -> None:
    assert word_numbers(UNHEARD_OF).tolist() == [UNKNOWN] * len(UNHEARD_OF)
    with pytest.raises(ValueError, match="has no number"):
        by_number(UNHEARD_OF, 1, 0, np.uint32)
