"""Pages on which every printed line stands on its own line: how wide they are set, and where."""

from __future__ import annotations

from typing import Final

import polars as pl

# Share of the lines of eight characters or more whose length is within one of the commonest. Measured 2026-11: wrapped
# pages at least .51 (median .72), pages of whole paragraphs at most .30, five real pages at most .19.
WRAPPED_SHARE: Final = 0.45
MIN_LINES: Final = 6


def add_widths(lines: pl.DataFrame) -> pl.DataFrame:
    """Return ``lines`` (with shapes) with the measures of the page's printed width.

    ``page_width`` is the commonest length in characters, ``wrapped_share`` the share of lines that have it, within one;
    ``is_wrapped`` whether the page is printed line by line; ``room`` is how many characters the widest line nearby has
    more than this one.
    """
    length = pl.col("length")
    modes = (
        lines.filter(length >= 8)
        .group_by("page_id", "length")
        .len()
        .with_columns(pl.col("len").sum().over("page_id").alias("total"))
    )
    near = [
        modes.select("page_id", (pl.col("length") + step).cast(pl.Int32).alias("length"), pl.col("len").alias("near"))
        for step in (-1, 0, 1)
    ]
    widths = (
        modes.join(pl.concat(near).group_by("page_id", "length").agg(pl.col("near").sum()), on=["page_id", "length"])
        .sort("page_id", pl.col("near"), pl.col("len"), "length", descending=[False, True, True, True])
        .group_by("page_id", maintain_order=True)
        .agg(
            pl.col("length").first().alias("page_width"),
            (pl.col("near").first() / pl.col("total").first()).alias("wrapped_share"),
            pl.col("total").first().alias("long_lines"),
        )
    )
    widest = pl.max_horizontal(*(length.shift(step).over("page_id").fill_null(0) for step in (-3, -2, -1, 0, 1, 2, 3)))
    return lines.join(widths, on="page_id", how="left", maintain_order="left").with_columns(
        pl.col("page_width").fill_null(0),
        pl.col("wrapped_share").fill_null(0.0),
        ((pl.col("wrapped_share") >= WRAPPED_SHARE) & (pl.col("long_lines") >= MIN_LINES))
        .fill_null(False)
        .alias("is_wrapped"),
        (widest - length).alias("room"),
    )
