"""Files that are not on this machine: any fsspec file system, named by a URL such as ``s3://archive/pages``.

A store lists its files with a version each (an ETag, or size and time), so what is new is known without reading a byte: the
files themselves are read by the workers that land them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, NamedTuple

import fsspec

from flows.transfer import get_all
from transforms.errors import UsageError

# A path object folds the two slashes of a URL into one.
_URL: Final = re.compile(r"^([a-z][a-z0-9+.-]+):/{1,2}(?!/)")


# Files of a store that are asked for together: at most 1 MiB each is kept.
_AT_ONCE: Final = 64


class RemoteFile(NamedTuple):
    """A file of a store: its URL, size and version."""

    url: str
    byte_count: int
    version: str


def url_of(path: Path | str) -> str | None:
    """Return the URL that ``path`` is, or None if it is a path of this machine.

    >>> url_of(Path("s3://archive/pages")), url_of("pages/01.txt")
    ('s3://archive/pages', None)
    """
    found = _URL.match(str(path))
    if found is None or found[1] not in fsspec.available_protocols() or os.path.lexists(path):
        return None
    return f"{found[1]}://{str(path)[found.end() :]}"


def open_bytes(path: str) -> IO[bytes]:
    """Open the file at ``path``, a path of this machine or a URL, for reading.

    Raises
    ------
    OSError
        If it cannot be opened.
    """
    url = url_of(path)
    if url is None:
        return open(path, "rb")
    opened: IO[bytes] = fsspec.open(url, "rb").open()
    return opened


def read_beginnings(paths: Sequence[str], byte_count: int) -> Iterator[bytes | OSError]:
    """Yield the first ``byte_count`` bytes of each of ``paths``, or why it cannot be read, in their order.

    Those of a store are asked for many at once, and each once: to open them one after the other asks twice, for size and bytes,
    and waits each time (64 % of a worker's time over pages on an S3 server, 2026-11).
    """
    for at in range(0, len(paths), _AT_ONCE):
        some = paths[at : at + _AT_ONCE]
        urls = [url for url in map(url_of, some) if url is not None]
        if len(urls) == len(some):
            yield from get_all(urls, byte_count)
        else:
            for path in some:
                try:
                    with open_bytes(path) as file:
                        yield file.read(byte_count)
                except OSError as error:
                    yield error


def list_files(url: str) -> tuple[bool, Iterator[RemoteFile]]:
    """Return whether ``url`` is a folder, and the files below it in the order of their names; a file is its only one.

    Raises
    ------
    UsageError
        If there is nothing, or the store cannot be asked.
    """
    try:
        files, path = fsspec.url_to_fs(url)
        files.invalidate_cache()  # a scheduled run asks again in the process that asked before
        info = files.info(path)
        listed = files.find(path, detail=True) if info["type"] == "directory" else {path: info}
    except FileNotFoundError as error:
        raise UsageError(
            url, "there is no such file or folder", "the URL of a page, a container or a folder"
        ) from error
    except ImportError as error:
        raise UsageError(
            url, f"this kind of store needs another package: {error}", "pip install it beside banmian"
        ) from error
    except Exception as error:  # each store has errors of its own
        raise UsageError(
            url, f"the store cannot be asked: {type(error).__name__}: {str(error)[:200]}", "check its address and keys"
        ) from error
    found = (
        RemoteFile(files.unstrip_protocol(name), int(entry["size"] or 0), _version(entry))
        for name, entry in sorted(listed.items())
        if entry["type"] == "file" and not _is_hidden(name, path)
    )
    return info["type"] == "directory", found


def _is_hidden(name: str, folder: str) -> bool:
    below = PurePosixPath(name).parts[len(PurePosixPath(folder).parts) :]
    return any(part.startswith(".") for part in below)


def _version(entry: dict[str, Any]) -> str:
    """Return what changes when the file does; the size and time where the store keeps no version."""
    tag = entry.get("ETag") or entry.get("etag") or entry.get("md5Hash")
    if tag:
        return f"version:{str(tag).strip(chr(34))}"
    changed = entry.get("LastModified") or entry.get("mtime") or entry.get("updated") or entry.get("created")
    return f"version:{entry['size']}:{changed}"
