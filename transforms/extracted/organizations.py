"""Organisations named in an article."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.extracted.tagger import tag_names
from transforms.frames import ORGANIZATIONS, conform

READ_PARTS: Final = ("title", "subhead", "body")


def find_organizations(texts: pl.DataFrame, *, names: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return one row per organisation and article, as a frame of the schema ``ORGANIZATIONS``.

    ``texts`` has the schema ``ARTICLE_TEXTS``; ``names`` is ``tag_names(texts["text"])``, if the caller has it already.
    """
    names = tag_names(texts["text"]) if names is None else names
    rows = texts.select("article_id", "position", "paragraph_no", "part").with_row_index("row")
    found = (
        names.filter(pl.col("kind") == "organization", pl.col("name").str.len_chars() > 1)
        .join(rows.filter(pl.col("part").is_in(READ_PARTS)), on="row")
        .sort("article_id", "position", "char_start")
        .group_by("article_id", "name", maintain_order=True)
        .agg(pl.col("paragraph_no", "char_start", "char_end").first(), pl.len().alias("mention_count"))
    )
    return conform(found, ORGANIZATIONS)
