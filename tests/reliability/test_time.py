"""Row 16: no rule takes more than its share of time on lines made to keep it busy."""

from __future__ import annotations

import time

import polars as pl
import pytest

from tests.reliability.adversarial import PATTERNS
from transforms import frames
from transforms.cleaned import clean
from transforms.deduplicated import deduplicate
from transforms.extracted import extract
from transforms.raw.decode import decode

TIME = "lines made to keep a rule busy, one twice as long as the other"
MARK = "time(2n) / time(n) < 2.5 for decode, clean, deduplicate and extract"
# Each was quadratic once: 8,000 equal short lines took the copies 12 s, 80,000 characters of sums the projects 24 s.
# 20,000 equal bylines took the copies 10 s, of which 8 s went into looking through those removed before. Of the lines
# that count, tests/deduplicated/test_runs.py counts the looks.
ONCE_QUADRATIC = {
    "one-character lines": 4_000,
    "sentences on one line": 20_000,
    "organisations": 10_000,
    "bylines": 85_000,
}
NOTHING_S = 0.25  # below this the fixed cost of a call is most of it


def _seconds(text: str) -> dict[str, float]:
    """Return the processor time that each stage takes for a page of ``text``."""
    seconds = {}

    def timed(name, work):
        started = time.process_time()
        made = work()
        seconds[name] = time.process_time() - started
        return made

    read = timed("decode", lambda: decode(text.encode())).text
    row = dict.fromkeys(frames.PAGES) | {
        "page_id": "p", "source": "p", "encoding": "utf-8", "byte_count": 1, "sha256": "", "text": read, "line_count": 1,
    }  # fmt: skip
    pages = pl.DataFrame([row], schema=frames.PAGES)
    cleaned = timed("clean", lambda: clean(pages))
    copies = timed("deduplicate", lambda: deduplicate(cleaned.paragraphs))
    kept = cleaned.paragraphs.join(copies.duplicates, on=["page_id", "paragraph_no"], how="anti")
    timed("extract", lambda: extract(pages, kept))
    return seconds


def _growth(name: str, count: int, tries: int = 3) -> dict[str, float]:
    """Return time(2n) / time(n) of each stage that takes any time, the least of some tries: other processes disturb."""
    least: dict[str, float] = {}
    for _ in range(tries):
        once, twice = _seconds(PATTERNS[name](count)), _seconds(PATTERNS[name](2 * count))
        for stage, seconds in twice.items():
            ratio = (seconds + NOTHING_S) / (once[stage] + NOTHING_S)
            least[stage] = min(ratio, least.get(stage, ratio))
        if max(least.values()) < 2.5:
            break
    return least


def _marked(number: int, name: str) -> object:
    """In the short form every fourth pattern will do, and those that were quadratic."""
    is_short = name in ONCE_QUADRATIC or number % 4 == 0
    return pytest.param(name, marks=[] if is_short else pytest.mark.full_form)


@pytest.mark.row(16, TIME, MARK)
@pytest.mark.parametrize("name", [_marked(number, name) for number, name in enumerate(PATTERNS)])
def test_twice_the_text_takes_twice_the_time(name, campaign):
    if not campaign.is_full and name not in ONCE_QUADRATIC:
        for stage, seconds in _seconds(PATTERNS[name](1_000)).items():
            assert seconds < 5, f"{stage} takes {seconds:.1f} s for a page of 1,000 characters"
        return
    count = 40_000 if campaign.is_full else ONCE_QUADRATIC[name]
    growth = _growth(name, count)
    campaign.count("patterns")
    worst = max(growth, key=growth.__getitem__)
    before = campaign.row.figures.get("largest growth", "0")
    if growth[worst] > float(before.split()[0]):
        campaign.measure("largest growth", f"{growth[worst]:.2f} ({worst}, {name})")
    assert growth[worst] < 2.5, f"{worst} on {name}: time({2 * count}) / time({count}) = {growth[worst]:.2f}"
