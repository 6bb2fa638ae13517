"""The way back: from paragraphs and pieces to the normalised page, and an account of every character of the page."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.cleaned.normalise import WHITE_SPACE
from transforms.frames import Schema
from transforms.raw.lines import split_lines

ACCOUNT: Final[Schema] = {
    "page_id": pl.String,
    "char_count": pl.Int64,
    "kept_count": pl.Int64,  # in a paragraph as printed
    "rewritten_count": pl.Int64,  # in a paragraph in another form, or the line end that became a space
    "removed_count": pl.Int64,  # named by a row of the ledger
    "layout_count": pl.Int64,  # line ends, blank lines and the white space around a line
    "is_conserved": pl.Boolean,  # the four make up the page
}


def _slice(text: str, start: str, end: str) -> pl.Expr:
    return pl.col(text).str.slice(pl.col(start), pl.col(end) - pl.col(start))


def _with_texts(pages: pl.DataFrame, paragraphs: pl.DataFrame, pieces: pl.DataFrame) -> pl.DataFrame:
    """Return ``pieces`` with the characters of the page (``raw``) and those of the paragraph (``new``)."""
    return (
        pieces.join(
            pages.select("page_id", pl.col("text").alias("page_text")), on="page_id", how="left", maintain_order="left"
        )
        .join(
            paragraphs.select("page_id", "paragraph_no", "text"),
            on=["page_id", "paragraph_no"],
            how="left",
            maintain_order="left",
        )
        .with_columns(
            _slice("page_text", "raw_char_start", "raw_char_end").alias("raw"),
            _slice("text", "char_start", "char_end").alias("new"),
        )
        .drop("page_text", "text")
    )


def normalised_pages(pages: pl.DataFrame, paragraphs: pl.DataFrame, pieces: pl.DataFrame) -> pl.DataFrame:
    """Return ``page_id`` and ``text``: every page as it was after normalisation and before any join.

    Reads the texts of the paragraphs and the pieces alone; of ``pages`` (columns ``page_id``, ``text``) only where the
    lines lie. Lines are parted by one line feed each.
    """
    found = (
        _with_texts(pages, paragraphs, pieces)
        .filter(~pl.col("raw").is_in(["\n", "\r\n", "\r"]))
        .group_by("page_id", "line_number", maintain_order=True)
        .agg(pl.col("new").sort_by("segment_no").str.join(""))
    )
    return (
        split_lines(pages)
        .join(found, on=["page_id", "line_number"], how="left", maintain_order="left")
        .group_by("page_id", maintain_order=True)
        .agg(pl.col("new").fill_null("").str.join("\n").alias("text"))
    )


def account(pages: pl.DataFrame, paragraphs: pl.DataFrame, pieces: pl.DataFrame, repairs: pl.DataFrame) -> pl.DataFrame:
    """Return what became of each character of ``pages``, one row a page (schema ``ACCOUNT``).

    The four counts are taken from four places: the pieces, the pieces, the reasons of the ledger, and the page itself.
    """
    shown = _with_texts(pages, paragraphs, pieces).with_columns(
        pl.col("raw").str.len_chars().cast(pl.Int64).alias("size"),
        pl.col("raw").is_in(["\n", "\r\n", "\r"]).alias("is_line_end"),
    )
    is_same = pl.col("raw") == pl.col("new")
    kept = shown.group_by("page_id").agg(
        pl.col("size").filter(is_same).sum().alias("kept_count"),
        pl.col("size").filter(~is_same).sum().alias("rewritten_count"),
        pl.col("size").filter("is_line_end").sum().alias("used_line_ends"),
    )
    removed = (
        repairs.filter(pl.col("kind") == "normalise")
        .with_columns(pl.col("reason").str.extract_all(r"removed [^:;]+: \d+").alias("removed"))
        .explode("removed", empty_as_null=True)
        .group_by("page_id")
        .agg(pl.col("removed").str.extract(r"(\d+)$").cast(pl.Int64).sum().alias("removed_count"))
    )
    raw = pl.col("raw_text")
    layout = (
        split_lines(pages)
        .with_columns(
            (raw.str.len_chars() - raw.str.strip_chars(WHITE_SPACE).str.len_chars()).cast(pl.Int64).alias("edges")
        )
        .group_by("page_id", maintain_order=True)
        .agg(pl.col("edges").sum(), raw.str.len_chars().cast(pl.Int64).sum().alias("in_lines"))
    )
    counts = pages.select("page_id", pl.col("text").str.len_chars().cast(pl.Int64).alias("char_count"))
    for frame in (kept, removed, layout):
        counts = counts.join(frame, on="page_id", how="left", maintain_order="left")
    counts = counts.with_columns(pl.all().exclude("page_id").fill_null(0)).with_columns(
        (pl.col("char_count") - pl.col("in_lines") + pl.col("edges") - pl.col("used_line_ends")).alias("layout_count")
    )
    parts = pl.col("kept_count") + pl.col("rewritten_count") + pl.col("removed_count") + pl.col("layout_count")
    return counts.with_columns((parts == pl.col("char_count")).alias("is_conserved")).select(list(ACCOUNT))
