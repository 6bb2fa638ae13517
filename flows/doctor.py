"""What `banmian doctor` looks at before a night without anybody: settings, versions, disk, folders, locks, clock, warehouse.

Each finding is sound or has a remedy. Nothing is changed but for a nameless file in each folder, made and gone at once.
"""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
from packaging.requirements import Requirement

from flows.remote import url_of
from flows.settings import Settings, origins
from transforms.errors import BanmianError
from warehouse import ledger
from warehouse.ask import connect
from warehouse.lake import is_lake, open_newest
from warehouse.lock import RUN, SERVE, holder_of
from warehouse.migrate import migrations, schema_version

# What decides how a run behaves; the rest of the lock file follows from these.
_PACKAGES: Final = (
    "banmian", "prefect", "fastapi", "duckdb", "great-expectations", "polars", "pyarrow", "jieba", "rjieba", "pydantic-settings",
)  # fmt: skip
# A run publishes by another copy of the warehouse; the rest is for its stage files, of which there is no knowing beforehand.
_SPARE_BYTES: Final = 512 * 2**20
_CLOCK_SLACK: Final = timedelta(minutes=5)


class Finding(NamedTuple):
    """One thing looked at: ``note`` says where it comes from or what is asked of it, ``remedy`` what to try if it is wrong."""

    topic: str
    name: str
    value: str
    note: str = ""
    remedy: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is to be done about it."""
        return not self.remedy


def examine(
    settings: Settings, flags: Mapping[str, object], *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> list[Finding]:
    """Return all findings, in the order in which they are told; ``flags`` are those that the user set."""
    return [
        *_settings(settings, flags),
        *_versions(),
        *_disk(settings),
        *_folders(settings),
        *_locks(settings),
        *_warehouse(settings),
        *_clock(settings, now()),
    ]


def _settings(settings: Settings, flags: Mapping[str, object]) -> Iterator[Finding]:
    for key, origin in origins(flags).items():
        owner, _, name = key.rpartition(".")
        value = getattr(getattr(settings, owner) if owner else settings, name)
        shown = settings.shown_warehouse if key == "warehouse" else value
        yield Finding("settings", key, "" if shown is None else str(shown), origin)


def _versions() -> Iterator[Finding]:
    required = {}
    try:
        required = {one.name: one for one in map(Requirement, metadata.requires("banmian") or []) if one.marker is None}
    except metadata.PackageNotFoundError:
        pass  # a checkout that is not installed asks nothing of its surroundings
    yield Finding("versions", "python", platform.python_version(), sys.executable)
    for name in _PACKAGES:
        asked = required.get(name)
        pin = str(asked.specifier) if asked else ""
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            is_needed = asked is not None
            yield Finding("versions", name, "not installed", pin, f"pip install '{name}{pin}'" if is_needed else "")
            continue
        is_right = asked is None or asked.specifier.contains(version, prereleases=True)
        yield Finding("versions", name, version, pin, "" if is_right else f"pip install '{name}{pin}'")


def _disk(settings: Settings) -> Iterator[Finding]:
    writer = settings.work_folder / "writer.duckdb"
    needed = _SPARE_BYTES + 2 * (writer.stat().st_size if writer.is_file() else 0)
    folders = {"warehouse": settings.work_folder.parent, "stages": settings.stage_folder}
    for name, folder in folders.items():
        if url_of(folder):
            continue
        usage = shutil.disk_usage(_existing(folder))
        free, asked = usage.free / 2**30, needed / 2**30
        remedy = "" if usage.free >= needed else f"free {asked - free:,.1f} GiB, or move it to another disk"
        note = f"a run may need {asked:,.1f} GiB"
        yield Finding("disk", name, f"{free:,.1f} GiB free of {usage.total / 2**30:,.1f}", note, remedy)


def _folders(settings: Settings) -> Iterator[Finding]:
    folders = {
        "warehouse": settings.work_folder.absolute().parent,
        "work": settings.work_folder.absolute(),
        "stages": settings.stage_folder if url_of(settings.stage_folder) else settings.stage_folder.absolute(),
        "temporary": Path(tempfile.gettempdir()),
    }
    for name, folder in folders.items():
        if url_of(folder):
            continue
        where = _existing(folder)
        try:
            with tempfile.TemporaryFile(dir=where):
                pass
        except OSError as error:
            yield Finding("folders", name, str(folder), error.strerror or str(error), f"make {where} writable")
        else:
            yield Finding("folders", name, str(folder), "writable" if where == folder else f"will be made in {where}")


def _locks(settings: Settings) -> Iterator[Finding]:
    for name, what in ((RUN, "run"), (SERVE, "schedule")):
        try:
            holder = holder_of(settings.work_folder, name=name)
        except OSError as error:
            yield Finding("locks", what, "cannot be told", error.strerror or "", "make the work folder writable")
            continue
        yield Finding("locks", what, holder or "free")


def _warehouse(settings: Settings) -> Iterator[Finding]:
    if is_lake(settings.warehouse):
        yield from _lake(settings)
        return
    known = len(migrations())
    is_busy = holder_of(settings.work_folder) is not None
    for name, path in (("published", settings.warehouse), ("writer", settings.work_folder / "writer.duckdb")):
        if not path.is_file():
            yield Finding("warehouse", name, "none yet", str(path))
            continue
        if name == "writer" and is_busy:
            yield Finding("warehouse", name, "in use by the run", str(path))
            continue
        try:
            with connect(path) as connection:
                version = schema_version(connection)
        except (BanmianError, duckdb.Error) as error:
            remedy = "banmian rebuild makes it anew from the other of the two files"
            yield Finding("warehouse", name, "damaged", str(error).splitlines()[0], remedy)
            continue
        yield _schema(name, version, str(path), known)


def _lake(settings: Settings) -> Iterator[Finding]:
    where = settings.shown_warehouse
    try:
        with open_newest(str(settings.warehouse)) as connection:
            version = schema_version(connection)
    except BanmianError as error:
        yield Finding("warehouse", "lake", "cannot be opened", error.what, error.remedy)
    else:
        yield (
            _schema("lake", version, where, len(migrations()))
            if version
            else Finding("warehouse", "lake", "none yet", where)
        )


def _schema(name: str, version: int, where: str, known: int) -> Finding:
    remedy = "use the banmian that wrote it, or a newer one" if version > known else ""
    return Finding("warehouse", name, f"schema {version}", f"{where}; this banmian knows schemas up to {known}", remedy)


def _clock(settings: Settings, now: datetime) -> Iterator[Finding]:
    yield Finding("clock", "UTC", f"{now:%Y-%m-%d %H:%M:%S}", f"local time {now.astimezone():%Y-%m-%d %H:%M:%S %Z}")
    if not settings.warehouse.is_file():
        return
    try:
        with connect(settings.warehouse) as connection:
            runs = ledger.last_runs(connection, limit=1, is_running=False)
    except (BanmianError, duckdb.Error):
        return  # told above
    for run in runs:
        is_ahead = run.started_at > now + _CLOCK_SLACK
        remedy = "set the clock: a run began later than now, so one of the two times is wrong" if is_ahead else ""
        yield Finding("clock", "last run", f"{run.started_at:%Y-%m-%d %H:%M:%S}", run.run_id, remedy)


def _existing(folder: Path) -> Path:
    """Return the nearest folder on the way to ``folder`` that is there."""
    here = folder.absolute()
    while not here.is_dir() and here != here.parent:
        here = here.parent
    return here
