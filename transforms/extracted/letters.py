"""Where in a column of texts a pattern may match, by its first letters, for all paragraphs at once.

Python's engine of regular expressions tries a pattern at every character of a text, and nine in ten characters cannot begin a
match. Which ones can is a matter of one or two letters, and of those a table says it for a whole column in numpy. What is
marked here is a superset: the pattern itself decides, at the marked places only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Codes: TypeAlias = npt.NDArray[np.uint16]  # characters of a column, a zero before each text and after the last
Table: TypeAlias = npt.NDArray[np.bool_]  # by code
Marks: TypeAlias = npt.NDArray[np.int64]  # places in the column, in order
Marker: TypeAlias = Callable[[Codes], Marks]

_DEPTH: Final = 3  # letters; the fourth would part few places more
_WORD, _BEGINNING = 1, 2  # what has been read: 0 is the beginning of no word
BETWEEN: Final = 0  # what stands between two texts
BEYOND: Final = 0xFFFF  # stands for all characters beyond the sixteen bits; every table says that they may be meant


def table_of(letters: Iterable[str]) -> Table:
    """Return, by code, whether a character is one of ``letters``."""
    table = np.zeros(BEYOND + 1, dtype=np.bool_)
    table[[BEYOND, *(min(ord(letter), BEYOND) for letter in letters)]] = True
    return table


def places_of(letters: Table, codes: Codes) -> Marks:
    """Return the places of the letters of a table."""
    return np.flatnonzero(letters.take(codes))  # takes half the time of letters[codes] (2026-11)


def is_within(marks: Marks, places: Marks, first: int, last: int) -> npt.NDArray[np.bool_]:
    """Tell for each of ``places`` whether there is one of ``marks`` from ``first`` to ``last`` characters after it."""
    following = np.searchsorted(marks, places + first)
    reached: npt.NDArray[np.bool_] = np.append(marks, np.iinfo(np.int64).max)[following] <= places + last
    return reached


class Spelled:
    """Words by their first letters, or by their last ones, looked for at many places at once.

    Looked at are ``_DEPTH`` letters of a word, one step after the other, in a table of what may follow what.
    """

    def __init__(self, words: Iterable[str], *, backwards: bool = False) -> None:
        step = -1 if backwards else 1
        spellings = {tuple(min(ord(letter), BEYOND) for letter in word[::step][:_DEPTH]) for word in words}
        self._step = step
        # By code, the number of the letter among those of each step, 0 for all others; and by what has been read before
        # and that number, what has been read now.
        self._numbers: list[npt.NDArray[np.uint16]] = []
        self._follows: list[npt.NDArray[np.uint16]] = []
        states: dict[tuple[int, ...], int] = {(): _BEGINNING}
        for depth in range(1, max(map(len, spellings)) + 1):
            letters = sorted({spelling[depth - 1] for spelling in spellings if len(spelling) >= depth})
            numbers = np.zeros(BEYOND + 1, dtype=np.uint16)
            numbers[letters] = np.arange(1, len(letters) + 1)
            follows = np.zeros((max([_BEGINNING, *states.values()]) + 1, len(letters) + 1), dtype=np.uint16)
            follows[_WORD] = _WORD  # needs no further letter
            now: dict[tuple[int, ...], int] = {}
            for start in sorted({spelling[:depth] for spelling in spellings if len(spelling) >= depth}):
                if states.get(start[:-1], _WORD) != _WORD:
                    now[start] = _WORD if start in spellings else _BEGINNING + 1 + len(now)
                    follows[states[start[:-1]], numbers[start[-1]]] = now[start]
            self._numbers.append(numbers)
            self._follows.append(follows)
            states = now
        self.is_first: Table = self._numbers[0] > 0  # whether a word begins (ends) with a letter
        self.is_first[BEYOND] = True

    def __call__(self, codes: Codes) -> Marks:
        """Return the places where a word may begin (end, for words read backwards)."""
        at = places_of(self.is_first, codes)
        return at[self.is_at(codes, at)]

    def is_at(self, codes: Codes, at: Marks) -> npt.NDArray[np.bool_]:
        """Tell for each of the places ``at`` whether a word may begin (end) there."""
        read = np.full(len(at), _BEGINNING, dtype=np.uint16)
        for depth, (numbers, follows) in enumerate(zip(self._numbers, self._follows, strict=True)):
            # Both ends of a column are a zero, which is no letter of any word.
            letters = codes.take(at + self._step * depth, mode="clip")
            read = follows.take(read * np.intp(follows.shape[1]) + numbers.take(letters))
        spelled: npt.NDArray[np.bool_] = (read > 0) | (codes[at] == BEYOND)
        return spelled


class Places:
    """The marked places of a column."""

    def __init__(self, places: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]) -> None:
        of_text = np.searchsorted(starts, places, side="right") - 1
        # Flat lists, since Python's collector of garbage walks through every list that is alive.
        self._places: list[int] = (places - starts[np.maximum(of_text, 0)]).tolist()
        self._bounds: list[int] = np.searchsorted(places, starts).tolist()

    def counts(self) -> npt.NDArray[np.int64]:
        """Return how many places each text has."""
        return np.diff(self._bounds)

    def of(self, text_no: int) -> list[int]:
        """Return the marked places of one text, in order."""
        return self._places[self._bounds[text_no] : self._bounds[text_no + 1]]


class Letters(NamedTuple):
    """The characters of a column as numbers."""

    codes: Codes
    starts: npt.NDArray[np.int64]  # of each text in ``codes``, and of what would follow the last


def letters_of(texts: Sequence[str]) -> Letters:
    """Return the characters of ``texts``."""
    joined = "\0" + "\0".join([*texts, ""])
    narrow = joined.encode("utf-16-le", "surrogatepass")
    if len(narrow) == 2 * len(joined):
        codes: Codes = np.frombuffer(narrow, dtype=np.uint16)
    else:  # a character beyond the sixteen bits takes two places of them
        wide = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        codes = np.minimum(wide, BEYOND).astype(np.uint16)
    return Letters(codes, np.cumsum([1, *(len(text) + 1 for text in texts)]))


def marked_places(letters: Letters, markers: Iterable[Marker]) -> list[Places]:
    """Return for each marker the places that it marks in the texts of ``letters``."""
    return [Places(marker(letters.codes), letters.starts) for marker in markers]


def matches_at(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """Yield what ``pattern.finditer(text)`` yields, if no match begins elsewhere than at ``places``, which are in order."""
    end = 0
    for place in places:
        if place >= end and (match := pattern.match(text, place)):
            yield match
            end = match.end()
