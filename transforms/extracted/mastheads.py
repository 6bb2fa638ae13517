"""The date that a page prints of itself, beside its name or number: 第2版 要闻 2024年5月18日 星期六."""

from __future__ import annotations

from typing import Final

import polars as pl

# Digits as they stand after normalisation, and full-width where a page was left alone.
_DATE: Final = "([12１２][0-9０-９]{3})\\s*年\\s*([0-9０-９]{1,2})\\s*月\\s*([0-9０-９]{1,2})\\s*日"
_FULL_WIDTH: Final = dict(zip("０１２３４５６７８９", "0123456789", strict=True))


def find_page_dates(paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return the columns ``page_id`` and ``published_on`` of pages whose mastheads and folios print one date.

    ``paragraphs`` has the schema ``PARAGRAPHS``. Only furniture is read, since a date in an article is not the page's; a page
    that prints two different dates there (a notice of an earlier issue) has none.
    """
    text = pl.col("text").str.replace_many(list(_FULL_WIDTH), list(_FULL_WIDTH.values()))
    return (
        paragraphs.filter(pl.col("role") == "furniture")
        .select("page_id", text.str.extract_groups(_DATE).alias("date"))
        .unnest("date")
        .drop_nulls()
        .select(
            "page_id",
            # A day that no calendar has (2月30日) becomes null.
            pl.concat_str("1", "2", "3", separator="-").str.to_date("%Y-%m-%d", strict=False).alias("published_on"),
        )
        .drop_nulls()
        .group_by("page_id")
        .agg(pl.col("published_on").unique())
        .filter(pl.col("published_on").list.len() == 1)
        .select("page_id", pl.col("published_on").list.first())
        .sort("page_id")
    )
