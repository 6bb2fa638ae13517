"""From paragraphs to their parts in articles: evidence, weights and search put together."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.articles.cues import cue_columns
from transforms.articles.evidence import add_neighbours, evidence
from transforms.articles.layout import ARCS, ENDS, PARTS_OF_STATES, Ints, decode

# A paragraph of one shape cannot take the part of another: bylines are no titles, texts no headings. The number is above
# any sum of weights, yet finite, because a page may leave no other choice (it may begin with a byline).
_IMPOSSIBLE: Final = 10**6
# The search takes one step for each paragraph of its longest page. No newspaper page has a tenth of a thousand; what has more
# is no page, and is searched in pieces, so that it costs no more time than so many pages.
_LONGEST: Final = 1000
_ROWS: Final = 200_000  # rows worked on at once: some hundred megabytes at most
# Rows of evidence weighed at once. So few that the product is left to the core that asks for it: for more the library starts
# a thread for each core, which waits busily, and took three times the processor's time (2026-11).
_WEIGHED: Final = 128
_SHAPES: Final = ("heading", "text", "byline", "credit")
_SIGNING: Final = ("early_byline", "byline", "second_byline")
_TITLES: Final = ("title", "more_title", "late_title", "more_late_title", "subhead", "early_subhead", "column")


def _unfit(shape: str, arc: str) -> int:
    """Return what the shape of a paragraph speaks against an arc that leads to it."""
    if shape in ("byline", "credit"):
        # Where no article is open yet, a byline opens one rather than be lost.
        return 0 if arc in _SIGNING else -_IMPOSSIBLE // 2 if arc == "opening" else -_IMPOSSIBLE
    return -_IMPOSSIBLE if arc in _SIGNING or (shape == "text" and arc in _TITLES) else 0


_UNFIT: Final = np.array([[_unfit(shape, arc) for arc in ARCS] for shape in _SHAPES], dtype=np.int64)
_NO_TITLE: Final = np.array([-_IMPOSSIBLE * (arc in ("title", "more_title")) for arc in ARCS], dtype=np.int64)
_NO_COLUMN: Final = np.array([-_IMPOSSIBLE * (arc == "column") for arc in ARCS], dtype=np.int64)
_SUBHEAD_LENGTH: Final = 26  # as long as the longest subhead seen on regional pages
OUTSIDE: Final = ("column", "furniture")  # no part of any article


class Weights(NamedTuple):
    """What each piece of evidence speaks for: (evidence, arcs) and (ends,), whole numbers, in the order of ``names``."""

    names: tuple[str, ...]
    arcs: Ints
    ends: Ints


@cache
def packaged_weights() -> Weights:
    """Return the weights shipped with the package, made by ``benchmarks/train_layout.py``."""
    stored = json.loads(files("transforms.articles").joinpath("layout_weights.json").read_text(encoding="utf-8"))
    names = tuple(stored["evidence"])
    arcs = np.array(
        [[stored["evidence"][name].get(arc, 0) for arc in ARCS] for name in names],
        dtype=np.int64,
    )
    if 10 * np.abs(arcs).sum(axis=0).max() >= 1 << 24:  # no piece of evidence is above 10
        raise ValueError("the weights are too large to be summed exactly: train them again")
    return Weights(names, arcs, np.array([stored["ends"][end] for end in ENDS], dtype=np.int64))


def see(paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return ``paragraphs`` sorted, with cues and neighbours; columns and furniture are set aside as ``shape`` only."""
    cues = cue_columns(paragraphs.sort("page_id", "paragraph_no"))
    role, shape = pl.col("role"), pl.col("shape")
    return cues.with_columns(
        # A role that was given says what a paragraph may be; which heading is a headline is always found anew.
        pl.when(role.is_in(OUTSIDE))
        .then(role)
        .when(role.is_in(["title", "subhead"]))
        .then(pl.lit("heading"))
        .when((role == "byline") & ~shape.is_in(["byline", "credit"]))
        .then(pl.lit("byline"))
        .otherwise(shape)
        .alias("shape")
    ).with_columns(shape.is_in(OUTSIDE).alias("is_outside"))


def weigh(seen: pl.DataFrame, weights: Weights, *, finds_columns: bool) -> pl.DataFrame:
    """Return ``seen`` (from ``see``) with ``part`` (a part of ``layout.STATES``, or the shape of what is outside)."""
    is_inside = ~seen["is_outside"]
    inside = add_neighbours(seen.filter(is_inside))
    if inside.is_empty():
        return seen.with_columns(pl.col("shape").alias("part"), pl.lit(False).alias("in_short_run"))
    names, values = evidence(inside)
    if names != weights.names:
        raise ValueError("the weights were made for other evidence: train them again")
    parts = search(inside, values, weights, finds_columns=finds_columns)
    place = is_inside.cum_sum().cast(pl.Int64) - 1
    runs = inside["in_short_run"].gather(place.clip(lower_bound=0))
    return seen.with_columns(
        pl.when(is_inside).then(parts.gather(place.clip(lower_bound=0))).otherwise(pl.col("shape")).alias("part"),
        (is_inside & runs).alias("in_short_run"),
    )


