"""The evidence of each paragraph and its neighbours as whole numbers, one row per paragraph, ready to be weighed."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.articles.pairs import compare

Ints = npt.NDArray[np.int64]

QUOTED: Final = 10  # as much as a full fit
# A heading is compared with so many paragraphs before and after it. More blurs: the next article would take part.
_REACH: Final = 3
_SHORT: Final = 30
# Rows looked at together: of 1,000 to 2,000 all arrays stay in the cache, which takes half of the time that 4,000 take beside
# other work (2026-11).
PORTION: Final = 1500
FITS: Final = ("fits_before", "fits_after", "is_quoted_before", "is_quoted_after")
_EDGES: Final = "—–-:： \u3000"

_SHAPES: Final = ("heading", "text", "byline", "credit")


def add_neighbours(cues: pl.DataFrame) -> pl.DataFrame:
    """Return ``cues`` with what stands before and after each paragraph on its page (columns and furniture left out)."""
    page = "page_id"
    has_own_byline = (pl.col("is_dateline") | pl.col("has_inline_byline")) & (pl.col("shape") == "text")
    gap = 2 + pl.col("blank_lines_before").median().over(page)
    return (
        cues.with_columns(
            # Whether the paragraph so many rows on is of the same page: a look, where a window over pages sorts them.
            *((pl.col(page) == pl.col(page).shift(step)).fill_null(False).alias(f"_{step}") for step in (1, -1, -2)),
            (pl.col("blank_lines_before") >= gap).alias("is_apart"),
        )
        .with_columns(
            _there("shape", 1).alias("before"),
            _there("shape", -1).alias("after"),
            _there("shape", -2).alias("after_next"),
            _there("is_dateline", -1).fill_null(False).alias("next_is_dateline"),
            _there("is_opening", -1).fill_null(False).alias("next_is_opening"),
            _there("is_closed", 1).fill_null(True).alias("prev_is_closed"),
            _there("has_inline_byline", 1).fill_null(False).alias("prev_has_inline"),
            _there("is_truncated", 1).fill_null(False).alias("prev_is_truncated"),
            _there("length", 1).fill_null(0).alias("prev_length"),
            _there("length", -1).fill_null(0).alias("next_length"),
            ((pl.len().over("page_id", "shape", "outline") > 1) & (pl.col("outline") != "")).alias("is_parallel"),
            pl.col("is_apart").any().over(page).alias("page_has_gaps"),
            has_own_byline.alias("has_own_byline"),
            _short_run().alias("short_run"),
            (has_own_byline | pl.col("shape").is_in(["byline", "credit"])).any().over(page).alias("page_is_signed"),
        )
        .with_columns(
            (pl.col("short_run") >= 4).alias("in_short_run"),
            (pl.col("short_run") >= 6).alias("in_long_short_run"),
            ((pl.col("short_run") >= 4) & (_there("short_run", 1).fill_null(0) == 0)).alias("opens_short_run"),
        )
        .drop("_1", "_-1", "_-2")
    )


def _there(name: str, step: int) -> pl.Expr:
    """Return the column ``name`` of the paragraph ``step`` rows before, null where that is of another page."""
    return pl.when(f"_{step}").then(pl.col(name).shift(step))


def _short_run() -> pl.Expr:
    """Return the length of the run of short lines a paragraph stands in: lists, tables and verse are many in a row."""
    is_short = (pl.col("length") <= _SHORT) & pl.col("shape").is_in(["heading", "text"])
    return is_short.cast(pl.Int32) * pl.len().over("page_id", is_short.rle_id().over("page_id"))


def fit(cues: pl.DataFrame) -> dict[str, Ints]:
    """Return what pairs of characters say of each paragraph; whole numbers, rows as in ``cues``.

    ``fits_before`` and ``fits_after``: how well a heading fits the text around it, 0 to 10. ``is_quoted_*``: 10 where that
    text holds it word for word (and not the whole page does). ``shares``: how much a text shares with the two before it,
    0 to 10; a heading has that of the next text.
    """
    is_text = (cues["shape"] == "text").to_numpy()
    pages = cues["page_id"].rle_id().to_numpy().astype(np.int64)
    at = np.flatnonzero(is_text)
    spans = _spans(cues, pages, is_text, at)
    headings = np.flatnonzero((cues["shape"] == "heading").to_numpy())
    shown, texts = cues["shown"].gather(headings), cues["shown"].gather(at)
    found = {name: np.zeros(len(is_text), dtype=np.int64) for name in FITS}
    around = {side: (starts[headings], ends[headings]) for side, (starts, ends) in spans.items()}
    lines, whole = shown.to_list(), texts.str.join("\n").item() or ""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    levels, fits = compare(pages[at], texts, pages[headings], shown, list(around.values()))
    for side, fit in zip(around, fits, strict=True):
        found[f"fits_{side}"][headings] = fit
        found[f"is_quoted_{side}"][headings] = _quoted(lines, whole, lengths, *around[side])
    before, after = found["fits_before"], found["fits_after"]
    found["fits_before_better"] = np.maximum(before - after - 1, 0)
    found["fits_after_better"] = np.maximum(after - before - 1, 0)
    # A heading takes the level of the text that follows it on its page.
    following = np.append(at, len(is_text))[np.cumsum(is_text) - is_text]
    is_there = (following < len(is_text)) & (pages[np.minimum(following, len(is_text) - 1)] == pages)
    level = np.append(levels, 0)[np.cumsum(is_text) - is_text] * is_there
    return found | {
        "shares": level,
        "shares_little": np.maximum(3 - level, 0),
        "shares_much": np.maximum(level - 5, 0),
    }


def _fit_in_portions(cues: pl.DataFrame) -> dict[str, Ints]:
    """Return ``fit`` of some pages at a time: what it looks at is only the page, and small arrays stay in the cache."""
    pages = np.flatnonzero(np.diff(cues["page_id"].rle_id().to_numpy().astype(np.int64), prepend=-1))
    # The first page that begins in each portion begins it.
    starts = pages[np.append(True, np.diff(pages // PORTION) > 0)] if len(pages) else pages
    # Without the columns that it does not look at, since each slice makes them all anew.
    cues = cues.select("page_id", "shape", "shown", "is_dateline")
    parts = [fit(cues[low:high]) for low, high in pairwise([*starts.tolist(), cues.height])]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _spans(cues: pl.DataFrame, pages: Ints, is_text: npt.NDArray[np.bool_], at: Ints) -> dict[str, tuple[Ints, Ints]]:
    """Return for each paragraph the rows of texts (half-open) that stand before and after it, at most ``_REACH`` each.

    Texts before reach back to the last heading, byline or dateline, over at most two lines that are no text; texts after
    go on to the next.
    """
    count = len(is_text)
    earlier: Ints = np.cumsum(is_text) - is_text  # texts before each paragraph
    none = np.zeros(count, dtype=np.int64)
    if not len(at):
        return {"before": (none, none), "after": (none, none)}
    opens = np.ones(len(at), dtype=np.bool_)
    opens[1:] = (np.diff(at) > 1) | (pages[at[1:]] != pages[at[:-1]])
    opens |= cues["is_dateline"].to_numpy()[at]
    run = np.cumsum(opens) - 1
    run_start = np.flatnonzero(opens)[run]
    run_end = np.append(np.flatnonzero(opens)[1:], len(at))[run]
    last = np.maximum(earlier - 1, 0)
    has_before = (earlier > 0) & (pages[at[last]] == pages) & (np.arange(count) - at[last] <= 3)
    before = (
        np.where(has_before, np.maximum(run_start[last], earlier - _REACH), 0),
        np.where(has_before, earlier, 0),
    )
    first = np.minimum(earlier, len(at) - 1)
    # Only headings may stand between a heading and its text.
    blocks = np.cumsum(~is_text & (cues["shape"] != "heading").to_numpy())
    has_after = (earlier < len(at)) & (pages[at[first]] == pages) & (blocks[at[first]] == blocks)
    after = (
        np.where(has_after, earlier, 0),
        np.where(has_after, np.minimum(run_end[first], earlier + _REACH), 0),
    )
    return {"before": before, "after": after}


def _quoted(headings: list[str], whole: str, lengths: Ints, starts: Ints, ends: Ints) -> Ints:
    """Return 10 for each heading that stands word for word in one of its texts, but in no more than two of them.

    ``whole`` are all texts, of so many characters (``lengths``), with a line feed between two.
    """
    found = np.zeros(len(headings), dtype=np.int64)
    behind = np.cumsum(lengths + 1) - 1
    for number in np.flatnonzero(starts < ends).tolist():
        words = headings[number].strip(_EDGES)
        low, high = starts[number], ends[number]
        # Few are quoted at all: the texts are asked together first.
        if len(words) >= 2 and whole.find(words, behind[low] - lengths[low], behind[high - 1]) >= 0:
            holding = sum([whole.find(words, behind[at] - lengths[at], behind[at]) >= 0 for at in range(low, high)])
            found[number] = QUOTED * (holding <= 2)
    return found


def evidence(cues: pl.DataFrame) -> tuple[tuple[str, ...], npt.NDArray[np.int8]]:
    """Return the names of the evidence and its values, rows as in ``cues`` (from ``add_neighbours``)."""
    length = pl.col("length")
    named = cues.select(
        pl.lit(True).alias("always"),
        *((pl.col("shape") == shape).alias(f"is_{shape}") for shape in _SHAPES),
        (length <= 6).alias("upto_6"),
        length.is_between(7, 24).alias("upto_24"),
        length.is_between(25, 34).alias("upto_34"),
        length.is_between(35, 60).alias("upto_60"),
        length.is_between(61, 120).alias("upto_120"),
        (length > 120).alias("over_120"),
        *(
            pl.col(name)
            for name in (
                "is_closed",
                "is_open",
                "has_inner_stop",
                "ends_in_colon",
                "starts_with_dash",
                "has_blank_inside",
                "is_dateline",
                "is_opening",
                "is_caption",
                "is_truncated",
                "is_numbered",
                "is_parallel",
                "is_apart",
                "page_has_gaps",
                "is_column",
                "is_marked",
                "opens_short_run",
                "in_short_run",
                "in_long_short_run",
                "next_is_dateline",
                "next_is_opening",
                "prev_is_closed",
                "prev_has_inline",
                "prev_is_truncated",
            )
        ),
        (pl.col("ends_in_colon") & (pl.col("after") == "heading").fill_null(False)).alias("colon_above_heading"),
        (pl.col("starts_with_dash") & (pl.col("before") == "heading").fill_null(False)).alias("dash_below_heading"),
        (pl.col("comma_count") == 1).alias("one_comma"),
        (pl.col("comma_count") >= 2).alias("two_commas"),
        pl.col("before").is_null().alias("is_first"),
        pl.col("after").is_null().alias("is_last"),
        *((pl.col("before") == shape).fill_null(False).alias(f"before_{shape}") for shape in _SHAPES),
        *((pl.col("after") == shape).fill_null(False).alias(f"after_{shape}") for shape in _SHAPES),
        (pl.col("after_next") == "credit").fill_null(False).alias("after_next_credit"),
        (pl.col("after_next") == "byline").fill_null(False).alias("after_next_byline"),
        (pl.col("next_length") > 80).alias("next_is_long"),
        (pl.col("prev_length") > 80).alias("prev_is_long"),
    )
    extra = _fit_in_portions(cues)
    # No piece of evidence is above 10: a byte each, since there are many.
    values = np.column_stack([named.to_numpy().astype(np.int8), *(levels.astype(np.int8) for levels in extra.values())])
    return (*named.columns, *extra), values
