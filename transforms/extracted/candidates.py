"""Where a Rust regex hits in a column of text, with the characters around each hit, without a Python loop.

Every extractor starts here: a wide pattern, run by Polars over all paragraphs at once, finds candidates; Python then looks at
the few hits only. Rust's regexes have no look-around, so what stands before and after a hit comes along as columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from transforms.extracted.letters import letters_of

CONTEXT: Final = 32  # characters kept on either side; the longest rule (what a sum is for) looks back 30
# Two of the code points that Unicode sets aside for use inside programs; in a page they would be damage.
_START: Final = "\ufdd0"
_END: Final = "\ufdd1"
_BEYOND: Final = 1 << 40  # the end of every text


class Hit(NamedTuple):
    """A place where the pattern matches, in the ``text_no``-th row of the texts, and the characters around it."""

    text_no: int
    article_id: str
    position: int
    paragraph_no: int
    part: str
    char_start: int
    char_end: int
    text: str
    before: str
    after: str


class Lines(NamedTuple):
    """The titles, subheads and body paragraphs of a batch as the patterns see them, one entry each."""

    text: pl.Series  # without the marks
    texts: list[str]
    # As ``Hit`` has them.
    text_nos: list[int]
    article_ids: list[str]
    positions: list[int]
    paragraph_nos: list[int]
    parts: list[str]


def read_lines(texts: pl.DataFrame) -> Lines:
    """Return what patterns are looked for in, of ``texts`` (schema ``ARTICLE_TEXTS``): made once for all of them."""
    rows = texts.with_row_index("text_no").filter(pl.col("part") != "byline")
    text = rows["text"]
    if text.str.contains(f"[{_START}{_END}]").any():
        text = text.str.replace_all(f"[{_START}{_END}]", "\ufffd")
    columns = (rows[name].to_list() for name in ("text_no", "article_id", "position", "paragraph_no", "part"))
    return Lines(text, text.to_list(), *columns)


def find_candidates(
    texts: pl.DataFrame,
    pattern: str,
    *,
    holding: str | None = None,
    context: int = CONTEXT,
    lines: Lines | None = None,
) -> Iterator[Hit]:
    """Return every hit of ``pattern`` in titles, subheads and body paragraphs, in reading order.

    Parameters
    ----------
    texts : frame of the schema ``ARTICLE_TEXTS``.
    pattern : a Rust regex without assertions that never matches the empty string.
    holding : a Rust regex that matches somewhere in every hit, simpler than ``pattern``: what has none of it is passed over.
    context : how many characters ``before`` and ``after`` hold at most, in characters.
    lines : ``read_lines(texts)``, if the caller has them already.

    Returns
    -------
    A ``Hit`` each; ``before`` reaches back to the beginning of the hit before it, ``after`` to the end of the next one. The time
    taken is linear in the text, however many hits a line has.
    """
    lines = read_lines(texts) if lines is None else lines
    text, read = lines.text, np.arange(len(lines.texts))
    if holding is not None:
        is_read = text.str.contains(holding)
        text, read = text.filter(is_read), is_read.arg_true().to_numpy()
    marked = text.str.replace_all(pattern, f"{_START}${{0}}{_END}")
    is_hit = marked.str.contains(_START, literal=True)
    if not is_hit.any():
        return iter(())
    letters = letters_of(marked.filter(is_hit).to_list())
    start, end = (np.flatnonzero(letters.codes == ord(mark)) for mark in (_START, _END))
    row = np.searchsorted(letters.starts, start, side="right") - 1
    # Two marks for each hit before it in its row.
    offset = letters.starts[row] + 2 * (np.arange(len(row)) - np.searchsorted(row, row))
    start, end = start - offset, end - offset - 1
    is_next = row[1:] == row[:-1]
    first = np.maximum(start - context, np.append(0, np.where(is_next, start[:-1], 0)))
    last = np.minimum(end + context, np.append(np.where(is_next, end[1:], _BEYOND), _BEYOND))
    places = read[is_hit.arg_true().to_numpy()][row].tolist()
    texts_of = [lines.texts[place] for place in places]
    starts, ends = start.tolist(), end.tolist()
    columns = (
        *([column[place] for place in places] for column in lines[2:]),
        starts,
        ends,
        *(
            [text[low:high] for text, low, high in zip(texts_of, lows, highs, strict=True)]
            for lows, highs in ((starts, ends), (first.tolist(), starts), (ends, last.tolist()))
        ),
    )
    return map(partial(tuple.__new__, Hit), zip(*columns, strict=True))  # in half the time of Hit(...)
