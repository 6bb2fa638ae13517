"""Candidate pairs told apart by signatures: copies go on, texts that share phrases do not."""

from __future__ import annotations

import random

import numpy as np
import polars as pl

from transforms.deduplicated import pair_bodies, sketch_bodies
from transforms.deduplicated.alike import alike
from transforms.deduplicated.bodies import hash_bodies
from transforms.deduplicated.keys import match_keys

LETTERS = [chr(code) for code in range(0x4E00, 0x5E00)]


def text(source: random.Random, length: int) -> str:
    return "".join(source.choices(LETTERS, k=length))


def misread(source: random.Random, whole: str, share: float) -> str:
    return "".join(source.choice(LETTERS) if source.random() < share else letter for letter in whole)


def are_alike(lefts: list[str], rights: list[str]) -> list[bool]:
    numbers = np.arange(len(lefts))
    found = alike(match_keys(pl.Series([*lefts, *rights], dtype=pl.String)), numbers, numbers + len(lefts))
    return [bool(one) for one in found]


def phrases(source: random.Random, count: int) -> list[str]:
    """Return texts made of twenty of forty phrases, with other words between them."""
    stock = [text(source, 13) for _ in range(40)]
    return ["".join(phrase + text(source, 4) for phrase in source.sample(stock, 20)) for _ in range(count)]


def test_copies_go_on_misread_cut_and_contained() -> None:
    source = random.Random(1)
    wholes = [text(source, source.randrange(60, 900)) for _ in range(400)]
    copies = [
        (misread(source, whole, 0.05), whole[: len(whole) * 3 // 5], text(source, 200) + whole + text(source, 99))[
            n % 3
        ]
        for n, whole in enumerate(wholes)
    ]
    assert sum(are_alike(wholes, copies)) >= 398


def test_texts_that_share_phrases_are_candidates_but_not_alike() -> None:
    source = random.Random(2)
    texts = phrases(source, 120)
    bodies, sketches = sketch_bodies(pl.Series(texts))
    found = pair_bodies(bodies, sketches)
    assert found.height > 500
    key_of = dict(zip(hash_bodies(pl.Series(texts)).to_list(), texts, strict=True))
    lefts, rights = ([key_of[number] for number in found[side].to_list()] for side in ("left_hash", "right_hash"))
    assert sum(are_alike(lefts, rights)) < 30


def test_what_is_said_of_a_pair_depends_on_it_alone() -> None:
    source = random.Random(3)
    lefts = phrases(source, 60)
    rights = [misread(source, left, 0.02 * (number % 12)) for number, left in enumerate(lefts)]
    together = are_alike(lefts, rights)
    alone = [is_one for left, right in zip(lefts, rights, strict=True) for is_one in are_alike([left], [right])]
    assert together == alone
    assert 0 < sum(together) < len(lefts)


def test_only_what_two_texts_have_counts_as_common() -> None:
    """Bins without a gram of either text say nothing: two short texts have hundreds of those."""
    source = random.Random(4)
    assert are_alike([text(source, 60)], [text(source, 60)]) == [False]


def test_no_pairs() -> None:
    assert are_alike([], []) == []
