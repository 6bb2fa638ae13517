"""What the model of joins was trained to see (tests/features.py)."""

from __future__ import annotations

import numpy as np
import polars as pl

from tests.features import PAGES, checksum
from transforms.cleaned import ngrams, turns
from transforms.cleaned.normalise import normalise_lines
from transforms.cleaned.pairs import find_pairs
from transforms.cleaned.shapes import add_shapes
from transforms.cleaned.texts import Texts
from transforms.cleaned.wrapping import add_widths
from transforms.raw.lines import split_lines


def test_what_the_model_of_joins_sees():
    pages = pl.DataFrame({"page_id": [f"p{number}" for number in range(len(PAGES))], "text": PAGES})
    lines = normalise_lines(split_lines(pages)).lines
    texts = Texts(lines["text"])
    pairs = find_pairs(add_widths(add_shapes(lines, texts)), texts, ngrams.bundled(), turns.bundled())
    rows = (pairs.first.astype(np.int64), pairs.second.astype(np.int64))
    assert checksum(pairs.names, *rows, pairs.wrapped_from, pairs.measures) == "160d78a81004ddbb"
