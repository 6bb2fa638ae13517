"""What the division into articles was trained to see (tests/features.py)."""

from __future__ import annotations

import numpy as np
import polars as pl

from tests.articles.pages import paragraphs
from tests.features import PAGES, checksum
from transforms.articles import arrange
from transforms.articles.evidence import add_neighbours, evidence


def test_what_the_division_into_articles_sees():
    seen = arrange.see(
        pl.concat([paragraphs(page, page_id=f"p{number}", role=None) for number, page in enumerate(PAGES)])
    )
    names, values = evidence(add_neighbours(seen.filter(~pl.col("is_outside"))))
    assert checksum(names, np.ascontiguousarray(values, dtype=np.int64)) == "455eabb0b439e7da"
