"""Of two whole articles that say the same, which one is where the page had it, and which was put in.

A copy is put in between two other things: between a kicker and its headline, or between a text and the headline that stands
below it. And a model that falls into a loop does so while it writes: what is said again right below one of the two was
said there first. Where nothing tells them apart the first one stays.

More does not tell: of 45 such pairs on 120 made pages, 27 were left by these rules, and place on the page, what stands above and
below, or whether the lines around a gap would join told no more of them than a coin, tried on pages not learnt from (2026-11).
Nine of them stood right below each other, where either answer leaves the same page.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Final

from transforms.deduplicated.items import FINAL_MARKS, Item
from transforms.deduplicated.runs import Run

_NEIGHBOURS: Final = 5  # paragraphs before or after a copy that are asked what headline is theirs
_HEAD_LENGTH: Final = 30  # characters of the key
_AT_HOME: Final = 0.5  # share of the bigrams of a headline that its text says


def is_better_twin_there(items: list[Item], run: Run) -> bool:
    """Tell whether of two whole articles the outer one of ``run`` stays."""
    here, there = [link.inner for link in run], [place for link in run for place in (link.first, link.last)]
    for measure in (_splits_headlines, _splits_text, _is_looped, _strays, _is_signed):
        score_here, score_there = measure(items, here), measure(items, there)
        if score_here != score_there:
            return score_here < score_there
    return here[0] > there[0]


def fit(headline: str, text: frozenset[str]) -> float:
    """Return the share of the bigrams of ``headline`` that are in ``text``."""
    grams = _bigrams(headline)
    return len(grams & text) / len(grams) if grams else 0.0


def say(items: list[Item]) -> frozenset[str]:
    """Return the bigrams of ``items``."""
    return frozenset().union(*(_bigrams(item.text.key) for item in items))


@lru_cache(maxsize=1024)  # the paragraphs of a page are asked for again and again
def _bigrams(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(text)))


def _splits_headlines(items: list[Item], places: list[int]) -> int:
    """Return 1 where the line before the copy is its own kicker, -1 where it is the kicker of the headline that follows."""
    first, last = min(places), max(places)
    if first == 0 or items[first - 1].role != "title":
        return 0
    line = items[first - 1].text.key
    own = fit(line, say(items[first : last + 1]))
    is_headline_next = last + 1 < len(items) and items[last + 1].role == "title"
    after = fit(line, say(items[last + 1 : last + 1 + _NEIGHBOURS])) if is_headline_next else 0.0
    before = fit(line, say(items[max(first - 1 - _NEIGHBOURS, 0) : first - 1]))  # a headline below its text
    return (own > after) - (own < after and before < after)


def _splits_text(items: list[Item], places: list[int]) -> int:
    """Return -1 where the line below the copy is the headline of the text above it."""
    first, last = min(places), max(places)
    if first == 0 or last + 1 == len(items) or items[first - 1].role not in ("prose", "credit"):
        return 0
    line = items[last + 1].text
    if len(line.key) > _HEAD_LENGTH or not FINAL_MARKS.isdisjoint(line.text) or items[last + 1].role == "credit":
        return 0
    before = fit(line.key, say(items[max(first - _NEIGHBOURS, 0) : first]))
    after = fit(line.key, say(items[last + 2 : last + 2 + _NEIGHBOURS]))
    own = fit(line.key, say(items[first : last + 1]))
    return -1 if before >= _AT_HOME and before > max(after, own) else 0


def _is_looped(items: list[Item], places: list[int]) -> int:
    """Return 1 where the text right below the copy says its text again."""
    last = max(places)
    if last + 1 == len(items) or items[last + 1].role != "prose":
        return 0
    text = items[last + 1].text
    key = text.key[text.lead :]
    said = [items[place].text.key for place in places if items[place].role == "prose"]
    return int(any(key and (key in other or other in key) for other in said))


def _strays(items: list[Item], places: list[int]) -> int:
    """Return how many lines stand inside the copy that are not of it: a subhead is set into the article in print only."""
    return sum(place not in places for place in range(min(places), max(places)))


def _is_signed(items: list[Item], places: list[int]) -> int:
    """Return 1 where a credit stands right below the copy that ends without one."""
    last = max(places)
    return int(items[last].role != "credit" and last + 1 < len(items) and items[last + 1].role == "credit")
