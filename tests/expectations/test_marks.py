"""Marks of blocks against patterns that read each text, one pair of marks at a time."""

from __future__ import annotations

import re
from random import Random

import polars as pl

from expectations.characters import code_points
from expectations.marks import PAIRS, marks_of


def test_marks_are_what_patterns_find() -> None:
    random = Random(5)
    texts = ["".join(random.choices("甲，“”（(）)《》「」\n𠀀", k=random.randrange(9))) for _ in range(3000)]
    found = marks_of(*code_points(pl.Series(texts))).to_dicts()
    for text, marks in zip(texts, found, strict=True):
        opened = closing = 0
        is_unbalanced = False
        for number, (opens, closes) in enumerate(PAIRS):
            opened |= bool(re.search(rf"[{opens}][^{opens}{closes}]*\Z", text)) << number
            closing |= bool(re.match(rf"[^{opens}{closes}]*[{closes}]", text)) << number
            is_unbalanced |= len(re.findall(f"[{opens}]", text)) != len(re.findall(f"[{closes}]", text))
        assert marks == {"opened": opened, "closing": closing, "is_unbalanced": is_unbalanced}, text


def test_no_blocks_have_no_marks() -> None:
    assert marks_of(*code_points(pl.Series([], dtype=pl.String))).is_empty()
