"""The search for the best division, against a slow one that tries them all."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.articles import layout


def value(
    states: tuple[int, ...], scores: np.ndarray, signed: np.ndarray, ends: np.ndarray, page_signed: bool
) -> int | None:
    """Return the weight of one division, None if it is no division."""
    counts = layout.end_counts(np.array([page_signed]))[0] @ ends
    total, old = 0, None
    for step, state in enumerate(states):
        arc = layout.arc_between(old, state, bool(signed[step]))
        if arc == layout.FORBIDDEN:
            return None
        total += int(scores[step, arc])
        if old is not None and layout.STARTS[state]:
            total += int(counts[old])
        old = state
    return total + int(counts[states[-1]])


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_no_division_is_better(seed: int, length: int) -> None:
    draw = np.random.default_rng(seed)
    scores = draw.integers(-50, 50, (length, len(layout.ARCS)))
    signed = draw.random(length) < 0.3
    ends = draw.integers(-50, 10, len(layout.ENDS))
    page_signed = bool(draw.random() < 0.5)
    found = layout.decode(scores[None], signed[None], np.array([length]), ends, np.array([page_signed]))[0]
    every = itertools.product(range(len(layout.STATES)), repeat=length)
    best = max(total for states in every if (total := value(states, scores, signed, ends, page_signed)) is not None)
    assert value(tuple(found.tolist()), scores, signed, ends, page_signed) == best


def test_a_page_does_not_depend_on_the_pages_beside_it() -> None:
    draw = np.random.default_rng(3)
    lengths = np.array([1, 4, 9, 7])
    scores = draw.integers(-50, 50, (4, 9, len(layout.ARCS)))
    signed = draw.random((4, 9)) < 0.3
    ends, page_signed = np.array([-9, -5, -7]), np.array([True, False, True, True])
    together = layout.decode(scores, signed, lengths, ends, page_signed)
    for page, length in enumerate(lengths):
        one = slice(page, page + 1)
        alone = layout.decode(scores[one, :length], signed[one, :length], lengths[one], ends, page_signed[one])
        assert (alone[0] == together[page, :length]).all()


@pytest.mark.parametrize("signed", [False, True])
def test_every_state_can_be_reached_and_left(signed: bool) -> None:
    for number, state in enumerate(layout.STATES):
        reached = any(
            layout.arc_between(old, number, own) != layout.FORBIDDEN
            for old in [None, *range(len(layout.STATES))]
            for own in (False, True)
        )
        left = any(layout.arc_between(number, new, signed) != layout.FORBIDDEN for new in range(len(layout.STATES)))
        assert reached and left, state
