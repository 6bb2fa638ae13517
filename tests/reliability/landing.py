"""Landing a file by itself, as a run would."""

from __future__ import annotations

from pathlib import Path

from flows.discovery import FoundFile
from flows.landing import LandingOptions, PlacedFile
from flows.naming import Placed

OPTIONS = LandingOptions("text", "date", "collection", 2**20, 2000, 16 * 2**20)


def placed(path: Path, *, is_container: bool = False) -> PlacedFile:
    return PlacedFile(
        FoundFile(path.name, str(path), path.stat().st_size, is_container), Placed(None, None), "path", "f"
    )
