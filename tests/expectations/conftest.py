"""Fixtures for all tests of the gates."""

from __future__ import annotations

import pytest

from expectations.suites import load_gx
from tests.expectations.sound_pages import Stages, sound_batch


@pytest.fixture(scope="session")
def batch() -> Stages:
    """Forty sound pages."""
    return sound_batch(40)


@pytest.fixture(scope="session")
def gx() -> object:
    """Great Expectations, imported once for all tests (6 s)."""
    return load_gx()
