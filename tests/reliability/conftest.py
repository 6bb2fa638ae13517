"""The reliability campaign: each test names its row of the campaign, what it does and its pass mark, and counts what it did.

`make reliability` runs the full form (``tests/reliability/__main__.py``) and prints one table; inside `make test` the same tests run in a short form.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.reliability import driver, table
from tests.reliability.hostile import hostile_archive
from tests.reliability.scene import Scene
from tests.reliability.table import Row

ROWS = pytest.StashKey["dict[int, Row]"]()


@dataclass
class Campaign:
    """What a test tells the table: how often it did what it does, and what it measured."""

    row: Row
    is_full: bool
    seed: int

    def count(self, what: str, times: int = 1) -> None:
        """Add ``times`` to how often ``what`` was done."""
        self.row.counts[what] += times

    def measure(self, what: str, figure: str) -> None:
        """Note a figure; of one name the last counts."""
        self.row.figures[what] = figure


def pytest_configure(config: pytest.Config) -> None:
    config.stash.setdefault(ROWS, {})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("full_campaign"):
        full = [item for item in items if item.get_closest_marker("full_form")]
        config.hook.pytest_deselected(items=full)
        items[:] = [item for item in items if item not in full]


def _row_of(item: pytest.Item) -> Row | None:
    marker = item.get_closest_marker("row")
    if marker is None:
        return None
    number, tried, pass_mark = marker.args
    return item.config.stash.setdefault(ROWS, {}).setdefault(number, Row(tried, pass_mark))


@pytest.fixture
def campaign(request: pytest.FixtureRequest) -> Campaign:
    """What this test may tell the table of the campaign, and whether this is the full form."""
    row = _row_of(request.node)
    assert row is not None, "a test of the campaign names its row: @pytest.mark.row(number, tried, pass_mark)"
    return Campaign(row, request.config.getoption("full_campaign"), request.config.getoption("campaign_seed"))


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """An archive and its warehouse before and after a run; not to be changed."""
    return Scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of pages that try to be obeyed; not to be changed."""
    folder = tmp_path_factory.mktemp("hostile")
    outcome = driver.run([hostile_archive(folder)], warehouse=folder / "news.duckdb")
    assert outcome.exit_code == 0, outcome.error
    return folder / "news.duckdb"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    outcome = yield
    report = outcome.get_result()
    row = _row_of(item)
    if row is None:
        return
    if report.when == "call" or (report.when == "setup" and not report.passed):
        row.outcomes[table.BELOW if hasattr(report, "wasxfail") else report.outcome] += 1
    if report.failed:
        form = " --full-campaign" if item.config.getoption("full_campaign") else ""
        seed = item.config.getoption("campaign_seed")
        command = f"python -m pytest '{item.nodeid}'{form} --campaign-seed {seed}"
        report.sections.append(("replay", command))


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    rows = config.stash.get(ROWS, {})
    if not rows or not config.getoption("full_campaign"):
        return
    terminalreporter.section("reliability campaign")
    for line in table.lines_of(rows):
        terminalreporter.write_line(line)
    if path := config.getoption("campaign_json"):
        table.write(rows, Path(path))
