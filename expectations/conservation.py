"""Nothing lost, nothing invented: the lines and characters of a page against those of its paragraphs."""

from __future__ import annotations

import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from expectations.characters import CodePoints, Offsets, is_visible, keep, ranges, rank
from expectations.measures import VIOLATIONS, violation_rows
from expectations.page_lines import PageLines

SPAN: Final = ["line_number", "char_start", "char_end", "raw_char_start", "raw_char_end"]


def line_ledger(pages: pl.DataFrame, lines: PageLines, paragraphs: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the violations of "every line with a visible character is in exactly one paragraph" (``lines`` of ``pages``)."""
    visible = is_visible(lines.points)
    has_ink = rank(visible, lines.ends) > rank(visible, lines.starts)
    named = (
        placed_on(pages, paragraphs.select("page_id", "paragraph_no", pl.col("line_numbers").alias("line_number")))
        .explode("line_number")
        .drop_nulls("line_number")
    )
    page, number = (named[name].to_numpy().astype(np.int64) for name in ("page", "line_number"))
    index, exists = lines.index_of(page, number)
    times = np.bincount(index[exists], minlength=len(lines.starts))
    lost = np.flatnonzero(has_ink & (times == 0))
    unnamed = pl.DataFrame(
        {
            "page_id": pages["page_id"].gather(lines.page_of_line()[lost]),
            "line_number": lines.number_of_line()[lost],
        }
    )
    again = np.flatnonzero(exists & (times[index] > 1)) if (times > 1).any() else np.zeros(0, np.int64)
    twice = named[again].filter(~pl.struct("page_id", "line_number").is_first_distinct())
    return [
        violation_rows(unnamed, "lines_lost", line="line_number"),
        violation_rows(twice, "lines_twice", paragraph="paragraph_no", line="line_number"),
        violation_rows(named.filter(~exists), "lines_unknown", paragraph="paragraph_no", line="line_number"),
    ]


def placed_on(pages: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return those of ``rows`` whose page is among ``pages``, with its number there: ``page``."""
    numbers = pages.select("page_id").with_row_index("page").unique("page_id", keep="first")
    return rows.join(numbers, on="page_id", maintain_order="left")


def character_ledger(
    pages: pl.DataFrame,
    lines: PageLines,
    paragraphs: pl.DataFrame,
    paragraph_lines: pl.DataFrame,
    characters: tuple[CodePoints, Offsets],
) -> list[pl.DataFrame]:
    """Return the violations of "every visible character of a page is in one place of one paragraph, unchanged".

    ``characters`` are those of the ``paragraphs``, and where each begins.

    The two spans of a piece must hold the same text, except that one may be a compatibility form of the other (full-width
    and half-width, composed and decomposed), white space and control characters counting as nothing.
    """
    raw, raw_starts = lines.points, lines.page_starts
    own, own_starts = characters
    pieces = paragraph_lines.join(
        placed_on(pages, paragraphs.select("page_id", "paragraph_no").with_row_index("paragraph")),
        on=["page_id", "paragraph_no"],
        maintain_order="left",
    )
    page, paragraph, line_number, *spans = (
        pieces[name].fill_null(0).to_numpy().astype(np.int64)
        for name in ("page", "paragraph", "line_number", "char_start", "char_end", "raw_char_start", "raw_char_end")
    )
    own_start, own_end = _inside(spans[0], spans[1], own_starts, paragraph)
    raw_start, raw_end = _inside(spans[2], spans[3], raw_starts, page)
    same_length = (raw_end - raw_start) == (own_end - own_start)
    is_tiled = bool(len(own)) and np.array_equal(np.append(own_start, len(own)), np.append(0, own_end))
    not_once = np.zeros(0, np.int64) if is_tiled else _not_once(own_start, own_end, own)[0]
    lost, twice = _not_once(raw_start, raw_end, raw)
    # Most pieces follow each other on the page as in their paragraphs: those are compared in one sweep, the others one by one.
    furthest = np.maximum.accumulate(np.append(0, raw_end))[:-1]
    swept = same_length & (raw_start >= furthest) & is_tiled
    alone = same_length & ~swept
    lengths = (raw_end - raw_start)[alone]
    found = [
        (np.flatnonzero(swept), _swept(raw, raw_start[swept], raw_end[swept]), _tiled(own, own_start, own_end, swept)),
        (np.flatnonzero(alone), raw[ranges(raw_start[alone], lengths)], own[ranges(own_start[alone], lengths)]),
    ]
    is_null = pieces.select(pl.any_horizontal(pl.col(SPAN).is_null()))[SPAN[0]].to_numpy()
    index, exists = lines.index_of(page, line_number)
    line_end = lines.ends[index] - raw_starts[page]
    # Latin words that two lines part are joined with a space, which stands for the line feed (and its carriage return).
    is_line_feed = (spans[2] == line_end) & (spans[3] - spans[2] <= 2)
    inside_line = (
        exists
        & (spans[2] >= lines.starts[index] - raw_starts[page])
        & (spans[3] >= spans[2])
        & ((spans[3] <= line_end) | is_line_feed)
    )
    inside_text = (spans[0] >= 0) & (spans[1] >= spans[0]) & (spans[1] <= np.diff(own_starts)[paragraph])
    outside = pieces.filter(~(inside_line & inside_text & ~is_null))
    return [
        violation_rows(outside, "spans_outside", paragraph="paragraph_no", line="line_number", value="char_start"),
        _rewritten(pieces.filter(~same_length), pages, paragraphs),
        _per_page(pages, raw_starts, lost, "chars_lost"),
        _per_page(pages, raw_starts, twice, "chars_twice"),
        *(_changed(pieces, *_differing(numbers, raw_end - raw_start, left, right)) for numbers, left, right in found),
        _per_paragraph(paragraphs, own_starts, not_once, "chars_from_nowhere"),
    ]


def _not_once(start: Offsets, end: Offsets, points: CodePoints) -> tuple[Offsets, Offsets]:
    """Return where visible ``points`` are in none of the spans, and where in several."""
    order = np.argsort(start, kind="stable")
    first, last = start[order], end[order]
    if (last[:-1] <= first[1:]).all():
        gaps = np.append(0, last)
        uncovered = ranges(gaps, np.append(first, len(points)) - gaps)
        return uncovered[is_visible(points[uncovered])], np.zeros(0, dtype=np.int64)
    cover = _coverage(start, end, len(points))
    none, several = np.flatnonzero(cover == 0), np.flatnonzero(cover > 1)
    return none[is_visible(points[none])], several[is_visible(points[several])]


def _swept(points: CodePoints, start: Offsets, end: Offsets) -> CodePoints:
    """Return the characters of the spans, which are in order and apart."""
    bounds = np.column_stack([start, end]).ravel()
    lengths = np.diff(np.concatenate([[0], bounds, [len(points)]]))
    return keep(points, np.repeat(np.arange(len(lengths)) % 2 == 1, lengths))


def _tiled(points: CodePoints, start: Offsets, end: Offsets, chosen: npt.NDArray[np.bool_]) -> CodePoints:
    """Return the characters of the ``chosen`` spans, where all spans together are all characters in order."""
    if not chosen.any():
        return points[:0]
    return points if chosen.all() else keep(points, np.repeat(chosen, end - start))


def _differing(
    numbers: Offsets, lengths: Offsets, left: CodePoints, right: CodePoints
) -> tuple[Offsets, CodePoints, CodePoints]:
    """Return the characters that differ and the number of the piece of each; the pieces ``numbers`` follow each other."""
    changed = np.flatnonzero(left != right)
    piece = np.searchsorted(np.cumsum(lengths[numbers]), changed, side="right")
    return numbers[piece], left[changed], right[changed]


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
