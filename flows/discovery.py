"""Which files a run is about: inputs named by the user in, files and refusals out. Only names and sizes are read here.

Folders are walked with scandir and never through links, so a link to a parent folder cannot make the walk endless, and
names are never taken for patterns, so a file called ``*.txt`` is one file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from flows.naming import as_text, source_of
from flows.remote import list_files, url_of
from transforms.errors import UsageError

if TYPE_CHECKING:
    from warehouse.quarantine import QuarantineRow

PAGE_SUFFIXES: Final = (".txt", ".text", ".md")
CONTAINER_SUFFIXES: Final = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".ndjson", ".ndjson.gz", ".ndjson.zst", ".parquet")
MANIFEST_NAME: Final = "manifest.csv"


class FoundFile(NamedTuple):
    """A file with one page or, if a container, one page per record."""

    input: str  # its source, see flows.naming
    path: str  # where it is now
    byte_count: int
    is_container: bool
    version: str | None = None  # what changes when the file does, where a store tells it; else its bytes are hashed
    stamp: str = ""  # see ``stamp_of``


class Refusal(NamedTuple):
    """An input or page that is not taken in, and why: a row of quality.quarantine."""

    source: str
    reason: str
    detail: str
    input: str
    origin: str = ""  # where the file is, if it does not become a batch


class Discovery(NamedTuple):
    """What the inputs of a run hold; every list is sorted by source."""

    files: list[FoundFile]
    refusals: list[Refusal]
    skipped: list[str]  # files of other kinds in the folders, which are not pages
    manifests: list[str]  # paths of the manifests found
    folders: list[str]  # sources of the folders walked: what is missing below them is gone


def quarantine_rows(refusals: list[Refusal], stage: str) -> list[QuarantineRow]:
    """Return the rows that ``refusals`` make in quality.quarantine."""
    return [
        (refusal.source, stage, refusal.reason, refusal.detail, refusal.input, refusal.origin) for refusal in refusals
    ]


def require_inputs(inputs: Sequence[Path], root: Path | None) -> None:
    """Raise what ``discover`` raises of the names alone: at once, before anything else is started.

    Raises
    ------
    UsageError
        If an input does not exist, or is not below ``root``. Whether one at a URL exists is not asked here.
    """
    for given in inputs:
        url = url_of(given)
        if url is None:
            _placed(given, root)
        elif root:
            source_of(PurePosixPath(url), PurePosixPath(url_of(root) or root))


def discover(inputs: list[Path], root: Path | None) -> Discovery:
    """Return the files that ``inputs`` (files or folders) hold.

    Raises
    ------
    UsageError
        If an input does not exist or is not below ``root``, or two different files would have the same source.
    """
    files: dict[str, FoundFile] = {}
    found = Discovery([], [], [], [], [])
    for given in inputs:
        url = url_of(given)
        if url is not None:
            _walk_remote(url, url_of(root) if root else None, files, found)
            continue
        path, base = _placed(given, root)
        is_folder = path.is_dir()
        # A manifest above the input speaks for a file only if it names it, so that a part of an archive is dated as the whole.
        found.manifests.extend(
            str(above / MANIFEST_NAME) for above in path.parents if (above / MANIFEST_NAME).is_file()
        )
        if is_folder:
            found.folders.append(source_of(path, base))
            _walk(path, base, files, found)
        elif path.name != MANIFEST_NAME:
            _take(path, base, files, found, is_named=True)
    return Discovery(
        [files[name] for name in sorted(files)],
        sorted(set(found.refusals)),
        sorted(set(found.skipped)),
        sorted(set(found.manifests)),
        sorted(set(found.folders)),
    )


def _placed(given: Path, root: Path | None) -> tuple[Path, Path]:
    """Return the path of an input of this machine and the folder below which what it holds is named."""
    path = Path(os.path.abspath(given))  # not resolve(): a link keeps the name that the user gave
    if not os.path.lexists(path):
        raise UsageError(str(given), "there is no such file or folder", "the path of a page, a container or a folder")
    base = Path(os.path.abspath(root)) if root else path.parent if path.is_dir() else path.parent.parent
    source_of(path, base)
    return path, base


def stamp_of(status: os.stat_result) -> str:
    """Return all by which a file system tells that a file is the one that was read, and has not been written to since.

    The time of the last change of status is among it, which nobody can set back as the time of modification can be.
    """
    return f"{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}"


def _walk(folder: Path, base: Path, files: dict[str, FoundFile], found: Discovery) -> None:
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            found.refusals.append(_unreadable(source_of(here, base), here, error))
            continue
        for entry in entries:
            path = here / entry.name
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith("."):
                    waiting.append(path)
            elif entry.name == MANIFEST_NAME and _leads_to(entry, stat.S_ISREG):
                found.manifests.append(str(path))
            elif _leads_to(
                entry, stat.S_ISDIR
            ):  # a link to a folder: what it shows is taken in where it really is, if it is an input
                found.skipped.append(source_of(path, base))
            elif entry.name == MANIFEST_NAME:
                found.refusals.append(_not_a_file(source_of(path, base), path))
            elif not entry.name.startswith("."):
                _take(path, base, files, found, is_named=False)


def _walk_remote(url: str, root: str | None, files: dict[str, FoundFile], found: Discovery) -> None:
    is_folder, listed = list_files(url)
    here = PurePosixPath(url)
    base = PurePosixPath(root) if root else here.parent if is_folder else here.parent.parent
    if is_folder:
        found.folders.append(source_of(here, base))
    for file in listed:
        path = PurePosixPath(file.url)
        if path.name == MANIFEST_NAME:
            found.manifests.append(file.url)
        elif (kind := _kind_of(path, base, found, is_named=not is_folder)) is not None:
            source = source_of(path, base)
            _keep(FoundFile(source, file.url, file.byte_count, kind == "container", file.version), files)


def _take(path: Path, base: Path, files: dict[str, FoundFile], found: Discovery, *, is_named: bool) -> None:
    kind = _kind_of(path, base, found, is_named=is_named)
    if kind is None:
        return
    source = source_of(path, base)
    try:
        status = os.stat(path)
    except OSError as error:
        found.refusals.append(_unreadable(source, path, error))
        return
    if not stat.S_ISREG(status.st_mode):
        found.refusals.append(_not_a_file(source, path))
        return
    _keep(FoundFile(source, str(path), status.st_size, kind == "container", stamp=stamp_of(status)), files)


def _kind_of(path: PurePath, base: PurePath, found: Discovery, *, is_named: bool) -> str | None:
    """Return 'page' or 'container'; None if the file is neither, which is then noted in ``found``."""
    name = path.name.lower()
    if not is_named and path.stem.upper() == "README":  # it speaks of the pages around it
        found.skipped.append(source_of(path, base))
        return None
    if name.endswith(CONTAINER_SUFFIXES):
        return "container"
    if name.endswith(PAGE_SUFFIXES):
        return "page"
    source = source_of(path, base)
    if is_named:
        kinds = ", ".join((*PAGE_SUFFIXES, *CONTAINER_SUFFIXES))
        detail = f"its name ends with none of {kinds}. Try: rename it to .txt if it is the text of a page"
        found.refusals.append(Refusal(source, "unknown kind of file", detail, source, as_text(str(path))))
    else:
        found.skipped.append(source)
    return None


def _keep(new: FoundFile, files: dict[str, FoundFile]) -> None:
    old = files.setdefault(new.input, new)
    is_local = new.version is None and old.version is None
    if old.path != new.path and not (is_local and os.path.samefile(old.path, new.path)):
        raise UsageError(
            new.input,
            f"two inputs have this name: {old.path} and {new.path}",
            "--root FOLDER with a folder that holds both",
        )


def _leads_to(entry: os.DirEntry[str], is_kind: Callable[[int], bool]) -> bool:
    """Return whether an entry, or what it is a link to, is of a kind; a link that leads nowhere or to itself is of none."""
    try:
        return is_kind(entry.stat().st_mode)
    except OSError:
        return False


def _not_a_file(source: str, path: Path) -> Refusal:
    detail = "it is a pipe, a socket or a device. Try: copy what it gives into a file"
    return Refusal(source, "not a regular file", detail, source, as_text(str(path)))


def _unreadable(source: str, path: Path, error: OSError) -> Refusal:
    detail = f"{error.strerror or error}. Try: check its permissions and that the disk is sound"
    return Refusal(source, "cannot be read", detail, source, as_text(str(path)))
