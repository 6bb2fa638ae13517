"""How `make test` shares the tests out between its two processes: what takes long to start is started once, and both end together.

A lane is what one process runs in one go: the files that need the Prefect server or the run of the samples, each of some folders whose
tests share a database, a scene or Great Expectations, and of all else each file. xdist has groups for that (``--dist loadgroup``), but
those of 3.8 do nothing under pytest 9.2, which takes no other name of a test from a plugin: every test was a lane of its own, and
every server started twice (seen 2026-11).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]
_OF_PREFECT = re.compile(r"\b(?:prefect_server|banmian_run|sample_run|sample_copy)\b")
_FOLDERS = ("tests/reliability", "tests/cluster", "tests/expectations")
# The longest first, so that what is left for the end is short.
_ORDER = ("prefect", *_FOLDERS, "tests/flows")


@cache
def lane_of(file: str) -> str:
    """Return the name of the lane of a file of tests, given from the root of the project."""
    folder = file.rpartition("/")[0]
    if folder == "tests/flows" and _OF_PREFECT.search((ROOT / file).read_text(encoding="utf-8")):
        return "prefect"
    return folder if folder in _FOLDERS else file


def place_of(nodeid: str) -> int:
    """Return what tests are sorted by; of equal ones the order stays."""
    lane = lane_of(nodeid.partition("::")[0])
    return next((place for place, first in enumerate(_ORDER) if lane.startswith(first)), len(_ORDER))


class Lanes(LoadScopeScheduling):
    """Gives each process a lane, and the next when it has nearly done."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return lane_of(nodeid.partition("::")[0])
