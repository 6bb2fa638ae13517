"""The physical lines of a page, as an editor numbers them, with their place in the page's text."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.frames import Schema, conform

LINES: Final[Schema] = {
    "page_id": pl.String,
    "line_number": pl.Int32,
    "raw_char_start": pl.Int32,
    "raw_char_end": pl.Int32,
    "raw_text": pl.String,  # without its line end
}

INDENT: Final = "^(?:\u3000| {2,}|\t)"  # at the start of a line; a single space is a slip

_NONE: Final = pl.lit([], dtype=pl.List(pl.String))


def split_lines(pages: pl.DataFrame) -> pl.DataFrame:
    r"""Return the lines of ``pages`` (columns ``page_id`` and ``text``) as a frame of the schema ``LINES``.

    A line ends at ``\r\n``, ``\n`` or a lone ``\r``, as in an editor, and at nothing else. Blank lines are there too;
    the spans and the line ends between them cover the whole text.

    >>> pages = pl.DataFrame({"page_id": ["p"], "text": ["春耕\r\n\r\n备耕忙"]})
    >>> split_lines(pages).select("line_number", "raw_char_start", "raw_text").rows()
    [(1, 0, '春耕'), (2, 4, ''), (3, 6, '备耕忙')]
    """
    text = pl.col("text")
    # A carriage return that stands alone ends a line too. Pages with one are rare, and to look for it takes ten times as long.
    if pages["text"].str.contains(r"\r(?:[^\n]|$)").any():
        # Each line with its end, and after the last line end one more line, which may be empty.
        last = pl.when(text.str.contains(r"(?:^|[\r\n])$")).then(pl.lit([""])).otherwise(_NONE)
        whole, line_feed = pl.concat_list(text.str.extract_all(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$"), last), 0
    else:
        whole, line_feed = text.str.split("\n"), 1
    size = pl.col("whole").str.len_chars() + line_feed
    return conform(
        pages.select("page_id", whole.alias("whole"))
        .explode("whole")
        .with_columns(
            pl.col("whole").cum_count().over("page_id").alias("line_number"),
            (size.cum_sum().over("page_id") - size).alias("raw_char_start"),
            pl.col("whole").str.strip_chars_end("\r\n").alias("raw_text"),
        )
        .with_columns((pl.col("raw_char_start") + pl.col("raw_text").str.len_chars()).alias("raw_char_end")),
        LINES,
    )
