"""The extracted stage: kept paragraphs in; articles, bylines, facts, keywords and search terms out."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from transforms.articles import segment
from transforms.frames import BYLINES, FACTS, KEYWORDS, TERMS, empty


class Extracted(NamedTuple):
    """What the extracted stage makes of a batch of pages; ``facts`` has the keys and schemas of ``frames.FACTS``."""

    articles: pl.DataFrame
    article_paragraphs: pl.DataFrame
    bylines: pl.DataFrame
    facts: dict[str, pl.DataFrame]
    keywords: pl.DataFrame
    terms: pl.DataFrame


def extract(pages: pl.DataFrame, paragraphs: pl.DataFrame) -> Extracted:
    """Return the articles and facts of ``paragraphs`` (schema ``PARAGRAPHS``, copies already removed).

    ``pages`` gives each page's date: columns ``page_id``, ``published_on``, ``published_on_source`` of the schema ``PAGES``.
    """
    segmented = segment(paragraphs)
    return Extracted(
        segmented.articles,
        segmented.article_paragraphs,
        empty(BYLINES),
        {name: empty(schema) for name, schema in FACTS.items()},
        empty(KEYWORDS),
        empty(TERMS),
    )
