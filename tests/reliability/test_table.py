"""The table of the campaign adds up what its lanes did."""

from __future__ import annotations

from collections import Counter

from tests.reliability import table
from tests.reliability.table import Row


def test_two_lanes_make_one_table(tmp_path):
    first = {1: Row("kills", "none lost", Counter(kills=120), {"longest": "1 s"}, Counter(passed=2))}
    second = {
        1: Row("kills", "none lost", Counter(kills=160), {}, Counter(passed=1)),
        23: Row("mutants", "most noticed", Counter(), {}, Counter({table.BELOW: 1, "passed": 1})),
        24: Row("memory", "no more", Counter(), {}, Counter(failed=1, passed=1)),
    }
    rows: dict[int, Row] = {}
    for number, lane in enumerate((first, second)):
        table.write(lane, tmp_path / f"{number}.json")
        table.read(tmp_path / f"{number}.json", rows)
    assert list(table.lines_of(rows)) == [
        " 1 passed  kills",
        "           mark: none lost",
        "           done: 280 kills (3 passed)",
        "           measured: longest 1 s",
        "23 below   mutants",
        "           mark: most noticed",
        "           done: 1 below its mark, 1 passed",
        "24 FAILED  memory",
        "           mark: no more",
        "           done: 1 failed, 1 passed",
    ]
    assert table.missing(rows) == list(range(2, 23))
