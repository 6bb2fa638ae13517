"""How much speaks for each label of each character: the sums of the weights of its features.

The table of all weights is larger than the caches near the processor, so that a look into it waits for the memory. The weights
of templates with few values, such as a letter or two tags, are therefore taken out of it once for all columns of a batch:
they stand side by side, and no hash is made of each character.
"""

from __future__ import annotations

from math import prod
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from transforms.extracted.name_features import TEMPLATES, U32, Characters, hashed, value_counts

LABELS: Final = 13  # outside, then begin, middle, end and single of each of three kinds
_BLOCK: Final = 1 << 14  # characters scored at a time, so that all that is at work fits the processor's cache
_FEW: Final = 1 << 16  # values of a template

# A row of 16 bytes is taken as one number of 16 bytes: numpy then copies rows 2.5 times as fast (measured 2026-11).
Rows: TypeAlias = npt.NDArray[np.complex128]


class Weights(NamedTuple):
    """A table of weights, made ready for columns of some letters; see ``prepare``."""

    rows: Rows  # by feature
    at_once: int  # how many weights, whichever they are, can be summed in eight bits: three of those that are shipped
    few: dict[int, Rows]  # of the templates with few values, by the number of the values


def prepare(weights: npt.NDArray[np.int8], letter_codes: U32) -> Weights:
    """Return ``weights``, ready for columns with the ``Characters.letter_codes``.

    They have one row of 16 bytes for each hashed feature, a power of two of them, and one column for each label.
    """
    rows = np.ascontiguousarray(weights).view(np.complex128).ravel()
    few = {}
    for template, names in enumerate(TEMPLATES):
        counts = value_counts(template, letter_codes)
        if counts is not None and prod(counts) <= _FEW:
            every = np.unravel_index(np.arange(prod(counts)), counts)
            numbers = {name: values.astype(np.uint32) for name, values in zip(names, every, strict=True)}
            few[template] = rows.take(hashed(template, numbers, letter_codes) & np.uint32(len(rows) - 1))
    return Weights(rows, max(1, 127 // max(1, int(weights.max()), -int(weights.min()))), few)


def score_labels(column: Characters, at: npt.NDArray[np.int64], weights: Weights) -> npt.NDArray[np.int16]:
    """Return the sum of weights of every label for the characters at some places, shape (``LABELS``, places)."""
    scores = np.empty((LABELS, len(at)), dtype=np.int16)
    for start in range(0, len(at), _BLOCK):
        places = at[start : start + _BLOCK]
        numbers = column.numbers_at(places)
        block = np.zeros(len(places) * 16, dtype=np.int16)
        for first in range(0, len(TEMPLATES), weights.at_once):
            some = _weights_of(first, numbers, column.letter_codes, weights)
            for template in range(first + 1, min(first + weights.at_once, len(TEMPLATES))):
                some += _weights_of(template, numbers, column.letter_codes, weights)
            block += some
        scores[:, start : start + _BLOCK] = block.reshape(len(places), -1).T[:LABELS]
    return scores


def _weights_of(template: int, numbers: dict[str, U32], letter_codes: U32, weights: Weights) -> npt.NDArray[np.int8]:
    """Return the weights that a template gives the labels of some characters, one after another."""
    few, counts = weights.few.get(template), value_counts(template, letter_codes)
    if few is None or counts is None:
        feature = hashed(template, numbers, letter_codes) & np.uint32(len(weights.rows) - 1)
        return np.take(weights.rows, feature, mode="clip").view(np.int8)
    row, *others = (numbers[name] for name in TEMPLATES[template])
    for values, count in zip(others, counts[1:], strict=True):
        row = row * np.uint32(count) + values
    return np.take(few, row, mode="clip").view(np.int8)
