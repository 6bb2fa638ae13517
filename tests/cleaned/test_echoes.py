"""What stands elsewhere on a page is found as a slow reader finds it."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.cleaned.echoes import KEY, MAX_HITS, find_others
from transforms.cleaned.texts import Texts

LINES = st.text(alphabet="春耕𠀀", max_size=24)


@settings(deadline=None)
@given(st.lists(st.lists(LINES, min_size=1, max_size=4), min_size=1, max_size=3))
def test_other_places_of_the_page_are_found_in_order(pages: list[list[str]]) -> None:
    lines = [line for page in pages for line in page]
    page_of = np.array([number for number, page in enumerate(pages) for _ in page], dtype=np.int64)
    texts = Texts(pl.Series(lines, dtype=pl.String))
    runs = [
        (page_of[row], line[at : at + KEY], int(texts.starts[row]) + at)
        for row, line in enumerate(lines)
        for at in range(len(line) - KEY + 1)
    ]
    places: dict[tuple[int, str], list[int]] = {
        key: [at for *_, at in group] for key, group in groupby(sorted(runs), key=lambda run: (run[0], run[1]))
    }
    found = find_others(texts, page_of, np.array([at for *_, at in runs], dtype=np.int64))
    for (page, key, own), row in zip(runs, found.tolist(), strict=True):
        others = [at for at in places[page, key] if at != own][:MAX_HITS]
        assert [at for at in row if at >= 0] == others
