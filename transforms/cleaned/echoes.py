"""What the rest of the page says of a cut: the same words may stand elsewhere, whole.

Broken pages print things twice: a tail that appears again before its article, a loop of a vision model, a heading made
of a phrase of the body. Where the words at a cut occur a second time, what stands beside them there tells which half
belongs to which.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Rows: TypeAlias = npt.NDArray[np.int64]
Add: TypeAlias = Callable[[str, npt.NDArray[Any]], None]

# Six characters recur by chance on less than one page in a hundred outside of names of bodies and offices.
KEY: Final = 6
MAX_HITS: Final = 4


def add_echoes(add: Add, lines: pl.DataFrame, pages: Rows, first: Rows, second: Rows) -> None:
    """Add what the rest of the page says of each pair.

    What follows the first line's end elsewhere, what precedes the second line's beginning elsewhere, and whether either
    line is a phrase of another line.
    """
    texts = lines["text"].to_list()
    bounds = np.flatnonzero(np.diff(pages, prepend=-1, append=-1))
    starts: list[int] = []
    page_texts: list[str] = []
    page_at = np.zeros(len(texts), dtype=np.int64)
    for number, (low, high) in enumerate(pairwise(bounds.tolist())):
        position = 1
        for row in range(low, high):
            starts.append(position)
            position += len(texts[row]) + 1
        page_texts.append("\n" + "\n".join(texts[low:high]) + "\n")
        page_at[low:high] = number
    after: list[int] = []
    before: list[int] = []
    known_after: dict[int, list[str]] = {}
    known_before: dict[int, list[str]] = {}
    phrase: dict[int, int] = {}
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        page = page_texts[page_at[a]]
        if a not in known_after:
            known_after[a] = _beside(page, texts[a], starts[a], at_end=True)
        if b not in known_before:
            known_before[b] = _beside(page, texts[b], starts[b], at_end=False)
        for row in (a, b):
            if row not in phrase:
                phrase[row] = _is_phrase(page, texts[row], starts[row])
        after.append(_judge(known_after[a], texts[b][:2], head=True))
        before.append(_judge(known_before[b], texts[a][-2:], head=False))
    for name, verdicts in (("after", after), ("before", before)):
        array = np.array(verdicts, dtype=np.int64)
        add(f"echo_{name}_same", (array & 1) > 0)
        add(f"echo_{name}_other", (array & 2) > 0)
        add(f"echo_{name}_edge", (array & 4) > 0)
    add("phrase_a", np.array([phrase[a] for a in first.tolist()], dtype=np.int64))
    add("phrase_b", np.array([phrase[b] for b in second.tolist()], dtype=np.int64))


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
