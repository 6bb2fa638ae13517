"""banmian maintain: remove what is no longer needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def maintain(
    *,
    warehouse: Path | None = None,
    stages: Path | None = None,
    keep_days: int = 30,
    dry_run: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Remove old stage files; merge the small files of a lake and remove its old states.

    Examples:
      banmian maintain --dry-run
      banmian maintain --keep-days 7
      banmian maintain --warehouse "ducklake:postgres:dbname=lake host=10.0.0.2" --stages s3://lake/stages

    No row of the warehouse and nothing that was published goes.

    Parameters
    ----------
    warehouse
        The warehouse, as for banmian run.
    stages
        Folder or URL of the stage files, as for banmian run.
    keep_days
        Stage files and states younger than this many days stay.
    dry_run
        Only say what would be removed.
    json
        Print the counts as JSON.
    """
    from flows.maintaining import maintain as do  # noqa: PLC0415
    from flows.settings import load_settings  # noqa: PLC0415

    settings = load_settings(warehouse=warehouse, stages=stages)
    report = do(settings, keep_days=keep_days, is_dry_run=dry_run)
    if json:
        from json import dumps  # noqa: PLC0415

        print(dumps({"removed_batches": report.removed_batches, "lake": report.lake and report.lake._asdict()}))
        return 0
    would = "would go" if dry_run else "gone"
    print(f"stage files of {report.removed_batches:,} batches {would} 阶段文件")
    if report.lake is not None:
        print(f"states of the lake: {report.lake.expired_snapshots:,} {would} 快照")
        print(f"files of the lake: {report.lake.removed_files:,} {would}, {report.lake.merged_files:,} merged 数据文件")
    return 0
