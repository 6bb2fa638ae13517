"""Two bodies: the same text, a part, or the same words about something else."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import polars as pl
import pytest

from transforms.deduplicated.bodies import body_key
from transforms.deduplicated.compare import compare

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
