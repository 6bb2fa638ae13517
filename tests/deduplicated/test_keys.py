"""What of a text is compared, and the hashes of its grams, each beside a slow and obvious way to it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.deduplicated import keys
from transforms.deduplicated.keys import GRAM, hash_grams, key_and_places, match_keys

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


@settings(max_examples=50, deadline=None)
@given(st.text(LETTERS, max_size=12))
def test_places_lead_back_into_the_text(text: str) -> None:
    key, places = key_and_places(text)
    assert len(key) == len(places)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
