"""The table of the campaign: what was tried for each row, what came of it, and what was measured."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROW_COUNT = 24
BELOW = "below its mark"


@dataclass
class Row:
    """What the tests of one row of the campaign did."""

    tried: str
    pass_mark: str
    counts: Counter[str] = field(default_factory=Counter)
    figures: dict[str, str] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def verdict(self) -> str:
        if self.outcomes["failed"]:
            return "FAILED"
        return "below" if self.outcomes[BELOW] else "passed" if self.outcomes["passed"] else "skipped"


def lines_of(rows: dict[int, Row]) -> Iterator[str]:
    """Return the table as lines for a terminal."""
    for number, row in sorted(rows.items()):
        done = "; ".join(f"{count:,} {what}" for what, count in row.counts.items())
        figures = "; ".join(f"{what} {figure}" for what, figure in row.figures.items())
        tests = ", ".join(f"{count} {outcome}" for outcome, count in sorted(row.outcomes.items()))
        yield f"{number:>2} {row.verdict:<7} {row.tried}"
        yield f"           mark: {row.pass_mark}"
        yield f"           done: {done or tests}{f' ({tests})' if done else ''}"
        if figures:
            yield f"           measured: {figures}"


def missing(rows: dict[int, Row]) -> list[int]:
    """Return the rows of the campaign that no test was for."""
    return [number for number in range(1, ROW_COUNT + 1) if number not in rows]


def write(rows: dict[int, Row], path: Path) -> None:
    """Write the rows for ``read``."""
    path.write_text(json.dumps({number: vars(row) for number, row in rows.items()}), encoding="utf-8")


def read(path: Path, rows: dict[int, Row]) -> None:
    """Add to ``rows`` those that were written to ``path``."""
    for number, found in json.loads(path.read_text(encoding="utf-8")).items():
        row = rows.setdefault(int(number), Row(found["tried"], found["pass_mark"]))
        row.counts.update(found["counts"])
        row.outcomes.update(found["outcomes"])
        row.figures.update(found["figures"])
