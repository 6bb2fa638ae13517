"""What of a text is compared, and the hashes of its character 5-grams.

Copies of one text differ in spaces, in punctuation and in the width of characters before they differ in anything else,
so only letters and digits are compared, in their NFKC form. Character 5-grams and not words: segmentation costs ten times
as much and was measured to find no more copies of Chinese news (2026-11, 23,600 blocks, nine kinds of copies).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import compress, pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

GRAM: Final = 5  # characters
_UNSEEN: Final = r"[^\p{L}\p{N}]+"
_LAST: Final = 0xFFFF  # what stands for all characters beyond the basic plane; itself it is none
_MANY: Final = 1  # a control character, so no form of a letter
# Letters whose case or composition depends on their neighbours: sigma at the end of a word, Korean letters.
_PLACED: Final = frozenset(
    "Σσς" + "".join(map(chr, (*range(0x1100, 0x1200), *range(0xA960, 0xA980), *range(0xD7B0, 0xD800))))
)
# Ideographs and Korean syllables, which Unicode promises to leave as they are: each is its own form.
_FIXED: Final = (range(0x3400, 0x4DB6), range(0x4E00, 0x9FA6), range(0xAC00, 0xD7A4))
_CASELESS: Final = frozenset(("Lo", "Co", "Cc", "Pd", "Ps", "Pe", "Pi", "Pf", "Pc", "Po", "Sm", "Sc", "Zs"))
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio, made odd: Knuth, TAOCP 3, 6.4
_AT_ONCE: Final = 1 << 15  # characters hashed at once: what they take stays in the cache of a core

Hashes = npt.NDArray[np.uint64]
Indexes = npt.NDArray[np.int64]


class Grams(NamedTuple):
    """Hashed grams of a number of texts: two arrays of one length, in order of owner."""

    hashes: Hashes
    owners: Indexes  # index of the text in the input


def match_key(text: pl.Expr) -> pl.Expr:
    """Return what of ``text`` is compared: NFKC, lower case, letters and digits only."""
    return text.map_batches(match_keys, return_dtype=pl.String, is_elementwise=True)


def match_keys(texts: pl.Series) -> pl.Series:
    """Return the match key of each of ``texts``.

    Nearly all characters of a newspaper have a form of one character that does not depend on their neighbours; those are looked
    up in a table, five times as fast as the three steps of ``_key_slowly``, which texts with any other character take.
    """
    filled = texts.fill_null("")
    rows = filled.to_list()
    keys: list[str] = []
    slow: list[int] = []
    # So many characters at once: what they take stays in the cache of a core, and is not asked anew of the system.
    block = np.cumsum(filled.str.len_chars().to_numpy().astype(np.int64)) // _AT_ONCE
    bounds = [0, *(np.flatnonzero(np.diff(block)) + 1).tolist(), len(rows)]
    for start, end in pairwise(bounds):
        found, unknown = _look_up(rows[start:end])
        keys += found
        slow += [start + row for row in unknown]
    for row, key in zip(slow, _key_slowly(filled[slow]), strict=True):
        keys[row] = key
    result = pl.Series(texts.name, keys, dtype=pl.String)
    return result if not texts.null_count() else pl.select(pl.when(texts.is_not_null()).then(result)).to_series()


def _look_up(texts: list[str]) -> tuple[list[str], list[int]]:
    """Return the keys of ``texts`` as far as the table knows their characters, and the rows where it does not know one."""
    whole = "".join(texts)
    codes: npt.NDArray[np.generic] = np.frombuffer(whole.encode("utf-16-le"), dtype=np.uint16)
    if len(codes) > len(whole):  # some characters are beyond the basic plane
        codes = np.minimum(np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32), _LAST)
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    plain = _plain_forms()[codes]
    is_kept = plain > _MANY
    kept_before = np.zeros(len(plain) + 1, dtype=np.int64)
    np.cumsum(is_kept, out=kept_before[1:])
    kept = plain[is_kept].tobytes().decode("utf-16-le")
    places = [0, *kept_before[ends].tolist()]
    unknown = set(np.searchsorted(ends, np.flatnonzero(plain == _MANY), side="right").tolist())
    return [kept[start:end] for start, end in pairwise(places)], sorted(unknown)


def _key_slowly(texts: pl.Series) -> pl.Series:
    return texts.str.normalize("NFKC").str.to_lowercase().str.replace_all(_UNSEEN, "")


@lru_cache(maxsize=1)
def _plain_forms() -> npt.NDArray[np.uint16]:
    """Return for each character of the basic plane its form in a key, 0 for none, ``_MANY`` where that takes more to say.

    That is where it has several characters, where it combines with the one before, where lower case depends on the place in the
    word, and where the character is unknown to this Python.
    """
    forms = np.full(_LAST + 1, _MANY, dtype=np.uint16)
    for fixed in _FIXED:
        forms[fixed.start : fixed.stop] = fixed
    for code in np.flatnonzero(forms[:_LAST] == _MANY).tolist():
        character = chr(code)
        category = unicodedata.category(character)
        if category in ("Mn", "Mc", "Me", "Cn", "Cs") or character in _PLACED:
            continue
        if category in _CASELESS and unicodedata.is_normalized("NFKC", character):
            forms[code] = code if category == "Lo" else 0
            continue
        plain = unicodedata.normalize("NFKC", character).lower()
        parts = [part for part in plain if unicodedata.category(part)[0] in "LN"]
        if not any(unicodedata.category(part)[0] == "M" or part in _PLACED for part in plain) and len(parts) <= 1:
            forms[code] = ord(parts[0]) if parts and ord(parts[0]) < _LAST else _MANY if parts else 0
    return forms


def key_and_places(text: str) -> tuple[str, list[int]]:
    """Return the match key of one text, and for each of its characters the offset in ``text`` it came from.

    >>> key_and_places("投资１２亿元。")
    ('投资12亿元', [0, 1, 2, 3, 4, 5])
    """
    forms = list(map(_FORMS.__getitem__, text))
    key = "".join(forms)
    if len(key) == len(forms) - forms.count(""):  # no form is of several characters: no loop of Python is needed
        return key, list(compress(range(len(forms)), forms))
    return key, [place for place, form in enumerate(forms) for _ in form]


class _Forms(dict[str, str]):
    """What each character, alone, is in a key; looked up once."""

    def __missing__(self, character: str) -> str:
        plain = unicodedata.normalize("NFKC", character).lower()
        self[character] = form = "".join(part for part in plain if unicodedata.category(part)[0] in "LN")
        return form


_FORMS: Final = _Forms()


def mix(values: Hashes) -> Hashes:
    """Return ``values`` scrambled bit by bit, one to one: the finalizer of SplitMix64.

    The function is published (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014) and ours, so hashes
    that a warehouse keeps stay valid whatever becomes of a library's private hash.
    """
    mixed = values.copy()
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def hash_grams(keys: pl.Series, *, size: int = GRAM, moduli: Hashes | None = None) -> Grams:
    """Return the hashed grams (``size`` characters) of each of ``keys`` in order, repeats inside a key counted once.

    A key shorter than a gram has none. ``moduli`` gives each key a power of two up to 256; only the hashes it divides are
    returned.
    """
    hashes, owners = hash_windows(keys, size=size, moduli=moduli)
    # Gram and owner as one number: two pairs that fall together by chance (1 in 10^8 batches) cost one gram.
    both = hashes + owners.astype(np.uint64) * _MULTIPLIER
    is_first = pl.Series(mix(both)).is_first_distinct().to_numpy()
    return Grams(hashes[is_first], owners[is_first])


def hash_windows(keys: pl.Series, *, size: int = GRAM, moduli: Hashes | None = None) -> Grams:
    """Return what ``hash_grams`` does, repeats inside a key as often as they are there."""
    lengths = keys.str.len_chars().to_numpy().astype(np.int64)
    codes = np.frombuffer("".join(keys.to_list()).encode("utf-32-le"), dtype=np.uint32)
    if len(codes) < size:
        return Grams(np.empty(0, np.uint64), np.empty(0, np.int64))
    ends = np.cumsum(lengths)
    firsts = range(0, len(codes) - size + 1, _AT_ONCE)
    blocks = (_hash_each(codes[first : first + _AT_ONCE + size - 1], size) for first in firsts)
    if moduli is None:
        is_whole = np.ones(len(codes), dtype=np.bool_)
        for offset in range(1, size):
            is_whole[np.maximum(ends - offset, 0)[lengths >= offset]] = False
        found = np.concatenate(list(blocks))
        owners = np.repeat(np.arange(len(lengths)), np.maximum(lengths - size + 1, 0))
        return Grams(found[is_whole[: len(found)]], owners)
    lowest = np.repeat((moduli - np.uint64(1)).astype(np.uint8), lengths)
    hashes, starts = [], []
    for first, some in zip(firsts, blocks, strict=True):
        divided = np.flatnonzero(some.astype(np.uint8) & lowest[first : first + len(some)] == 0)
        hashes.append(some[divided])
        starts.append(divided + first)
    found, start = np.concatenate(hashes), np.concatenate(starts)
    owners = np.searchsorted(ends, start, side="right")
    is_inside = start + size <= ends[owners]
    return Grams(found[is_inside], owners[is_inside].astype(np.int64))


def _hash_each(codes: npt.NDArray[np.uint32], size: int) -> Hashes:
    """Return the hash of the gram that begins at each of ``codes``, as long as it is whole.

    It is the polynomial of the codes in ``_MULTIPLIER``. That of a gram is made of those of its parts, which double in length
    step by step, so grams of twelve take four products each and not eleven.
    """
    count = len(codes) - size + 1
    part, length = codes.astype(np.uint64), 1
    hashes, done = np.zeros(count, dtype=np.uint64), 0
    while True:
        if size & length:  # these parts first: the order of the parts does not matter, only where each begins
            hashes += part[done : done + count] * _power(size - done - length)
            done += length
        if done == size:
            return mix(hashes)
        part = part[:-length] * _power(length) + part[length:]
        length *= 2


@lru_cache(maxsize=64)
def _power(exponent: int) -> np.uint64:
    return np.uint64(pow(int(_MULTIPLIER), exponent, 1 << 64))
