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
    writer_path = settings.work_folder / "writer.duckdb"
    if not writer_path.exists() and not settings.warehouse.exists():
        raise UsageError(str(settings.warehouse), "there is no such warehouse", "banmian run FOLDER first")
    with sole_writer(settings.work_folder):
        adopt(settings.warehouse, writer_path)
        with Writer(writer_path, run_id="", rules_version=rules_version()) as writer:
            held = held_inputs(writer.connection)
    groups: dict[str, list[str]] = {}
    gone = []
    for one in held:
        if one.origin and (url_of(one.origin) or os.path.lexists(one.origin)):
            groups.setdefault(one.reading, []).append(one.input)
        else:
            gone.append(one.input)
    return [(json.loads(reading) if reading else {}, names) for reading, names in sorted(groups.items())], gone


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

    Raises
    ------
    UsageError
        If there is no warehouse.
    WarehouseDamaged
        If there is no sound file to build upon.
    """
    writer_path = settings.work_folder / "writer.duckdb"
    if not writer_path.exists() and not settings.warehouse.exists():
        raise UsageError(str(settings.warehouse), "there is no such warehouse", "banmian run FOLDER first")
    with sole_writer(settings.work_folder):
        if not writer_path.exists() or _is_sound(writer_path):
            return None
        if not settings.warehouse.exists() or not _is_sound(settings.warehouse):
            raise WarehouseDamaged(
                str(settings.warehouse),
                "neither it nor the writer's file is sound",
                f"move {settings.work_folder} and it away and run on the files: every row can be made anew from them",
            )
        aside = writer_path.with_name("writer.damaged.duckdb")
        os.replace(writer_path, aside)
        writer_path.with_name(f"{writer_path.name}.wal").unlink(missing_ok=True)
        return aside


def _is_sound(path: Path) -> bool:
    """Return whether what a rebuild needs of the file can be read: the ledger and the text of every page."""
    try:
        with connect(path) as connection:
            connection.execute("select sum(hash(page_id)), sum(len(text)) from raw.pages").fetchall()
            connection.execute("select count(*), sum(hash(fingerprint)) from ops.inputs").fetchall()
    except (WarehouseDamaged, duckdb.Error):
        return False
    return True
