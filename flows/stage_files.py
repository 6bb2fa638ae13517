"""The stage files: each stage's output of each batch, as Parquet files that another process or machine can read.

    <stages>/<stage>/<batch_id>/<frame>.parquet
    <stages>/<stage>/<batch_id>/complete.json        written last: without it the folder counts for nothing

A file is written aside and renamed into place, and the folder counts only once its marker stands, so a killed run leaves
nothing half-written behind, on a disk or on an object store. The marker holds a checksum of every file: what a power cut or a
bad disk cut short or changed is made anew. Only this module knows where the files are: paths are those of any fsspec file
system, and those of a store are written and read many at once, since each waits for its answer. Audit events (PEP 578):
``banmian.stage_file`` and ``banmian.stage_complete``, with the path, when it is in place.
"""

from __future__ import annotations

import functools
import io
import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import fsspec
import polars as pl
import xxhash
from fsspec.implementations.local import LocalFileSystem

from expectations import Measured
from flows.transfer import get_all, put_all
from transforms.errors import StorageFailed

STAGES: Final = ("raw", "cleaned", "deduplicated", "extracted")
_MARKER: Final = "complete.json"
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class StageFiles:
    """The stage files below one folder, a local path or a URL of an fsspec file system."""

    def __init__(self, folder: str) -> None:
        # A local path is never parsed as a URL: a folder may well be called a::b.
        self._is_local = "://" not in folder
        self._folder = os.path.abspath(folder) if self._is_local else folder.rstrip("/")

    def write(
        self, stage: str, batch_id: str, frames: dict[str, pl.DataFrame], facts: dict[str, Any] | None = None
    ) -> None:
        """Write ``frames`` as the output of ``stage``, and ``facts`` (small, JSON) into its marker.

        Raises
        ------
        StorageFailed
            If they are for a store, which does not take them.
        OSError
            If they are for a disk, which does not.
        """
        checksums: dict[str, str] = {}
        waiting: dict[str, bytes] = {}
        for name, frame in frames.items():
            data = io.BytesIO()
            # Without statistics, since every file is read whole: a tenth less time (2026-11).
            frame.write_parquet(data, compression="zstd", compression_level=1, statistics=False)
            checksums[name] = _checksum(data.getbuffer())
            waiting[self._path(stage, batch_id, f"{name}.parquet")] = data.getvalue()
            if self._is_local:  # nothing is gained by waiting for the others
                self._put(waiting, "stage_file")
                waiting = {}
        self._put(waiting, "stage_file")
        counts = {name: frame.height for name, frame in frames.items()}
        marker = {"row_counts": counts, "checksums": checksums, "facts": facts or {}}
        told = json.dumps(marker, ensure_ascii=False).encode()
        self._put({self._path(stage, batch_id, _MARKER): told}, "stage_complete")

    def read(self, stage: str, batch_id: str, name: str) -> pl.DataFrame:
        """Return the frame ``name`` of the output of ``stage``. Raises as ``read_all`` does."""
        return self.read_all(stage, batch_id, [name])[name]

    def read_all(self, stage: str, batch_id: str, names: Sequence[str]) -> dict[str, pl.DataFrame]:
        """Return the frames ``names`` of the output of ``stage``, by name.

        Raises
        ------
        StorageFailed
            If a file cannot be read, or no longer is what was written: damaged after ``facts`` had looked at it.
        """
        frames = {}
        paths = [self._path(stage, batch_id, f"{name}.parquet") for name in names]
        for name, path, data in zip(names, paths, self._get(paths), strict=True):
            try:
                if isinstance(data, OSError):
                    raise data
                frames[name] = pl.read_parquet(data)
            except (OSError, pl.exceptions.PolarsError) as error:
                raise StorageFailed(
                    path, f"the stage file cannot be read ({type(error).__name__})", "the same command again: it is made anew"
                ) from error  # fmt: skip
        return frames

    def facts(self, stage: str, batch_id: str) -> dict[str, Any] | None:
        """Return what ``write`` was given as ``facts``; None if the output is not there, not complete, or damaged."""
        try:
            (marker_data,) = self._get([self._path(stage, batch_id, _MARKER)])
            if isinstance(marker_data, OSError):
                return None
            marker = json.loads(marker_data)
            facts: dict[str, Any] = marker["facts"]
            checksums: dict[str, str] = marker["checksums"]
            files = self._get([self._path(stage, batch_id, f"{name}.parquet") for name in checksums])
            for checksum, file in zip(checksums.values(), files, strict=True):
                if isinstance(file, OSError) or _checksum(file) != checksum:
                    return None
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return facts

    def remove_older(self, before: datetime, *, is_dry_run: bool = False) -> int:
        """Remove the stage files of batches written before ``before`` and return how many batches they were.

        A batch goes whole, its marker first, so that one that is half gone counts for nothing.
        """
        self._files.invalidate_cache()
        batches: dict[str, list[str]] = {}
        written: dict[str, datetime] = {}
        for stage in STAGES:
            folder = self._path(stage)
            if not self._files.exists(folder):
                continue
            for path in self._files.ls(folder, detail=False):
                batches.setdefault(path.rstrip("/").rsplit("/", 1)[-1], []).append(path.rstrip("/"))
            # A store lists a thousand files an answer, with their times, which it is then not asked for one by one.
            for path in self._files.find(folder):
                of_batch = path.rpartition("/")[0]
                written[of_batch] = max(written.get(of_batch, _NEVER), self._written_at(path))
        removed = 0
        for _, folders in sorted(batches.items()):
            if max(written.get(folder, _NEVER) for folder in folders) >= before:
                continue
            removed += 1
            for folder in [] if is_dry_run else folders:
                if self._files.exists(f"{folder}/{_MARKER}"):
                    self._files.rm(f"{folder}/{_MARKER}")
                self._files.rm(folder, recursive=True)
        return removed

    def _written_at(self, path: str) -> datetime:
        found: datetime = self._files.modified(path)
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    @functools.cached_property
    def _files(self) -> Any:  # noqa: ANN401 - fsspec is not typed
        return LocalFileSystem() if self._is_local else fsspec.url_to_fs(self._folder)[0]

    def _put(self, files: dict[str, bytes], event: str) -> None:
        if not self._is_local:
            try:
                put_all(files)  # a store shows an object when it is whole
            except OSError as error:
                raise StorageFailed(
                    self._folder, f"stage files cannot be written ({type(error).__name__}: {str(error)[:200]})",
                    "look whether the store is there and takes files there; then the same command again",
                ) from error  # fmt: skip
        for path, data in files.items():
            if self._is_local:
                aside = f"{path}.{os.getpid()}.part"
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(aside, "wb") as file:
                    file.write(data)
                os.replace(aside, path)
            sys.audit(f"banmian.{event}", path)

    def _get(self, paths: Sequence[str]) -> Iterable[bytes | OSError]:
        return map(_read, paths) if self._is_local else get_all(paths)

    def _path(self, *parts: str) -> str:
        return "/".join((self._folder, *parts))


def read_measured(stage_files: StageFiles, stage: str, batch_id: str) -> Measured:
    """Return what was measured beside ``stage`` on a batch."""
    frames = stage_files.read_all(stage, batch_id, [f"measured_{name}" for name in Measured._fields])
    return Measured(**{name.removeprefix("measured_"): frame for name, frame in frames.items()})


def _read(path: str) -> bytes | OSError:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        return error


def _checksum(data: bytes | memoryview) -> str:
    return xxhash.xxh3_128_hexdigest(data)
