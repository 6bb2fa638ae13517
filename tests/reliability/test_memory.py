"""Row 17: what a run takes of memory does not grow with the corpus."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks.flow_runs import run
from benchmarks.make_pages import Maker, write_pages
from benchmarks.prose import Prose

MEMORY = "`banmian run` over so many pages and over ten times as many, in batches of one size"
MEMORY_MARK = "the largest memory of all its processes together the same within 20 %, and under 1.5 GB"
# Batches of the smaller run: two workers have all that they keep at hand by then. Of 150 pages they are small enough that no gate
# takes the defects of a few pages for those of most.
BATCHES = 8


def _peak_mb(folder: Path, count: int) -> float:
    """Make ``count`` pages below ``folder`` and return the most that all processes of a run over them had in memory at once.

    What two processes share is counted for each.
    """
    pages = folder / "pages"
    pages.mkdir(parents=True)
    write_pages(Maker(Prose(1), seed=1, profile="mixed"), range(count), pages, form="txt", per_file=count)
    return run([pages], folder / "news.duckdb", workers=2).peak_mb


@pytest.mark.full_form
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc")
@pytest.mark.row(17, MEMORY, MEMORY_MARK)
def test_ten_times_the_pages_take_no_more_memory(tmp_path, campaign, pytestconfig, monkeypatch):
    """With ``--memory-pages 10000``: 10,000 and 100,000 pages."""
    count = pytestconfig.getoption("memory_pages")
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        monkeypatch.delenv(name)  # the server of other tests
    monkeypatch.setenv("BANMIAN_BATCH_PAGES", str(max(1, count // BATCHES)))
    small, large = (_peak_mb(tmp_path / f"{pages}", pages) for pages in (count, 10 * count))
    campaign.count("pages", 11 * count)
    campaign.measure(f"{count:,} pages", f"{small:,.0f} MB")
    campaign.measure(f"{10 * count:,} pages", f"{large:,.0f} MB")
    assert large < 1.2 * small
    assert large < 1500
