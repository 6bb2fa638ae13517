"""Containers: files with one page per record, read as a stream, so that a container of any size needs little memory."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, cast

import pyarrow as pa
import pyarrow.parquet

from flows.remote import open_bytes
from transforms.errors import UnreadableInput

if TYPE_CHECKING:
    from collections.abc import Iterator

# A record is a page in quotes with a few fields beside it; JSON writes a Chinese character, three bytes, in at most six.
_BYTES_PER_PAGE_BYTE: Final = 2
# Packed text of newspapers is a third to a tenth of its size; what unpacks to a hundred times its size, and to more than a small
# file could, is made to fill the memory. Bytes that came out are counted: what a header says of them may be a lie.
_MAX_EXPANSION: Final = 100
_SMALL_BYTES: Final = 16 * 2**20
_ROWS_AT_ONCE: Final = 500


class Record(NamedTuple):
    """A record of a container: its number, from 1, and its fields; none if it was larger than a record may be."""

    number: int
    fields: dict[str, Any]
    is_too_large: bool = False


def read_records(
    path: str, text_field: str, max_page_bytes: int, *, other_fields: tuple[str, ...] = ()
) -> Iterator[Record]:
    """Yield the records of the container at ``path``.

    A record that is no JSON object comes without fields, so that the caller refuses it and goes on.

    Raises
    ------
    UnreadableInput
        Where the container is damaged, or unpacks to more than any text does: what came before stands, what follows is lost.
    """
    if path.lower().endswith(".parquet"):
        yield from _read_parquet(path, text_field, other_fields)
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
    except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
        raise _damaged(path, number, error) from error


def _unpacked(path: str, file: IO[bytes]) -> io.BufferedIOBase:
    name = path.lower()
    if name.endswith(".gz"):
        return io.BufferedReader(_Unpacking(gzip.GzipFile(fileobj=file), file, path), 2**20)
    if name.endswith(".zst"):
        return io.BufferedReader(_Unpacking(pa.CompressedInputStream(cast(io.IOBase, file), "zstd"), file, path), 2**20)
    return io.BufferedReader(file, 2**20)  # type: ignore[type-var]


class _Unpacking(io.RawIOBase):
    """What comes out of ``unpacker``, as long as it is not more than text can be packed into ``packed``."""

    def __init__(self, unpacker: Any, packed: IO[bytes], path: str) -> None:  # noqa: ANN401 - gzip's and Arrow's have no common type
        self._unpacker = unpacker
        self._packed = packed
        self._path = path
        self._byte_count = 0

    def readable(self) -> bool:
        """Return true: it is for reading only."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Unpack into ``buffer``; return how many bytes came."""
        data = self._unpacker.read1(len(buffer))  # what came before a damaged place is not lost with it
        self._byte_count += len(data)
        if self._byte_count > max(_SMALL_BYTES, _MAX_EXPANSION * self._packed.tell()):
            raise _bomb(self._path)
        buffer[: len(data)] = data
        return len(data)


def _read_parquet(path: str, text_field: str, other_fields: tuple[str, ...]) -> Iterator[Record]:
    number = 0
    try:
        with open_bytes(path) as opened:
            schema = pyarrow.parquet.read_schema(opened)
            if text_field not in schema.names:
                raise UnreadableInput(
                    path, f"there is no column {text_field!r}; columns: {', '.join(schema.names)}", "--text-field NAME",
                    reason="container without text",
                )  # fmt: skip
            # Equal texts are kept once: a row that names a long text again costs a number, not the text.
            is_text = pa.types.is_string(schema.field(text_field).type)
            file = pyarrow.parquet.ParquetFile(opened, read_dictionary=[text_field] if is_text else [])
            row_bytes = _refuse_parquet_bomb(path, file)
            at_once = max(1, min(_ROWS_AT_ONCE, _SMALL_BYTES // max(1, row_bytes)))
            columns = [name for name in dict.fromkeys((text_field, *other_fields)) if name in schema.names]
            for rows in file.iter_batches(batch_size=at_once, columns=columns):
                for place in range(rows.num_rows):
                    number += 1
                    yield Record(number, _fields(rows, place))
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, number, error) from error


def _fields(rows: Any, place: int) -> dict[str, Any]:  # noqa: ANN401 - a record batch
    """Return a row's fields; none if one of them is no valid text."""
    try:
        return {name: rows.column(name)[place].as_py() for name in rows.schema.names}
    except ValueError:  # bytes that are no UTF-8
        return {}


def _refuse_parquet_bomb(path: str, file: Any) -> int:  # noqa: ANN401 - a ParquetFile
    """Return how many bytes a row has at most on average; refuse a file of which a column unpacks to too much."""
    row_bytes = 0
    for number in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(number)
        row_bytes = max(row_bytes, group.total_byte_size // max(1, group.num_rows))
        for place in range(group.num_columns):
            column = group.column(place)
            if column.total_uncompressed_size > max(_SMALL_BYTES, _MAX_EXPANSION * column.total_compressed_size):
                raise _bomb(path)
    return row_bytes


def _bomb(path: str) -> UnreadableInput:
    return UnreadableInput(
        path, f"it unpacks to more than {_MAX_EXPANSION} times its size, as no text does",
        "leave it out, or unpack it yourself if you trust it", reason="unpacks to too much",
    )  # fmt: skip


def _damaged(path: str, number: int, error: Exception) -> UnreadableInput:
    return UnreadableInput(
        f"{path} after record {number}", f"the container is damaged after record {number}: {str(error)[:200]}",
        "copy or export it anew; the records before are taken in", reason="container damaged",
    )  # fmt: skip
