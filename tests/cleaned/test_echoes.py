"""What stands elsewhere on a page is found as a slow reader finds it."""

from __future__ import annotations

from itertools import combinations, groupby
from random import Random

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.cleaned.echoes import KEY, MAX_HITS, NAMES, add_echoes, find_others
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


def echoes_of(page: list[str], a: int, b: int) -> dict[str, int]:
    """What the page says of the cut between two of its lines, read slowly."""
    whole = "\n" + "\n".join(page) + "\n"
    starts = [1 + sum(len(line) + 1 for line in page[:row]) for row in range(len(page))]
    head, tail = page[b], page[a]

    def others(words: str, own: int) -> list[int]:
        return [at for at in range(len(whole)) if whole.startswith(words, at) and at != own]

    def verdicts(side: str, beside: list[str], wanted: str) -> dict[str, int]:
        is_same = [len(wanted) == 2 and text == wanted for text in beside]
        is_edge = ["\n" in (text[:1] if side == "after" else text[-1:]) for text in beside]
        return {
            f"echo_{side}_same": any(is_same),
            f"echo_{side}_other": any(not same and not edge for same, edge in zip(is_same, is_edge, strict=True)),
            f"echo_{side}_edge": any(is_edge),
        }

    def phrase(row: int) -> int:
        line = page[row]
        if not 4 <= len(line) <= 24:
            return 0
        inside = [at for at in others(line, starts[row]) if whole[at - 1] + whole[at + len(line)] != "\n\n"]
        return max((2 if whole[at - 1] == "\n" else 1 for at in inside), default=0)

    ends = starts[a] + len(tail)
    after = others(tail[-KEY:], ends - KEY)[:MAX_HITS] if len(tail) >= KEY else []
    before = others(head[:KEY], starts[b])[:MAX_HITS] if len(head) >= KEY else []
    return {
        **verdicts("after", [whole[at + KEY :][:2] for at in after], head[:2]),
        **verdicts("before", [whole[max(at - 2, 0) : at] for at in before], tail[-2:]),
        "phrase_a": phrase(a),
        "phrase_b": phrase(b),
    }


WORDS = st.lists(st.sampled_from(["春耕时节修水渠", "春耕", "水渠𠀀", "修", ""]), max_size=5).map("".join)


@settings(deadline=None)
@given(st.lists(st.lists(WORDS, min_size=2, max_size=6), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_what_the_page_says_of_a_cut(pages: list[list[str]], chance: Random) -> None:
    opens = np.cumsum([0, *map(len, pages)])
    cuts = [
        (number, a, b) for number, page in enumerate(pages) for a, b in combinations(range(len(page)), 2) if b - a <= 4
    ]
    asked = np.array([chance.random() < 0.8 for _ in cuts], dtype=np.bool_)
    first = np.array([opens[number] + a for number, a, _ in cuts])
    second = np.array([opens[number] + b for number, _, b in cuts])
    page_of = np.repeat(np.arange(len(pages)), [len(page) for page in pages])
    texts = Texts(pl.Series([line for page in pages for line in page], dtype=pl.String))
    found: dict[str, np.ndarray] = {}
    add_echoes(found.__setitem__, texts, page_of, first, second, asked=asked)
    for at, (number, a, b) in enumerate(cuts):
        wanted = echoes_of(pages[number], a, b) if asked[at] else dict.fromkeys(NAMES, 0)
        assert {name: int(values[at]) for name, values in found.items()} == wanted, (pages[number], a, b)
