"""What of a text is compared, and the hashes of its grams, each beside a slow and obvious way to it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.deduplicated import keys
from transforms.deduplicated.bodies import hash_bodies
from transforms.deduplicated.keys import GRAM, hash_grams, hash_windows, key_and_places, match_keys, mix

# Letters of the paper, and those whose form has several characters, hangs on a neighbour or lies beyond the basic plane.
LETTERS = st.sampled_from("版面１２亿元，。ＡbＣ ①㎡…ΣΑσς가ᄀ각ﾊﾟe\u0301éİßﬁ𠮷𝟏\u200b\n")
TEXTS = st.lists(st.one_of(st.text(max_size=12), st.text(LETTERS, max_size=12)), max_size=6)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_the_table_says_what_the_three_steps_say(texts: list[str]) -> None:
    series = pl.Series("text", texts, dtype=pl.String)
    assert match_keys(series).to_list() == keys._key_slowly(series).to_list()


def test_every_character_of_the_basic_plane_alone_and_in_company() -> None:
    characters = [chr(code) for code in range(1, 0xFFFF) if not 0xD800 <= code < 0xE000]
    for pattern in ("{}", "版{}e", "Ａ{}Ｂ"):
        series = pl.Series([pattern.format(character) for character in characters])
        assert match_keys(series).to_list() == keys._key_slowly(series).to_list()


def test_nulls_and_nothing() -> None:
    assert match_keys(pl.Series("text", [], dtype=pl.String)).to_list() == []
    assert match_keys(pl.Series("text", ["版，面", None, ""])).to_list() == ["版面", None, ""]


@pytest.mark.parametrize("at_once", [1, 3, 1 << 15])
def test_grams_are_those_of_each_text_alone(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    texts = pl.Series(["青禾县图书馆新馆开放青禾县图书馆", "开放", "", "水库除险加固", "青禾县图书馆新馆"])
    alone = [set(hash_grams(pl.Series([text])).hashes.tolist()) for text in texts]
    assert [len(grams) for grams in alone] == [
        len({text[place : place + GRAM] for place in range(len(text) - GRAM + 1)}) for text in texts
    ]
    monkeypatch.setattr(keys, "_AT_ONCE", at_once)
    for moduli in (None, np.array([2, 1, 4, 1, 8], dtype=np.uint64)):
        found = hash_grams(texts, moduli=moduli)
        assert (np.diff(found.owners) >= 0).all()
        for owner, grams in enumerate(alone):
            mine = found.hashes[found.owners == owner].tolist()
            wanted = {gram for gram in grams if moduli is None or gram % int(moduli[owner]) == 0}
            assert sorted(mine) == sorted(wanted)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 12, 13])
def test_a_gram_is_the_polynomial_of_its_characters_scrambled(size: int) -> None:
    """What a warehouse keeps must never change: the definition, and one value of it."""
    text = "青禾县图书馆新馆昨日开放藏书十二万册"
    wanted = []
    for place in range(len(text) - size + 1):
        value = 0
        for character in text[place : place + size]:
            value = (value * 0x9E3779B97F4A7C15 + ord(character)) % (1 << 64)
        wanted.append(value)
    assert hash_windows(pl.Series([text]), size=size).hashes.tolist() == mix(np.array(wanted, dtype=np.uint64)).tolist()
    assert hash_windows(pl.Series(["藏书十二万"])).hashes.tolist() == [15787788188145630938]


def test_a_body_is_named_by_xxh64_of_its_key_in_utf_8() -> None:
    assert hash_bodies(pl.Series(["", "a", "藏书十二万"])).to_list() == [
        0xEF46DB3751D8E999,
        0xD24EC4F1A98C6E5B,
        16591222711126090635,
    ]


@pytest.mark.parametrize("at_once", [1, 7, 1 << 15])
def test_keys_do_not_depend_on_how_many_are_made_at_once(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    texts = pl.Series(["版，面", "", "ＡＢＣ" * 5, "①𠮷", "", "e\u0301", "某年"])
    monkeypatch.setattr(keys, "_AT_ONCE", at_once)
    assert match_keys(texts).to_list() == keys._key_slowly(texts).to_list()


@settings(max_examples=50, deadline=None)
@given(st.text(LETTERS, max_size=12))
def test_places_lead_back_into_the_text(text: str) -> None:
    key, places = key_and_places(text)
    assert len(key) == len(places)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
