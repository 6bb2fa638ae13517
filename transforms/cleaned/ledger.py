"""From lines and the joins between them to paragraphs, the way back to the page, and the ledger of repairs.

Nothing is decided here. A join writes no character, but for one case: where a page breaks a phrase of Latin words, the
line end itself becomes the space between two of them, and a piece says so.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.frames import LINE_NUMBERS, PARAGRAPH_LINES, PARAGRAPHS, REPAIRS, Schema, conform

# What the search for joins finds: rows of the frame of lines, first and second half.
LINKS: Final[Schema] = {
    "row": pl.UInt32,
    "next_row": pl.UInt32,
    "kind": pl.String,  # 'join' or 'unwrap'
    "reason": pl.String,
    "confidence": pl.Float64,
    "is_applied": pl.Boolean,
}

# Two words on one side of the cut show a phrase of Latin words; otherwise the cut may lie inside a word or a code.
LATIN_PHRASE_BEFORE: Final = r"[A-Za-z0-9][.,;:'’]? [A-Za-z0-9]+[,;]?$|[A-Za-z]{2,}[,;]$"
LATIN_PHRASE_AFTER: Final = r"^[A-Za-z]+[.,;:]? [A-Za-z]"


def chain_heads(count: int, links: pl.DataFrame) -> npt.NDArray[np.int64]:
    """Return for each of ``count`` rows the first row of its chain; ``links`` are one-to-one and point forward."""
    head = np.arange(count, dtype=np.int64)
    head[links["next_row"].to_numpy()] = links["row"].to_numpy()
    while True:
        further = head[head]
        if np.array_equal(further, head):
            return head
        head = further


def build_paragraphs(lines: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Return ``lines`` with ``paragraph_no``, ``char_start`` in the paragraph, and ``gap`` (a space or nothing).

    ``lines`` has the columns ``page_id``, ``line_number``, ``text``, in order of the page; ``links`` has the schema
    ``LINKS``, applied links only.
    """
    following = links.select("row", "next_row")
    placed = (
        lines.with_row_index("row")
        .with_columns(pl.Series("head", chain_heads(lines.height, links), dtype=pl.Int64))
        .join(following, on="row", how="left", maintain_order="left")
        .with_columns(pl.col("text").gather(pl.col("next_row")).alias("next_text"))
    )
    is_first = pl.col("head") == pl.col("row").cast(pl.Int64)
    placed = (
        placed.with_columns(
            pl.when(
                pl.col("text").str.contains("[A-Za-z0-9,;]$")
                & pl.col("next_text").str.contains("^[A-Za-z]")
                & (
                    pl.col("text").str.contains(LATIN_PHRASE_BEFORE)
                    | pl.col("next_text").str.contains(LATIN_PHRASE_AFTER)
                )
            )
            .then(pl.lit(" "))
            .otherwise(pl.lit(""))
            .alias("gap"),
            is_first.cast(pl.Int32).cum_sum().over("page_id").alias("own_no"),
        )
        .with_columns(pl.col("own_no").gather(pl.col("head")).cast(pl.Int32).alias("paragraph_no"))
        .with_columns((pl.col("text") + pl.col("gap")).alias("text_and_gap"))
        .drop("own_no", "next_text")
    )
    return placed.with_columns(_starts(placed["head"], placed["text_and_gap"]))


def _starts(heads: pl.Series, texts: pl.Series) -> pl.Series:
    """Return as ``char_start`` where each line begins in its paragraph, which is known by its first line."""
    head = heads.to_numpy()
    size = texts.str.len_chars().to_numpy().astype(np.int64)
    order = np.argsort(head, kind="stable")
    before = np.cumsum(size[order]) - size[order]
    opens = np.diff(head[order], prepend=-1) != 0
    starts = np.empty(len(head), dtype=np.int32)
    starts[order] = before - before[opens][np.cumsum(opens) - 1]
    return pl.Series("char_start", starts)


