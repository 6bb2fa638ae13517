"""Of two places with the same text, which is its home: under its own headline, complete, in place."""

from __future__ import annotations

from typing import Final

from transforms.deduplicated.items import HEADS, Item
from transforms.deduplicated.runs import Run, is_heading

# Shares of the bigrams of a headline. Of 1,500 random pairs no strange text said .15 more of a headline than its own (2026-11).
MARGIN: Final = 0.05
TIMES: Final = 2  # the text around the better place says so much more of it
AT_HOME: Final = 0.5


def is_home_there(items: list[Item], run: Run) -> bool:
    """Tell whether the outer place of ``run`` is the better one, so that the inner may go."""
    bodies = [link for link in run if items[link.inner].role == "prose"]
    is_later = run[0].inner > run[0].first
    is_same_unit = items[bodies[0].inner].unit == items[bodies[0].first].unit
    # 据悉 and the like are what a loop adds, be there a headline between the rounds or not.
    if any(link.cover.is_inner_led if is_later else link.cover.is_outer_led for link in bodies):
        return is_later
    if any(not link.cover.is_whole and not is_heading(items, link) for link in bodies):
        return is_same_unit or not _is_under_its_headline(items, run, bodies)
    if any(items[link.inner].role in HEADS and link.cover.is_whole for link in run):
        return _is_better_twin_there(items, run)
    better = None if is_same_unit else _is_better_place_there(items, run, bodies)
    return is_later if better is None else better


def _is_better_place_there(items: list[Item], run: Run, bodies: Run) -> bool | None:
    """Tell which of two stretches a text without headline belongs to, or null where nothing does."""
    for is_below in (True, False):
        fit_here = _headline_fit(items, [link.inner for link in bodies], is_below=is_below)
        fit_there = _headline_fit(items, [link.first for link in bodies], is_below=is_below)
        if fit_here != fit_there:
            return fit_here < fit_there
    # The whole text of a photo stands right below its headline, its copy at the end of another article.
    below_here, below_there = _is_below_headline(items, run[0].inner), _is_below_headline(items, run[0].first)
    if below_here != below_there:
        return below_there
    rest_here, rest_there = _rests(items, bodies)
    return rest_here < rest_there if rest_here != rest_there else None


def _is_under_its_headline(items: list[Item], run: Run, bodies: Run) -> bool:
    """Tell whether the inner text is at home, though the outer is longer: a stray line may be joined to a copy."""
    fit_here, fit_there = _fits(items, bodies)
    return (_is_below_headline(items, run[0].inner) and fit_here >= AT_HOME) or fit_here > fit_there + MARGIN


def _is_below_headline(items: list[Item], place: int) -> bool:
    return place > 0 and items[place - 1].role == "title"


def _is_better_twin_there(items: list[Item], run: Run) -> bool:
    """Tell which of two whole articles stays.

    Of 50 on made pages the kicker told 11 and a subhead 3, all rightly; for the rest nothing on the page does (25 of the copies
    stand before, 25 after), and the first stays.
    """
    here, there = [link.inner for link in run], [place for link in run for place in (link.first, link.last)]
    for measure in (_kicker, _strays):
        score_here, score_there = measure(items, here), measure(items, there)
        if score_here != score_there:
            return score_here < score_there
    return here[0] > there[0]


def fits_better_there(items: list[Item], run: Run) -> bool:
    """Tell whether the headlines over the outer place say more of the text than those over the inner."""
    bodies = [link for link in run if items[link.inner].role == "prose"]
    fit_here, fit_there = _fits(items, bodies)
    if items[bodies[0].inner].unit == 0:  # the top of the page, above the first headline
        return fit_there > 0 and items[bodies[0].first].unit > 0
    rest_here, rest_there = _rests(items, bodies)
    return fit_here + MARGIN < fit_there or (fit_here <= fit_there and TIMES * rest_here < rest_there)


def _bigrams(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def _fit(headline: str, text: set[str]) -> float:
    grams = _bigrams(headline)
    return len(grams & text) / len(grams) if grams else 0.0


def _headline_fit(items: list[Item], places: list[int], *, is_below: bool) -> float:
    """Return the share of the bigrams of the best headline of their stretch that the paragraphs at ``places`` say.

    ``is_below``: the headlines that follow the stretch count too, since some pages come with the headline after its text.
    """
    unit = items[places[0]].unit
    text = _say([items[place] for place in places])
    units = (unit, unit + 1) if is_below else (unit,)
    heads = [item.text.key for item in items if item.unit in units and item.role == "title"]
    return round(max((_fit(head, text) for head in heads), default=0.0), 3)


def _kicker(items: list[Item], places: list[int]) -> int:
    """Return 1 where the line before the copy is its own kicker, -1 where it is the kicker of the headline that follows."""
    first, last = min(places), max(places)
    if first == 0 or items[first - 1].role != "title":
        return 0
    line = items[first - 1].text.key
    own = _fit(line, _say(items[first : last + 1]))
    is_headline_next = last + 1 < len(items) and items[last + 1].role == "title"
    after = _fit(line, _say(items[last + 1 : last + 6])) if is_headline_next else 0.0
    before = _fit(line, _say(items[max(first - 6, 0) : first - 1]))  # a headline below its text
    return (own > after) - (own < after and before < after)


def _fits(items: list[Item], bodies: Run) -> tuple[float, float]:
    fit_here = _headline_fit(items, [link.inner for link in bodies], is_below=False)
    return fit_here, _headline_fit(items, [link.first for link in bodies], is_below=True)


def _rests(items: list[Item], bodies: Run) -> tuple[float, float]:
    here = _rest_fit(items, {link.inner for link in bodies})
    return here, _rest_fit(items, {place for link in bodies for place in range(link.first, link.last + 1)})


def _rest_fit(items: list[Item], places: set[int]) -> float:
    """Return the share of the bigrams of the paragraphs at ``places`` that the rest of their stretch says too."""
    unit = items[min(places)].unit
    text = _say([items[place] for place in sorted(places)])
    keys = {items[place].text.key for place in places}  # another copy beside it says nothing of the place
    rest = _say([item for item in items if item.unit == unit and item.text.key not in keys])
    return round(len(text & rest) / len(text), 3) if text else 0.0


def _say(items: list[Item]) -> set[str]:
    return set().union(*(_bigrams(item.text.key) for item in items))


def _strays(items: list[Item], places: list[int]) -> int:
    """Return how many lines stand inside the copy that are not of it: a subhead is set into the article in print only."""
    return sum(place not in places for place in range(min(places), max(places)))
