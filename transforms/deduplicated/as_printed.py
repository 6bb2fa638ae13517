"""Copies that go are left as the page printed them: a repair is for what is read on.

Nobody reads a copy that is removed, and its joins would only be counted twice. So the lines of a removed paragraph are
paragraphs of their own again, each named as a copy, and its joins stay in the ledger as rows that were not applied. Lines
are joined before copies are looked for all the same: cut in different places, two copies are alike only when whole.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl

from transforms.deduplicated.deduplicate import Deduplicated
from transforms.frames import DUPLICATES, PARAGRAPH_LINES, PARAGRAPHS, Schema, conform
from transforms.raw.lines import INDENT, split_lines

LEFT: Final = "inside a removed copy, left as printed"

_PARAGRAPH: Final = ["page_id", "paragraph_no"]
_LINE: Final = ["page_id", "paragraph_no", "line_number"]


class AsPrinted(NamedTuple):
    """The frames of the cleaned stage and the copies of a batch, the removed ones line by line (schemas of ``frames``)."""

    paragraphs: pl.DataFrame
    paragraph_lines: pl.DataFrame
    repairs: pl.DataFrame
    duplicates: pl.DataFrame
    suspected_duplicates: pl.DataFrame


def leave_as_printed(
    pages: pl.DataFrame,
    paragraphs: pl.DataFrame,
    paragraph_lines: pl.DataFrame,
    repairs: pl.DataFrame,
    found: Deduplicated,
) -> AsPrinted:
    """Return the frames with every removed paragraph of ``found`` split back into its lines.

    ``pages`` (columns ``page_id``, ``text``) tells how a line was indented. The paragraphs of a page that has such a copy
    are numbered anew, everywhere; all other pages come back as they were. Every line stays in one paragraph and every
    character in one piece, except that a line end that had become a space is a line end again.
    """
    split = paragraphs.filter(pl.col("line_numbers").list.len() > 1).join(found.duplicates, on=_PARAGRAPH, how="semi")
    if split.is_empty():
        return AsPrinted(paragraphs, paragraph_lines, repairs, *found)
    page_ids = split["page_id"].unique()
    concerned = paragraphs.filter(pl.col("page_id").is_in(page_ids.implode()))
    places = _places(concerned, split)
    whole = places.filter(pl.col("line_number").is_null()).select(*_PARAGRAPH, "new_no")
    lines = _with_margins(places.drop_nulls("line_number"), concerned, pages)
    pieces = _pieces(paragraph_lines, lines, split)
    return AsPrinted(
        _replace(
            paragraphs, page_ids, [concerned.join(whole, on=_PARAGRAPH), _paragraphs(lines, pieces, split)], PARAGRAPHS
        ),
        _replace(paragraph_lines, page_ids, [paragraph_lines.join(whole, on=_PARAGRAPH), pieces], PARAGRAPH_LINES),
        _unjoin(repairs, split),
        _renumber(found.duplicates, places),
        _renumber(found.suspected_duplicates, places.unique(_PARAGRAPH, keep="first", maintain_order=True)),
    )


def _places(concerned: pl.DataFrame, split: pl.DataFrame) -> pl.DataFrame:
    """Return ``page_id``, ``paragraph_no``, ``line_number``, ``new_no`` and ``is_last``, in the new order.

    A row is a paragraph that stays whole (``line_number`` is null) or a line of one that is split; paragraphs are numbered by
    their first lines.
    """
    whole = concerned.join(split, on=_PARAGRAPH, how="anti")
    lines = split.select(*_PARAGRAPH, pl.col("line_numbers").alias("line_number")).explode("line_number")
    first = pl.col("line_numbers").list.first().alias("first")
    return (
        pl.concat(
            [lines.with_columns(pl.col("line_number").alias("first")), whole.select(*_PARAGRAPH, first)], how="diagonal"
        )
        .sort("page_id", "first")
        .select(
            *_LINE,
            pl.col("first").cum_count().over("page_id").cast(pl.Int32).alias("new_no"),
            (pl.col("line_number") == pl.col("line_number").last().over(_PARAGRAPH)).alias("is_last"),
        )
    )


def _with_margins(lines: pl.DataFrame, concerned: pl.DataFrame, pages: pl.DataFrame) -> pl.DataFrame:
    """Return ``lines`` with what the page showed around each: ``blank_lines_before`` and ``is_indented``."""
    number = pl.col("line_number")
    blank = (
        concerned.select("page_id", pl.col("line_numbers").alias("line_number"))
        .explode("line_number")
        .sort("page_id", "line_number")
        .with_columns((number - number.shift(1).over("page_id").fill_null(0) - 1).alias("blank_lines_before"))
    )
    physical = split_lines(pages.join(concerned, on="page_id", how="semi"))
    indented = physical.select("page_id", "line_number", pl.col("raw_text").str.contains(INDENT).alias("is_indented"))
    on = ["page_id", "line_number"]
    return lines.join(blank, on=on, how="left", maintain_order="left").join(
        indented, on=on, how="left", maintain_order="left"
    )


def _pieces(paragraph_lines: pl.DataFrame, lines: pl.DataFrame, split: pl.DataFrame) -> pl.DataFrame:
    """Return the pieces of the split ``lines`` with ``new_no``, counted from ``line_start``, where the line began."""
    start, end = pl.col("char_start"), pl.col("char_end")
    is_space = pl.col("text").str.slice(start, end - start) == " "
    is_line_end = is_space & (end == end.max().over(_LINE)) & ~pl.col("is_last")  # a line has no space at its end
    return (
        paragraph_lines.join(lines, on=_LINE, maintain_order="left")
        .join(split.select(*_PARAGRAPH, "text"), on=_PARAGRAPH, maintain_order="left")
        .filter(~is_line_end)
        .with_columns(start.min().over(_LINE).alias("line_start"))
        .with_columns(
            start - pl.col("line_start"),
            end - pl.col("line_start"),
            pl.int_range(1, pl.len() + 1).over(_LINE).alias("segment_no"),
        )
    )


def _paragraphs(lines: pl.DataFrame, pieces: pl.DataFrame, split: pl.DataFrame) -> pl.DataFrame:
    """Return a paragraph with ``new_no`` for each of the split ``lines``."""
    spans = pieces.group_by(_LINE).agg(pl.col("line_start").first(), pl.col("char_end").max().alias("length"))
    return (
        lines.join(split.select(*_PARAGRAPH, "role", "text", "is_truncated"), on=_PARAGRAPH, maintain_order="left")
        .join(spans, on=_LINE, how="left", maintain_order="left")
        .with_columns(
            pl.col("text").str.slice(pl.col("line_start"), pl.col("length")).fill_null(""),
            pl.concat_list("line_number").alias("line_numbers"),
            pl.col("is_truncated") & pl.col("is_last"),
        )
    )


def _replace(frame: pl.DataFrame, page_ids: pl.Series, parts: list[pl.DataFrame], schema: Schema) -> pl.DataFrame:
    """Return ``frame`` with the rows of ``parts`` (with ``new_no``) in place of those of ``page_ids``, pages in their order."""
    new = [conform(part.with_columns(pl.col("new_no").alias("paragraph_no")), schema) for part in parts]
    order = frame.select("page_id").unique(maintain_order=True).with_row_index("page")
    within = [name for name in ("paragraph_no", "segment_no") if name in schema]
    return (
        pl.concat([frame.filter(~pl.col("page_id").is_in(page_ids.implode())), *new])
        .join(order, on="page_id")
        .sort("page", *within)
        .drop("page")
    )


def _unjoin(repairs: pl.DataFrame, split: pl.DataFrame) -> pl.DataFrame:
    """Return ``repairs`` with the joins inside the paragraphs of ``split`` not applied."""
    # A line goes on from one other at the most, so the second of the two names the join.
    second = split.select("page_id", pl.col("line_numbers").list.slice(1).alias("second")).explode("second")
    is_join = (pl.col("kind") != "normalise") & pl.col("is_applied")
    return (
        repairs.with_columns(pl.col("line_numbers").list.last().alias("second"))
        .join(
            second.with_columns(pl.lit(True).alias("is_left")),
            on=["page_id", "second"],
            how="left",
            maintain_order="left",
        )
        .with_columns((is_join & pl.col("is_left").fill_null(False)).alias("is_left"))
        .with_columns(
            pl.when("is_left").then(pl.format("{}; {}", pl.lit(LEFT), "reason")).otherwise("reason").alias("reason"),
            pl.col("is_applied") & ~pl.col("is_left"),
        )
        .drop("second", "is_left")
    )


def _renumber(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Return the copies in ``rows`` under the new numbers, those of a split paragraph once for each of its lines."""
    kept = places.group_by("page_id", "paragraph_no").agg(pl.col("new_no").min().alias("kept_new_no"))
    is_line = pl.col("line_number").is_not_null()
    is_whole_kind = pl.col("kind").is_in(["exact", "near"]) | ((pl.col("kind") == "truncated") & ~pl.col("is_last"))
    return conform(
        rows.join(places, on=_PARAGRAPH, how="left", maintain_order="left_right")
        .join(
            kept,
            left_on=["kept_page_id", "kept_paragraph_no"],
            right_on=_PARAGRAPH,
            how="left",
            maintain_order="left",
        )
        .with_columns(
            pl.coalesce("new_no", "paragraph_no").alias("paragraph_no"),
            pl.coalesce("kept_new_no", "kept_paragraph_no").alias("kept_paragraph_no"),
            # A line is a part of what is kept, where the whole of its paragraph was equal to it.
            pl.when(is_line & is_whole_kind).then(pl.lit("contained")).otherwise("kind").alias("kind"),
        ),
        DUPLICATES,
    )
