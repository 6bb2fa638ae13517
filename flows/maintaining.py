"""What `banmian maintain` does: old stage files go, and a lake is compacted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import duckdb

from flows.settings import Settings
from flows.stage_files import StageFiles
from transforms.errors import UsageError
from warehouse.lake import attach_lake, is_lake
from warehouse.lock import sole_writer
from warehouse.maintenance import Maintained, maintain_lake


class MaintenanceReport(NamedTuple):
    """Batches whose stage files went, or would go, and what was done to the lake (None for a file)."""

    removed_batches: int
    lake: Maintained | None


def maintain(settings: Settings, *, keep_days: int, is_dry_run: bool = False) -> MaintenanceReport:
    """Remove the stage files older than ``keep_days``, and compact the warehouse if it is a lake.

    Stage files are for looking at and for going on after a crash; the rows are in the warehouse, so nothing is lost.

    Raises
    ------
    UsageError
        If ``keep_days`` is negative.
    WarehouseBusy
        If a run is at work on this machine.
    """
    if keep_days < 0:
        raise UsageError(f"--keep-days {keep_days}", "days cannot be fewer than none", "--keep-days 30")
    before = datetime.now(UTC) - timedelta(days=keep_days)
    with sole_writer(settings.work_folder):  # the stage files of a run that is at work are younger than it
        removed = StageFiles(settings.stage_url).remove_older(before, is_dry_run=is_dry_run)
        if not is_lake(settings.warehouse):
            return MaintenanceReport(removed, None)
        with duckdb.connect() as db:
            attach_lake(db, str(settings.warehouse))
            return MaintenanceReport(removed, maintain_lake(db, keep_days=keep_days, is_dry_run=is_dry_run))
