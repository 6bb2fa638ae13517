"""Of two places with the same text, which is its home: under its own headline, complete, in place."""

from __future__ import annotations

from typing import Final

from transforms.deduplicated.runs import HEADS, Item, Run

MARGIN: Final = 0.1  # of a headline's bigrams


def is_home_there(items: list[Item], run: Run) -> bool:
    """Tell whether the outer place of ``run`` is the better one, so that the inner may go."""
    bodies = [link for link in run if items[link.inner].role not in HEADS and items[link.inner].role != "byline"]
    if any(not link.cover.is_whole for link in bodies):
        return True
    here, there = [link.inner for link in run], [place for link in run for place in (link.first, link.last)]
    if any(items[link.inner].role == "title" for link in run):
        for measure in (_kicker, _strays):
            score_here, score_there = measure(items, here), measure(items, there)
            if score_here != score_there:
                return score_here < score_there
        is_next = min(there) - max(here) == 1 or min(here) - max(there) == 1
        return here[0] < there[0] if is_next else here[0] > there[0]
    if items[bodies[0].inner].unit == items[bodies[0].first].unit:
        return here[0] > there[0]
    fit_here = _headline_fit(items, [link.inner for link in bodies])
    fit_there = _headline_fit(items, [link.first for link in bodies])
    return fit_here < fit_there if fit_here != fit_there else here[0] > there[0]


def fits_better_there(items: list[Item], run: Run) -> bool:
    """Tell whether the headlines over the outer place say more of the text than those over the inner."""
    bodies = [link for link in run if items[link.inner].role not in HEADS and items[link.inner].role != "byline"]
    fit_here = _headline_fit(items, [link.inner for link in bodies])
    return fit_here + MARGIN < _headline_fit(items, [link.first for link in bodies])


def _bigrams(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def _fit(headline: str, text: set[str]) -> float:
    grams = _bigrams(headline)
    return len(grams & text) / len(grams) if grams else 0.0


def _headline_fit(items: list[Item], places: list[int]) -> float:
    """Return the share of the bigrams of the best headline of their stretch that the paragraphs at ``places`` say."""
    unit = items[places[0]].unit
    text = set().union(*(_bigrams(items[place].text.key) for place in places))
    heads = [item.text.key for item in items if item.unit == unit and item.role == "title"]
    return round(max((_fit(head, text) for head in heads), default=0.0), 3)


def _kicker(items: list[Item], places: list[int]) -> int:
    """Return 1 where the line before the copy is its own kicker, -1 where it is a headline that belongs to what follows."""
    first, last = min(places), max(places)
    if first == 0 or items[first - 1].role != "title":
        return 0
    line = items[first - 1].text.key
    own = set().union(*(_bigrams(items[place].text.key) for place in range(first, last + 1)))
    after = set().union(*(_bigrams(item.text.key) for item in items[last + 1 : last + 6]))
    fit_own, fit_after = _fit(line, own), _fit(line, after)
    return (fit_own > fit_after) - (fit_own < fit_after)


def _strays(items: list[Item], places: list[int]) -> int:
    """Return how many lines stand inside the copy that are not of it: a subhead is set into the article in print only."""
    return sum(place not in places for place in range(min(places), max(places)))
