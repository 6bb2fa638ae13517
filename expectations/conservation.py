"""Nothing lost, nothing invented: the lines and characters of a page against those of its paragraphs."""

from __future__ import annotations

import unicodedata

import numpy as np
import polars as pl

from expectations.characters import CodePoints, Offsets, code_points, is_visible, ranges
from expectations.measures import VIOLATIONS, violation_rows


def line_ledger(lines: pl.DataFrame, paragraphs: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the violations of "every line with a visible character is in exactly one paragraph" (schema ``LINES``)."""
    lines = lines.select(
        "page_id", "line_number", pl.col("raw_text").str.contains(r"[^\p{Cc}\p{Cf}\p{Z}]").alias("is_visible")
    )
    named = (
        paragraphs.select("page_id", "paragraph_no", pl.col("line_numbers").alias("line_number"))
        .explode("line_number")
        .filter(pl.col("line_number").is_not_null())
    )
    lost = lines.filter("is_visible").join(named, on=["page_id", "line_number"], how="anti")
    twice = named.filter(~pl.struct("page_id", "line_number").is_first_distinct())
    unknown = named.join(lines, on=["page_id", "line_number"], how="anti")
    return [
        violation_rows(lost, "lines_lost", line="line_number"),
        violation_rows(twice, "lines_twice", paragraph="paragraph_no", line="line_number"),
        violation_rows(unknown, "lines_unknown", paragraph="paragraph_no", line="line_number"),
    ]


def character_ledger(
    pages: pl.DataFrame, lines: pl.DataFrame, paragraphs: pl.DataFrame, paragraph_lines: pl.DataFrame
) -> list[pl.DataFrame]:
    """Return the violations of "every visible character of a page is in one place of one paragraph, unchanged".

    The two spans of a piece must hold the same text, except that one may be a compatibility form of the other (full-width
    and half-width, composed and decomposed), white space and control characters counting as nothing.
    """
    raw, raw_starts = code_points(pages["text"])
    own, own_starts = code_points(paragraphs["text"])
    pieces = paragraph_lines.join(
        pages.select("page_id").with_row_index("page"), on="page_id", maintain_order="left"
    ).join(
        paragraphs.select("page_id", "paragraph_no").with_row_index("paragraph"),
        on=["page_id", "paragraph_no"],
        maintain_order="left",
    )
    numbers = {
        name: pieces[name].fill_null(0).to_numpy().astype(np.int64)
        for name in ("page", "paragraph", "char_start", "char_end", "raw_char_start", "raw_char_end")
    }
    raw_start, raw_end = _inside(numbers["raw_char_start"], numbers["raw_char_end"], raw_starts, numbers["page"])
    own_start, own_end = _inside(numbers["char_start"], numbers["char_end"], own_starts, numbers["paragraph"])
    raw_cover = _coverage(raw_start, raw_end, len(raw))
    is_tiled = bool(len(own)) and np.array_equal(np.append(own_start, len(own)), np.append(0, own_end))
    not_once = np.flatnonzero(_coverage(own_start, own_end, len(own)) != 1) if not is_tiled else np.zeros(0, np.int64)
    not_once = not_once[is_visible(own[not_once])]
    unlike_once = np.flatnonzero(raw_cover != 1)
    unlike_once = unlike_once[is_visible(raw[unlike_once])]
    same_length = (raw_end - raw_start) == (own_end - own_start)
    lengths = (raw_end - raw_start)[same_length]
    left = raw[ranges(raw_start[same_length], lengths)]
    right = own if is_tiled and same_length.all() else own[ranges(own_start[same_length], lengths)]
    changed = left != right
    piece_of = np.flatnonzero(same_length)[np.searchsorted(np.cumsum(lengths), np.flatnonzero(changed), side="right")]
    return [
        _outside(pieces, lines, paragraphs),
        _rewritten(pieces.filter(pl.Series(~same_length)), pages, paragraphs),
        _per_page(pages, raw_starts, unlike_once[raw_cover[unlike_once] == 0], "chars_lost"),
        _per_page(pages, raw_starts, unlike_once[raw_cover[unlike_once] > 1], "chars_twice"),
        _changed(pieces, piece_of, left[changed], right[changed]),
        _per_paragraph(paragraphs, own_starts, not_once, "chars_from_nowhere"),
    ]


def _inside(start: Offsets, end: Offsets, text_starts: Offsets, text_of: Offsets) -> tuple[Offsets, Offsets]:
    """Return spans counted from the first character of all, cut off at the ends of the text that they belong to."""
    first, last = text_starts[text_of], text_starts[text_of + 1]
    absolute_start = np.clip(first + start, first, last)
    return absolute_start, np.clip(first + end, absolute_start, last)


def _coverage(start: Offsets, end: Offsets, size: int) -> Offsets:
    """Return how many of the spans hold each of ``size`` characters."""
    change = np.bincount(start, minlength=size + 1) - np.bincount(end, minlength=size + 1)
    return np.asarray(np.cumsum(change)[:size], dtype=np.int64)


def _per_page(pages: pl.DataFrame, starts: Offsets, positions: Offsets, rule: str) -> pl.DataFrame:
    """Return one violation for each page that holds some of ``positions``; its value is how many."""
    page = np.searchsorted(starts, positions, side="right") - 1
    numbers, counts = np.unique(page, return_counts=True)
    found = pl.DataFrame({"page_id": pages["page_id"].gather(numbers), "count": counts})
    return violation_rows(found, rule, value="count")


def _per_paragraph(paragraphs: pl.DataFrame, starts: Offsets, positions: Offsets, rule: str) -> pl.DataFrame:
    """Return one violation for each paragraph that holds some of ``positions``; its value is how many."""
    paragraph = np.searchsorted(starts, positions, side="right") - 1
    numbers, counts = np.unique(paragraph, return_counts=True)
    found = paragraphs.select("page_id", "paragraph_no")[numbers].with_columns(count=pl.Series(counts))
    return violation_rows(found, rule, paragraph="paragraph_no", value="count")


def _changed(pieces: pl.DataFrame, piece_of: Offsets, left: CodePoints, right: CodePoints) -> pl.DataFrame:
    """Return one violation for each piece that differs from the page by more than the width of its characters."""
    if len(piece_of) == 0:
        return pl.DataFrame(schema=VIOLATIONS)
    pairs, which = np.unique((left.astype(np.uint64) << np.uint64(32)) | right.astype(np.uint64), return_inverse=True)
    differs = np.array([not _same_but_for_width(int(pair) >> 32, int(pair) & 0xFFFFFFFF) for pair in pairs])
    numbers, counts = np.unique(piece_of[differs[which]], return_counts=True)
    found = pieces.select("page_id", "paragraph_no", "line_number")[numbers].with_columns(count=pl.Series(counts))
    return violation_rows(found, "chars_changed", paragraph="paragraph_no", line="line_number", value="count")


def _same_but_for_width(left: int, right: int) -> bool:
    """Tell whether two characters have the same compatibility form, white space counting as nothing."""

    def form(point: int) -> str:
        return "".join(unicodedata.normalize("NFKC", chr(point)).split())

    return form(left) == form(right)


def _outside(pieces: pl.DataFrame, lines: pl.DataFrame, paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return the pieces whose spans do not lie inside their line of the page and inside their paragraph."""
    lines = lines.select(
        "page_id", "line_number", pl.col("raw_char_start").alias("line_start"), pl.col("raw_char_end").alias("line_end")
    )
    ends = paragraphs.select("page_id", "paragraph_no", pl.col("text").str.len_chars().alias("text_end"))
    start, end, raw_start, raw_end = (
        pl.col(name) for name in ("char_start", "char_end", "raw_char_start", "raw_char_end")
    )
    is_inside = (
        (start >= 0)
        & (end >= start)
        & (end <= pl.col("text_end"))
        & (raw_start >= pl.col("line_start"))
        & (raw_end >= raw_start)
        & (raw_end <= pl.col("line_end"))
    )
    placed = pieces.join(lines, on=["page_id", "line_number"], how="left").join(
        ends.unique(["page_id", "paragraph_no"]), on=["page_id", "paragraph_no"], how="left"
    )
    wrong = placed.filter(~is_inside.fill_null(False))
    return violation_rows(wrong, "spans_outside", paragraph="paragraph_no", line="line_number", value="char_start")


def _rewritten(pieces: pl.DataFrame, pages: pl.DataFrame, paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return those of ``pieces``, all of two lengths, whose two texts are not forms of each other."""

    def form(text: str, start: str, end: str) -> pl.Expr:
        length = (pl.col(end) - pl.col(start)).clip(0)
        inside = pl.col(text).str.slice(pl.col(start), length)
        return inside.str.normalize("NFKC").str.replace_all(r"[\p{Z}\p{Cc}\p{Cf}]+", "")

    texts = paragraphs.select("page_id", "paragraph_no", "text").unique(["page_id", "paragraph_no"])
    differ = (
        pieces.join(pages.select("page_id", pl.col("text").alias("page_text")), on="page_id")
        .join(texts, on=["page_id", "paragraph_no"])
        .filter(form("page_text", "raw_char_start", "raw_char_end") != form("text", "char_start", "char_end"))
    )
    length = (pl.col("char_end") - pl.col("char_start")).alias("count")
    return violation_rows(
        differ.with_columns(length), "chars_changed", paragraph="paragraph_no", line="line_number", value="count"
    )
