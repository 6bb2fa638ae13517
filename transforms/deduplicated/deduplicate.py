"""The deduplicated stage, inside a page: paragraphs in, the copies among them out."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from transforms.frames import DUPLICATES, SUSPECTED_DUPLICATES, empty


class Deduplicated(NamedTuple):
    """The copies found on the pages of a batch (removed), and those only suspected (kept)."""

    duplicates: pl.DataFrame
    suspected_duplicates: pl.DataFrame


def deduplicate(paragraphs: pl.DataFrame) -> Deduplicated:
    """Return the copies among ``paragraphs`` (schema ``PARAGRAPHS``, roles filled), page by page."""
    return Deduplicated(empty(DUPLICATES), empty(SUSPECTED_DUPLICATES))
