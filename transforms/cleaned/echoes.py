"""What the rest of the page says of a cut: the same words may stand elsewhere, whole.

Broken pages print things twice: a tail that appears again before its article, a loop of a vision model, a heading made
of a phrase of the body. Where the words at a cut occur a second time, what stands beside them there tells which half
belongs to which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Rows: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Add: TypeAlias = Callable[[str, npt.NDArray[Any]], None]

# Six characters recur by chance on less than one page in a hundred outside of names of bodies and offices.
KEY: Final = 6
MAX_HITS: Final = 4


def add_echoes(add: Add, lines: pl.DataFrame, pages: Rows, first: Rows, second: Rows, *, asked: Flags) -> None:
    """Add what the rest of the page says of each pair; pairs that are not ``asked`` get zeros.

    What follows the first line's end elsewhere, what precedes the second line's beginning elsewhere, and whether either
    line is a phrase of another line.
    """
    after = np.zeros(len(first), dtype=np.int64)
    before = np.zeros(len(first), dtype=np.int64)
    phrase_a = np.zeros(len(first), dtype=np.int64)
    phrase_b = np.zeros(len(first), dtype=np.int64)
    wanted = np.flatnonzero(asked)
    bounds = np.flatnonzero(np.diff(pages, prepend=-1, append=-1))
    page_of = np.searchsorted(bounds, first[wanted], side="right") - 1
    for number, pairs in _grouped(page_of, wanted):
        low, high = int(bounds[number]), int(bounds[number + 1])
        page = _Page(lines["text"].slice(low, high - low).to_list())
        for at in pairs:
            a, b = int(first[at]) - low, int(second[at]) - low
            after[at] = _judge(page.after(a), page.texts[b][:2], head=True)
            before[at] = _judge(page.before(b), page.texts[a][-2:], head=False)
            phrase_a[at], phrase_b[at] = page.phrase(a), page.phrase(b)
    for name, verdicts in (("after", after), ("before", before)):
        add(f"echo_{name}_same", (verdicts & 1) > 0)
        add(f"echo_{name}_other", (verdicts & 2) > 0)
        add(f"echo_{name}_edge", (verdicts & 4) > 0)
    add("phrase_a", phrase_a)
    add("phrase_b", phrase_b)


def _grouped(page_of: Rows, wanted: Rows) -> Iterator[tuple[int, list[int]]]:
    """Yield each page that has pairs, with the positions of its pairs."""
    edges = np.flatnonzero(np.diff(page_of, prepend=-1, append=-1))
    for low, high in pairwise(edges.tolist()):
        yield int(page_of[low]), wanted[low:high].tolist()


class _Page:
    """The text of a page, and what was looked up in it already."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.text = "\n" + "\n".join(texts) + "\n"
        self.starts = list(accumulate((len(text) + 1 for text in texts), initial=1))
        self.known_after: dict[int, list[str]] = {}
        self.known_before: dict[int, list[str]] = {}
        self.known_phrase: dict[int, int] = {}

    def after(self, row: int) -> list[str]:
        if row not in self.known_after:
            self.known_after[row] = _beside(self.text, self.texts[row], self.starts[row], at_end=True)
        return self.known_after[row]

    def before(self, row: int) -> list[str]:
        if row not in self.known_before:
            self.known_before[row] = _beside(self.text, self.texts[row], self.starts[row], at_end=False)
        return self.known_before[row]

    def phrase(self, row: int) -> int:
        if row not in self.known_phrase:
            self.known_phrase[row] = _is_phrase(self.text, self.texts[row], self.starts[row])
        return self.known_phrase[row]


def _beside(page: str, text: str, start: int, *, at_end: bool) -> list[str]:
    """Return the two characters beside other occurrences of the line's last (first) characters on the page."""
    if len(text) < KEY:
        return []
    key = text[-KEY:] if at_end else text[:KEY]
    own = start + len(text) - KEY if at_end else start
    found: list[str] = []
    at = page.find(key)
    while at >= 0 and len(found) < MAX_HITS:
        if at != own:
            found.append(page[at + KEY : at + KEY + 2] if at_end else page[max(0, at - 2) : at])
        at = page.find(key, at + 1)
    return found


def _judge(beside: list[str], wanted: str, *, head: bool) -> int:
    """Return bits: 1 the wanted neighbour stands there, 2 another one, 4 an edge of a line."""
    bits = 0
    for found in beside:
        edge = found[:1] == "\n" if head else found[-1:] == "\n"
        bits |= 4 if edge else 1 if found == wanted else 2
    return bits


def _is_phrase(page: str, text: str, start: int) -> int:
    """Return 1 if the line, up to 24 characters, stands inside another line too; 2 if another line begins with it."""
    if not 4 <= len(text) <= 24:
        return 0
    at = page.find(text)
    result = 0
    while at >= 0:
        if at != start and not (page[at - 1] == "\n" and page[at + len(text)] == "\n"):
            result = max(result, 2 if page[at - 1] == "\n" else 1)
        at = page.find(text, at + 1)
    return result
