"""The pairs of lines that may be halves of one paragraph, and what can be measured on each pair."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.cleaned.across import words_across
from transforms.cleaned.echoes import Add, add_echoes
from transforms.cleaned.ngrams import END, START, Ngrams
from transforms.cleaned.texts import Texts
from transforms.cleaned.turns import HEAD, TAIL, Turns

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# How many lines on the other half may stand: measured 2026-11 on five real pages and 120 made ones, the farthest was three.
REACH: Final = 4
# Measured 2026-11 on 300 made pages: of the joins over one stray heading that are found, one in a hundred coheres less
# than the first; those over more lines cohere 4.2 or more.
MIN_COHESION_STRAY: Final = -3.5
MIN_COHESION_FAR: Final = 2.0
# Measured 2026-11 on 200 made pages: of 3,765 pairs that cohere less, 15 have a word of the dictionary across the cut, and 3 of
# these are joins; above, 623 have one and 556 are joins. So the segmenter is asked of the others only.
MIN_COHESION_FOR_WORDS: Final = -1.0

# So many of the eight lines around one are as wide, and it is no line of verse: it is printed line by line.
MIN_EQUALS: Final = 3
MIN_EXTENT: Final = 10

MOST_MEASURES: Final = 128
LINE_MEASURES: Final = (
    "length", "ends_clause", "ends_semicolon", "begins_inside", "is_lead", "ends_byline",
    "is_list_item", "is_dash_title", "is_heading_like", "has_sentence", "clause_count", "latin_count",
    "space_count", "open_0", "open_1", "open_2", "is_indented", "blank_lines_before",
    "room", "ends_sentence",
    "equals_near",
)  # fmt: skip


class Pairs:
    """Candidate pairs as two arrays of rows, with a matrix of measures (a row for each of ``names``, a column a pair).

    The last, from ``wrapped_from`` on, are those whose first line is printed in lines of one width: the page is, or those around
    it are.
    """

    def __init__(self, first: Rows, second: Rows, wrapped_from: int, names: list[str], measures: Floats) -> None:
        """Keep the arrays as they are."""
        self.first, self.second, self.wrapped_from, self.names, self.measures = (
            first,
            second,
            wrapped_from,
            names,
            measures,
        )

    def column(self, name: str) -> Floats:
        """Return the measure ``name`` of every pair."""
        measure: Floats = self.measures[self.names.index(name)]
        return measure


def find_pairs(lines: pl.DataFrame, texts: Texts, ngrams: Ngrams, turns: Turns) -> Pairs:
    """Return the candidate pairs of ``lines``, the normalised lines with shapes and widths, pages whole and in order.

    ``texts`` are their texts as characters.
    """
    pages = lines["page_id"].rle_id().to_numpy()
    columns = {name: lines[name].to_numpy() for name in lines.columns if name not in ("page_id", "text", "raw_text")}
    first, second = _candidates(pages, columns)
    tails, heads = ngrams.edges(texts, 3, side="tail"), ngrams.edges(texts, 4, side="head")
    before, after = ngrams.context(tails[:, 1], tails[:, 2]), ngrams.after_one(heads[:, 0], heads[:, 1])
    next_one, next_two, next_pair = _cohesion(ngrams, tails, heads, before, after, first, second)
    cohesion: Floats = next_one + next_two
    margin_first = cohesion - _best_other(cohesion, first, len(pages))
    margin_second = cohesion - _best_other(cohesion, second, len(pages))
    # Rivals are looked for among all, measures are taken of those that stand a chance.
    kept = np.flatnonzero(_has_chance(columns, first, second, cohesion))
    first, second, cohesion = first[kept], second[kept], cohesion[kept]

    names: list[str] = []
    measures = np.empty((MOST_MEASURES, len(first)), dtype=np.float32)

    def add(name: str, value: npt.NDArray[Any]) -> None:
        measures[len(names)] = value
        names.append(name)

    add("step", second - first)
    add("next_one", next_one[kept])
    add("next_two", next_two[kept])
    add("cohesion", cohesion)
    add("margin_first", margin_first[kept])
    add("margin_second", margin_second[kept])
    add("next_pair", next_pair[kept])
    _add_characters(add, ngrams, tails, heads, before, after, first, second)
    for side, rows in (("a", first), ("b", second)):
        for name in LINE_MEASURES:
            add(f"{name}_{side}", columns[name][rows])
    _add_neighbours(add, pages, columns, first, second)
    _add_page(add, pages, columns, first, second)
    words = np.zeros(len(first), dtype=np.float32)
    is_wrapped = columns["is_wrapped"].astype(bool)
    asked = np.flatnonzero((cohesion >= MIN_COHESION_FOR_WORDS) & ~is_wrapped[first])
    text = lines["text"]
    words[asked] = words_across(text.gather(first[asked]).str.tail(6), text.gather(second[asked]).str.head(6))
    add("word_across", words)
    turn = np.zeros(len(first), dtype=np.float32)
    turning = np.flatnonzero(columns["ends_sentence"][first].astype(bool) & (second - first == 1))
    turn[turning] = turns.odds(
        ngrams.encode(text.gather(first[turning]), TAIL, side="tail"),
        ngrams.encode(text.gather(second[turning]), HEAD, side="head"),
    )
    add("turn", turn)
    add_echoes(add, texts, pages, first, second, asked=~is_wrapped[first])
    return Pairs(first, second, int(np.sum(~_is_printed(columns)[first])), names, measures[: len(names)])


def _candidates(pages: Rows, columns: dict[str, npt.NDArray[Any]]) -> tuple[Rows, Rows]:
    chinese = columns["is_chinese"].astype(bool)
    closed = columns["ends_sentence"].astype(bool)
    wrapped = columns["is_wrapped"].astype(bool)
    byline = columns["is_byline"].astype(bool)
    can_open = chinese & ~byline & (columns["length"] >= 2)
    inside = columns["begins_inside"].astype(bool)
    can_follow = chinese & ~byline & (columns["length"] >= 1)
    # A line as wide as the page, or as those around it, may end with a full stop and yet go on.
    is_set = wrapped | ((columns["equals_near"] > MIN_EQUALS) & (columns["extent"] >= MIN_EXTENT))
    full = is_set & ((columns["room"] <= 2) | (columns["extent"] >= columns["page_width"] - 2))
    # Printed lines follow one another unless what stands between is set in another width.
    is_stray = byline | (np.abs(columns["extent"] - columns["page_width"]) > 2)
    next_is_stray = np.append(is_stray[1:], False)
    firsts, seconds = [], []
    for step in range(1, REACH + 1):
        a = np.arange(len(pages) - step)
        b = a + step
        keep = (pages[a] == pages[b]) & can_open[a] & can_follow[b]
        if step == 1:
            keep &= ~closed[a] | full[a] | inside[b]
        else:
            keep &= ~closed[a] & (~wrapped[a] | (full[a] & next_is_stray[a]))
        firsts.append(a[keep])
        seconds.append(b[keep])
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    order = np.lexsort((second, first, _is_printed(columns)[first]))
    return first[order], second[order]


def _is_printed(columns: dict[str, npt.NDArray[Any]]) -> Flags:
    """Return which lines are printed in lines of one width; a page may have a block of such lines among whole paragraphs."""
    printed: Flags = columns["is_wrapped"].astype(bool)
    printed |= (columns["equals_near"] >= MIN_EQUALS) & (columns["extent"] >= MIN_EXTENT)
    return printed


def _cohesion(
    ngrams: Ngrams, tails: Rows, heads: Rows, before: tuple[Rows, Floats], after: Floats, first: Rows, second: Rows
) -> tuple[Floats, Floats, Floats]:
    """Return how much likelier the characters after the cut are for what stands before it.

    The first character after the last two before, the second after the last before and the first after, and the first after
    the last before. ``before`` is the context that each line's end gives, ``after`` log P of the second character of each line
    after its first: these are looked up once a line, and the pair of characters at a cut once.
    """
    context, free = before
    y1, y2 = heads[second, 0], heads[second, 1]
    alone, inside = ngrams.log_one[y1], after[second]
    cut, free_cut, across = ngrams.pair(tails[first, 2], y1)
    next_one = ngrams.after_context(context[first], free[first], y1, across)
    next_two = ngrams.after_context(cut, free_cut, y2, inside)
    return next_one - alone, next_two - inside, across - alone


def _has_chance(columns: dict[str, npt.NDArray[Any]], first: Rows, second: Rows, cohesion: Floats) -> Flags:
    """Tell which pairs are worth measuring: farther lines must cohere, the more so where no heading stands between."""
    step = second - first
    following = np.minimum(first + 1, len(columns["length"]) - 1)
    stray = columns["is_heading_like"][following].astype(bool) | columns["is_byline"][following].astype(bool)
    chance: Flags = (step == 1) | (cohesion > MIN_COHESION_FAR)
    chance |= (step == 2) & stray & ~columns["is_wrapped"][first].astype(bool) & (cohesion > MIN_COHESION_STRAY)
    return chance


def _add_characters(
    add: Add,
    ngrams: Ngrams,
    tails: Rows,
    heads: Rows,
    before: tuple[Rows, Floats],
    after: Floats,
    first: Rows,
    second: Rows,
) -> None:
    """Add what the n-gram table says of the two lines of each pair; ``before`` and ``after`` as for ``_cohesion``."""
    # What belongs to one line alone is looked up once a line.
    one, two = heads[:, 0], heads[:, 1]
    alone = ngrams.log_one[one]

    def beginning(mark: str) -> Floats:
        gain: Floats = ngrams.after_mark(mark, one, two, after) - alone - after
        return gain[second]

    ends = np.full(len(tails), ngrams.id_of(END))
    ending = ngrams.after_context(*before, ends, ngrams.after_one(tails[:, 2], ends))[first]
    x1, y1 = tails[first, 2], heads[second, 0]
    head_frequency = alone[second]
    add("starts", beginning(START))
    add("after_stop", beginning("。"))
    add("after_comma", beginning(","))
    add("opening", ngrams.opening(heads)[second])
    add("ending", ending)
    add("head_frequency", head_frequency)
    add("tail_frequency", ngrams.log_one[x1])
    zero, letter = ngrams.id_of("0"), ngrams.id_of("a")
    add("digits_meet", (x1 == zero) & (y1 == zero))
    add("digit_before", x1 == zero)
    add("digit_after", y1 == zero)
    add("letters_meet", (x1 == letter) & (y1 == letter))


def _best_other(score: Floats, group: Rows, count: int) -> Floats:
    """Return for each pair the best score of another pair of its group: of the same first line, or the same second."""
    lowest = np.float32(-20.0)
    best = np.full(count, lowest, dtype=np.float32)
    np.maximum.at(best, group, score)
    is_best = score == best[group]
    # Of two equal bests each is the other's rival.
    ties = np.bincount(group, weights=is_best, minlength=count)
    runner_up = np.full(count, lowest, dtype=np.float32)
    np.maximum.at(runner_up, group[~is_best], score[~is_best])
    return np.where(is_best & (ties[group] < 2), runner_up[group], best[group])


def _add_neighbours(add: Add, pages: Rows, columns: dict[str, npt.NDArray[Any]], first: Rows, second: Rows) -> None:
    """Add what stands between the two lines, before the first and after the second."""
    count = len(columns["length"])
    is_heading = columns["is_heading_like"].astype(bool) | columns["is_byline"].astype(bool)
    heading = np.concatenate([[0], np.cumsum(is_heading)])
    blank = np.concatenate([[0], np.cumsum(columns["blank_lines_before"].astype(np.int64))])
    between = second - first - 1
    headings_between = heading[second] - heading[first + 1]
    add("headings_between", headings_between)
    add("bodies_between", between - headings_between)
    add("blanks_between", blank[second + 1] - blank[first + 1])
    length = columns["length"].astype(np.int64)
    add("length_ratio", np.log((length[first] + 1) / (length[second] + 1)))
    before, after = np.maximum(first - 1, 0), np.minimum(second + 1, count - 1)
    has_before = (pages[before] == pages[first]) & (before < first)
    has_after = (pages[after] == pages[second]) & (after > second)
    add("length_before", length[before] * has_before)
    add("length_after", length[after] * has_after)
    add("closed_before", columns["ends_sentence"][before] & has_before)
    add("opens_before", columns["open_0"][before] * has_before)
    add("semicolon_before", columns["ends_semicolon"][before] & has_before)
    following = first + 1
    add("length_next", length[following])
    add("lead_next", columns["is_lead"][following])
    add("lines_before", _lines_since_break(pages, columns)[first])
    run = _equal_run(pages, length)
    add("run_first", run[first])
    add("run_second", run[second])


def _lines_since_break(pages: Rows, columns: dict[str, npt.NDArray[Any]]) -> Rows:
    """Return for each line how many lines of its page stand before it since one that surely ends a paragraph, or is none."""
    ends = (columns["ends_sentence"].astype(bool) & (columns["room"] > 2)) | columns["is_byline"].astype(bool)
    ends |= np.diff(pages, append=-1) != 0
    rows = np.arange(len(ends))
    last = np.maximum.accumulate(np.where(ends, rows, -1))
    since: Rows = np.minimum(rows - np.concatenate([[-1], last[:-1]]) - 1, 20)
    return since


def _equal_run(pages: Rows, length: Rows) -> Rows:
    """Return for each line how many lines in a row, it included, are short and within one character of their neighbour."""
    tied = (np.abs(np.diff(length)) <= 1) & (length[1:] <= 17) & (length[:-1] <= 17) & (np.diff(pages) == 0)
    group = np.concatenate([[0], np.cumsum(~tied)])
    run: Rows = np.bincount(group)[group]
    return run


def _add_page(add: Add, pages: Rows, columns: dict[str, npt.NDArray[Any]], first: Rows, second: Rows) -> None:
    """Add the habits of the page: its width, how often its lines end a sentence, where its blank lines stand."""
    page = pages[first]
    counts = np.bincount(pages)
    share = columns["wrapped_share"].astype(np.float64)
    width = columns["page_width"].astype(np.int64)
    length = columns["length"].astype(np.int64)
    add("wrapped_share", share[first])
    add("page_width", width[first])
    extent = columns["extent"].astype(np.int64)
    add("fill_a", extent[first] - width[first])
    add("fill_b", extent[second] - width[second])
    closed = columns["ends_sentence"].astype(np.float64)
    add("closed_share", (np.bincount(pages, weights=closed) / counts)[page])
    # Whether the page has lost final punctuation shows on its long lines; a cut line is one of them, hence without itself.
    prose = (length >= 40) & columns["has_sentence"].astype(bool)
    whole = prose & (columns["ends_sentence"].astype(bool) | columns["ends_byline"].astype(bool))
    others = np.bincount(pages, weights=prose)[page] - prose[first]
    add("prose_lines", others)
    add("prose_closed_share", np.bincount(pages, weights=whole)[page] / np.maximum(others, 1))
    blank_after = np.concatenate([(columns["blank_lines_before"][1:] > 0) & (np.diff(pages) == 0), [False]]).astype(
        np.float64
    )
    for name, mask in (("closed", closed), ("open", 1 - closed)):
        seen = np.bincount(pages, weights=mask)
        add(f"blank_after_{name}", (np.bincount(pages, weights=mask * blank_after) / np.maximum(seen, 1))[page])
    indented = columns["is_indented"].astype(np.float64)
    add("indented_share", (np.bincount(pages, weights=indented) / counts)[page])
