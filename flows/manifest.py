"""Dates and collections from ``manifest.csv`` beside the pages.

Columns: ``source`` (path below the manifest's folder), ``published_on`` (2021-05-29 or 20210529) and ``collection``; the
last two may be empty or absent, other columns are left alone. The manifest nearest to a file speaks for it.
"""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path
from typing import Final, NamedTuple

from flows.discovery import Refusal
from flows.naming import Placed, parse_date, source_of
from flows.remote import open_bytes
from transforms.errors import UndecodableText
from transforms.raw.decode import decode

_MAX_BYTES: Final = 64 * 2**20  # a line for each of half a million pages


class Manifests(NamedTuple):
    """What the manifests say, by ``place_key`` of the page's file, and the lines that could not be used."""

    places: dict[str, Placed]
    refusals: list[Refusal]


def place_key(path: Path) -> str:
    """Return the key of a file in ``Manifests.places``: some file systems decompose names, manifests seldom do."""
    return unicodedata.normalize("NFC", str(path))


def read_manifests(paths: list[str], root: Path | None) -> Manifests:
    """Return what the manifests at ``paths`` say. A line that is wrong is refused, the others count."""
    manifests = Manifests({}, [])
    # The outermost first, so that a nearer one overrides it.
    for path in sorted((Path(p) for p in paths), key=lambda p: (len(p.parts), str(p))):
        source = source_of(path, Path(root).absolute() if root else path.parent.parent)
        try:
            with open_bytes(str(path)) as file:
                data = file.read(_MAX_BYTES + 1)
            if len(data) > _MAX_BYTES:
                detail = f"larger than {_MAX_BYTES:,} bytes. Try: a manifest in each folder"
                manifests.refusals.append(Refusal(source, "too large", detail, source))
                continue
            text = decode(data, where=source).text
        except (OSError, UndecodableText) as error:
            manifests.refusals.append(Refusal(source, "cannot be read", str(error), source))
            continue
        _read_one(text, path.parent, source, manifests)
    return manifests


def _read_one(text: str, folder: Path, source: str, manifests: Manifests) -> None:
    rows = csv.DictReader(text.splitlines())
    if "source" not in (rows.fieldnames or ()):
        detail = "its first line names no column 'source'. Try: source,published_on,collection"
        manifests.refusals.append(Refusal(source, "manifest without columns", detail, source))
        return
    try:
        for row in rows:
            written = (row.get("published_on") or "").strip()
            day = parse_date(written) if written else None
            if written and day is None:
                detail = f"published_on {written[:40]!r} is no date. Try: 2021-05-29"
                manifests.refusals.append(Refusal(f"{source}:{rows.line_num}", "date not understood", detail, source))
                continue
            name = unicodedata.normalize("NFC", (row["source"] or "").strip())
            collection = (row.get("collection") or "").strip() or None
            manifests.places[place_key(folder / name)] = Placed(collection, day)
    except csv.Error as error:
        detail = f"not valid CSV: {error}. Try: save it anew as CSV in UTF-8"
        manifests.refusals.append(Refusal(f"{source}:{rows.line_num}", "manifest damaged", detail, source))
