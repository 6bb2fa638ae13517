"""Pages on which every printed line stands on its own line: how wide they are set, and where."""

from __future__ import annotations

from typing import Final

import polars as pl

# Share of the long lines whose width is within one of the commonest. Measured 2026-11: 40 made wrapped pages at least .72, real
# pages set line by line at least .51, 80 made pages of whole paragraphs at most .38, five real ones at most .19.
WRAPPED_SHARE: Final = 0.42
MIN_LINES: Final = 6
# Added to the number of lines before a share is taken: on a page of three lines two of a width show nothing.
FEW: Final = 2
# Lines above and below that are looked at, where one page is set in several widths.
NEAR: Final = 4
MIN_LONG: Final = 8


def add_widths(lines: pl.DataFrame) -> pl.DataFrame:
    """Return ``lines`` (with shapes) with the measures of the page's printed width, in characters.

    ``extent`` is the width of the line: on pages set with half-wide Latin letters and digits these count half, whichever
    fits the page better. ``page_width`` is the commonest extent, ``wrapped_share`` the share of long lines that have it,
    within one; ``is_wrapped`` whether the page is printed line by line; ``room`` is how much wider the widest line nearby
    is; ``equals_near`` how many of the eight lines around are as wide, within one.
    """
    halved = pl.col("length") - pl.col("narrow_count") // 2
    full, half = _modes(lines, pl.col("length")), _modes(lines, halved)
    widths = (
        full.join(half, on="page_id", how="left", suffix="_halved", maintain_order="left")
        .with_columns(
            (pl.col("wrapped_share_halved") > pl.col("wrapped_share") + 0.05).fill_null(False).alias("is_half")
        )
        .select(
            "page_id",
            "is_half",
            *(
                pl.when("is_half").then(pl.col(f"{name}_halved")).otherwise(pl.col(name)).alias(name)
                for name in ("page_width", "wrapped_share", "long_lines")
            ),
        )
    )
    extent = pl.col("extent")
    around = [extent.shift(step).over("page_id") for step in range(-NEAR, NEAR + 1) if step]
    return (
        lines.join(widths, on="page_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("is_half").fill_null(False))
            .then(halved)
            .otherwise(pl.col("length"))
            .cast(pl.Int32)
            .alias("extent"),
            pl.col("page_width").fill_null(0),
            pl.col("wrapped_share").fill_null(0.0),
            ((pl.col("wrapped_share") >= WRAPPED_SHARE) & (pl.col("long_lines") >= MIN_LINES))
            .fill_null(False)
            .alias("is_wrapped"),
        )
        .with_columns(
            (pl.max_horizontal(extent, *around[1:-1]) - extent).alias("room"),
            pl.sum_horizontal(((other - extent).abs() <= 1).fill_null(False).cast(pl.Int32) for other in around).alias(
                "equals_near"
            ),
        )
        .drop("is_half")
    )


def _modes(lines: pl.DataFrame, extent: pl.Expr) -> pl.DataFrame:
    """Return for each page the commonest width of its long lines, and how many of them have it, within one."""
    counted = (
        lines.select("page_id", extent.cast(pl.Int32).alias("extent"))
        .filter(pl.col("extent") >= MIN_LONG)
        .group_by("page_id", "extent")
        .len()
        .with_columns(pl.col("len").sum().over("page_id").alias("total"))
    )
    near = pl.concat(
        counted.select("page_id", (pl.col("extent") + step).alias("extent"), pl.col("len").alias("near"))
        for step in (-1, 0, 1)
    )
    return (
        counted.join(near.group_by("page_id", "extent").agg(pl.col("near").sum()), on=["page_id", "extent"])
        .sort("page_id", "near", "len", "extent", descending=[False, True, True, True])
        .group_by("page_id", maintain_order=True)
        .agg(
            pl.col("extent").first().alias("page_width"),
            (pl.col("near").first() / (pl.col("total").first() + FEW)).alias("wrapped_share"),
            pl.col("total").first().alias("long_lines"),
        )
    )
