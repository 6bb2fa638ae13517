"""The shipped word lists; ``data/README.md`` says where each comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any, NamedTuple


class Surnames(NamedTuple):
    """Chinese surnames: those of one character as one string, those of two as a tuple."""

    single: str
    double: tuple[str, ...]


def read_list(name: str) -> list[str]:
    """Return the lines of the word list ``data/<name>`` that are no comment."""
    text = resources.files("transforms.extracted").joinpath("data", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def read_parts(name: str) -> list[list[str]]:
    """Return the lines of each part of the word list ``data/<name>``; a blank line parts them."""
    text = resources.files("transforms.extracted").joinpath("data", name).read_text(encoding="utf-8")
    parts = ("\n".join(line for line in text.splitlines() if not line.startswith("# "))).split("\n\n")
    return [part.split("\n") for part in parts]


def read_words(name: str) -> list[str]:
    """Return the words of the word list ``data/<name>``, in its order."""
    return [word for line in read_list(name) for word in line.split()]


class WordSet:
    """Words to look for at one end of a text, in time that does not grow with their number."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        # The lengths of the words by the letter at that end, the longest first: most texts end with a letter of no word.
        self._by_last, self._by_first = (_lengths_by_letter(self._words, at) for at in (-1, 0))

    def at_end(self, text: str) -> str:
        """Return the longest word that ``text`` ends with, or an empty string."""
        for size in self._by_last.get(text[-1:], ()):
            if text[-size:] in self._words:
                return text[-size:]
        return ""

    def at_start(self, text: str) -> str:
        """Return the longest word that ``text`` begins with, or an empty string."""
        for size in self._by_first.get(text[:1], ()):
            if text[:size] in self._words:
                return text[:size]
        return ""


def _lengths_by_letter(words: Iterable[str], at: int) -> dict[str, list[int]]:
    lengths: dict[str, set[int]] = {}
    for word in words:
        lengths.setdefault(word[at], set()).add(len(word))
    return {letter: sorted(of_letter, reverse=True) for letter, of_letter in lengths.items()}


def any_of(words: Iterable[str]) -> str:
    """Return a regular expression for the longest of ``words`` at a place, as a tree of their letters.

    Python's engine tries the branches of an alternation one by one; a tree has few branches at every letter, and a look at
    the first letter spares most places of a text altogether.
    """
    tree: dict[str, Any] = {}
    for word in sorted(set(words)):
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    first = "".join(map(re.escape, sorted(tree)))
    return f"(?=[{first}]){_branches(tree)}"


def _branches(node: dict[str, Any]) -> str:
    inner = [re.escape(letter) + _branches(rest) for letter, rest in node.items() if letter]
    if not inner:
        return ""
    joined = f"(?:{'|'.join(inner)})"
    return joined + "?" if "" in node else joined


@cache
def surnames() -> Surnames:
    """Return the surnames of ``data/surnames.txt``."""
    lines = read_list("surnames.txt")
    return Surnames("".join(line for line in lines if " " not in line), tuple(lines[-1].split()))


@cache
def title_words() -> frozenset[str]:
    """Return the words that end a title."""
    return frozenset(read_words("titles.txt"))


@cache
def descriptors() -> frozenset[str]:
    """Return the words for what somebody is without a post (村民, 嫌疑人)."""
    return frozenset(read_words("descriptors.txt"))
