"""How well characters follow one another: a small character trigram table, and probabilities read from it.

The table is counted by ``benchmarks/train_repair.py`` from paragraphs of clean news. Trigrams seen once are left out:
measured 2026-11 on cut-up news, that costs .005 of F1 against the full 4-gram table of six times the size.
Probabilities are interpolated by absolute discounting; what the discount frees, and what the pruning left out, goes to
the shorter context. Digits are one class, Latin letters are one class, and punctuation has one width.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.cleaned.texts import Texts

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]

# A paragraph is counted between these two, so that the table knows how paragraphs begin and end.
START: Final = "\x02"
END: Final = "\x03"
DISCOUNT: Final = 0.75  # the usual choice of absolute discounting (Ney, Essen and Kneser 1994)
BITS: Final = 13
MARKS: Final = (
    START,
    "。",
    ",",
)  # what may stand before a line: each has a table of its own, small enough for the cache
UNKNOWN: Final = 0
LOG_STEP: Final = 0.125  # counts are stored as logarithms to base 2 in steps of an eighth: at most 4.5 % off

_SAME: Final = str.maketrans("，；：？！（）～－", ",;:?!()~-")


def plain_character(character: str) -> str:
    """Return ``character`` as the table knows it: punctuation in one width, digits as 0, Latin letters as a."""
    same = character.translate(_SAME)
    if "0" <= same <= "9" or "\uff10" <= same <= "\uff19":
        return "0"
    return "a" if same.isascii() and same.isalpha() else same


def plain_codes() -> Ids:
    """Return for each code point of the Basic Plane that of its ``plain_character``."""
    codes = np.arange(0x10000)
    codes[list(_SAME)] = list(_SAME.values())
    for first, last, plain in (("0", "9", "0"), ("０", "９", "0"), ("a", "z", "a"), ("A", "Z", "a")):
        codes[ord(first) : ord(last) + 1] = ord(plain)
    return codes


class Ngrams:
    """Probabilities of characters after one or two others; ``ids`` maps code points of the Basic Plane to numbers."""

    def __init__(self, arrays: dict[str, npt.NDArray[np.uint8]]) -> None:
        """Decode the arrays of the bundled file: see `count_ngrams` in ``benchmarks/train_repair.py`` for the reverse."""
        characters = bytes(arrays["characters"]).decode("utf-8")
        self.ids = np.zeros(0x10000, dtype=np.int64)
        self.ids[[ord(character) for character in characters]] = np.arange(1, len(characters) + 1)
        self.ids = self.ids[plain_codes()]
        size = len(characters) + 1
        unigram = _unlog(arrays["unigram"])
        second = _join_planes(arrays["second_low"], arrays["second_high"])
        first = np.repeat(np.arange(size), _join_planes(arrays["fan_low"], arrays["fan_high"]))
        pair_count = _unlog(arrays["pair_count"])
        third = _join_planes(arrays["third_low"], arrays["third_high"])
        fan = _join_planes(arrays["third_fan_low"], arrays["third_fan_high"])
        pair_of = np.repeat(np.arange(len(second)), fan)
        triple_count = _unlog(arrays["triple_count"])

        total = unigram.sum()
        self.log_one = np.log((unigram + 0.5) / (total + 0.5 * size)).astype(np.float32)
        pair_keys: Ids = (first << BITS) | second
        probability_two, free_one = _discounted(first, size, pair_count, unigram)
        self.log_free_one = np.log(free_one).astype(np.float32)
        log_two = np.log(probability_two + free_one[first] * np.exp(self.log_one[second])).astype(np.float32)
        probability_three, free_two = _discounted(pair_of, len(second), triple_count, pair_count)
        self.pairs = _Places(pair_keys, log_two, np.log(free_two).astype(np.float32))
        self.log_two, self.log_free_two = self.pairs.values
        shorter = self.after_one(second[pair_of], third)
        log_three = np.log(probability_three + free_two[pair_of] * np.exp(shorter)).astype(np.float32)
        self.triples = _Places((pair_keys[pair_of] << BITS) | third, log_three)
        (self.log_three,) = self.triples.values
        self.after_marks = {}
        for mark in MARKS:
            behind = np.flatnonzero(first[pair_of] == self.id_of(mark))
            places = _Places((second[pair_of[behind]] << BITS) | third[behind], log_three[behind])
            _, free, logs = self.pair(np.full(size, self.id_of(mark)), np.arange(size))
            self.after_marks[mark] = (places, places.values[0], free, logs)

        opening_deltas = arrays["opening_deltas"].reshape(8, -1).T.copy().view(np.int64).ravel()
        odds = ((arrays["opening_odds"].astype(np.float32) - 128) / 16).astype(np.float32)
        self.openings = _Places(np.cumsum(opening_deltas, dtype=np.int64), odds)
        (self.opening_odds,) = self.openings.values

    def opening(self, heads: Ids) -> Floats:
        """Return the log odds that a sentence with the first four characters ``heads`` opens a paragraph.

        The longest of its first two, three and four characters that the table holds decides; 0 where it holds none.
        """
        odds = np.zeros(len(heads), dtype=np.float32)
        key = heads[:, 0]
        for position in (1, 2, 3):
            key = (key << BITS) | heads[:, position]
            at, found = self.openings.find((position << 54) | key)
            odds = np.where(found, self.opening_odds[at], odds)
        return odds

    def encode(self, texts: pl.Series, width: int, *, side: str) -> Ids:
        """Return the numbers of the first (``side='head'``) or last ``width`` characters of ``texts``, one row each.

        A text that is too short is filled with START before its beginning, or END after its end.
        """
        fill = END if side == "head" else START
        if side == "head":
            fixed = texts.str.pad_end(width, fill).str.head(width)
        else:
            fixed = texts.str.pad_start(width, fill).str.tail(width)
        codes = np.frombuffer("".join(fixed.to_list()).encode("utf-32-le"), dtype=np.uint32)
        return self.ids[np.where(codes < 0x10000, codes, 0)].reshape(-1, width)

    def edges(self, texts: Texts, width: int, *, side: str) -> Ids:
        """Return the same as ``encode`` for lines that are an array of characters already."""
        steps = np.arange(width)
        if side == "head":
            places = texts.starts[:, None] + steps
            is_inside, fill = places < texts.ends[:, None], END
        else:
            places = texts.ends[:, None] - width + steps
            is_inside, fill = places >= texts.starts[:, None], START
        codes = texts.codes.take(places, mode="clip")
        return np.where(is_inside, self.ids[np.where(codes < 0x10000, codes, 0)], self.id_of(fill))

    def after_one(self, first: Ids, second: Ids) -> Floats:
        """Return log P(second | first)."""
        return self.pair(first, second)[2]

    def after_two(self, first: Ids, second: Ids, third: Ids) -> Floats:
        """Return log P(third | first second)."""
        return self.after_context(*self.context(first, second), third, self.after_one(second, third))

    def pair(self, first: Ids, second: Ids) -> tuple[Ids, Floats, Floats]:
        """Return two characters as a context, as ``context`` does, and log P(second | first)."""
        context = (first << BITS) | second
        at, found = self.pairs.find(context)
        logs: Floats = np.where(found, self.log_two[at], self.log_free_one[first] + self.log_one[second])
        return context, np.where(found, self.log_free_two[at], np.float32(0)), logs

    def context(self, first: Ids, second: Ids) -> tuple[Ids, Floats]:
        """Return two characters as one number, and the log of the share that what is not counted after them has."""
        context = (first << BITS) | second
        at, found = self.pairs.find(context)
        return context, np.where(found, self.log_free_two[at], np.float32(0))

    def after_context(self, context: Ids, free: Floats, third: Ids, shorter: Floats) -> Floats:
        """Return log P(third | context), where ``shorter`` is log P(third | the second character of the context)."""
        at, found = self.triples.find((context << BITS) | third)
        return np.where(found, self.log_three[at], shorter + free)

    def after_mark(self, mark: str, first: Ids, second: Ids, shorter: Floats) -> Floats:
        """Return log P(first second | mark), ``mark`` one of ``MARKS``, where ``shorter`` is log P(second | first)."""
        places, log_three, free, log_two = self.after_marks[mark]
        at, found = places.find((first << BITS) | second)
        return log_two[first] + np.where(found, log_three[at], shorter + free[first])

    def id_of(self, character: str) -> int:
        """Return the number of ``character``."""
        return int(self.ids[ord(character)])


@cache
def bundled() -> Ngrams:
    """Return the table that comes with the package, read once."""
    path = resources.files("transforms.cleaned") / "data" / "ngrams.npz"
    with path.open("rb") as file, np.load(file) as arrays:
        return Ngrams({name: arrays[name] for name in arrays.files})


class _Places:
    """Where each of many keys stands: a hash table in one array, four times as fast as a binary search.

    Of a key only 32 bits of its hash are kept, which halves what has to be fetched; a key that is not there is taken for one that
    is once in some thousand million questions. At most half of the slots are taken, so that most questions are answered at the
    first.
    """

    def __init__(self, keys: Ids, *values: Floats) -> None:
        """Lay out ``keys``, and for each array of ``values`` (one a key) the same by slot: ``values`` of the table."""
        self.bits = max(4, int(2 * len(keys)).bit_length())
        self.marks = np.zeros(1 << self.bits, dtype=np.uint32)
        (slots, marks), waiting = self._hashes(keys), np.arange(len(keys))
        owner = np.full(1 << self.bits, -1, dtype=np.int64)
        while len(waiting):
            wanted = slots[waiting]
            free = owner[wanted] < 0
            # Of several keys for one free slot the last written keeps it; the others go on to the next slot.
            owner[wanted[free]] = waiting[free]
            waiting = waiting[owner[wanted] != waiting]
            slots[waiting] = (slots[waiting] + 1) & (len(owner) - 1)
        self.marks[slots] = marks
        self.values = tuple(np.zeros(1 << self.bits, dtype=np.float32) for _ in values)
        for by_slot, by_key in zip(self.values, values, strict=True):
            by_slot[slots] = by_key

    def find(self, wanted: Ids) -> tuple[Ids, npt.NDArray[np.bool_]]:
        """Return the slot of each key, and whether it is there at all; else the slot is any."""
        slots, marks = self._hashes(wanted)
        held = self.marks.take(slots)
        found = held == marks
        waiting = np.flatnonzero(~found & (held != 0))
        slot, mark = slots[waiting], marks[waiting]
        while len(waiting):
            slot = (slot + 1) & (len(self.marks) - 1)
            held = self.marks.take(slot)
            is_there = held == mark
            slots[waiting[is_there]] = slot[is_there]
            found[waiting[is_there]] = True
            goes_on = ~is_there & (held != 0)
            waiting, slot, mark = waiting[goes_on], slot[goes_on], mark[goes_on]
        return slots, found

    def _hashes(self, keys: Ids) -> tuple[Ids, npt.NDArray[np.uint32]]:
        mixed = keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing
        # The first bits are the slot, the 32 behind them the mark; none of a key is 0.
        marks = (mixed >> np.uint64(32 - self.bits)).astype(np.uint32)
        return (mixed >> np.uint64(64 - self.bits)).astype(np.int64), np.maximum(marks, np.uint32(1))


def _discounted(
    context: Ids, context_count: int, counts: npt.NDArray[np.float64], totals: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the discounted probability of each n-gram in its context, and the share that each context has left over."""
    kept = np.bincount(context, weights=counts - DISCOUNT, minlength=context_count)
    # Counts are stored rounded: a context is never smaller than what follows it.
    seen = np.maximum(totals[:context_count], np.bincount(context, weights=counts, minlength=context_count))
    free = 1 - kept / np.maximum(seen, 1)
    return (counts - DISCOUNT) / np.maximum(seen, 1)[context], np.clip(free, 1e-3, 1)


def _unlog(stored: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    return np.where(stored == 0, 0.0, np.exp2((stored.astype(np.float64) - 1) * LOG_STEP))


def _join_planes(low: npt.NDArray[np.uint8], high: npt.NDArray[np.uint8]) -> Ids:
    return low.astype(np.int64) | (high.astype(np.int64) << 8)
