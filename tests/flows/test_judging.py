"""Judging in a process of its own says what judging here says, and judging goes on where that process dies."""

from __future__ import annotations

import subprocess
import sys

import polars as pl

from expectations import DEFAULTS, measure_raw
from expectations.imports import imported_when_used
from flows import judging
from flows.stage_files import StageFiles
from tests.flows.conftest import ROOT
from transforms.frames import PAGES


def test_the_process_says_the_same_and_is_not_needed(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(judging, "_processes", [])
    page = {"page_id": "p", "source": "p.txt", "encoding": "utf-8", "byte_count": 9, "sha256": "s", "text": "版面一"}
    measured = measure_raw(pl.DataFrame([{**page, "line_count": 1}, {**page, "line_count": 2}], schema=PAGES))
    frames = {f"measured_{name}": frame for name, frame in measured._asdict().items()}
    StageFiles(str(tmp_path)).write("raw", "b", frames, {})

    judging.start_judging()
    (connection,) = judging._processes
    there, _ = judging.judge_stage(str(tmp_path), "raw", "b", DEFAULTS)
    assert judging._processes == [connection]
    connection.close()
    here, _ = judging.judge_stage(str(tmp_path), "raw", "b", DEFAULTS)
    assert judging._processes == []
    assert there.checks.equals(here.checks)
    assert there.held_pages.equals(here.held_pages)
    assert (there.is_closed, there.message) == (here.is_closed, here.message)
    assert there.is_closed  # the page stands there twice


def test_a_module_imported_when_used_is_whole():
    code = """
import sys
from expectations.imports import imported_when_used
with imported_when_used("colorsys"):
    import colorsys
assert "rgb_to_hsv" not in object.__getattribute__(colorsys, "__dict__")
assert colorsys.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    before = list(sys.meta_path)
    with imported_when_used("colorsys"):
        assert len(sys.meta_path) == len(before) + 1
    assert sys.meta_path == before
