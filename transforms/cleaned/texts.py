"""The lines of a batch as one array of characters: what asks of single characters asks of all lines at once."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Codes = npt.NDArray[np.uint32]

# So many characters may be looked at behind the end of any line.
MARGIN: Final = 8
BEYOND: Final = (
    0xFFFF  # a table of the Basic Plane is asked for this one about all characters beyond it; it is none itself
)


class Texts:
    """The lines of a batch as an array of code points, a line feed before the first and behind each.

    Line ``i`` is ``codes[starts[i]:ends[i]]``.
    """

    def __init__(self, texts: pl.Series) -> None:
        """Read ``texts``, without nulls."""
        self.lengths = texts.str.len_chars().to_numpy().astype(np.int64)
        self.whole = "\n" + (texts.str.join("\n").item() or "") + "\n" * MARGIN
        self.codes = np.frombuffer(self.whole.encode("utf-32-le"), dtype=np.uint32)
        self.ends = np.cumsum(self.lengths + 1)
        self.starts = self.ends - self.lengths

    def first(self) -> Codes:
        """Return the first character of each line; a line feed for an empty one."""
        first: Codes = self.codes[self.starts]
        return first

    def last(self) -> Codes:
        """Return the last character of each line; a line feed for an empty one."""
        last: Codes = self.codes[self.ends - 1]
        return last


def table_of(characters: str) -> npt.NDArray[np.bool_]:
    """Return for each code of the Basic Plane whether it is one of ``characters``; ask it with ``take(…, mode="clip")``."""
    table = np.zeros(BEYOND + 1, dtype=np.bool_)
    table[[ord(character) for character in characters]] = True
    return table
