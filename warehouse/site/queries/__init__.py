"""The questions that the report asks the warehouse, one per file."""

from __future__ import annotations

from importlib.resources import files


def read_query(name: str) -> str:
    """Return the SQL of the file ``name``.sql."""
    return files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
