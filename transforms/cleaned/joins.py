"""Which lines are halves of one paragraph, how sure that is, and why.

The design follows what was measured 2026-11 on cut-up news: punctuation alone joins with precision .20, a dictionary word
across the cut with .975 but recall .40; an n-gram table, a few dozen measures and boosted trees give both.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.cleaned import ngrams, pairmodel, turns
from transforms.cleaned.ledger import LINKS
from transforms.cleaned.matching import match
from transforms.cleaned.pairs import REACH, Pairs, find_pairs
from transforms.cleaned.texts import Texts
from transforms.frames import conform, empty

# Chosen on the even-numbered half of the development pages and 800 made ones: F1 of wrapped pages hardly changes between .45
# and .65; for the others two in a hundred joins are lost from .5 to .6, and a quarter of the false ones. A pair of whole
# paragraphs wrongly joined costs more than one left apart.
APPLY_WRAPPED: Final = 0.5
APPLY: Final = 0.6
# Below this a pair is not worth a row: a list of suspects that is mostly wrong is read by nobody.
SUSPECT: Final = 0.2
# What the shape rule gives; above APPLY and below what words and characters prove.
SHAPE: Final = 0.75
# Two lines without any sentence may be a headline in two lines; that is not a paragraph to be joined.
HEADINGS: Final = 0.5
# Above this they are joined all the same: on 600 made pages that adds five joins in a hundred and one false one in a thousand.
SURE: Final = 0.8
# A page with more long lines than these that stop without a sign and without a sequel has lost its final punctuation.
MAX_UNEXPLAINED: Final = 2

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]


def find_links(lines: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Return joins and suspected joins (schema ``LINKS``) between ``lines``.

    ``lines`` are the normalised lines with shapes and widths, pages whole and in order; ``texts`` their texts as characters.
    """
    pairs = find_pairs(lines, texts, ngrams.bundled(), turns.bundled())
    if not len(pairs.first):
        return empty(LINKS)
    chance = np.concatenate(
        [
            pairmodel.bundled("columns").probabilities(pairs, 0, pairs.wrapped_from),
            pairmodel.bundled("wrapped").probabilities(pairs, pairs.wrapped_from, len(pairs.first)),
        ]
    )
    chance = np.where(follows_by_shape(pairs, chance, lines), np.maximum(chance, SHAPE), chance)
    chance = np.where(are_headings(pairs, lines) & (chance < SURE), np.minimum(chance, HEADINGS), chance)
    is_wrapped = lines["is_wrapped"].to_numpy()[pairs.first]
    enough = chance >= np.where(is_wrapped, APPLY_WRAPPED, APPLY)
    taken = match(pairs.first, pairs.second, np.where(enough, chance, 0.0).astype(np.float32), least=APPLY_WRAPPED)
    is_taken = np.zeros(len(chance), dtype=bool)
    is_taken[taken] = True
    has_next = np.zeros(lines.height, dtype=bool)
    has_previous = np.zeros(lines.height, dtype=bool)
    has_next[pairs.first[taken]] = True
    has_previous[pairs.second[taken]] = True
    free = ~is_taken & ~has_next[pairs.first] & ~has_previous[pairs.second] & (chance >= SUSPECT)
    suspects = np.flatnonzero(free)
    doubtful = suspects[match(pairs.first[suspects], pairs.second[suspects], chance[suspects], least=SUSPECT)]
    shown = np.concatenate([taken, doubtful])
    wrapped = is_wrapped[shown] & (pairs.column("step")[shown] == 1)
    links = pl.DataFrame(
        {
            "row": pairs.first[shown],
            "next_row": pairs.second[shown],
            "kind": pl.Series(["join", "unwrap"]).gather(wrapped.astype(np.int64)),
            "reason": reasons(pairs, shown, wrapped),
            "confidence": np.round(chance[shown].astype(np.float64), 3),
            "is_applied": is_taken[shown],
        }
    )
    return conform(links, LINKS).sort("row", "next_row")


def follows_by_shape(pairs: Pairs, chance: Floats, lines: pl.DataFrame) -> Flags:
    """Tell which pairs are joined by their shape, where words give no evidence either way.

    Two long lines of prose, one after the other; the first stops without an end, the second opens no paragraph. On the five
    real pages that is right 8 of 8 times, on 80 made pages 49 of 54; on pages that have lost final
    punctuation it is wrong, so a page with more than ``MAX_UNEXPLAINED`` such ends gives no evidence.
    """
    shape = (
        (pairs.column("step") == 1)
        & (pairs.column("length_a") >= 40)
        & (pairs.column("length_b") >= 40)
        & (pairs.column("ends_sentence_a") == 0)
        & (pairs.column("has_sentence_a") == 1)
        & (pairs.column("has_sentence_b") == 1)
        & (pairs.column("ends_byline_a") == 0)
        & (pairs.column("is_lead_b") == 0)
        & (pairs.column("is_list_item_a") == 0)
        & (pairs.column("is_list_item_b") == 0)
        & ~lines["is_wrapped"].to_numpy()[pairs.first]
    )
    siblings = (pairs.column("ends_semicolon_a") == 1) & (
        (pairs.column("semicolon_before") == 1) | (pairs.column("ends_semicolon_b") == 1)
    )
    unexplained = shape & (chance < APPLY)
    pages = lines["page_id"].rle_id().to_numpy()[pairs.first]
    is_sound = np.bincount(pages, weights=unexplained)[pages] <= MAX_UNEXPLAINED
    follows: Flags = shape & ~siblings & is_sound & (pairs.column("opening") < 1.5) & (pairs.column("cohesion") > -3)
    return follows


def are_headings(pairs: Pairs, lines: pl.DataFrame) -> Flags:
    """Tell which pairs look like two headings, or two lines of one, on a page of whole paragraphs."""
    both: Flags = (
        (pairs.column("is_heading_like_a") == 1)
        & (pairs.column("is_heading_like_b") == 1)
        & (pairs.column("word_across") == 0)
        & (pairs.column("equals_near_a") < 3)
        & (pairs.column("equals_near_b") < 3)
        & ~lines["is_wrapped"].to_numpy()[pairs.first]
    )
    return both


def reasons(pairs: Pairs, shown: npt.NDArray[np.int64], wrapped: Flags) -> pl.Series:
    """Return in words what speaks most for each pair; no text of the page is quoted."""

    def measure(name: str) -> Floats:
        return pairs.column(name)[shown]

    holds = {
        "the same words stand together elsewhere on the page": measure("echo_after_same") == 1,
        "a word lies across the cut": measure("word_across") > 0,
        "a number lies across the cut": measure("digits_meet") == 1,
        "the second line begins with punctuation that belongs to the first": measure("begins_inside_b") == 1,
        "the printed line is full": wrapped,
        "a bracket or quotation is still open": measure("open_0_a") + measure("open_1_a") + measure("open_2_a") > 0,
        "the first line ends with a comma": measure("ends_clause_a") == 1,
        "the characters follow one another as in running text": measure("cohesion") > 2,
    }
    told = [*holds, "the first line stops in mid-sentence and the second opens no paragraph"]
    why = np.select(list(holds.values()), list(range(len(holds))), len(holds))
    steps = ["", *(f"; steps over {count} line{'s' if count > 1 else ''}" for count in range(1, REACH))]
    between = (measure("headings_between") + measure("bodies_between")).astype(np.int64)
    return pl.Series(told).gather(why) + pl.Series(steps).gather(between)
