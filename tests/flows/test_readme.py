"""The README's queries give the answers that the README prints.

After a change of the samples or the rules: `make run`, then `python tests/flows/test_readme.py` writes the answers anew.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from warehouse.ask import ask

README = Path(__file__).resolve().parents[2] / "README.md"
BLOCK = re.compile(r"<!-- console -->\n```console\n\$ (?P<command>[^\n]+)\n(?P<answer>.*?)```", re.DOTALL)


def answer(command, warehouse):
    program, verb, query = shlex.split(command)
    assert (program, verb) == (".venv/bin/banmian", "sql")
    return ask(warehouse, query) + "\n"


@pytest.mark.slow
def test_queries_answer_what_the_readme_says(sample_run):
    _, warehouse = sample_run
    blocks = list(BLOCK.finditer(README.read_text(encoding="utf-8")))
    assert len(blocks) >= 3
    for block in blocks:
        assert block["answer"] == answer(block["command"], warehouse), block["command"]


def test_the_readme_names_every_command_that_there_is():
    from flows.cli import app

    text = README.read_text(encoding="utf-8")
    for command in app:
        if not command.startswith("-"):
            assert f"banmian {command}" in text, command


if __name__ == "__main__":
    here = Path("banmian.duckdb")
    README.write_text(
        BLOCK.sub(
            lambda block: f"<!-- console -->\n```console\n$ {block['command']}\n{answer(block['command'], here)}```",
            README.read_text(encoding="utf-8"),
        ),
        encoding="utf-8",
    )
