"""The shipped word lists: surnames and title words (``data/README.md`` says where they come from)."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple


class Surnames(NamedTuple):
    """Chinese surnames: those of one character as one string, those of two as a tuple."""

    single: str
    double: tuple[str, ...]


def read_list(name: str) -> list[str]:
    """Return the lines of the word list ``data/<name>`` that are no comment."""
    text = resources.files("transforms.extracted").joinpath("data", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def surnames() -> Surnames:
    """Return the surnames of ``data/surnames.txt``."""
    lines = read_list("surnames.txt")
    return Surnames("".join(line for line in lines if " " not in line), tuple(lines[-1].split()))


@cache
def title_words() -> tuple[str, ...]:
    """Return the words that end a title, longest first."""
    words = {word for line in read_list("titles.txt") for word in line.split()}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))
