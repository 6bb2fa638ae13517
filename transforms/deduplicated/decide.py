"""Which copy on a page goes, which stays, and which is only suspected.

Equal words prove nothing: of 85,000 paragraphs of broadcast news 631 are exactly equal to one of another article, all of them
formula (measured 2026-11), and on one day two reports of one welcome ceremony share four paragraphs in a row. What proves a copy
is its place: a whole article under the same headline, paragraphs that come again at the end of their own article, a block
that starts in the middle of a sentence that stands whole elsewhere, or text at the end of a stretch that belongs under
another headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from transforms.deduplicated.cover import tells_otherwise
from transforms.deduplicated.home import fits_better_there, is_home_there, stutters
from transforms.deduplicated.items import FINAL_MARKS, HEADS, Item
from transforms.deduplicated.loops import find_counting, find_rounds
from transforms.deduplicated.runs import Link, Pair, Run, find_links, find_runs, is_heading

# Characters of the match key, all set so that no line of 74,702 of broadcast news goes (2022-2024, a day as a page; 2026-11-23).
LONG: Final = 12  # shorter paragraphs go with their run but prove nothing
FRAGMENT: Final = 25  # lists of appointments repeat clauses of 15; the shortest cut block seen had 26
LONG_FRAGMENT: Final = 50  # cut out of a text in mid-sentence, a block this long needs no neighbour that is a copy too
ALONE: Final = 60  # a paragraph that is a copy by itself
ORPHANED: Final = (
    40  # two appointments said in two reports of one day come to 28; the shortest orphan run on a real page to 90
)
REPEATED: Final = 30  # shorter repeats are not worth a flag
BEFORE: Final = 6  # paragraphs between blocks that came too early and their place in the article


_DATELINE: Final = re.compile(r"\s*(?:本报|新华社)[^,，。！？\n]{0,12}?(?:讯|电)")


class Copy(NamedTuple):
    """Paragraph ``place`` of the page is a copy of paragraph ``kept`` (both are indexes into the page)."""

    place: int
    kept: int
    kind: str
    similarity: float
    reason: str


class Verdict(NamedTuple):
    """The copies of one page that go, and those that stay because nothing proves them copies."""

    removed: list[Copy]
    suspected: list[Copy]


def decide(items: list[Item], pairs: Iterable[Pair]) -> Verdict:
    """Return the copies among the paragraphs of one page, ``pairs`` being those that share grams."""
    links = find_links(items, pairs)
    rounds = find_rounds(items, links)
    runs = find_runs(items, links)
    runs += [run[:-1] for run in runs if _ends_otherwise(items, run)]
    runs = sorted(runs, key=lambda run: (-_chars(items, run), run[0].inner, run[0].first))
    removed: dict[int, Copy] = {}
    kept_for: dict[int, list[int]] = {}  # the places removed for each place that is kept
    changed = True
    while changed:
        changed = False
        for run in runs:
            if any(link.inner not in removed for link in run):
                reason = _proof(items, run, removed, rounds)
                if reason and is_home_there(items, run, removed, rounds):
                    changed = _remove(run, reason, removed, kept_for) or changed
    for row in find_counting(items):
        if not removed.keys() & set(row) and _ends_unit(items, row[-1], removed):
            removed |= {place: Copy(place, row[0], "loop", 1.0, COUNTING) for place in row[1:]}
    suspected = {}
    for run in runs:
        for link in run:
            if link.inner not in removed and link.inner not in suspected and _is_suspicious(items, link):
                reason = tells_otherwise([(items[link.inner].text, link.cover)]) or "the same words in another place"
                suspected[link.inner] = _copy(link, link.first, reason)
    for index in [index for index, copy in suspected.items() if copy.kept in removed or copy.kept == index]:
        del suspected[index]
    return Verdict([removed[index] for index in sorted(removed)], [suspected[index] for index in sorted(suspected)])


def _ends_otherwise(items: list[Item], run: Run) -> bool:
    """Tell whether only the last paragraph of ``run`` seems to say something else: a stray line may be joined to its end."""
    if len(run) == 1 or not run[-1].cover.changes or all(items[link.inner].role != "prose" for link in run[:-1]):
        return False
    said = [(items[link.inner].text, link.cover) for link in run]
    return tells_otherwise(said) is not None and tells_otherwise(said[:-1]) is None


def _remove(run: Run, reason: str, removed: dict[int, Copy], kept_for: dict[int, list[int]]) -> bool:
    """Take out the inner places of ``run``; what was a copy of one of them becomes a copy of what is kept for it."""
    changed = False
    for link in run:
        target = link.first
        while target in removed:
            target = removed[target].kept
        if link.inner in removed or target == link.inner:
            continue
        removed[link.inner] = _copy(link, target, reason)
        followers = kept_for.pop(link.inner, [])
        for place in followers:
            removed[place] = removed[place]._replace(kept=target)
        kept_for.setdefault(target, []).extend((link.inner, *followers))
        changed = True
    return changed


def _copy(link: Link, target: int, reason: str) -> Copy:
    return Copy(link.inner, target, _kind(link, reason), link.cover.similarity, reason)


def _kind(link: Link, reason: str) -> str:
    held = link.cover
    if held.is_whole:
        is_exact = held.similarity == 1 and not held.has_lead
        return "exact" if is_exact else "loop" if reason == LOOP else "near"
    return "truncated" if held.ends_inside and not held.starts_inside else "contained"


COUNTING: Final = "the same sentence with a number that counts on"
LOOP: Final = "comes again at the end of its own article"
TWIN: Final = "article printed again under the same headline"
CUT: Final = "block cut out of a text that stands whole elsewhere"
ORPHAN: Final = "paragraphs that belong to the article of another headline"
CAPTION: Final = "text printed again without its headline"


def _proof(items: list[Item], run: Run, removed: dict[int, Copy], rounds: frozenset[int]) -> str | None:
    """Return why ``run`` is a copy, or null where its place proves nothing."""
    bodies = [link for link in run if items[link.inner].role == "prose"]
    if not bodies or tells_otherwise([(items[link.inner].text, link.cover) for link in run]):
        return None
    reason = _proof_anywhere(items, run, bodies, rounds)
    if reason is None and _ends_unit(items, run[-1].inner, removed):
        reason = _proof_at_end(items, run, bodies, removed)
    is_stray = reason is None and _is_whole_article(items, run, bodies) and _is_above_heading(items, run[-1].inner)
    return CAPTION if is_stray and fits_better_there(items, run, removed) else reason


def _is_whole_article(items: list[Item], run: Run, bodies: list[Link]) -> bool:
    """Tell whether the outer place is all the text of its headline, and long enough to be a copy by itself."""
    unit, there = items[bodies[0].first].unit, {link.first for link in bodies if link.cover.is_whole}
    if not 0 < unit != items[run[0].inner].unit or sum(_length(items, link) for link in bodies) < ALONE:
        return False
    if any(items[place].unit != unit or items[place].role != "prose" for place in there):
        return False
    # Outward from there as far as the unit goes, but never over text that is not covered: a unit may be a whole page.
    for places in (range(bodies[0].first, len(items)), range(bodies[0].first - 1, -1, -1)):
        for place in places:
            if items[place].unit != unit:
                break
            if items[place].role == "prose" and place not in there:
                return False
    return True


def _is_above_heading(items: list[Item], place: int) -> bool:
    """Tell whether a headline comes next, which a text that is at home has only if its article ends."""
    return place + 1 < len(items) and items[place + 1].role in HEADS


def _proof_anywhere(items: list[Item], run: Run, bodies: list[Link], rounds: frozenset[int]) -> str | None:
    """Return why a run is a copy wherever it stands, or null."""
    sound = [link for link in bodies if _is_sound(items, link)]
    heads = [link for link in run if items[link.inner].role in HEADS and link.cover.is_whole]
    if sound and any(_length(items, link) >= 4 for link in heads):
        return TWIN
    is_after = run[0].inner > run[0].first
    if is_after and sound and all(link.inner in rounds and link.first not in rounds for link in bodies):
        # One round may be another paper's way to say it; two are a loop.
        if {run[0].inner - 1, run[-1].inner + 1} & rounds:
            return LOOP
    if is_after and len(sound) > 1 and run[0].cover.is_inner_led:
        return LOOP
    is_same_unit = items[run[0].inner].unit == items[run[0].first].unit
    if is_same_unit and is_after and sum(_length(items, link) for link in sound if link.cover.is_whole) >= ALONE:
        return LOOP
    cut = [_length(items, link) for link in sound if _is_cut(items, link)]
    is_just_before = is_same_unit and 0 < run[0].first - run[-1].inner <= BEFORE and not run[0].cover.is_whole
    is_damaged = is_just_before or max(cut, default=0) >= FRAGMENT or stutters(items, run[0]) > 0
    is_cut_run = len(sound) > 1 and is_damaged
    return CUT if is_cut_run or max(cut, default=0) >= LONG_FRAGMENT else None


def _proof_at_end(items: list[Item], run: Run, bodies: list[Link], removed: dict[int, Copy]) -> str | None:
    """Return why a run at the end of its stretch is a copy, or null."""
    sound = [link for link in bodies if _is_sound(items, link)]
    chars = sum(_length(items, link) for link in sound)
    is_later = items[run[0].inner].unit == items[run[0].first].unit and run[0].inner > run[0].first
    if is_later and (sound or any(_is_cut_off(items, link) and not link.cover.starts_inside for link in bodies)):
        return LOOP
    if any(_is_cut(items, link) and _length(items, link) >= FRAGMENT for link in sound):
        return CUT
    if sound and any(items[link.inner].role == "credit" for link in run):
        return CAPTION
    if not sound or not fits_better_there(items, run, removed):
        return None
    if len(sound) > 1 and chars >= ORPHANED:
        return ORPHAN
    return CAPTION if chars >= ALONE else None


def _is_sound(items: list[Item], link: Link) -> bool:
    return _length(items, link) >= LONG and not is_heading(items, link)


def _is_cut(items: list[Item], link: Link) -> bool:
    return link.cover.starts_inside or _is_cut_off(items, link)


def _length(items: list[Item], link: Link) -> int:
    return len(items[link.inner].text.key)


def _chars(items: list[Item], run: Run) -> int:
    return sum(_length(items, link) for link in run)


def _is_cut_off(items: list[Item], link: Link) -> bool:
    """Tell whether the inner text stops where the outer goes on, in the middle of a sentence and without a final mark."""
    text = items[link.inner].text.text.rstrip()
    return link.cover.ends_inside and text[-1:] not in FINAL_MARKS and not is_heading(items, link)


def _ends_unit(items: list[Item], index: int, removed: dict[int, Copy]) -> bool:
    """Tell whether nothing but removed copies, bylines and strays follow before the next headline."""
    for place in range(index + 1, len(items)):
        if items[place].unit != items[index].unit:
            return True
        if place not in removed and items[place].role == "prose":
            return bool(_DATELINE.match(items[place].text.text))  # another article begins, though its headline is lost
    return True


def _is_suspicious(items: list[Item], link: Link) -> bool:
    return items[link.inner].role == "prose" and _length(items, link) >= REPEATED and not is_heading(items, link)
