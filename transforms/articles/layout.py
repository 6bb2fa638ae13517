"""The most likely division of pages into articles: a Viterbi search over all pages of a batch at once.

Each paragraph takes one part in an article. What may follow what is a table of arcs; the weight of an arc is the weighted
sum of the evidence of the paragraph it leads to. All numbers are whole, so the sums are exact and the result for a page
does not depend on the pages beside it.
"""

from __future__ import annotations

from itertools import product
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class State(NamedTuple):
    """What a paragraph is, and what its article has had so far."""

    part: str
    has_headline: bool
    has_byline: bool


_BOTH: Final = (False, True)
STATES: Final[tuple[State, ...]] = (
    State("title", True, False),
    State("more_title", True, False),
    State("early_byline", True, True),
    *(State("opening", False, byline) for byline in _BOTH),
    *(State("body", headline, byline) for headline, byline in product(_BOTH, _BOTH)),
    *(State("subhead", headline, byline) for headline, byline in product(_BOTH, _BOTH)),
    *(State("byline", headline, True) for headline in _BOTH),
    *(State("late_title", True, byline) for byline in _BOTH),
    State("column", True, True),  # between two articles, of neither; it lacks nothing
)
PARTS_OF_STATES: Final = tuple(state.part for state in STATES)

ARCS: Final = (
    "title",
    "more_title",
    "early_byline",
    "opening",
    "first_body",
    "body",
    "body_after_subhead",
    "body_after_byline",
    "subhead",
    "early_subhead",  # the name of a column astray below a headline
    "byline",
    "second_byline",
    "late_title",
    "more_late_title",
    "column",
)
ENDS: Final = ("unsigned", "headless", "empty")
FORBIDDEN: Final = len(ARCS)
_NEVER: Final = -(10**9)
_HEAD: Final = ("title", "more_title", "early_byline")


def _arc(old: State, new: State, is_signed: bool) -> int:
    """Return the number of the arc from ``old`` to ``new``; ``is_signed``: the new paragraph holds a byline in its text."""
    name = _arc_name(old, new, is_signed)
    return ARCS.index(name) if name else FORBIDDEN


def _arc_name(old: State, new: State, is_signed: bool) -> str | None:  # noqa: PLR0911, PLR0912 - a table
    kept = (new.has_headline, new.has_byline) == (old.has_headline, old.has_byline)
    match new.part:
        case "title" | "column":
            return new.part
        case "opening":
            return "opening" if new.has_byline == is_signed and old.part not in _HEAD else None
        case "more_title":
            return "more_title" if old.part in ("title", "more_title") else None
        case "early_byline":
            return "early_byline" if old.part in _HEAD else None
        case "body":
            if old.part in ("late_title", "column") or new.has_headline != old.has_headline:
                return None
            if new.has_byline != (old.has_byline or is_signed):
                return None
            if old.part in _HEAD:
                return "first_body"
            return {"subhead": "body_after_subhead", "byline": "body_after_byline"}.get(old.part, "body")
        case "subhead":
            if not kept or old.part in ("late_title", "column"):
                return None
            return "early_subhead" if old.part in _HEAD else "subhead"
        case "byline":
            if new.has_headline != old.has_headline or old.part in (*_HEAD, "column"):
                return None
            return "second_byline" if old.has_byline and old.part != "byline" else "byline"
        case _:  # late_title
            if old.part == "late_title":
                return "more_late_title" if kept else None
            is_headless = not old.has_headline and old.part in (
                "opening",
                "body",
                "byline",
                "subhead",
            )
            return "late_title" if is_headless and new.has_byline == old.has_byline else None


TABLES: Final = np.array(
    [[[_arc(old, new, signed) for new in STATES] for old in STATES] for signed in _BOTH],
    dtype=np.int64,
)
# What ends the article before it.
STARTS: Final = np.array([state.part in ("title", "opening", "column") for state in STATES])
FIRST: Final = np.array(
    [
        [
            ARCS.index(state.part)
            if state.part in ("title", "column") or (state.part == "opening" and state.has_byline == signed)
            else FORBIDDEN
            for state in STATES
        ]
        for signed in _BOTH
    ],
    dtype=np.int64,
)


def arc_between(old: int | None, new: int, is_signed: bool) -> int:
    """Return the number of the arc between two states (by number); ``old`` is None at the top of a page."""
    table = FIRST if old is None else TABLES[:, old]
    return int(table[int(is_signed), new])


