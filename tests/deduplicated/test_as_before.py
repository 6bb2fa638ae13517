"""Which copies are found, over hundreds of pages and pairs that print something again (tests/varied.py, tests/as_before.py)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl
import pytest

from tests import as_before
from tests.deduplicated.made_articles import make_corpus
from tests.varied import body_pairs, copied_pages
from transforms.cleaned import Cleaned, clean
from transforms.deduplicated import (
    Deduplicated,
    deduplicate,
    find_reprints,
    leave_as_printed,
    pair_bodies,
    sketch_bodies,
)
from transforms.deduplicated.compare import compare
from transforms.deduplicated.cover import Text, cover
from transforms.deduplicated.keys import match_keys

PINNED = Path(__file__).with_name("as_before.toml")
COUNT = 800


@cache
def cleaned() -> tuple[pl.DataFrame, Cleaned]:
    pages = pl.DataFrame({"page_id": [f"p{number:04}" for number in range(COUNT)], "text": copied_pages(COUNT)})
    return pages, clean(pages)


@cache
def found() -> Deduplicated:
    return deduplicate(cleaned()[1].paragraphs)


def of_pages(rows: pl.DataFrame) -> list[list[tuple[object, ...]]]:
    return as_before.rows_of(rows, [f"p{number:04}" for number in range(COUNT)])


@pytest.mark.parametrize("table", ["duplicates", "suspected_duplicates"])
def test_copies_are_as_before(table):
    as_before.check(PINNED, table, copied_pages(COUNT), of_pages(getattr(found(), table)))


@pytest.mark.parametrize("table", ["paragraphs", "paragraph_lines", "repairs", "duplicates"])
def test_what_is_left_as_printed_is_as_before(table):
    pages, frames = cleaned()
    left = getattr(leave_as_printed(pages, *frames, found=found()), table).drop("confidence", strict=False)
    as_before.check(PINNED, f"left_{table}", copied_pages(COUNT), of_pages(left))


def test_pairs_of_bodies_are_as_before():
    pairs = body_pairs(2400)
    as_before.check(PINNED, "pairs", [" | ".join(pair) for pair in pairs], [compare(*pair) for pair in pairs])


def test_how_a_text_covers_another_is_as_before():
    pairs = [(Text(left[:90]), Text(right[:140])) for left, right in body_pairs(2400)]
    shown = [f"{left.text} | {right.text}" for left, right in pairs]
    as_before.check(PINNED, "covers", shown, [cover(*pair) for pair in pairs])


def test_candidates_and_sketches_are_as_before():
    texts = [text[: 20 + number % 80] for number, pair in enumerate(body_pairs(600)) for text in pair]
    bodies, sketches = sketch_bodies(match_keys(pl.Series(texts)))
    shown = [str(row[0]) for row in bodies.rows()]
    as_before.check(PINNED, "bodies", shown, bodies.rows())
    grams = dict(sketches.group_by("body_hash").agg(pl.col("gram_hash").sort()).rows())
    as_before.check(PINNED, "sketches", shown, [grams.get(row[0]) for row in bodies.rows()])
    pairs = pair_bodies(bodies, sketches).rows()
    as_before.check(PINNED, "body_pairs", list(map(str, pairs)), pairs)


@pytest.mark.parametrize("table", ["duplicates", "reprints", "suspected"])
def test_reprints_are_as_before(table):
    seeds = range(80)
    rows = [getattr(reprints(seed), table).rows() for seed in seeds]
    as_before.check(PINNED, f"reprints_{table}", [f"make_corpus({seed})" for seed in seeds], rows)


@cache
def reprints(seed):
    corpus = make_corpus(seed)
    return find_reprints(*corpus[:3], sources=corpus.sources)