def forbidden(inside: pl.DataFrame, *, finds_columns: bool) -> Ints:
    """Return (paragraphs, arcs): what the shape of a paragraph speaks against, before any evidence is weighed."""
    numbers = inside["shape"].replace_strict(list(_SHAPES), list(range(len(_SHAPES))), return_dtype=pl.Int64)
    unfit: Ints = _UNFIT[numbers.to_numpy()]
    if not finds_columns:
        return unfit + _NO_COLUMN
    # The usual name of a column right above a heading is no line of the headline.
    is_named = (
        inside.select(pl.col("is_column") & (pl.col("after") == "heading").fill_null(False)).to_series().to_numpy()
    )
    return unfit + is_named[:, None].astype(np.int64) * _NO_TITLE


def search(inside: pl.DataFrame, values: npt.NDArray[np.int8], weights: Weights, *, finds_columns: bool) -> pl.Series:
    """Return the part of each row of ``inside``, whose evidence is ``values``."""
    scores = forbidden(inside, finds_columns=finds_columns)
    # Whole numbers below 2 to the 24th stay exact in single precision, whose product is the fast one.
    by_arc = weights.arcs.astype(np.float32)
    for start in range(0, len(values), _WEIGHED):
        rows = slice(start, start + _WEIGHED)
        scores[rows] += (values[rows].astype(np.float32) @ by_arc).astype(np.int64)
    starts, lengths = _pieces(inside["page_id"])
    signed = inside["has_own_byline"].to_numpy()
    page_signed = inside["page_is_signed"].to_numpy()[starts]
    states = np.zeros(len(values), dtype=np.int64)
    # Pages of like length are searched together, so that one long page does not make room for itself in all the others.
    sizes = np.ceil(np.log2(lengths)).astype(np.int64)
    for size in np.unique(sizes):
        alike = np.flatnonzero(sizes == size)
        for some in np.array_split(alike, 1 + (len(alike) << int(size)) // _ROWS):
            longest = int(lengths[some].max())
            steps = np.arange(longest)
            places = starts[some][:, None] + np.minimum(steps, lengths[some][:, None] - 1)
            found = decode(scores[places], signed[places], lengths[some], weights.ends, page_signed[some])
            is_real = steps < lengths[some][:, None]
            states[places[is_real]] = found[is_real]
    return pl.Series(PARTS_OF_STATES).gather(states)


def _pieces(page_ids: pl.Series) -> tuple[Ints, Ints]:
    """Return start and length of what is searched as one: a page, or each thousand paragraphs of a longer one."""
    runs = page_ids.rle().struct.field("len").to_numpy().astype(np.int64)
    counts = (runs + _LONGEST - 1) // _LONGEST
    page = np.repeat(np.arange(len(runs)), counts)
    within = np.arange(len(page)) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = (np.cumsum(runs) - runs)[page] + within * _LONGEST
    return starts, np.minimum(runs[page] - within * _LONGEST, _LONGEST)


def arrange(paragraphs: pl.DataFrame, *, finds_columns: bool = False) -> pl.DataFrame:
    """Return ``paragraphs`` (schema ``PARAGRAPHS``), sorted, with cues, ``part`` and ``article_no``.

    ``article_no`` counts the articles of each page from 1; it is null for columns and furniture. With ``finds_columns`` names
    of columns are looked for; without, only those are columns whose role says so.
    """
    weighed = weigh(see(paragraphs), packaged_weights(), finds_columns=finds_columns)
    weighed = weighed.with_columns(pl.when(_is_subhead()).then(pl.lit("subhead")).otherwise("part").alias("part"))
    starts = pl.col("part").is_in(["title", "opening"])
    return weighed.with_columns(
        pl.when(~pl.col("part").is_in(OUTSIDE))
        .then(starts.cum_sum().over("page_id"))
        .alias("article_no")
        .cast(pl.Int32)
    )


def _is_subhead() -> pl.Expr:
    """Return whether a line counted to the text is a subhead all the same.

    For the division that is one; for reader and text it is not. So a short line that is no sentence, no half of one, no
    announcement (ends in a colon) and no item of a list goes among the subheads.
    """
    return (
        (pl.col("part") == "body")
        & (pl.col("shape") == "heading")
        & pl.col("length").is_between(4, _SUBHEAD_LENGTH)
        & ~pl.any_horizontal("is_closed", "is_open", "ends_in_colon", "is_truncated", "in_short_run")
    ).fill_null(False)
