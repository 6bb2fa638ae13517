"""How wide a page is set: its measures as a slow reader takes them."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.cleaned.wrapping import FEW, MIN_LINES, MIN_LONG, NEAR, WRAPPED_SHARE, add_widths


def lines_of(pages: list[list[tuple[int, int]]]) -> pl.DataFrame:
    """Return lines of (length, of which so many are Latin letters or digits)."""
    rows = [(f"p{number}", length, narrow) for number, page in enumerate(pages) for length, narrow in page]
    schema = {"page_id": pl.String, "length": pl.Int32, "narrow_count": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def commonest(widths: list[int]) -> tuple[int, float]:
    """Return the width that most long lines have within one, or that itself most have, or the wider one; and their share."""
    counts = Counter(width for width in widths if width >= MIN_LONG)

    def near(width: int) -> int:
        return counts[width - 1] + counts[width] + counts[width + 1]

    best = max(sorted(counts), key=lambda width: (near(width), counts[width], width), default=0)
    return best, near(best) / (counts.total() + FEW)


LINE = st.tuples(st.integers(1, 14), st.integers(0, 9)).map(lambda line: (line[0], min(line)))


@settings(deadline=None)
@given(st.lists(st.lists(LINE, min_size=1, max_size=14), min_size=1, max_size=3))
def test_widths_are_those_of_a_slow_reader(pages: list[list[tuple[int, int]]]) -> None:
    found = add_widths(lines_of(pages)).drop("length", "narrow_count").rows(named=True)
    for number, page in enumerate(pages):
        whole, halved = [length for length, _ in page], [length - narrow // 2 for length, narrow in page]
        (width, share), half = commonest(whole), commonest(halved)
        extents = whole
        if half[1] > share + 0.05:
            (width, share), extents = half, halved
        long_lines = sum(extent >= MIN_LONG for extent in extents)
        for row, extent in enumerate(extents):
            around = extents[max(row - NEAR, 0) : row + NEAR + 1]
            nearer = extents[max(row - NEAR + 1, 0) : row + NEAR]
            assert found.pop(0) == {
                "page_id": f"p{number}",
                "page_width": width,
                "wrapped_share": share,
                "extent": extent,
                "is_wrapped": share >= WRAPPED_SHARE and long_lines >= MIN_LINES,
                "room": max(nearer) - extent,
                "equals_near": sum(abs(other - extent) <= 1 for other in around) - 1,
            }


@pytest.mark.parametrize(
    ("lengths", "is_wrapped"),
    [
        ([20] * 6, True),
        ([20] * 5, False),  # too few to tell
        ([20] * 6 + [12, 15, 30, 40, 50, 60], True),  # six of twelve lines, and two more for good measure
        ([20] * 5 + [12, 15, 30, 40, 50, 60], False),
        ([7] * 9, False),  # verse and tables are narrower than any column
    ],
)
def test_a_page_is_printed_line_by_line_if_most_long_lines_are_as_wide(lengths: list[int], is_wrapped: bool) -> None:
    assert set(add_widths(lines_of([[(length, 0) for length in lengths]]))["is_wrapped"]) == {is_wrapped}
