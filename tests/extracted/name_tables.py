"""What the extractors of names read, made of plain paragraphs."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from transforms.frames import ARTICLE_TEXTS, conform


def texts(paragraphs: Iterable[str], *, article: str = "p.1", part: str = "body") -> pl.DataFrame:
    """Return a frame of the schema ``ARTICLE_TEXTS`` with one article of these paragraphs."""
    rows = [
        {
            "article_id": article,
            "page_id": article.split(".", maxsplit=1)[0],
            "position": number,
            "paragraph_no": number,
            "part": part,
            "text": text,
            "published_on": None,
        }
        for number, text in enumerate(paragraphs, start=1)
    ]
    return conform(pl.DataFrame(rows, schema=ARTICLE_TEXTS), ARTICLE_TEXTS)
