"""People, places and organisations in a column of text, by a trained tagger.

Why a trained tagger and not only word lists: a list knows no 丁向前 or 宏泰电子, and jieba's own tags find names with a
precision of a third. This one is a linear-chain conditional random field over characters (Lafferty et al. 2001) with
20 feature templates (``name_features``) and one label per character: begin, middle, end or single of a person, place or
organisation, or outside. It is trained by ``benchmarks/train_names.py`` on public corpora, which the file says; only its
weights are shipped. The sequence of labels with the highest sum of weights is found clause by clause, since no name runs
across a comma.

The weights are whole numbers of eight bits: a table that fits the processor's cache, and sums that are the same on every
machine.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.extracted.name_features import PLAIN, Characters, KnownWords, by_code, characters, known_words
from transforms.extracted.name_scores import LABELS, Weights, prepare, score_labels
from transforms.extracted.word_numbers import Numbers
from transforms.words import Words, cut_column

KINDS: Final = ("person", "place", "organization")
NAMES: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "row": pl.UInt32,  # index into the column that was tagged
    "char_start": pl.UInt32,
    "char_end": pl.UInt32,
    "kind": pl.String,  # one of KINDS
    "name": pl.String,
}
BEGIN, MIDDLE, END, SINGLE = 1, 2, 3, 4
OUTSIDE: Final = 0
_PORTION: Final = 1 << 18  # characters worked on at a time: what is made of more would not stay in the cache
# Clauses that go on at a step and are gone through one by one: a step of numpy costs as much as some ten of them in Python, and
# lists of names run on for hundreds of steps.
_FEW: Final = 8
_FAR: Final = np.int32(-(1 << 28))  # no sequence is inside a name yet
_CLAUSE_ENDS: Final = by_code("\0,.;!?")


@cache
def packaged_weights() -> npt.NDArray[np.int8]:
    """Return the table of weights that is shipped, one row per hashed feature, one column per label (padded to 16)."""
    with resources.files("transforms.extracted").joinpath("data/names.npz").open("rb") as file, np.load(file) as stored:
        rows: npt.NDArray[np.int64] = np.cumsum(stored["row_steps"].astype(np.int64))
        table = np.zeros((int(stored["size"]), 16), dtype=np.int8)
        table[rows, :LABELS] = stored["weights"]
    return table


def scored_places(column: Characters) -> npt.NDArray[np.int64]:
    """Return the places of the characters that may belong to a name.

    No name are gaps, ends of clauses, plain words, and what stands between them if all its words are rare ones (``PLAIN``,
    ``RARE``): half of a text.
    """
    is_scored = ~_CLAUSE_ENDS.take(column.codes)
    if column.plainness is not None:
        is_plain = column.plainness == PLAIN
        is_first = np.diff(column.word_rows, prepend=-1) != 0
        starts = np.flatnonzero(is_plain | is_first)
        is_rare = np.logical_and.reduceat(column.plainness > 0, starts)
        is_named = ~is_plain & ~np.repeat(is_rare, np.diff(np.append(starts, len(is_plain))))
        is_scored &= np.append(is_named, False)[column.owner]
    return np.flatnonzero(is_scored)


def _runs(at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return where the runs of consecutive places begin."""
    return np.flatnonzero(np.diff(at, prepend=-2) != 1)


