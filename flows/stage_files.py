"""The stage files: each stage's output of each batch, as Parquet files that another process or machine can read.

    <stages>/<stage>/<batch_id>/<frame>.parquet
    <stages>/<stage>/<batch_id>/complete.json        written last: without it the folder counts for nothing

A file is written aside and renamed into place, and the folder counts only once its marker stands, so a killed run leaves
nothing half-written behind, on a disk or on an object store. Only this module knows where the files are: paths are those
of any fsspec file system.
"""

from __future__ import annotations

import json
import os
from typing import Any, Final

import fsspec
import polars as pl
from fsspec.implementations.local import LocalFileSystem

STAGES: Final = ("raw", "cleaned", "deduplicated", "extracted")
_MARKER: Final = "complete.json"


class StageFiles:
    """The stage files below one folder, a local path or a URL of an fsspec file system."""

    def __init__(self, folder: str) -> None:
        # A local path is never parsed as a URL: a folder may well be called a::b.
        if "://" in folder:
            self._files, self._folder = fsspec.core.url_to_fs(folder)
        else:
            self._files, self._folder = LocalFileSystem(), os.path.abspath(folder)

    def write(
        self, stage: str, batch_id: str, frames: dict[str, pl.DataFrame], facts: dict[str, Any] | None = None
    ) -> None:
        """Write ``frames`` as the output of ``stage``, and ``facts`` (small, JSON) into its marker."""
        self._files.makedirs(self._path(stage, batch_id), exist_ok=True)
        for name, frame in frames.items():
            final = self._path(stage, batch_id, f"{name}.parquet")
            with self._files.open(_aside(final), "wb") as file:
                frame.write_parquet(file, compression="zstd", compression_level=1)
            self._files.mv(_aside(final), final)
        marker = self._path(stage, batch_id, _MARKER)
        with self._files.open(_aside(marker), "wb") as file:
            counts = {name: frame.height for name, frame in frames.items()}
            file.write(json.dumps({"row_counts": counts, "facts": facts or {}}, ensure_ascii=False).encode())
        self._files.mv(_aside(marker), marker)

    def read(self, stage: str, batch_id: str, name: str) -> pl.DataFrame:
        """Return the frame ``name`` of the output of ``stage``."""
        with self._files.open(self._path(stage, batch_id, f"{name}.parquet"), "rb") as file:
            return pl.read_parquet(file.read())

    def facts(self, stage: str, batch_id: str) -> dict[str, Any] | None:
        """Return what ``write`` was given as ``facts``; None if the output is not there or not complete."""
        marker = self._path(stage, batch_id, _MARKER)
        try:
            with self._files.open(marker, "rb") as file:
                facts: dict[str, Any] = json.loads(file.read())["facts"]
        except (FileNotFoundError, ValueError, KeyError):
            return None
        return facts

    def _path(self, *parts: str) -> str:
        return "/".join((self._folder, *parts))


def _aside(path: str) -> str:
    return f"{path}.{os.getpid()}.part"
