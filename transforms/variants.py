"""Characters that search takes for one: traditional and simplified, full width and half, upper case and lower.

Only keys are folded so (words of the index, queries), never a text. One character becomes one character, so that a place
in the folded text is the place in the text. The table is a file and not a library, because the warehouse's own SQL must
fold a query exactly as the index was folded (``warehouse/migrate.py`` makes it the macro ``search.fold``).
"""

from __future__ import annotations

from functools import cache
from importlib import resources

_HALF_WIDTH = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FULL_WIDTH = "".join(chr(ord(char) + 0xFEE0) for char in _HALF_WIDTH)  # as Unicode orders its full-width block


@cache
def variant_characters() -> tuple[str, str]:
    """Return two strings of equal length: characters, and what search takes each of them for."""
    lines = resources.files("transforms").joinpath("variants.txt").read_text(encoding="utf-8").splitlines()
    groups = [line for line in lines if not line.startswith("#")]
    variants = _FULL_WIDTH + "".join(group[1:] for group in groups)
    return variants, _HALF_WIDTH.lower() + "".join(group[0] * (len(group) - 1) for group in groups)


@cache
def _table() -> dict[int, str]:
    return {ord(variant): char for variant, char in zip(*variant_characters(), strict=True)}


def fold(text: str) -> str:
    """Return ``text`` as search reads it, of the same length.

    >>> fold("臺灣ＧＤＰ與Gdp")
    '台湾gdp与gdp'
    """
    folded = text.translate(_table()).lower()
    if len(folded) == len(text):
        return folded
    # A few letters (İ) have a lower case of two characters; they stay as they are.
    return "".join(low if len(low := char.lower()) == 1 else char for char in text.translate(_table()))


@cache
def changed_by_fold() -> str:
    """Return a regular expression that finds a character that ``fold`` may change."""
    return f"[A-Z\\p{{Lu}}{variant_characters()[0]}]"
