"""Which paragraphs of a page share grams, beside sets of substrings compared pair by pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.deduplicated import candidates
from transforms.deduplicated.candidates import SHARED_SHARE, count_grams, find_pairs, gram_pages
from transforms.deduplicated.keys import GRAM, hash_windows
from transforms.deduplicated.loops import find_flooded

# Few characters, so that texts share grams and repeat themselves.
PAGES = st.lists(st.lists(st.text("版面县市", max_size=14), max_size=6, unique=True), max_size=4)


def grams_of(text: str) -> set[str]:
    return {text[place : place + GRAM] for place in range(len(text) - GRAM + 1)}


@settings(max_examples=100, deadline=None)
@given(PAGES)
def test_counts_and_pairs_are_those_of_sets(made: list[list[str]]) -> None:
    texts = [text for page in made for text in page]
    pages = np.array([number for number, page in enumerate(made) for _ in page], dtype=np.int64)
    grams = gram_pages(pl.Series("key", texts, dtype=pl.String), pages)
    sets = [grams_of(text) for text in texts]
    assert count_grams(grams, len(texts)).tolist() == [len(found) for found in sets]
    expected = []
    for left, right in combinations(range(len(texts)), 2):
        shared = len(sets[left] & sets[right])
        if pages[left] == pages[right] and shared and shared >= SHARED_SHARE * min(len(sets[left]), len(sets[right])):
            expected.append((left, right, shared / len(sets[left]), shared / len(sets[right])))
    assert find_pairs(grams, pages).rows() == expected


def test_grams_are_thinned_on_the_page_that_has_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "PAIR_LIMIT", 30)
    loop = ["青禾县图书馆新馆今天开放", "青禾县图书馆新馆今天闭馆", "青禾县图书馆新馆今天搬迁"]
    texts = pl.Series([*loop, *loop[:2]])
    pages = np.array([1, 1, 1, 2, 2])
    found = find_pairs(gram_pages(texts, pages), pages)
    hashes, owners = hash_windows(texts)
    whole = [set(hashes[owners == owner].tolist()) for owner in range(5)]
    # On the first page each of six grams is in all three texts: 6 * 3 ** 2 // 30 + 1.
    left = [{gram for gram in grams if gram % 2 == 0} for grams in whole[:3]] + whole[3:]
    assert found.rows() == [
        (one, other, len(left[one] & left[other]) / len(left[one]), len(left[one] & left[other]) / len(left[other]))
        for one, other in ((0, 1), (0, 2), (1, 2), (3, 4))
        if left[one] & left[other]
    ]
    assert found.filter(pl.col("left") == 3)["left_share"].item() == 6 / 8


def test_flooded_texts_are_long_and_say_little() -> None:
    texts = pl.Series(
        [
            "哈" * 40,
            "哈" * 20,
            "县图书馆新馆开放" * 6,
            "青禾县图书馆新馆开放，馆藏图书三十万册，读者可以凭证借阅，也可以在网上预约座位",
        ]
    )
    pages = np.zeros(4, dtype=np.int64)
    shares = find_flooded(texts, count_grams(gram_pages(texts, pages), 4))
    assert shares.to_list() == [1 / 36, None, 8 / 44, None]
