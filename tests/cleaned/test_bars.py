"""Floors under what line repair reaches on development data; `benchmarks/repair.py` prints the figures.

The odd-numbered pages were kept out of training. Joins inside removed copies are left out here, since gold names none there.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = str(Path(__file__).parents[2] / "benchmarks")


@pytest.fixture(scope="module")
def repair():
    sys.path.insert(0, BENCHMARKS)
    try:
        import repair as module

        yield module
    finally:
        sys.path.remove(BENCHMARKS)


def scores(repair, cases) -> tuple[float, float]:
    hits = made = wanted = 0
    for case, joins in zip(cases, repair.find_joins(cases), strict=True):
        seen = joins if case.decidable is None else joins & case.decidable
        hits += len(seen & case.joins)
        made += sum(not (a in case.copies and b in case.copies) for a, b in seen)
        wanted += len(case.joins)
    return hits / made, hits / wanted


def test_the_seeds_are_joined_as_gold_says(repair, shared) -> None:
    assert scores(repair, repair.structure_cases(shared / "gold", shared / "seeds", "*")) == (1.0, 1.0)


def test_the_hard_places_of_the_other_two_seeds(repair, shared) -> None:
    """Lines counted from 0 over the lines that are not blank, as the notes on those pages count them."""
    wanted = {"002_451fe8414b89be0b": [], "004_4f2b0fb22a3cf954": [4, 6, 13, 21, 26, 28, 30, 32]}
    for name, firsts in wanted.items():
        text = (shared / "seeds" / f"{name}.txt").read_text(encoding="utf-8")
        case = repair.Case(name, text, set(), set(), None)
        shown = [number for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        found = sorted((shown.index(a), shown.index(b)) for a, b in repair.find_joins([case])[0])
        assert found == [(first, first + 1) for first in firsts]


def test_made_pages_with_cut_paragraphs(repair, shared) -> None:
    synth = shared / "dev-data/synth"
    cases = [
        case for profile in ("seed", "hard") for case in repair.structure_cases(synth, synth, f"dev-{profile}-*[13579]")
    ]
    precision, recall = scores(repair, cases)
    assert precision >= 0.98 and recall >= 0.93


def test_made_pages_that_are_wrapped(repair, shared) -> None:
    synth = shared / "dev-data/synth"
    precision, recall = scores(repair, repair.structure_cases(synth, synth, "dev-wrap-*[13579]"))
    assert precision >= 0.985 and recall >= 0.99


def test_ocr_regions(repair, shared) -> None:
    cases = [case for case in repair.ocr_cases(shared / "dev-data/ocr", ".regions.txt") if int(case.name[-1]) % 2]
    precision, recall = scores(repair, cases)
    assert 2 * precision * recall / (precision + recall) >= 0.97


def test_an_english_page_is_left_alone(repair, shared) -> None:
    paths = sorted((shared / "dev-data/pages").glob("federal_register_en.*.txt"))
    cases = [repair.Case(path.name, path.read_text(encoding="utf-8"), set(), set(), None) for path in paths]
    assert cases and repair.find_joins(cases) == [set()] * len(cases)
