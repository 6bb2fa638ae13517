"""What the tagger of names was trained to see (tests/features.py)."""

from __future__ import annotations

import polars as pl

from tests.features import PAGES, checksum
from transforms.extracted.name_features import characters
from transforms.words import cut_column


def test_what_the_tagger_of_names_sees():
    texts = pl.Series([line for page in PAGES for line in page.split("\n")])
    seen = characters(texts, cut_column(texts))
    assert checksum(*seen.features) == "a6b844097ef246fb"
