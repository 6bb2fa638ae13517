"""The rows of the cleaned stage over hundreds of pages, written, made and spoilt (tests/varied.py, tests/as_before.py)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl
import pytest

from tests import as_before
from tests.varied import Chance, pages, sentences
from transforms.cleaned import Cleaned, clean
from transforms.cleaned.normalise import normalise_lines
from transforms.raw.lines import split_lines

PINNED = Path(__file__).with_name("as_before.toml")
STRANGE = "\u3000\t\x0b\x85\u200b\ufeff\u00ad\x00\x1bＡ７％．，\u2028é\u0301①㎡\ue000\ufffd\r\u202e·"


def frame(texts: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame({"page_id": [f"p{number:04}" for number in range(len(texts))], "text": texts})


@cache
def cleaned() -> Cleaned:
    return clean(frame(pages(800)))


def of_pages(rows: pl.DataFrame, count: int) -> list[list[tuple[object, ...]]]:
    return as_before.rows_of(rows, [f"p{number:04}" for number in range(count)])


# The confidence of a join is a sum of trained weights, whose last digits are the machine's.
@pytest.mark.parametrize("table", ["paragraphs", "paragraph_lines", "repairs"])
def test_rows_are_as_before(table):
    rows = getattr(cleaned(), table).drop("confidence", strict=False)
    as_before.check(PINNED, table, pages(800), of_pages(rows, len(pages(800))))


def test_lines_are_normalised_as_before():
    chance = Chance(5)
    lines = []
    for text in sentences(600):
        line = text
        for _ in range(chance.below(4)):
            place = chance.below(len(line) + 1)
            line = line[:place] + chance.of(STRANGE) * (1 + chance.below(2)) + line[place:]
        lines.append(line)
    found = normalise_lines(split_lines(frame(tuple(lines))))
    for name in ("lines", "segments", "changes"):
        rows = getattr(found, name)
        columns = [name for name in rows.columns if name != "page_id"]
        as_before.check(PINNED, f"normalised_{name}", lines, of_pages(rows.select("page_id", *columns), len(lines)))
