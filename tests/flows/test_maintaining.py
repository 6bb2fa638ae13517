"""Maintenance removes old stage files, whole batches at a time, and nothing else."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from flows.maintaining import maintain
from flows.settings import load_settings
from flows.stage_files import StageFiles
from transforms.errors import UsageError, WarehouseBusy
from warehouse.lock import sole_writer

FRAME = pl.DataFrame({"x": [1]})


@pytest.fixture
def settings(tmp_path):
    made = load_settings(warehouse=tmp_path / "w.duckdb")
    files = StageFiles(made.stage_url)
    for batch_id in ("old", "new", "mixed"):
        for stage in ("raw", "cleaned"):
            files.write(stage, batch_id, {"pages": FRAME})
    long_ago = time.time() - 40 * 86400
    for path in [*made.stage_folder.glob("*/old/*"), *made.stage_folder.glob("raw/mixed/*")]:
        os.utime(path, (long_ago, long_ago))
    return made


def batches(settings):
    return sorted({path.name for path in settings.stage_folder.glob("*/*")})


def test_only_batches_that_are_old_in_every_stage_go(settings):
    assert maintain(settings, keep_days=30, is_dry_run=True).removed_batches == 1
    assert batches(settings) == ["mixed", "new", "old"]
    report = maintain(settings, keep_days=30)
    assert report == (1, None)
    assert batches(settings) == ["mixed", "new"]
    assert StageFiles(settings.stage_url).facts("raw", "new") == {}


def test_no_stage_files_are_no_trouble(tmp_path):
    assert maintain(load_settings(warehouse=tmp_path / "w.duckdb"), keep_days=0).removed_batches == 0


def test_a_run_at_work_is_left_alone(settings):
    with sole_writer(settings.work_folder), pytest.raises(WarehouseBusy):
        maintain(settings, keep_days=0)
    assert batches(settings) == ["mixed", "new", "old"]


def test_days_are_not_negative(settings):
    with pytest.raises(UsageError, match="--keep-days -1: days cannot be fewer than none\nTry: --keep-days 30"):
        maintain(settings, keep_days=-1)


def test_a_batch_that_is_half_removed_counts_for_nothing(settings):
    files = StageFiles(settings.stage_url)
    settings.stage_folder.joinpath("raw", "new", "complete.json").unlink()
    assert files.facts("raw", "new") is None
    assert files.remove_older(datetime.now(UTC) + timedelta(days=1)) == 3
    assert batches(settings) == []
