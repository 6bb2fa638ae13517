"""What the rest of the page says of a cut: the same words may stand elsewhere, whole.

Broken pages print things twice: a tail that appears again before its article, a loop of a vision model, a heading made
of a phrase of the body. Where the words at a cut occur a second time, what stands beside them there tells which half
belongs to which.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Rows: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Add: TypeAlias = Callable[[str, npt.NDArray[Any]], None]

# Long enough to be a phrase, short enough to be found where one character is misread; what recurs by chance, such as the name
# of an office, shows another neighbour there, and the model weighs that.
KEY: Final = 6
MAX_HITS: Final = 4


def add_echoes(add: Add, lines: pl.DataFrame, pages: Rows, first: Rows, second: Rows, *, asked: Flags) -> None:
    """Add what the rest of the page says of each pair; pairs that are not ``asked`` get zeros.

    What follows the first line's end elsewhere, what precedes the second line's beginning elsewhere, and whether either
    line is a phrase of another line.
    """
    ends, heads = np.unique(first[asked]).tolist(), np.unique(second[asked]).tolist()
    texts = lines["text"].to_list()
    bounds = np.flatnonzero(np.diff(pages, prepend=-1, append=-1)).tolist()
    after: dict[int, list[str]] = {}
    before: dict[int, list[str]] = {}
    phrase = np.zeros(len(texts), dtype=np.int64)
    short = ((lines["length"] >= 4) & (lines["length"] <= 24)).to_numpy()
    next_end = next_head = 0
    for low, high in pairwise(bounds):
        last_end, last_head = bisect_left(ends, high, next_end), bisect_left(heads, high, next_head)
        if last_end > next_end:
            page = "\n" + "\n".join(texts[low:high]) + "\n"
            starts = list(accumulate((len(text) + 1 for text in texts[low:high]), initial=1))
            for row in ends[next_end:last_end]:
                text = texts[row]
                if len(text) >= KEY and (
                    found := _beside(page, text[-KEY:], starts[row - low] + len(text) - KEY, at_end=True)
                ):
                    after[row] = found
            for row in heads[next_head:last_head]:
                text = texts[row]
                if len(text) >= KEY and (found := _beside(page, text[:KEY], starts[row - low], at_end=False)):
                    before[row] = found
            for row in {*ends[next_end:last_end], *heads[next_head:last_head]}:
                if short[row]:
                    phrase[row] = _is_phrase(page, texts[row], starts[row - low])
        next_end, next_head = last_end, last_head
    seen_after = np.zeros(len(first), dtype=np.int64)
    seen_before = np.zeros(len(first), dtype=np.int64)
    for at in np.flatnonzero(asked & np.isin(first, list(after))).tolist():
        seen_after[at] = _judge(after[int(first[at])], texts[second[at]][:2], head=True)
    for at in np.flatnonzero(asked & np.isin(second, list(before))).tolist():
        seen_before[at] = _judge(before[int(second[at])], texts[first[at]][-2:], head=False)
    for name, verdicts in (("after", seen_after), ("before", seen_before)):
        add(f"echo_{name}_same", (verdicts & 1) > 0)
        add(f"echo_{name}_other", (verdicts & 2) > 0)
        add(f"echo_{name}_edge", (verdicts & 4) > 0)
    add("phrase_a", phrase[first] * asked)
    add("phrase_b", phrase[second] * asked)


def _beside(page: str, key: str, own: int, *, at_end: bool) -> list[str]:
    """Return the two characters beside other occurrences on the page of ``key``, the line's last or first characters."""
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
    at = page.find(text)
    result = 0
    while at >= 0:
        if at != start and not (page[at - 1] == "\n" and page[at + len(text)] == "\n"):
            result = max(result, 2 if page[at - 1] == "\n" else 1)
        at = page.find(text, at + 1)
    return result
