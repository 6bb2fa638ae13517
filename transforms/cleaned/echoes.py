"""What the rest of the page says of a cut: the same words may stand elsewhere, whole.

Broken pages print things twice: a tail that appears again before its article, a loop of a vision model, a heading made
of a phrase of the body. Where the words at a cut occur a second time, what stands beside them there tells which half
belongs to which.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from transforms.cleaned.texts import Texts

Rows: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Add: TypeAlias = Callable[[str, npt.NDArray[Any]], None]

# Long enough to be a phrase, short enough to be found where one character is misread; what recurs by chance, such as the name
# of an office, shows another neighbour there, and the model weighs that.
KEY: Final = 6
MAX_HITS: Final = 4
LINE_FEED: Final = 10
NAMES: Final = (
    *(f"echo_{side}_{verdict}" for side in ("after", "before") for verdict in ("same", "other", "edge")),
    "phrase_a",
    "phrase_b",
)

_SALT: Final = np.uint32(0x9E3779B1)
_FACTOR: Final = np.uint32(0x85EBCA6B)
_SPREAD: Final = np.uint32(0x27D4EB2F)
_MIX: Final = np.uint32(0xC2B2AE35)


def add_echoes(add: Add, texts: Texts, pages: Rows, first: Rows, second: Rows, *, asked: Flags) -> None:
    """Add what the rest of the page says of each pair; pairs that are not ``asked`` get zeros.

    What follows the first line's end elsewhere, what precedes the second line's beginning elsewhere, and whether either
    line is a phrase of another line.
    """
    pairs = np.flatnonzero(asked)
    if not len(pairs):
        for name in NAMES:
            add(name, np.zeros(len(asked), dtype=np.bool_))
        return
    a, b = first[pairs], second[pairs]
    length, starts, ends, codes = texts.lengths, texts.starts, texts.ends, texts.codes
    openers, followers = np.unique(a[length[a] >= KEY]), np.unique(b[length[b] >= KEY])
    phrases = np.union1d(a, b)
    phrases = phrases[(length[phrases] >= 4) & (length[phrases] <= 24)]
    keyed = phrases[length[phrases] >= KEY]
    hits = find_others(texts, pages, np.concatenate([ends[openers] - KEY, starts[followers], starts[keyed]]))
    after, before, again = np.split(hits, np.cumsum([len(openers), len(followers)]))

    place = np.zeros(len(length), dtype=np.int64)
    place[openers] = np.arange(len(openers))
    at = after[place[a]] if len(openers) else np.full((len(a), MAX_HITS), -1)
    at = np.where((length[a] >= KEY)[:, None], at, -1)
    seen = codes[at + KEY] == codes[starts[b]][:, None]
    seen &= (codes[at + KEY + 1] == codes[starts[b] + 1][:, None]) & (length[b] >= 2)[:, None]
    _add_verdicts(add, "after", at >= 0, codes[at + KEY] == LINE_FEED, seen, asked)

    place[followers] = np.arange(len(followers))
    at = before[place[b]] if len(followers) else np.full((len(b), MAX_HITS), -1)
    at = np.where((length[b] >= KEY)[:, None], at, -1)
    seen = codes[at - 1] == codes[ends[a] - 1][:, None]
    seen &= (codes[at - 2] == codes[ends[a] - 2][:, None]) & (length[a] >= 2)[:, None]
    _add_verdicts(add, "before", at >= 0, codes[at - 1] == LINE_FEED, seen, asked)

    phrases = np.union1d(phrases[length[phrases] < KEY], keyed[again[:, 0] >= 0])
    phrase = _find_phrases(texts, pages, phrases)
    add("phrase_a", phrase[first] * asked)
    add("phrase_b", phrase[second] * asked)


def _add_verdicts(add: Add, name: str, is_hit: Flags, is_edge: Flags, is_same: Flags, asked: Flags) -> None:
    """Add whether the wanted neighbour stands at one of the hits of a pair, another one, or an edge of a line."""
    for verdict, holds in (("same", is_same & ~is_edge), ("other", ~is_same & ~is_edge), ("edge", is_edge)):
        flags = np.zeros(len(asked), dtype=np.bool_)
        flags[asked] = (holds & is_hit).any(axis=1)
        add(f"echo_{name}_{verdict}", flags)


def find_others(texts: Texts, pages: Rows, asked: Rows) -> Rows:
    """Return (asked, MAX_HITS): where else on its page the ``KEY`` characters at each place ``asked`` stand, -1 for nowhere.

    The first such places are given, in order. ``pages`` has the page of each line. All runs of so many characters are
    compared by a hash of 32 bits, and what is found is compared character by character.
    """
    found = np.full((len(asked), MAX_HITS), -1, dtype=np.int64)
    if not len(asked):
        return found
    codes = texts.codes
    hashes = np.repeat(pages.astype(np.uint32) * _SALT, texts.lengths + 1)
    count = len(hashes)
    # Pair by pair: half as many products as characters.
    pairs = codes[:-1] * _FACTOR
    pairs += codes[1:]
    hashes += pairs[:count]
    for offset in range(2, KEY, 2):
        hashes *= _SPREAD
        hashes += pairs[offset : offset + count]
    # Multiplied once more, the first bits depend on all: a short table of them leaves few places to be sorted.
    hashes *= _MIX
    wanted = hashes[asked]
    is_wanted = np.zeros(1 << 20, dtype=np.bool_)
    is_wanted[wanted >> np.uint32(12)] = True
    places = np.flatnonzero(is_wanted.take(hashes >> np.uint32(12), mode="clip"))
    # One number holds hash and place.
    entries = np.sort(hashes[places].astype(np.uint64) << np.uint64(32) | places.astype(np.uint64))
    low = np.searchsorted(entries, wanted.astype(np.uint64) << np.uint64(32))
    bounds = np.append(texts.starts[np.flatnonzero(np.diff(pages, prepend=-1))], len(codes))
    page = np.searchsorted(bounds, asked, side="right")
    filled = np.zeros(len(asked), dtype=np.int64)
    waiting = np.arange(len(asked))
    while len(waiting):
        entry = entries[low[waiting]]
        at = (entry & np.uint64(0xFFFFFFFF)).astype(np.int64)
        own = asked[waiting]
        is_other = (at != own) & (at >= bounds[page[waiting] - 1]) & (at < bounds[page[waiting]])
        for offset in range(KEY):
            is_other &= codes[at + offset] == codes[own + offset]
        other = waiting[is_other]
        found[other, filled[other]] = at[is_other]
        filled[other] += 1
        low[waiting] += 1
        is_left = (low[waiting] < len(entries)) & (filled[waiting] < MAX_HITS)
        waiting = waiting[is_left]
        waiting = waiting[entries[low[waiting]] >> np.uint64(32) == wanted[waiting]]
    return found


def _find_phrases(texts: Texts, pages: Rows, rows: Rows) -> Rows:
    """Return for each line 1 if it is one of ``rows`` and stands inside another line of its page, 2 if another begins with it."""
    phrase = np.zeros(len(pages), dtype=np.int64)
    opens = np.append(np.flatnonzero(np.diff(pages, prepend=-1)), len(pages))
    page_nos = pages[rows].tolist()
    spans = np.column_stack([texts.starts[opens[:-1]] - 1, texts.ends[opens[1:] - 1] + 1]).tolist()
    places = np.column_stack([rows, texts.starts[rows], texts.ends[rows]]).tolist()
    last_no, low, page = -1, 0, ""
    for page_no, (row, start, end) in zip(page_nos, places, strict=True):
        if page_no != last_no:
            last_no, (low, high) = page_no, spans[page_no]
            page = texts.whole[low:high]
        phrase[row] = _is_phrase(page, texts.whole[start:end], start - low)
    return phrase


def _is_phrase(page: str, text: str, start: int) -> int:
    """Return 1 if the line, up to 24 characters, stands inside another line too; 2 if another line begins with it."""
    at = page.find(text)
    result = 0
    while at >= 0:
        if at != start and not (page[at - 1] == "\n" and page[at + len(text)] == "\n"):
            result = max(result, 2 if page[at - 1] == "\n" else 1)
        at = page.find(text, at + 1)
    return result