def _in_reach_of_a_name(gains: npt.NDArray[np.int64], at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return which characters some name may run over without a loss; all others are outside in the best sequence.

    ``gains`` is how much better each character's best label in a name is than 'outside', whatever its neighbours have. Over
    each character the best run of characters is summed up, as in the search for the subarray of the largest sum.
    """
    run = np.zeros(len(at), dtype=np.int64)
    run[_runs(at)] = 1
    apart = np.cumsum(run) << 40  # more than all gains together, so that no run reaches into the next
    total = np.cumsum(gains)
    least_before = np.minimum.accumulate(total - gains - apart)
    most_after = np.maximum.accumulate((total - apart)[::-1])[::-1]
    return np.flatnonzero(most_after >= least_before)


def best_labels(scores: npt.NDArray[np.int16], at: npt.NDArray[np.int64]) -> npt.NDArray[np.int8]:
    """Return the lawful sequence of labels with the highest score (Viterbi), all clauses at once.

    ``scores`` are those of ``score_labels`` for the places ``at``, a clause being a run of consecutive places. Lawful is:
    begin, any number of middles, end; or single; or outside. No name crosses the end of a clause.

    The first characters of all clauses are one step, then the second ones, and so on. What is carried from step to step is
    how much better the best sequence inside a name of each kind is than the best one that is closed. Scores are multiplied
    by eight and the number of the last label, first come first served, stands in the three bits below.
    """
    labels = np.zeros(len(at), dtype=np.int8)
    gains = scores[1:].max(axis=0).astype(np.int64) - scores[OUTSIDE]
    kept = _in_reach_of_a_name(gains, at)
    if not len(kept):
        return labels
    starts = _runs(at[kept])
    lengths = np.diff(np.append(starts, len(kept)))
    order = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[order], lengths[order]
    longest = int(lengths[0])
    alive = np.searchsorted(-lengths, -np.arange(longest), side="left")  # clauses longer than each step: a prefix
    offsets = np.concatenate([[0], np.cumsum(alive)])
    step_of = np.repeat(np.arange(longest), alive)
    place = kept[starts[np.arange(len(step_of)) - offsets[step_of]] + step_of]
    by_label = scores.take(place, axis=1).astype(np.int32) * 8
    begin, middle, end, single = (by_label[part::4] for part in (BEGIN, MIDDLE, END, SINGLE))
    kinds = len(KINDS)
    for kind in range(kinds):
        end[kind] += 6 - 2 * kind
        single[kind] += 5 - 2 * kind
    closing = np.maximum(by_label[OUTSIDE] + 7, single.max(axis=0))  # of sequences that were closed before
    last_label = np.array([4 * kind + part for kind in range(kinds)[::-1] for part in (SINGLE, END)] + [OUTSIDE])

    # What stands before a character: for each kind, if the character goes on with a name of it; else, in the last row.
    before = np.empty((kinds + 1, len(place)), dtype=np.int8)
    opened = np.full((kinds, len(starts)), _FAR, dtype=np.int32)
    many = int(np.searchsorted(-alive, -_FEW))  # steps of more than few clauses; all others come after
    rest = slice(offsets[many], None)
    for step in range(many):
        here = slice(offsets[step], offsets[step + 1])
        inside = opened[:, : alive[step]]
        closing[here] = np.maximum(closing[here], (inside + end[:, here]).max(axis=0))
        inside += middle[:, here]
        before[:kinds, here] = inside > begin[:, here]
        np.maximum(inside, begin[:, here], out=inside)
        inside -= closing[here] & ~7
    parts = (begin[:, rest], middle[:, rest], end[:, rest])
    before[:kinds, rest] = _go_on_in_few(closing[rest], opened, parts, alive[many:].tolist())
    for kind in range(kinds):
        before[kind] += 4 * kind + BEGIN  # or MIDDLE, where that one is the better
    before[kinds] = last_label[(closing & 7) - 1]

    goes_on = np.full(LABELS, kinds)
    for kind in range(kinds):
        goes_on[[4 * kind + MIDDLE, 4 * kind + END]] = kind
    labels[place[rest]] = last = _trace_few(before[:, rest].tolist(), goes_on.tolist(), alive[many:].tolist())
    best = np.array(last[: alive[many]] if many < longest else [], dtype=np.int8)
    for step in range(many - 1, -1, -1):
        here = slice(offsets[step], offsets[step + 1])
        # At its last character a clause is closed; before that, what follows decides.
        current = before[kinds, here].copy()
        current[: len(best)] = before[goes_on[best], offsets[step] + np.arange(len(best))]
        labels[place[here]] = best = current
    return labels


def _go_on_in_few(
    closing: npt.NDArray[np.int32],
    opened: npt.NDArray[np.int32],
    parts: tuple[npt.NDArray[np.int32], ...],
    alive: list[int],
) -> npt.NDArray[np.bool_]:
    """Do what ``best_labels`` does forwards, clause by clause, for steps that have so many clauses each (``alive``).

    ``closing`` is brought up to date. Return for each kind whether the best sequence inside a name of it began before.
    """
    kinds = [
        (inside, *(part.tolist() for part in of_kind), list[bool]())
        for inside, *of_kind in zip(opened.tolist(), *parts, strict=True)
    ]
    closed = closing.tolist()
    place = 0
    for count in alive:
        for clause in range(count):
            for inside, _, _, end, _ in kinds:
                closed[place] = max(closed[place], inside[clause] + end[place])
            for inside, begin, middle, _, goes_on in kinds:
                longer = inside[clause] + middle[place]
                goes_on.append(longer > begin[place])
                inside[clause] = max(longer, begin[place]) - (closed[place] & ~7)
            place += 1
    closing[:] = closed
    return np.array([goes_on for *_, goes_on in kinds])


def _trace_few(before: list[list[int]], goes_on: list[int], alive: list[int]) -> list[int]:
    """Return the best labels of steps that have so many clauses each (``alive``), of what ``best_labels`` says of them."""
    labels = before[-1]  # at its last character a clause is closed; before that, what follows decides
    place, following = len(labels), 0
    for count in reversed(alive):
        place -= count
        for here in range(place, place + following):
            labels[here] = before[goes_on[labels[here + count]]][here]
        following = count
    return labels


def _label_known_places(
    labels: npt.NDArray[np.int8], column: Characters, words: Words, is_place: npt.NDArray[np.bool_]
) -> None:
    """Label as places the words whose spelling ``is_place``, where no other name has been found."""
    known = np.flatnonzero(is_place.take(words.spelling))
    offsets = column.row_starts[words.row[known]]
    first, last = words.char_start[known] + offsets, words.char_end[known] + offsets - 1
    taken = np.concatenate([[0], np.cumsum(labels != OUTSIDE)])
    free = taken[last + 1] == taken[first]
    place = 4 * KINDS.index("place")
    for start, end in zip(first[free], last[free], strict=True):
        labels[start] = place + BEGIN
        labels[start + 1 : end] = place + MIDDLE
        labels[end] = place + END


def tag_names(texts: pl.Series, *, words: Words | None = None, numbers: Numbers | None = None) -> pl.DataFrame:
    """Return the names that the tagger finds in the column, as a frame of the schema ``NAMES``, sorted by row and place.

    ``words`` is ``cut_column(texts)`` and ``numbers`` are the ``word_numbers`` of its spellings, if the caller has them already.
    """
    text = texts.cast(pl.String).fill_null("")
    words = cut_column(text) if words is None else words
    known = known_words(words.spellings, numbers)
    ends = np.cumsum(text.str.len_chars().to_numpy(), dtype=np.int64)
    portions = np.flatnonzero(np.diff(ends // _PORTION, prepend=0)) + 1  # some rows each, at least one
    bounds = np.unique([0, *portions.tolist(), len(text)]).tolist()
    weights = prepare(packaged_weights(), known.letter_codes)
    parts = [
        _tag_rows(text[first:last], words.of_rows(first, last), known, weights).with_columns(pl.col("row") + first)
        for first, last in pairwise(bounds)
    ]
    return pl.concat([pl.DataFrame(schema=NAMES), *parts])


def _tag_rows(text: pl.Series, words: Words, known: KnownWords, weights: Weights) -> pl.DataFrame:
    if not len(words.row):
        return pl.DataFrame(schema=NAMES)
    column = characters(text, words, known)
    labels = np.zeros(len(column.codes), dtype=np.int8)
    at = scored_places(column)
    labels[at] = best_labels(score_labels(column, at, weights), at)
    _label_known_places(labels, column, words, known.is_place)
    named = np.flatnonzero(labels)
    part = (labels[named] - 1) % 4 + 1
    first = named[(part == BEGIN) | (part == SINGLE)]
    last = named[(part == END) | (part == SINGLE)]
    row = np.searchsorted(column.row_starts, first, side="right") - 1
    begin = first - column.row_starts[row]
    end = last + 1 - column.row_starts[row]
    kinds = pl.Series(KINDS)[((labels[first] - 1) // 4).astype(np.int64)]
    # Cut out of one text of Python, in which every character is found at once.
    spans = zip(first.tolist(), (last + 1).tolist(), strict=True)
    return pl.DataFrame(
        {
            "row": row.astype(np.uint32),
            "char_start": begin.astype(np.uint32),
            "char_end": end.astype(np.uint32),
            "kind": kinds,
            "name": pl.Series([column.text[start:stop] for start, stop in spans], dtype=pl.String),
        }
    )
