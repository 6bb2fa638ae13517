"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test of a law may fail because the machine is busy: neither the time of one example nor that of drawing it counts.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BANMIAN_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development data; the test is skipped where it is absent."""
    if not (SHARED / "seeds").is_dir():
        pytest.skip(f"no development data at {SHARED}: set BANMIAN_SHARED to its folder")
    return SHARED


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the processes of `make test`, put the tests in the order of their lanes (tests/lanes.py)."""
    if hasattr(config, "workerinput"):
        from tests.lanes import place_of

        items.sort(key=lambda item: place_of(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Share the tests out by lanes."""
    from tests.lanes import Lanes

    return Lanes(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("reliability campaign")
    group.addoption("--full-campaign", action="store_true", help="the full form of tests/reliability, and its table")
    group.addoption("--campaign-seed", type=int, default=1, help="what chance the tests of tests/reliability take")
    group.addoption("--campaign-json", help="a file for the rows of the table, for who runs the campaign in parts")
    group.addoption("--mutants", type=int, default=24, help="mistakes planted one at a time into transforms")
    group.addoption("--memory-pages", type=int, default=220, help="pages of the smaller of two runs that are compared")
