"""The Python in docs/how-to/connect.md prints what the page says. (tests/flows/test_docs.py runs its console boxes.)"""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "connect.md"
PYTHON = re.compile(
    r"(?P<head><!-- python -->\n```python\n(?P<code>.*?)```\n\n<!-- output -->\n```text\n)(?P<answer>.*?)```", re.DOTALL
)


@pytest.mark.slow
def test_the_code_prints_what_the_page_says(sample_run, tmp_path, monkeypatch):
    (tmp_path / "banmian.duckdb").symlink_to(sample_run[1])
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    assert PYTHON.search(text)

    def printed(block):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(block["code"], str(PAGE), "exec"), {})  # noqa: S102 - our own documentation
        return f"{block['head']}{out.getvalue()}```"

    anew = PYTHON.sub(printed, text)
    if os.environ.get("REWRITE_DOCS"):
        PAGE.write_text(anew, encoding="utf-8")
    else:
        assert anew == text
