"""Where in a column of texts a pattern may match, by its first letters, for all paragraphs at once.

Python's engine of regular expressions tries a pattern at every character of a text, and nine in ten characters cannot begin a
match. Which ones can is a matter of one or two letters, and of those a table says it for a whole column in numpy. What is
marked here is a superset: the pattern itself decides, at the marked places only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Codes: TypeAlias = npt.NDArray[np.uint16]  # characters of a column, a zero before each text and after the last
Marks: TypeAlias = npt.NDArray[np.bool_]  # one per character of the column
Marker: TypeAlias = Callable[[Codes], Marks]

BETWEEN: Final = 0  # what stands between two texts
BEYOND: Final = 0xFFFF  # stands for all characters beyond the sixteen bits; every table says that they may be meant


def table_of(letters: Iterable[str]) -> Marks:
    """Return, by code, whether a character is one of ``letters``."""
    table = np.zeros(BEYOND + 1, dtype=np.bool_)
    table[[BEYOND, *(min(ord(letter), BEYOND) for letter in letters)]] = True
    return table


def within(marks: Marks, first: int, last: int) -> Marks:
    """Return the places from which ``first`` to ``last`` characters on there is a mark."""
    near: Marks = np.logical_or.reduce([np.roll(marks, -step) for step in range(first, last + 1)])
    return near


def begins_with(words: Iterable[str]) -> Marker:
    """Return a marker of the places where two letters stand with which one of ``words`` begins."""
    beginnings = {tuple(min(ord(letter), BEYOND) for letter in word[:2]) for word in words}
    first, second = (np.zeros(BEYOND + 1, dtype=np.uint16) for _ in range(2))
    for numbers, of_place in (
        (first, {codes[:1] for codes in beginnings}),
        (second, {codes[1:] for codes in beginnings}),
    ):
        for number, code in enumerate(sorted(of_place), start=1):
            numbers[list(code)] = number
    is_beginning = np.zeros((int(first.max()) + 1, int(second.max()) + 1), dtype=np.bool_)
    for code in beginnings:
        is_beginning[first[code[0]], second[code[1]] if len(code) > 1 else slice(None)] = True

    def mark(codes: Codes) -> Marks:
        marks: Marks = is_beginning[first[codes], second[np.roll(codes, -1)]]
        marks |= codes == BEYOND
        return marks

    return mark


class Places:
    """The marked places of a column."""

    def __init__(self, places: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]) -> None:
        of_text = np.searchsorted(starts, places, side="right") - 1
        # Flat lists, since Python's collector of garbage walks through every list that is alive.
        self._places: list[int] = (places - starts[np.maximum(of_text, 0)]).tolist()
        self._bounds: list[int] = np.searchsorted(places, starts).tolist()

    def of(self, text_no: int) -> list[int]:
        """Return the marked places of one text, in order."""
        return self._places[self._bounds[text_no] : self._bounds[text_no + 1]]


def marked_places(texts: Sequence[str], markers: Sequence[Marker]) -> list[Places]:
    """Return for each marker the places that it marks in ``texts``."""
    joined = "\0" + "\0".join([*texts, ""])
    wide = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes: Codes = np.minimum(wide, BEYOND).astype(np.uint16)
    starts = np.cumsum([1, *(len(text) + 1 for text in texts)])
    return [Places(np.flatnonzero(marker(codes)), starts) for marker in markers]


def matches_at(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """Yield what ``pattern.finditer(text)`` yields, if no match begins elsewhere than at ``places``, which are in order."""
    end = 0
    for place in places:
        if place >= end and (match := pattern.match(text, place)):
            yield match
            end = match.end()
