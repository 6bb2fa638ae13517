"""The tables of docs/quality.md, made from the rules and settings themselves.

``python -m expectations.reference docs/quality.md`` writes them there.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from pathlib import Path
from typing import Final

from expectations.rules import PAGE_RULES, Stage
from expectations.settings import DEFAULTS, Settings

_BLOCK: Final = r"(<!-- {name} -->\n).*?(<!-- end -->)"


def rules_table(stage: Stage) -> str:
    """Return the rules of ``stage`` as a table in Markdown."""
    rows = [f"| `{rule.name}` | {rule.severity} | {rule.expects} |" for rule in PAGE_RULES[stage]]
    return "\n".join(["| rule | severity | expects that |", "| --- | --- | --- |", *rows])


def settings_table() -> str:
    """Return every threshold with its default and its reason (that of several that belong together, once) in Markdown."""
    rows = []
    names: list[str] = []
    (body,) = ast.parse(inspect.getsource(Settings)).body
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - what inspect returns for a class
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.append(node.target.id)
        elif isinstance(node, ast.Expr) and names:
            defaults = ", ".join(_shown(getattr(DEFAULTS, name)) for name in names)
            reason = " ".join(str(ast.literal_eval(node.value)).split())
            rows.append(f"| {', '.join(f'`{name}`' for name in names)} | {defaults} | {reason} |")
            names = []
    return "\n".join(["| setting | default | what it says, and why so much |", "| --- | --- | --- |", *rows])


def _shown(value: float) -> str:
    return f"{value:,}" if value >= 10_000 else str(value)  # no comma in a year


def filled(text: str) -> str:
    """Return ``text`` with the tables between ``<!-- rules: raw -->``, ``<!-- settings -->`` and ``<!-- end -->`` made anew."""
    tables = {f"rules: {stage}": rules_table(stage) for stage in PAGE_RULES} | {"settings": settings_table()}
    for name, table in tables.items():
        text = re.sub(
            _BLOCK.format(name=re.escape(name)),
            lambda found, table=table: f"{found[1]}{table}\n{found[2]}",
            text,
            flags=re.DOTALL,
        )
    return text


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(filled(document.read_text(encoding="utf-8")), encoding="utf-8")
