"""Of two places with the same text, which is its home: under its own headline, complete, in place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from itertools import pairwise
from typing import Final

from transforms.deduplicated.items import HEADS, Item
from transforms.deduplicated.runs import Link, Run, is_heading
from transforms.deduplicated.twins import fit, is_better_twin_there, say

# Shares of the bigrams of a headline. Of 1,500 random pairs no strange text said .15 more of a headline than its own (2026-11).
MARGIN: Final = 0.05
TIMES: Final = 2  # the text around the better place says so much more of it
AT_HOME: Final = 0.5
SEAM: Final = 2  # characters that may be lost where a paragraph was cut in two

# Headlines of copies that are removed already (``gone``) say nothing of the place they stand in.


def is_home_there(items: list[Item], run: Run, gone: Container[int], rounds: Container[int]) -> bool:
    """Tell whether the outer place of ``run`` is the better one, so that the inner may go.

    ``gone`` are the places of copies removed so far, ``rounds`` those of the further rounds of loops.
    """
    bodies = [link for link in run if items[link.inner].role == "prose"]
    is_later = run[0].inner > run[0].first
    stuttered = [stutters(items, link) for link in bodies]
    if any(stuttered):
        return sum(stuttered) > 0
    is_same_unit = items[bodies[0].inner].unit == items[bodies[0].first].unit
    if any(link.first in rounds for link in bodies) and not any(link.inner in rounds for link in bodies):
        return False
    # 据悉 and the like are what a loop adds, be there a headline between the rounds or not.
    if any(link.cover.is_inner_led if is_later else link.cover.is_outer_led for link in bodies):
        return is_later
    is_part = any(not link.cover.is_whole and not is_heading(items, link) for link in bodies)
    if is_part and not (is_same_unit and _are_halves(items, bodies)):
        return is_same_unit or not _is_under_its_headline(items, run, bodies, gone)
    if any(items[link.inner].role in HEADS and link.cover.is_whole for link in run):
        return is_better_twin_there(items, run)
    better = None if is_same_unit else _is_better_place_there(items, run, bodies, gone)
    return is_later if better is None else better


def _are_halves(items: list[Item], bodies: Run) -> bool:
    """Tell whether the inner texts make up the outer ones, each of them whole or all its pieces in a row."""
    pieces: dict[int, list[Link]] = defaultdict(list)
    for link in bodies:
        pieces[link.first].append(link)
    return all(
        links[0].cover.is_whole
        or (
            links[0].cover.at_start
            and links[-1].cover.end >= len(items[first].text.key) - SEAM
            and all(after.cover.start - before.cover.end <= SEAM for before, after in pairwise(links))
        )
        for first, links in pieces.items()
    )


def stutters(items: list[Item], link: Link) -> int:
    """Return 1 where the inner text has a character twice that the outer has once, as a copy may, and -1 the other way round."""
    here, there = items[link.inner].text.key, items[link.first].text.key
    more = [
        old
        for old, new in link.cover.changes
        if len(old) == 1 and not new and here.count(old * 2) > there.count(old * 2)
    ]
    less = [
        new
        for old, new in link.cover.changes
        if len(new) == 1 and not old and there.count(new * 2) > here.count(new * 2)
    ]
    return bool(more) - bool(less) if link.cover.is_whole and link.first == link.last else 0


def _is_better_place_there(items: list[Item], run: Run, bodies: Run, gone: Container[int]) -> bool | None:
    """Tell which of two stretches a text without headline belongs to, or null where nothing does."""
    for is_below in (True, False):
        fit_here = _headline_fit(items, [link.inner for link in bodies], gone, is_below=is_below)
        fit_there = _headline_fit(items, [link.first for link in bodies], gone, is_below=is_below)
        if fit_here != fit_there:
            return fit_here < fit_there
    # The whole text of a photo stands right below its headline, its copy at the end of another article.
    below_here, below_there = (_is_below_headline(items, place, gone) for place in (run[0].inner, run[0].first))
    if below_here != below_there:
        return below_there
    rest_here, rest_there = _rests(items, bodies)
    return rest_here < rest_there if rest_here != rest_there else None


def _is_under_its_headline(items: list[Item], run: Run, bodies: Run, gone: Container[int]) -> bool:
    """Tell whether the inner text is at home, though the outer is longer: a stray line may be joined to a copy."""
    fit_here, fit_there = _fits(items, bodies, gone)
    return (_is_below_headline(items, run[0].inner, gone) and fit_here >= AT_HOME) or fit_here > fit_there + MARGIN


def _is_below_headline(items: list[Item], place: int, gone: Container[int]) -> bool:
    return place > 0 and items[place - 1].role == "title" and place - 1 not in gone


def fits_better_there(items: list[Item], run: Run, gone: Container[int]) -> bool:
    """Tell whether the headlines over the outer place say more of the text than those over the inner."""
    bodies = [link for link in run if items[link.inner].role == "prose"]
    fit_here, fit_there = _fits(items, bodies, gone)
    if items[bodies[0].inner].unit == 0:  # the top of the page, above the first headline
        return fit_there > 0 and items[bodies[0].first].unit > 0
    rest_here, rest_there = _rests(items, bodies)
    return fit_here + MARGIN < fit_there or (fit_here <= fit_there and TIMES * rest_here < rest_there)


def _headline_fit(items: list[Item], places: list[int], gone: Container[int], *, is_below: bool) -> float:
    """Return the share of the bigrams of the best headline of their stretch that the paragraphs at ``places`` say.

    ``is_below``: the headlines that follow the stretch count too, since some pages come with the headline after its text.
    """
    unit = items[places[0]].unit
    text = say([items[place] for place in places])
    units = (unit, unit + 1) if is_below else (unit,)
    heads = [
        item.text.key
        for place, item in enumerate(items)
        if item.unit in units and item.role == "title" and place not in gone
    ]
    return round(max((fit(head, text) for head in heads), default=0.0), 3)


def _fits(items: list[Item], bodies: Run, gone: Container[int]) -> tuple[float, float]:
    fit_here = _headline_fit(items, [link.inner for link in bodies], gone, is_below=False)
    return fit_here, _headline_fit(items, [link.first for link in bodies], gone, is_below=True)


def _rests(items: list[Item], bodies: Run) -> tuple[float, float]:
    here = _rest_fit(items, {link.inner for link in bodies})
    return here, _rest_fit(items, {place for link in bodies for place in range(link.first, link.last + 1)})


def _rest_fit(items: list[Item], places: set[int]) -> float:
    """Return the share of the bigrams of the paragraphs at ``places`` that the rest of their stretch says too."""
    unit = items[min(places)].unit
    text = say([items[place] for place in sorted(places)])
    keys = {items[place].text.key for place in places}  # another copy beside it says nothing of the place
    rest = say([item for item in items if item.unit == unit and item.text.key not in keys])
    return round(len(text & rest) / len(text), 3) if text else 0.0