def end_counts(is_page_signed: npt.NDArray[np.bool_]) -> Ints:
    """Return (pages, states, ENDS): what an article that ends in a state lacks, on pages with and without bylines."""
    lacks = np.array(
        [[not state.has_byline, not state.has_headline, state.part in _HEAD] for state in STATES],
        dtype=np.int64,
    )
    counts = np.repeat(lacks[None], len(is_page_signed), axis=0)
    counts[:, :, 0] *= is_page_signed[:, None]
    return counts


def decode(
    scores: Ints,
    is_signed: npt.NDArray[np.bool_],
    lengths: Ints,
    end_weights: Ints,
    is_page_signed: npt.NDArray[np.bool_],
) -> Ints:
    """Return the number of the best state of each paragraph.

    Parameters
    ----------
    scores
        (pages, longest page, arcs): the weighted evidence of each paragraph for each of ``ARCS``.
    is_signed
        (pages, longest page): the paragraph holds a dateline or a byline in its text.
    lengths
        (pages,): paragraphs of each page, all at least 1.
    end_weights
        Weights of ``ENDS``.
    is_page_signed
        (pages,): there is any byline on the page.
    """
    pages, longest, _ = scores.shape
    # One column a page, the longest first: the pages that go on are the first columns, and each step is done for all at once.
    order = np.argsort(-lengths, kind="stable")
    live = np.searchsorted(-lengths[order], -np.arange(longest), side="left")
    # The number of the old state goes along in the last bits: the best of equal values is that of the first state.
    values = np.ascontiguousarray(scores[order].transpose(1, 2, 0)) << _BITS
    signed = is_signed[order].T
    ends = (end_counts(is_page_signed[order]) @ end_weights).T << _BITS
    back = np.zeros((longest, len(STATES), pages), dtype=np.int8)
    best = np.where(signed[0], *(_guarded(values[0], signed[0])[FIRST_ROWS[own]] for own in (1, 0)))
    final = best.copy()
    for step in range(1, longest):
        count = live[step]
        rows = _guarded(values[step, :, :count], signed[step, :count])
        sources = np.concatenate([best[:, :count] + _RANKS, best[:, :count] + ends[:, :count] + _RANKS])
        most = (rows[_ROWS_IN] + sources[_SOURCES_IN]).max(axis=0)
        back[step, :, :count] = _LAST - (most & _LAST)
        best = most & ~_LAST
        final[:, :count] = best
    states = np.zeros((pages, longest), dtype=np.int64)
    columns = np.arange(pages)
    last = (final + ends).argmax(axis=0)
    for step in range(longest - 1, -1, -1):
        if step + 1 < longest:
            count = live[step + 1]
            last[:count] = back[step + 1, last[:count], columns[:count]]
        states[order, step] = last
    return states


def _guarded(values: Ints, signed: npt.NDArray[np.bool_]) -> Ints:
    """Return (rows, pages): the values of the arcs for any page, for unsigned and for signed paragraphs only, and never."""
    never = np.int64(_NEVER) << _BITS
    return np.concatenate(
        [values, np.where(signed, never, values), np.where(signed, values, never), np.full((1, len(signed)), never)]
    )


def _row(unsigned: int, signed: int) -> int:
    """Return the row of ``_guarded`` for an arc, given its number for an unsigned and for a signed paragraph."""
    if unsigned == signed:
        return unsigned if unsigned != FORBIDDEN else 3 * len(ARCS)
    return len(ARCS) + unsigned if signed == FORBIDDEN else 2 * len(ARCS) + signed


def _incoming() -> tuple[Ints, Ints]:
    """Return (arcs into a state at most, states): the rows of ``_guarded``, and of the old states, of all arcs there are.

    The old states come twice: as they are, and at the end of an article, which a state of ``STARTS`` makes of them.
    """
    into = [
        [
            (_row(*TABLES[:, old, new]), old + len(STATES) * int(STARTS[new]))
            for old in range(len(STATES))
            if (TABLES[:, old, new] != FORBIDDEN).any()
        ]
        for new in range(len(STATES))
    ]
    most = max(map(len, into))
    filled = [arcs + [(3 * len(ARCS), 0)] * (most - len(arcs)) for arcs in into]
    table = np.array(filled, dtype=np.int64).transpose(2, 1, 0)
    return table[0], table[1]


_BITS: Final = 5
_LAST: Final = (1 << _BITS) - 1
_RANKS: Final = (_LAST - np.arange(len(STATES), dtype=np.int64))[:, None]
_ROWS_IN, _SOURCES_IN = _incoming()
FIRST_ROWS: Final = np.where(FIRST == FORBIDDEN, 3 * len(ARCS), FIRST)
