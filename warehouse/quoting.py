"""Text inside SQL, for the statements that take no parameters."""

from __future__ import annotations


def quoted(text: str) -> str:
    """Return ``text`` as an SQL string, for the statements that take no parameters (attach, comment, set)."""
    return "'" + text.replace("'", "''") + "'"
