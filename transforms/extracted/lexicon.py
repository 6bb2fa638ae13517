"""The shipped word lists; ``data/README.md`` says where each comes from."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

import polars as pl


class Surnames(NamedTuple):
    """Chinese surnames: those of one character as one string, those of two as a tuple."""

    single: str
    double: tuple[str, ...]


def read_list(name: str) -> list[str]:
    """Return the lines of the word list ``data/<name>`` that are no comment."""
    text = resources.files("transforms.extracted").joinpath("data", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def read_words(name: str) -> list[str]:
    """Return the words of the word list ``data/<name>``, in its order."""
    return [word for line in read_list(name) for word in line.split()]


@cache
def surnames() -> Surnames:
    """Return the surnames of ``data/surnames.txt``."""
    lines = read_list("surnames.txt")
    return Surnames("".join(line for line in lines if " " not in line), tuple(lines[-1].split()))


@cache
def title_words() -> tuple[str, ...]:
    """Return the words that end a title, longest first."""
    return tuple(sorted(set(read_words("titles.txt")), key=lambda word: (-len(word), word)))


@cache
def descriptors() -> frozenset[str]:
    """Return the words for what somebody is without a post (村民, 嫌疑人)."""
    return frozenset(read_words("descriptors.txt"))


@cache
def word_tags() -> pl.DataFrame:
    """Return jieba's dictionary, columns ``word`` and ``tag`` (jieba's letters: nr a person, ns a place, n a noun ...)."""
    data = resources.files("jieba").joinpath("dict.txt").read_bytes()
    table = pl.read_csv(
        data, separator=" ", has_header=False, new_columns=["word", "frequency", "tag"], quote_char=None
    )
    return table.select("word", "tag").unique("word", keep="first", maintain_order=True)


@cache
def tag_of() -> dict[str, str]:
    """Return jieba's tag by word, for the few look-ups that are not done by column."""
    return dict(word_tags().iter_rows())
