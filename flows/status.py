"""What `banmian status` tells: the last runs, what is published, what waits, what is held back and why.

The published file is read as every reader does. The writer's file is looked at for a moment only; a run that starts just then
waits for it (``warehouse.writer``). While a run is at work, its file is closed to all others, and its holder is named instead.
Of a lake two states are read: the snapshot that was published, and the newest.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from transforms.errors import UsageError, WarehouseDamaged
from warehouse import lake, ledger
from warehouse.ask import connect
from warehouse.lock import SERVE, holder_of
from warehouse.migrate import schema_version

if TYPE_CHECKING:
    import duckdb

    from flows.settings import Settings

_EXAMPLES: Final = 3


class Changes(NamedTuple):
    """What a run over the inputs would find, in files: a container counts as one."""

    new: int
    changed: int
    unchanged: int
    gone: int
    refused: int
    skipped: int


class Status(NamedTuple):
    """Everything that is told. ``published`` is None before the first run that published, ``changes`` without inputs."""

    warehouse: str
    byte_count: int
    published: dict[str, int] | None
    runs: list[ledger.Run]
    at_work: str | None
    schedule: str | None
    unpublished: ledger.Unpublished | None  # None where it cannot be told, because a run is at work
    closed_by: list[ledger.FailedCheck]
    held_back: list[ledger.HeldBack]
    changes: Changes | None


def read_status(settings: Settings, inputs: list[Path], *, runs: int) -> Status:
    """Return the status of the warehouse, with the last so many ``runs``; with ``inputs`` also what a run would find.

    Raises
    ------
    UsageError
        If there is neither a published warehouse nor one that a run has begun, or an input does not exist.
    WarehouseDamaged
        If a file is no sound warehouse.
    """
    at_work = holder_of(settings.work_folder)
    with contextlib.ExitStack() as stack:
        find = _find_lake if lake.is_lake(settings.warehouse) else _find_file
        published, writing, byte_count = find(settings, stack, at_work)
        newest = writing or published
        if newest is None:
            if at_work is None:
                raise UsageError(settings.shown_warehouse, "there is no such warehouse", "banmian run FOLDER")
            return Status(settings.shown_warehouse, 0, None, [], at_work, None, None, [], [], None)
        is_lake = lake.is_lake(settings.warehouse)
        known = ledger.last_runs(newest, limit=runs, is_running=at_work is not None, is_lake=is_lake)
        shown = ledger.run_ids(published) if published else []
        is_closed = bool(known) and known[0].status == "gate_closed"
        return Status(
            settings.shown_warehouse,
            byte_count,
            ledger.counts(published) if published else None,
            known,
            at_work,
            holder_of(settings.work_folder, name=SERVE),
            ledger.unpublished(writing, shown) if writing else None,
            ledger.failed_checks(newest, known[0].run_id) if is_closed else [],
            ledger.held_back(newest, examples=_EXAMPLES),
            _look_at(inputs, settings, newest) if inputs else None,
        )


_Found = tuple["duckdb.DuckDBPyConnection | None", "duckdb.DuckDBPyConnection | None", int]


def _find_file(settings: Settings, stack: contextlib.ExitStack, at_work: str | None) -> _Found:
    """Return the published file, the writer's, and the bytes of the published one."""
    is_there = settings.warehouse.is_file()
    published = stack.enter_context(connect(settings.warehouse)) if is_there else None
    size = settings.warehouse.stat().st_size if is_there else 0
    return published, _writers_file(settings, stack, at_work), size


def _find_lake(settings: Settings, stack: contextlib.ExitStack, at_work: str | None) -> _Found:
    """Return the published state, the newest one, and the bytes of the lake."""
    target = str(settings.warehouse)
    newest = stack.enter_context(lake.open_newest(target))
    if schema_version(newest) == 0:
        return None, None, 0
    is_published = lake.published_snapshot(newest) is not None
    published = stack.enter_context(connect(settings.warehouse)) if is_published else None
    return published, newest, lake.byte_count(newest)


def _writers_file(
    settings: Settings, stack: contextlib.ExitStack, at_work: str | None
) -> duckdb.DuckDBPyConnection | None:
    path = settings.work_folder / "writer.duckdb"
    if at_work is not None or not path.is_file():
        return None
    try:
        return stack.enter_context(connect(path))
    except WarehouseDamaged:
        if holder_of(settings.work_folder) is None:
            raise
        return None  # a run began just now


def _look_at(inputs: list[Path], settings: Settings, connection: duckdb.DuckDBPyConnection) -> Changes:
    from flows.outlook import look_ahead  # noqa: PLC0415 - takes a second to import

    found, known, plan = look_ahead(inputs, settings, connection)
    due = list(plan.sha256s)
    return Changes(
        new=sum(name not in known for name in due),
        changed=sum(name in known for name in due),
        unchanged=len(plan.unchanged),
        gone=len(plan.missing),
        refused=len(plan.refusals),
        skipped=len(found.skipped),
    )


def as_json(status: Status) -> dict[str, Any]:
    """Return ``status`` with every part as a dictionary; its times are still to be written as ISO 8601."""
    return {name: _plain(value) for name, value in status._asdict().items()}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a status holds
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value._asdict() if hasattr(value, "_asdict") else value


def shown_time(moment: datetime | None) -> str:
    """Return ``moment`` to the second, for a table."""
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""
