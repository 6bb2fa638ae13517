"""Containers: files with one page per record, read as a stream, so that a container of any size needs little memory."""

from __future__ import annotations

import gzip
import io
import json
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet

from flows.remote import open_bytes
from transforms.errors import UnreadableInput

if TYPE_CHECKING:
    from collections.abc import Iterator

# A record is a page in quotes with a few fields beside it; JSON writes a character in at most six bytes.
_BYTES_PER_PAGE_BYTE = 6


class Record(NamedTuple):
    """A record of a container: its number, from 1, and its fields; none if it was larger than a record may be."""

    number: int
    fields: dict[str, Any]
    is_too_large: bool = False


def read_records(path: str, text_field: str, max_page_bytes: int) -> Iterator[Record]:
    """Yield the records of the container at ``path``.

    A record that is no JSON object comes without fields, so that the caller refuses it and goes on.

    Raises
    ------
    UnreadableInput
        Where the container is damaged: what came before stands, what follows is lost.
    """
    if path.lower().endswith(".parquet"):
        yield from _read_parquet(path, text_field)
    else:
        yield from _read_lines(path, _BYTES_PER_PAGE_BYTE * max_page_bytes)


def _read_lines(path: str, max_line_bytes: int) -> Iterator[Record]:
    number = 0
    try:
        with open_bytes(path) as file, _unpacked(path, file) as lines:
            while line := lines.readline(max_line_bytes):
                if not line.strip():
                    continue
                number += 1
                if len(line) == max_line_bytes and not line.endswith(b"\n"):
                    while (rest := lines.readline(max_line_bytes)) and not rest.endswith(b"\n"):
                        pass  # what is left of the line is passed over
                    yield Record(number, {}, is_too_large=True)
                    continue
                try:
                    fields = json.loads(line)
                except (ValueError, RecursionError):
                    fields = None
                yield Record(number, fields if isinstance(fields, dict) else {})
    except (OSError, EOFError, pa.ArrowException) as error:
        raise _damaged(path, number, error) from error


def _unpacked(path: str, file: IO[bytes]) -> io.BufferedIOBase:
    name = path.lower()
    if name.endswith(".gz"):
        return gzip.GzipFile(fileobj=file)
    if name.endswith(".zst"):
        return io.BufferedReader(pa.CompressedInputStream(file, "zstd"), 2**20)  # type: ignore[arg-type, type-var]
    return io.BufferedReader(file, 2**20)  # type: ignore[type-var]


def _read_parquet(path: str, text_field: str) -> Iterator[Record]:
    number = 0
    try:
        with open_bytes(path) as opened, pyarrow.parquet.ParquetFile(opened) as file:
            if text_field not in file.schema_arrow.names:
                have = ", ".join(file.schema_arrow.names)
                raise UnreadableInput(
                    path, f"there is no column {text_field!r}; columns: {have}", "--text-field NAME",
                    reason="container without text",
                )  # fmt: skip
            for rows in file.iter_batches(batch_size=500):
                for fields in rows.to_pylist():
                    number += 1
                    yield Record(number, fields)
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, number, error) from error


def _damaged(path: str, number: int, error: Exception) -> UnreadableInput:
    return UnreadableInput(
        f"{path} after record {number}", f"the container is damaged after record {number}: {str(error)[:200]}",
        "copy or export it anew; the records before are taken in", reason="container damaged",
    )  # fmt: skip
