"""docs/quality.md says what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from expectations import Settings
from expectations.reference import filled, settings_table
from expectations.rules import PAGE_RULES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def document() -> str:
    return (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_code(document: str) -> None:
    assert filled(document) == document, "run: python -m expectations.reference docs/quality.md"
    for rules in PAGE_RULES.values():
        for rule in rules:
            assert f"| `{rule.name}` | {rule.severity} | {rule.expects} |" in document


def test_every_threshold_has_its_default_and_reason() -> None:
    rows = settings_table().splitlines()[2:]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert named == [field.name for field in fields(Settings)]
    assert all(len(row.split("|")[3].strip()) > 40 for row in rows)


def test_the_example_prints_what_the_page_says(document: str) -> None:
    ((code, output),) = re.findall(r"```python\n(.*?)```\n\n```\n(.*?)```", document, flags=re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == output, done.stderr
