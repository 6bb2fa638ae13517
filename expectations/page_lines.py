"""The lines of pages as numbers: where each begins and ends among the characters of all pages.

Written for the gates alone: a page whose lines the pipeline divides wrongly must not be judged by the same division.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from expectations.characters import CodePoints, Offsets, code_points, rows_of

LF, CR = ord("\n"), ord("\r")


class PageLines(NamedTuple):
    """The lines of some pages, page after page; a line ends at ``\\n``, ``\\r\\n`` or a lone ``\\r``, and after the last end
    stands one more line, which may be empty.

    ``points`` are the characters of all pages and ``page_starts`` where those of each page begin (one more at the end).
    ``first`` is the index of each page's first line (one more at the end), ``starts`` and ``ends`` are the spans of the lines
    in ``points``, without their ends.
    """

    points: CodePoints
    page_starts: Offsets
    first: Offsets
    starts: Offsets
    ends: Offsets

    def page_of_line(self) -> Offsets:
        """Return the number of each line's page."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    def number_of_line(self) -> Offsets:
        """Return the number of each line on its page, from 1."""
        return np.arange(len(self.starts)) - np.repeat(self.first[:-1], np.diff(self.first)) + 1

    def index_of(self, page: Offsets, number: Offsets) -> tuple[Offsets, npt.NDArray[np.bool_]]:
        """Return the index of line ``number`` of ``page`` (0 where there is none), and whether there is one."""
        index = self.first[page] + number - 1
        exists = (number >= 1) & (index < self.first[page + 1])
        return np.where(exists, index, 0), exists


def lines_of(texts: pl.Series) -> PageLines:
    """Return the lines of ``texts``, one text a page."""
    points, page_starts = code_points(texts)
    breaks = np.flatnonzero((points == LF) | (points == CR))
    page = rows_of(breaks, page_starts)
    if len(breaks):
        point = points[breaks]
        # The first of the two characters of \\r\\n ends the line, after the second the next one begins.
        pair = (point[:-1] == CR) & (point[1:] == LF) & (breaks[1:] == breaks[:-1] + 1) & (page[1:] == page[:-1])
        is_end, is_last = np.append(True, ~pair), np.append(~pair, True)
        begins, ends, page = breaks[is_last] + 1, breaks[is_end], page[is_end]
    else:
        begins, ends = breaks, breaks
    first = np.zeros(len(page_starts), dtype=np.int64)
    np.cumsum(np.bincount(page, minlength=len(page_starts) - 1) + 1, out=first[1:])
    starts, stops = np.empty(int(first[-1]), dtype=np.int64), np.empty(int(first[-1]), dtype=np.int64)
    at = np.arange(len(begins)) + page  # a page has one line more than ends
    starts[first[:-1]] = page_starts[:-1]
    starts[at + 1] = begins
    stops[first[1:] - 1] = page_starts[1:]
    stops[at] = ends
    return PageLines(points, page_starts, first, starts, stops)


def line_texts(texts: pl.Series) -> pl.Series:
    """Return the lines of ``texts`` themselves, in the order of ``lines_of``."""
    if texts.str.contains("\r", literal=True).any():
        texts = texts.str.replace_all("\r\n?", "\n")
    return texts.str.split("\n").explode()
