"""What a page is called, and what its path says of it.

A page's source is its path below a root, with forward slashes and composed Unicode, so that it is the same on every
machine: a page keeps its identity when the archive is copied elsewhere. Unless the user names a root, a folder's own name
begins the sources of all that is in it; so `run archive` and `run archive/01.txt` give the same page the same source.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from transforms.errors import UsageError

if TYPE_CHECKING:
    from pathlib import PurePath


class Placed(NamedTuple):
    """What a path, a manifest or a record says of a page; None where it says nothing."""

    collection: str | None
    published_on: date | None


def source_of(path: PurePath, root: PurePath) -> str:
    """Return the source of the file at ``path`` (absolute) below ``root`` (absolute).

    Bytes of a file name that are no UTF-8 are written as ``\\xNN``, since a warehouse holds text only.

    Raises
    ------
    UsageError
        If ``path`` is not below ``root``.
    """
    try:
        relative = path.relative_to(root).as_posix()
    except ValueError:
        raise UsageError(
            str(path), f"not below the root {root}", "a --root that holds all inputs, or no --root"
        ) from None
    return unicodedata.normalize("NFC", as_text(relative))


def as_text(path: str) -> str:
    """Return ``path`` as valid Unicode: bytes of it that are no UTF-8 are written as ``\\xNN``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def page_id_of(source: str) -> str:
    """Return the page's key: 80 bits of BLAKE2b of its source, in hexadecimal.

    Among 10^9 pages the chance that any two share a key is 4 in 10^7.
    """
    return hashlib.blake2b(source.encode(), digest_size=10).hexdigest()


@functools.lru_cache(maxsize=4096)  # thousands of files are of one day
def parse_date(text: str) -> date | None:
    """Return the calendar date that ``text`` is; None if it is none.

    Forms with the year first, which cannot be mistaken: 2021-05-29, 20210529, 2021/5/29, 2021.5.29, 2021年5月29日, and any of
    them followed by a time.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


_DATE: Final = re.compile(
    r"(?:([0-9]{4})([0-9]{2})([0-9]{2})|([0-9]{4})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})日?)(?:[T ].*)?"
)
_PARTS: Final = re.compile(r"\*\*/|\*\*|\*|\{[a-z]*\}|[^*{]+|\{")
_NAMED: Final = {
    "{collection}": r"(?P<collection>[^/]+)",
    "{date}": r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})",
    "{year}": r"(?P<year>[0-9]{4})",
    "{month}": r"(?P<month>[0-9]{2})",
    "{day}": r"(?P<day>[0-9]{2})",
}
_STARS: Final = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*"}


class PathPattern:
    """How collection and date stand in a source: ``**/{collection}/{date}/**``, ``{collection}/{year}/{month}{day}*.txt``."""

    def __init__(self, pattern: str) -> None:
        parts = _PARTS.findall(pattern)
        unknown = [part for part in parts if part.startswith("{") and part not in _NAMED]
        repeated = [name for name in _NAMED if parts.count(name) > 1]
        if unknown or repeated:
            raise UsageError(
                f"path pattern {pattern!r}",
                f"{(unknown or repeated)[0]!r} is {'not known' if unknown else 'there twice'}",
                f"a pattern of folders, * and **, and {' '.join(_NAMED)}, each once at most",
            )
        self._regex = re.compile("".join(_NAMED.get(p) or _STARS.get(p) or re.escape(p) for p in parts), re.DOTALL)

    def read(self, source: str) -> Placed:
        """Return what ``source`` says; nothing where it does not fit the pattern or the date is none of the calendar."""
        match = self._regex.fullmatch(source)
        if match is None:
            return Placed(None, None)
        found = match.groupdict()
        written = found.get("date") or "".join(found.get(part) or "" for part in ("year", "month", "day"))
        day = parse_date(written) if written else None
        if written and day is None:
            return Placed(None, None)
        return Placed(found.get("collection"), day)
