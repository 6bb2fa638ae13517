"""Two bodies: the same text, a part, or the same words about something else."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import polars as pl
import pytest

from transforms.deduplicated.bodies import body_key
from transforms.deduplicated.compare import compare, other_fact

CASES = tomllib.loads(Path(__file__).with_name("cases_bodies_made.toml").read_text())["case"]


def key(text: str) -> str:
    return pl.select(body_key(pl.lit(text))).item()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_a_pair_is(case: dict) -> None:
    found = compare(key(case["left"]), key(case["right"]))
    assert (found.kind if found else "none") == case["kind"]
    assert compare(key(case["right"]), key(case["left"])) == found


@pytest.mark.parametrize("rate", [0.01, 0.02, 0.05])
def test_misreading_anywhere_is_forgiven(rate: float) -> None:
    source = random.Random(7)
    text = key("".join(case["left"] for case in CASES))[:600]
    found = 0
    for _ in range(100):
        noisy = "".join(source.choice(text) if source.random() < rate else character for character in text)
        result = compare(text, noisy)
        found += result is not None and result.kind == "near"
    assert found >= 98


def test_dateline_and_signature_are_not_compared() -> None:
    body = "昨日青禾县在县文化馆举办第三届剪纸展,展出作品一百二十件。"
    assert key(f"本报讯(记者 闻人静){body}") == key(body) == key(f"{body}\n通讯员 夏小满")


TEXT = "青禾县图书馆昨日开放藏书丰富读者踊跃" * 20


@pytest.mark.parametrize(
    ("times", "others", "is_renaming"),
    [(3, 7, False), (3, 6, True), (6, 14, False), (4, 9, True), (1, 0, False), (2, 0, True)],
)
def test_one_word_for_another_in_more_than_three_of_ten_changes_is_a_name(times, others, is_renaming):
    singles = [(letter, "某") for letter in "县图书馆开放藏丰富读踊跃者新"[:others]]
    fact = other_fact(TEXT, [("禾", "山")] * times + singles)
    assert (fact == "one word for another throughout") is is_renaming


@pytest.mark.parametrize(("misread", "is_one"), [("人入", False), ("人山", True)])
def test_letters_that_are_often_misread_are_no_renaming(misread, is_one):
    fact = other_fact(TEXT, [(misread[0], misread[1])] * 3)
    assert (fact == "one word for another throughout") is is_one


@pytest.mark.parametrize(("length", "is_one"), [(5, True), (6, False)])
def test_a_sentence_more_is_not_another_name(length, is_one):
    """Six letters or more that only the longer text has are a passage, fewer a word."""
    assert (other_fact(TEXT, [("", "明" * length)]) == "other words in a row") is is_one
