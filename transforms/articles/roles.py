"""The role of each paragraph on its page."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.articles.arrange import arrange
from transforms.frames import PARAGRAPHS, conform

# What a part in an article is called as a role of a paragraph.
_ROLES: Final = {
    "title": "title",
    "more_title": "title",
    "late_title": "title",
    "subhead": "subhead",
    "opening": "body",
    "body": "body",
    "early_byline": "byline",
    "byline": "byline",
    "column": "column",
    "furniture": "furniture",
}
# A caption is a sentence or two below a picture, seldom more.
_CAPTION_LENGTH: Final = 120


def assign_roles(paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return ``paragraphs`` (schema ``PARAGRAPHS``, pages whole, copies included) sorted, with ``role`` filled.

    A photo credit standing alone (记者 某某 摄) and a short text that begins with 图为 are captions; any other line that
    only names who wrote the text is a byline. A page's roles depend on that page alone.
    """
    # The name of a column astray inside an article is still no subhead.
    is_astray = (pl.col("part") == "subhead") & pl.col("is_column")
    arranged = arrange(paragraphs.with_columns(pl.lit("body").alias("role")), finds_columns=True)
    is_caption = (pl.col("shape") == "credit") | (
        pl.col("is_caption") & (pl.col("length") <= _CAPTION_LENGTH) & pl.col("part").is_in(["opening", "body"])
    )
    return conform(
        arranged.with_columns(
            pl.when(is_caption)
            .then(pl.lit("caption"))
            .when(is_astray)
            .then(pl.lit("column"))
            .otherwise(pl.col("part").replace_strict(_ROLES))
            .alias("role")
        ),
        PARAGRAPHS,
    )
