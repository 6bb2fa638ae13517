"""What the documents show is what happens: their commands are run, in their order, and answer what is printed below them.

``REWRITE_DOCS=1 python -m pytest tests/flows/test_docs.py`` writes the answers anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
WITH_ANSWERS = (ROOT / "README.zh-CN.md", *sorted(DOCS.rglob("*.md")))
BLOCK = re.compile(r"<!-- console -->\n```console\n(?P<body>\$ .*?)```", re.DOTALL)
# What is another each time, or with each new expectation; and the width of a table's columns, which depends on both.
VARIABLE = re.compile(r"\(\d+\.\d s\)|^checks 检查 .*$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([\w-]+))?\)")


@pytest.fixture
def desk(sample_run, tmp_path, monkeypatch):
    """A folder as it is after `make run`: the samples and their warehouse."""
    _, warehouse = sample_run
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    (tmp_path / "banmian.duckdb").symlink_to(warehouse)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "170")
    monkeypatch.setattr("sys.argv", [".venv/bin/banmian"])
    return tmp_path


@pytest.fixture
def answer(desk, sample_run, monkeypatch, capsys):
    """What a command prints: ``answer("make run")``."""
    from flows.cli import app
    from flows.commands import run as run_command
    from flows.settings import load_settings

    # The tests have a Prefect server already.
    monkeypatch.setattr(run_command, "prepare_run", lambda settings, *, is_verbose: None)
    monkeypatch.setenv("BANMIAN_WORKERS", "1")

    def answer(command: str) -> str:
        capsys.readouterr()
        program, *words = shlex.split(command, comments=True)
        if (program, *words) == ("make", "run"):
            summary, _ = sample_run
            run_command._print_summary(summary._replace(warehouse="banmian.duckdb"), load_settings())
        elif program == ".venv/bin/banmian":
            app(words, result_action="return_value")
            if words[0] == "run":  # what to try next is shown once, below `make run`
                return re.sub(r"Three queries to try:\n.*", "…\n", tidy(capsys.readouterr().out), flags=re.DOTALL)
        else:
            done = subprocess.run(["bash", "-c", command], cwd=desk, capture_output=True, text=True, check=True)
            return done.stdout
        return tidy(capsys.readouterr().out)

    return answer


def tidy(printed: str) -> str:
    """What was printed, without spaces at the end of lines: an editor would take them away."""
    return "".join(line.rstrip() + "\n" for line in printed.splitlines())


def commands_of(body: str) -> list[tuple[str, str]]:
    """The commands of a block, each with the answer below it."""
    found = re.split(r"^\$ (.*)\n", body, flags=re.MULTILINE)[1:]
    return list(zip(found[::2], found[1::2], strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("document", WITH_ANSWERS, ids=lambda path: path.name)
def test_commands_answer_what_the_document_says(document, answer):
    text = document.read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(text))
    if not blocks:
        pytest.skip("no commands with answers in it")
    shown = [commands_of(block["body"]) for block in blocks]
    found = [[(command, answer(command)) for command, _ in commands] for commands in shown]
    if os.environ.get("REWRITE_DOCS"):
        bodies = iter("".join(f"$ {command}\n{said}" for command, said in commands) for commands in found)
        document.write_text(
            BLOCK.sub(lambda block: block[0].replace(block["body"], next(bodies), 1), text), encoding="utf-8"
        )
    else:
        assert comparable(found) == comparable(shown)


def comparable(blocks):
    """The answers without what may differ, such as where a line was wrapped. Of `make run` the form counts: its figures move with every rule, and have floors elsewhere."""
    return [
        [
            (
                command,
                re.sub(r"[\d,]+" if command == "make run" else "(?!)", "#", " ".join(VARIABLE.sub("…", said).split())),
            )
            for command, said in block
        ]
        for block in blocks
    ]


def test_the_documents_show_commands():
    counts = {path.name: len(BLOCK.findall(path.read_text("utf-8"))) for path in WITH_ANSWERS}
    assert counts["tutorial.md"] >= 8 and counts["README.zh-CN.md"] >= 3, counts


@pytest.mark.parametrize(
    "document", [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "benchmarks" / "README.md"], ids=lambda path: path.name
)
def test_links_lead_somewhere(document):
    for target, anchor in LINK.findall(document.read_text(encoding="utf-8")):
        if target.startswith(("http:", "https:")):
            continue
        path = document.parent / target
        assert path.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}, target


def test_every_document_is_in_the_index():
    index = (DOCS / "README.md").read_text("utf-8")
    for path in sorted(DOCS.rglob("*.md")):
        name = path.relative_to(DOCS).as_posix()
        assert name == "README.md" or f"]({name})" in index, f"{name} is missing in docs/README.md"
