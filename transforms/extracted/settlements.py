"""Towns, villages and communities that the tagger overlooks: 镇, 村, 社区 as a word of its own after one that can be a name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from transforms.extracted.lexicon import read_words
from transforms.extracted.name_mentions import BEFORE_PLACES, Span
from transforms.extracted.titles import CUTTERS
from transforms.extracted.word_numbers import tag_of
from transforms.words import cut

_HAN: Final = r"[\u4e00-\u9fff]"
_SHORTEST_STEM: Final = 2
_LONGEST_STEM: Final = 6  # characters before the ending of a settlement
_SETTLEMENT: Final = re.compile(
    rf"{_HAN}{{{_SHORTEST_STEM},{_LONGEST_STEM}}}?(?:街道|镇|乡|村|社区)(?![民委级长镇街干村])"
)
_LONGEST_BEHIND: Final = 4
_SETTLEMENT_BEHIND: Final = re.compile(
    rf"{_HAN}{{1,{_LONGEST_BEHIND}}}?(?:街道办事处|街道|镇|乡|村|社区)(?![民委级长镇街干村])"
)
_NO_NAMES: Final = frozenset(read_words("settlement_adjectives.txt"))
_BEFORE: Final = frozenset(BEFORE_PLACES)


def settlements_in(text: str, places: list[Span], marks: list[int], taken: bytearray) -> Iterator[Span]:
    """Yield towns, villages and communities that the tagger overlooks: an ending of its own after a word that can name one.

    Right after another place (石店镇|前孙村) up to four letters may come between; elsewhere the one word before it, with a
    大, 小, 前, 后 and the like before that. What ends in a character that is ``taken`` is left out.
    """
    if not marks:
        return
    for place in places:
        # The ending stands after up to four letters.
        following = bisect_left(marks, place.end + 1)
        if following == len(marks) or marks[following] > place.end + _LONGEST_BEHIND:
            continue
        match = _SETTLEMENT_BEHIND.match(text, place.end)
        if match and not taken[match.end() - 1] and _can_name(cut(match.group())[:-1]):
            yield Span(*match.span())
    for match in _matches_ending_at(_SETTLEMENT, text, marks):
        if taken[match.end() - 1]:
            continue
        words = cut(text[max(0, match.start() - 4) : match.end()])
        if len(words) < 2 or words[-1] not in ("街道", "镇", "乡", "村", "社区") or not _can_name(words[-2:-1]):
            continue
        length = len(words[-1]) + len(words[-2])
        if len(words) > 2 and words[-3] in _BEFORE:
            length += 1
        if len(words[-2]) in (2, 3):
            yield Span(match.end() - length, match.end())


def _matches_ending_at(pattern: re.Pattern[str], text: str, marks: list[int]) -> Iterator[re.Match[str]]:
    """Yield what ``pattern.finditer(text)`` yields, if the endings of names begin at ``marks`` and nowhere else."""
    end = 0
    for mark in marks:
        if mark < end + _SHORTEST_STEM:
            continue
        match = pattern.search(text, max(end, mark - _LONGEST_STEM))
        if match is None:
            return
        yield match
        end = match.end()


def _can_name(words: list[str]) -> bool:
    """Tell whether a settlement may be named by ``words``: no verb, number, measure, pronoun or cutting word among them."""
    return all(
        word in _BEFORE
        or (
            re.fullmatch(rf"{_HAN}+", word)
            and word not in CUTTERS
            and word not in _NO_NAMES
            and tag_of().get(word, "nz")[0] in "ns"
        )
        for word in words
    )