def paragraph_frame(placed: pl.DataFrame) -> pl.DataFrame:
    """Return the paragraphs (schema ``PARAGRAPHS``, roles ``body``, none truncated yet) of the lines in ``placed``."""
    paragraphs = placed.group_by("head", maintain_order=True).agg(
        pl.col("page_id", "paragraph_no").first(),
        pl.lit("body").alias("role"),
        pl.col("text_and_gap").str.join("").alias("text"),
        pl.col("line_number").alias("line_numbers"),
        pl.lit(False).alias("is_truncated"),
        pl.col("blank_lines_before").first(),
        pl.col("is_indented").first(),
    )
    return conform(paragraphs, PARAGRAPHS)


def piece_frame(placed: pl.DataFrame, segments: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the way back to the page (schema ``PARAGRAPH_LINES``).

    ``segments`` are the runs of the normalised lines, ``lines`` the physical lines (schema ``LINES``) with the blank
    ones.
    """
    paragraph_no, line_start = (placed[name].gather(segments["row"]) for name in ("paragraph_no", "char_start"))
    pieces = segments.with_columns(
        paragraph_no,
        (line_start + segments["line_char_start"]).alias("char_start"),
        (line_start + segments["line_char_end"]).alias("char_end"),
    )
    columns = ["page_id", "paragraph_no", "line_number", "char_start", "char_end", "raw_char_start", "raw_char_end"]
    gaps = placed.filter(pl.col("gap") != "")
    if gaps.height:
        line_ends = lines.select(
            "page_id",
            "line_number",
            pl.col("raw_char_end").alias("end_start"),
            pl.col("raw_char_start").shift(-1).over("page_id").alias("end_end"),
        )
        spaces = (
            gaps.join(line_ends, on=["page_id", "line_number"], how="left")
            .with_columns((pl.col("char_start") + pl.col("text").str.len_chars().cast(pl.Int32)).alias("char_start"))
            .with_columns(
                (pl.col("char_start") + 1).alias("char_end"),
                pl.col("end_start").alias("raw_char_start"),
                pl.col("end_end").alias("raw_char_end"),
            )
        )
        pieces = pl.concat([pieces.select(columns), spaces.select(columns)], how="vertical_relaxed")
    pieces = pieces.sort("page_id", "paragraph_no", "char_start", "raw_char_start", maintain_order=True)
    # Sorted as they are, the pieces of a paragraph follow one another.
    row = np.arange(pieces.height)
    opens = np.diff(pieces["page_id"].rle_id().to_numpy().astype(np.int64), prepend=-1) != 0
    opens |= np.diff(pieces["paragraph_no"].to_numpy(), prepend=-1) != 0
    number = row - np.maximum.accumulate(np.where(opens, row, 0)) + 1
    return conform(pieces.with_columns(pl.Series("segment_no", number)), PARAGRAPH_LINES)


def repair_frame(lines: pl.DataFrame, links: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Return the ledger of repairs (schema ``REPAIRS``): joins made and only suspected, and lines normalised."""
    numbers = lines["line_number"]
    first, last = numbers.gather(links["row"]), numbers.gather(links["next_row"])
    joins = links.select(
        lines["page_id"].gather(links["row"]).alias("page_id"),
        "kind",
        first.alias("line_number"),
        last.alias("last_number"),
        _lists([first, last]),
        "reason",
        "confidence",
        "is_applied",
    )
    normalised = changes.select(
        "page_id",
        pl.lit("normalise").alias("kind"),
        "line_number",
        pl.col("line_number").alias("last_number"),
        _lists([changes["line_number"]]),
        "reason",
        pl.lit(1.0).alias("confidence"),
        pl.lit(True).alias("is_applied"),
    )
    repairs = pl.concat([normalised, joins], how="vertical_relaxed").sort(
        "page_id", "line_number", "last_number", "kind", maintain_order=True
    )
    return conform(
        repairs.with_columns(pl.col("kind").cum_count().over("page_id").alias("repair_no")),
        REPAIRS,
    )


def _lists(columns: list[pl.Series]) -> pl.Series:
    """Return ``line_numbers``: the numbers that stand beside one another in ``columns``, as lists."""
    rows = np.stack([column.to_numpy() for column in columns], axis=1).astype(np.int32)
    return pl.Series("line_numbers", rows, dtype=pl.Array(pl.Int32, len(columns))).cast(LINE_NUMBERS)
