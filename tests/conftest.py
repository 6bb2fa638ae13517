"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BANMIAN_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development data; the test is skipped where it is absent."""
    if not (SHARED / "seeds").is_dir():
        pytest.skip(f"no development data at {SHARED}: set BANMIAN_SHARED to its folder")
    return SHARED
