"""Paragraphs that follow each other here and, in the same order, there: a copy is a run, seldom one paragraph."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from transforms.deduplicated.cover import COVERED, Cover, Text, cover, whole
from transforms.deduplicated.items import FINAL_MARKS, HEADS, Item, is_sentence

# A stray line may stand inside one of the two copies: a column name, a subhead, a caption that the columns of the page threw in.
_STRAY: Final = 2  # paragraphs
_LEAST_SHARE: Final = 0.4  # of its grams, that a covered paragraph has in common with the other; 4 % misread leave .8
_SPANNED: Final = 0.6  # of its grams, in several paragraphs together
_OVERLAP: Final = 2  # characters that two blocks cut out of one paragraph may both have
# A text covered by a part of another one is as alike to some stretch of its own length there: what covers it has all but
# (1 - COVERED) of its characters, and is longer by what COVERED lets in at most.
_COVERED_SOMEWHERE: Final = 100 * (1 - (1 - COVERED) / COVERED)
_SHORT: Final = 64  # characters: up to here RapidFuzz looks at every stretch
_NEIGHBOURS: Final = 4  # of many equal paragraphs, how many are looked at before and after each: a loop has hundreds


class Pair(NamedTuple):
    """Two paragraphs of the page that share grams, and the shares of the grams of each that the other has."""

    left: int
    right: int
    left_share: float
    right_share: float


class Link(NamedTuple):
    """Paragraph ``inner`` is covered by the paragraphs ``first`` to ``last`` (indexes into the page)."""

    inner: int
    first: int
    last: int
    cover: Cover


def find_links(items: list[Item], pairs: Iterable[Pair]) -> list[Link]:
    """Return what covers what among ``items``, ``pairs`` being those that share grams; equal texts are found here."""
    equal: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        if item.text.key:
            equal[item.text.key].append(index)
    links = [
        Link(index, other, other, whole(items[index].text))
        for places in equal.values()
        if len(places) > 1
        for index in places
        for other in _near(index, places)
    ]
    partners: dict[int, dict[int, float]] = defaultdict(dict)
    for pair in pairs:
        partners[pair.left][pair.right] = pair.left_share
        partners[pair.right][pair.left] = pair.right_share
    for inner, shares in sorted(partners.items()):
        outers = _likeliest(inner, shares)
        least = 0.0 if items[inner].text.lead else _LEAST_SHARE
        is_head = items[inner].role in HEADS
        found = [
            (outer, held)
            for outer in sorted(outers)
            if outers[outer] >= least
            # A headline that the text below it says again: asked before the two are aligned.
            and (not is_head or items[outer].role in HEADS or outer < inner or inner == len(items) - 1)
            and (held := cover(items[inner].text, items[outer].text))
            and (items[inner].role != "credit" or items[outer].role == "credit" or held.is_whole)
            and (not is_head or items[outer].role in HEADS or held.at_start)
        ]
        inners = equal[items[inner].text.key]
        for outer, held in found:
            outer_places = equal[items[outer].text.key]
            links += [Link(i, o, o, held) for i in inners for o in _near(i, outer_places)]
        if not is_head and sum(outers.values()) >= _SPANNED and all(held.changes for _, held in found):
            links += _spanning(items, inner, sorted(outers))
    return links


def _likeliest(inner: int, shares: dict[int, float]) -> dict[int, float]:
    """Return the nearest and the most alike of many paragraphs: a loop with a number in it has hundreds."""
    if len(shares) <= 3 * _NEIGHBOURS:
        return shares
    alike = sorted(shares, key=lambda place: (-shares[place], place))[:_NEIGHBOURS]
    kept = {*_near(inner, sorted(shares)), *alike}
    return {place: shares[place] for place in sorted(kept)}


def _near(index: int, places: list[int]) -> list[int]:
    """Return the nearest of ``places``, which are sorted, before and after ``index``."""
    start, end = bisect_left(places, index), bisect_right(places, index)
    return places[max(0, start - _NEIGHBOURS) : start] + places[end : end + _NEIGHBOURS]


def _spanning(items: list[Item], inner: int, outers: list[int]) -> list[Link]:
    """Cover a paragraph by two to four that follow each other: it was joined from lines that elsewhere stand apart.

    The paragraphs beside those that share grams are tried too: a line of three characters has no gram to share.
    """
    places = {place for outer in outers for place in (outer - 1, outer, outer + 1)}
    places = {place for place in places if 0 <= place < len(items) and items[place].role in ("prose", "subhead")} - {
        inner
    }
    stretches: list[list[int]] = []
    for place in sorted(places):
        if stretches and place - stretches[-1][-1] <= _STRAY and not stretches[-1][-1] < inner < place:
            stretches[-1].append(place)
        else:
            stretches.append([place])
    links = []
    for stretch in stretches:
        # A subhead there may be a half of a sentence whose role was mistaken, or be set between two halves.
        link = _spanned_by(items, inner, stretch)
        if link is None and any(items[place].role == "subhead" for place in stretch):
            link = _spanned_by(items, inner, [place for place in stretch if items[place].role != "subhead"])
        if link is not None:
            links.append(link)
    return links


def _spanned_by(items: list[Item], inner: int, stretch: list[int]) -> Link | None:
    """Return how two to four of the paragraphs ``stretch`` cover ``inner`` together, or null if none do."""
    if not _may_cover(items[inner].text, "".join(items[place].text.key for place in stretch)):
        return None
    for start, end in ((start, end) for size in (2, 3, 4) for start, end in enumerate(range(size, len(stretch) + 1))):
        part = stretch[start:end]
        texts = [items[place].text for place in part]
        whole_text = Text("".join(text.text for text in texts), "".join(text.key for text in texts))
        held = cover(items[inner].text, whole_text)
        if held and not held.changes:
            return Link(inner, part[0], part[-1], held)
    return None


def _may_cover(inner: Text, key: str) -> bool:
    """Tell whether a part of ``key`` may cover ``inner``, in one look: of the many lines of a list that counts none does."""
    is_told = not inner.lead and len(inner.key) <= _SHORT
    return not is_told or fuzz.partial_ratio(inner.key, key, score_cutoff=_COVERED_SOMEWHERE) > 0


Run = list[Link]


def find_runs(items: list[Item], links: list[Link]) -> list[Run]:
    """Return the longest runs of links that go on in step on both sides; each has a paragraph of body text in it."""
    by_inner: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_inner[link.inner].append(link)
    open_runs: list[Run] = []
    runs: list[Run] = []
    for inner in sorted(by_inner):
        extended: set[int] = set()
        new: list[Run] = []
        for link in sorted(by_inner[inner], key=lambda link: (link.first, link.last)):
            best = None
            for number, run in enumerate(open_runs):
                last = run[-1]
                step, jump = inner - last.inner, link.first - last.last
                in_step = 1 <= step <= _STRAY and 0 <= jump <= _STRAY and step + jump <= _STRAY + 1
                goes_on = jump > 0 or link.cover.start >= last.cover.end - _OVERLAP
                skipped = range(last.inner + 1, inner)
                if not in_step or number in extended or not goes_on:
                    continue
                if any(items[place].role not in HEADS for place in skipped):
                    continue
                if best is None or step + jump < best[1]:
                    best = (number, step + jump)
            if best is None:
                if items[inner].role not in HEADS or link.cover.is_whole:
                    new.append([link])
            else:
                extended.add(best[0])
                open_runs[best[0]].append(link)
        still = [run for run in open_runs if inner - run[-1].inner < _STRAY]
        runs += [run for run in open_runs if inner - run[-1].inner >= _STRAY]
        open_runs = still + new
    runs += open_runs
    runs = [_without_next_headline(items, run) for run in runs]
    return [run for run in runs if any(items[link.inner].role == "prose" for link in run)]


def _without_next_headline(items: list[Item], run: Run) -> Run:
    """Leave out headlines at the end of a run that begins with one: they stand over what comes next."""
    if items[run[0].inner].role in HEADS:
        while items[run[-1].inner].role == "title" and any(items[link.inner].role not in HEADS for link in run):
            run = run[:-1]
    # Copied along, a cut line would be cut out of the very next paragraph; a headline may say any of them again.
    while len(run) > 1 and is_heading(items, run[-1]) and run[-1].first > run[-2].last + 1:
        run = run[:-1]
    while len(run) > 1 and is_heading(items, run[0]) and run[1].first > run[0].last + 1:
        run = run[1:]
    return run


def is_heading(items: list[Item], link: Link) -> bool:
    """Tell whether the inner text is a line such as a headline: the text that it announces says it again, below it."""
    text = items[link.inner].text
    is_last_round = link.first < link.inner and link.cover.at_start
    may_be = FINAL_MARKS.isdisjoint(text.text) and not is_sentence(text)
    return may_be and not link.cover.is_whole and not is_last_round
