"""Loops that are no copies word for word: a sentence whose number counts on, and one phrase flooding a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import polars as pl

from transforms.deduplicated.items import Item
from transforms.deduplicated.keys import GRAM, Indexes
from transforms.deduplicated.runs import Link

# Vision models that loop count: 第四条 … 第五条 … 第六条, all with the same words. Two such sentences are a parallel.
LEAST_ROUNDS: Final = 3
LEAST_WORDS: Final = 20  # characters besides the number; a list of buildings or prizes says less
_NUMBER: Final = re.compile(r"\d+|[一二三四五六七八九十百]+")
_DIGITS: Final = {character: value for value, character in enumerate("一二三四五六七八九", 1)}
# Of the 5-grams of a paragraph, how many are new: of 74,000 paragraphs of clean news one has fewer than .53 (2026-11).
FLOODED: Final = 0.5
FLOOD_LENGTH: Final = 30  # characters of the key


def find_counting(items: list[Item]) -> list[list[int]]:
    """Return the rows of places at which a sentence only repeats the one before with the next number."""
    found: list[list[int]] = []
    row: list[int] = []
    for place in range(len(items) + 1):
        if row and place < len(items) and _counts_on(items[row[-1]], items[place]):
            row.append(place)
            continue
        if len(row) >= LEAST_ROUNDS:
            found.append(row)
        row = [place] if place < len(items) and items[place].role == "prose" else []
    return found


def _counts_on(before: Item, after: Item) -> bool:
    if after.role != "prose" or len(after.text.key) < LEAST_WORDS or _begin_otherwise(before.text.key, after.text.key):
        return False
    left, right = _NUMBER.findall(before.text.key), _NUMBER.findall(after.text.key)
    if left == right or len(left) != len(right) or _words(before) != _words(after) or len(_words(after)) < LEAST_WORDS:
        return False
    changed = [(old, new) for old, new in zip(left, right, strict=True) if old != new]
    return len(changed) == 1 and _value(changed[0][1]) == _value(changed[0][0]) + 1


def _begin_otherwise(one: str, other: str) -> bool:
    """Tell whether two keys begin with different words, as nearly all do, by their first characters alone."""
    return one[:1] != other[:1] and not (_NUMBER.match(one) or _NUMBER.match(other))


def _words(item: Item) -> str:
    return _NUMBER.sub("", item.text.key)


def _value(number: str) -> int:
    """Return the value of a numeral under a thousand.

    >>> _value("十二"), _value("二十"), _value("一百零五".replace("零", "")), _value("7")
    (12, 20, 105, 7)
    """
    if number.isdecimal():
        return int(number)
    total, digit = 0, 0
    for character in number:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total, digit = total + (digit or 1) * (10 if character == "十" else 100), 0
    return total + digit


def find_rounds(items: list[Item], links: Iterable[Link]) -> frozenset[int]:
    """Return the places of the further rounds of loops, which the first round is kept for.

    A round begins with a paragraph that says an earlier one again behind a phrase such as 据了解, and goes on as long as the
    paragraphs below are copies of earlier ones too.
    """
    copies: dict[int, bool] = {}
    for link in links:
        if link.last < link.inner and items[link.inner].role == "prose":
            copies[link.inner] = copies.get(link.inner, False) or link.cover.is_inner_led
    rounds: set[int] = set()
    for place in sorted(copies):
        if copies[place] or place - 1 in rounds:
            rounds.add(place)
    return frozenset(rounds)


def find_flooded(keys: pl.Series, gram_counts: Indexes) -> pl.Series:
    """Return ``new_share`` of each of ``keys`` in which a phrase or a character comes again and again, null for the others.

    ``gram_counts`` are the grams of each, repeats counted once.
    """
    lengths = keys.str.len_chars().cast(pl.Int64)
    share = pl.Series(gram_counts) / (lengths - GRAM + 1)
    is_flooded = (lengths >= FLOOD_LENGTH) & (share < FLOODED)
    return pl.select(pl.when(is_flooded).then(share).alias("new_share")).to_series()
