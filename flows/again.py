"""What retry and rebuild need to know before they begin: where held inputs are, and whether the writer's file is sound."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from flows.discovery import CONTAINER_SUFFIXES, MANIFEST_NAME, Discovery, FoundFile
from flows.remote import list_files, url_of
from flows.rules_version import rules_version
from transforms.errors import UsageError, WarehouseDamaged
from warehouse.again import HeldInput, held_inputs
from warehouse.ask import connect
from warehouse.lake import is_lake, open_newest
from warehouse.lock import sole_writer
from warehouse.publish import adopt
from warehouse.writer import Writer

if TYPE_CHECKING:
    from flows.settings import Settings


def held_groups(settings: Settings) -> tuple[list[tuple[dict[str, str], list[str]]], list[str]]:
    """Return the held inputs whose files are there, grouped by how they were read, and the names of those that are not.

    Raises
    ------
    UsageError
        If there is no warehouse.
    WarehouseBusy
        If a run is at work on it.
    """
    groups: dict[str, list[str]] = {}
    gone = []
    for one in _held(settings):
        if one.origin and (url_of(one.origin) or os.path.lexists(one.origin)):
            groups.setdefault(one.reading, []).append(one.input)
        else:
            gone.append(one.input)
    return [(json.loads(reading) if reading else {}, names) for reading, names in sorted(groups.items())], gone


def _held(settings: Settings) -> list[HeldInput]:
    if is_lake(settings.warehouse):
        with open_newest(str(settings.warehouse)) as connection:
            return held_inputs(connection)
    writer_path = settings.work_folder / "writer.duckdb"
    if not writer_path.exists() and not settings.warehouse.exists():
        raise UsageError(settings.shown_warehouse, "there is no such warehouse", "banmian run FOLDER first")
    with sole_writer(settings.work_folder):
        adopt(settings.warehouse, writer_path)
        with Writer(writer_path, run_id="", rules_version=rules_version()) as writer:
            return held_inputs(writer.connection)


def found_again(connection: duckdb.DuckDBPyConnection, names: list[str]) -> Discovery:
    """Return the files of the held inputs ``names``, under the names that they have in the ledger, whatever their root was."""
    wanted = set(names)
    files = [_found(one) for one in held_inputs(connection) if one.input in wanted]
    above = {folder for file in files for folder in Path(file.path).parents}
    manifests = sorted(str(folder / MANIFEST_NAME) for folder in above if (folder / MANIFEST_NAME).is_file())
    return Discovery(files, [], [], manifests, [])


def _found(one: HeldInput) -> FoundFile:
    is_container = one.origin.lower().endswith(CONTAINER_SUFFIXES)
    if url := url_of(one.origin):
        _, listed = list_files(url)
        return next(FoundFile(one.input, file.url, file.byte_count, is_container, file.version) for file in listed)
    try:
        byte_count = os.stat(one.origin).st_size
    except OSError:
        byte_count = 0  # reading it says why
    return FoundFile(one.input, one.origin, byte_count, is_container)


def set_aside_damaged(settings: Settings) -> Path | None:
    """Move the writer's file away if it is damaged and the published one is sound; return where it is now, None if it stayed.

    A lake is one thing, with nothing to fall back on: nothing is done about it.

    Raises
    ------
    UsageError
        If there is no warehouse.
    WarehouseDamaged
        If there is no sound file to build upon.
    """
    if is_lake(settings.warehouse):
        return None
    writer_path = settings.work_folder / "writer.duckdb"
    if not writer_path.exists() and not settings.warehouse.exists():
        raise UsageError(settings.shown_warehouse, "there is no such warehouse", "banmian run FOLDER first")
    with sole_writer(settings.work_folder):
        if writer_path.exists() and _is_sound(writer_path):
            return None
        if not settings.warehouse.exists() or not _is_sound(settings.warehouse):
            raise WarehouseDamaged(
                settings.shown_warehouse,
                "neither it nor the writer's file is sound",
                f"move {settings.work_folder} and it away and run on the files: every row can be made anew from them",
            )
        if not writer_path.exists():
            return None
        aside = writer_path.with_name("writer.damaged.duckdb")
        os.replace(writer_path, aside)
        writer_path.with_name(f"{writer_path.name}.wal").unlink(missing_ok=True)
        return aside


def _is_sound(path: Path) -> bool:
    """Return whether every row of the file can be read: a rebuild replaces them all, so it would meet what cannot be."""
    try:
        with connect(path) as connection:
            for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
                connection.execute(f'select sum(hash(one)) from "{schema}"."{table}" as one').fetchall()  # noqa: S608 - names of tables
    except (WarehouseDamaged, duckdb.Error):
        return False
    return True
