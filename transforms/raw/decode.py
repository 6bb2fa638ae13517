"""Bytes to text."""

from __future__ import annotations

from typing import NamedTuple


class Decoded(NamedTuple):
    """A page's text, without byte order mark, and how it was read."""

    text: str
    encoding: str
    replacement_count: int


def decode(data: bytes) -> Decoded:
    """Return the text of ``data``."""
    return Decoded(data.decode("utf-8-sig"), "utf-8", 0)
