"""Landing: the bytes of files become pages of the raw stage. The one place that opens what users name.

A file or record that cannot become a page is refused with a reason, and the others go on.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from flows.containers import Record, read_records
from flows.discovery import FoundFile, Refusal
from flows.naming import Placed, page_id_of, parse_date
from flows.patience import MAX_PAGE_S
from flows.remote import read_beginnings, url_of
from transforms.errors import InputError, UnreadableInput
from transforms.frames import PAGES
from transforms.raw.decode import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the raw stage keeps of a page besides frames.PAGES: the file that holds it.
LANDED: Final = {**PAGES, "input": pl.String}


class LandingOptions(NamedTuple):
    """How files are read; the fields of ``flows.settings.Settings`` with the same names."""

    text_field: str
    date_field: str
    collection_field: str
    max_page_bytes: int
    batch_pages: int
    batch_bytes: int
    max_page_lines: int = 20_000
    max_page_s: int = MAX_PAGE_S


class PlacedFile(NamedTuple):
    """A file and what its path and the manifests say of it."""

    file: FoundFile
    placed: Placed
    placed_by: str  # 'manifest' or 'path': what gave placed.published_on
    fingerprint: str


class Landed(NamedTuple):
    """Pages (schema ``LANDED``) and refusals, at most a batch of them, and whether the file goes on."""

    pages: pl.DataFrame
    refusals: list[Refusal]


def land_files(files: list[PlacedFile], options: LandingOptions) -> Landed:
    """Return the pages in ``files``, each of which holds one page."""
    rows: list[dict[str, Any]] = []
    refusals: list[Refusal] = []
    is_read = [_is_to_be_read(placed_file, options) for placed_file in files]
    paths = [placed_file.file.path for placed_file, is_one in zip(files, is_read, strict=True) if is_one]
    beginnings = read_beginnings(paths, options.max_page_bytes + 1)
    for placed_file, is_one in zip(files, is_read, strict=True):
        source = placed_file.file.input
        data = next(beginnings) if is_one else b""
        try:
            rows.append(_land_file(placed_file, data, options))
        except InputError as error:
            refusals.append(refusal_of(error, source, source))
    return Landed(pl.DataFrame(rows, schema=LANDED), refusals)


def land_container(container: PlacedFile, options: LandingOptions) -> Iterator[Landed]:
    """Yield the pages in ``container`` batch by batch, at least one batch, so that memory does not grow with the file."""
    rows: list[dict[str, Any]] = []
    refusals: list[Refusal] = []
    byte_count = 0
    name = container.file.input
    try:
        records = read_records(
            container.file.path,
            options.text_field,
            options.max_page_bytes,
            other_fields=(options.date_field, options.collection_field),
        )
        for record in records:
            source = f"{name}#{record.number}"
            try:
                rows.append(_land_record(record, source, container, options))
                byte_count += rows[-1]["byte_count"]
            except InputError as error:
                refusals.append(refusal_of(error, source, name))
            if len(rows) + len(refusals) >= options.batch_pages or byte_count >= options.batch_bytes:
                yield Landed(pl.DataFrame(rows, schema=LANDED), refusals)
                rows, refusals, byte_count = [], [], 0
    except InputError as error:  # the container itself is damaged from here on; what was read before stands
        refusals.append(refusal_of(error, name, name))
    yield Landed(pl.DataFrame(rows, schema=LANDED), refusals)


def refusal_of(error: InputError, source: str, name: str) -> Refusal:
    """Return the refusal that ``error`` means for ``source``, which the file ``name`` holds."""
    reason = getattr(error, "reason", None) or "not text in a known encoding"
    return Refusal(source, reason, f"{error.what}. Try: {error.remedy}", name)


def _is_to_be_read(placed_file: PlacedFile, options: LandingOptions) -> bool:
    """Return whether a file may be a page by its size; a store, which knows it for sure, refuses to give a part of nothing."""
    file = placed_file.file
    return file.byte_count <= options.max_page_bytes and (file.byte_count > 0 or url_of(file.path) is None)


def _land_file(placed_file: PlacedFile, data: bytes | OSError, options: LandingOptions) -> dict[str, Any]:
    """Return the page in a file of which ``data`` is the beginning, or why it cannot be read."""
    file = placed_file.file
    check_size(file.input, file.byte_count, options.max_page_bytes)
    if isinstance(data, OSError):
        raise UnreadableInput(
            file.input,
            data.strerror or str(data),
            "check its permissions and that the disk is sound",
            reason="cannot be read",
        ) from data
    check_size(file.input, len(data), options.max_page_bytes)
    if not data.strip():
        raise UnreadableInput(file.input, "it holds nothing", "look at how it was exported", reason="empty")
    decoded = decode(data, where=file.input)
    _check_lines(file.input, decoded.text, options.max_page_lines)
    placed = placed_file.placed
    return _page(
        file.input, decoded.text, decoded.encoding, data, placed, placed_file.placed_by if placed.published_on else None,
        file.input,
    )  # fmt: skip


def _land_record(record: Record, source: str, container: PlacedFile, options: LandingOptions) -> dict[str, Any]:
    if record.is_too_large:
        check_size(source, options.max_page_bytes + 1, options.max_page_bytes)
    text = record.fields.get(options.text_field)
    if not isinstance(text, str):
        have = ", ".join(sorted(str(key)[:30] for key in record.fields)) or "none"
        raise UnreadableInput(
            source, f"the record has no text in the field {options.text_field!r}; its fields: {have}",
            "--text-field NAME", reason="record without text",
        )  # fmt: skip
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise UnreadableInput(
            source, f"half of a surrogate pair at character {error.start}", "export the record anew as valid UTF-8",
            reason="not valid Unicode",
        ) from error  # fmt: skip
    check_size(source, len(data), options.max_page_bytes)
    if not text.strip():
        raise UnreadableInput(source, "it holds nothing", "look at how it was exported", reason="empty")
    _check_lines(source, text, options.max_page_lines)
    day, published_on_source = container.placed.published_on, container.placed_by
    written = record.fields.get(options.date_field)
    if written not in (None, ""):
        day, published_on_source = parse_date(str(written)), "record"
        if day is None:
            raise UnreadableInput(
                source, f"its field {options.date_field!r} is no date: {str(written)[:40]!r}", "2021-05-29, or leave it out",
                reason="date not understood",
            )  # fmt: skip
    collection = str(record.fields.get(options.collection_field) or "").strip() or container.placed.collection
    placed = Placed(collection, day)
    return _page(source, text.removeprefix("\ufeff"), "utf-8", data, placed, published_on_source if day else None,
                 container.file.input)  # fmt: skip


def check_size(where: str, byte_count: int, limit: int) -> None:
    """Raise UnreadableInput if a page is larger than ``limit`` bytes."""
    if byte_count > limit:
        raise UnreadableInput(
            where, f"larger than {limit:,} bytes, so hardly one page", "split it into pages, or raise max_page_bytes",
            reason="too large",
        )  # fmt: skip


def _check_lines(where: str, text: str, limit: int) -> None:
    count = _count_lines(text)
    if count > limit:
        raise UnreadableInput(
            where, f"it has {count:,} lines, more than {limit:,}, so hardly one page",
            "split it into pages, or raise max_page_lines", reason="too large",
        )  # fmt: skip


def _count_lines(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n") + 1


def _page(
    source: str, text: str, encoding: str, data: bytes, placed: Placed, published_on_source: str | None, name: str
) -> dict[str, Any]:
    return {
        "page_id": page_id_of(source),
        "source": source,
        "collection": placed.collection,
        "published_on": placed.published_on,
        "published_on_source": published_on_source,
        "encoding": encoding,
        "byte_count": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "text": text,
        "line_count": _count_lines(text),
        "input": name,
    }
