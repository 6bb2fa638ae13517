"""docs/reference/cli.md says of every command what its --help says, and every exit code. `make docs` writes it anew."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from flows.cli import COMMANDS, app

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"
HEAD = """\
# Command line

What `banmian COMMAND --help` says of each command; `make docs` writes this page from there.

## Exit codes

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | a bug of banmian |
| 2 | wrong usage; the message says what to try |
| 65 | done, but some inputs are held back: `banmian sql "from quality.quarantine"` |
| 75 | a quality gate closed, another run holds the warehouse, or the disk is full; what was published stays as it was |
| 130, 143 | interrupted, by Ctrl-C or by SIGTERM; run it again to go on |

A message on standard error says where, what, and after `Try:` what to do. Answers go to standard output, talk to standard error.
"""


def reference():
    parts = [HEAD]
    for command in COMMANDS:
        out = io.StringIO()
        console = Console(file=out, width=110, color_system=None, force_terminal=False)
        app.help_print([command], console=console)
        lines = [line.rstrip() for line in out.getvalue().strip().splitlines()]
        parts.append(f"## banmian {command}\n\n```text\n" + "\n".join(lines) + "\n```\n")
    return "\n".join(parts)


def test_the_reference_is_current():
    assert REFERENCE.read_text(encoding="utf-8") == reference()


def test_it_names_every_option_and_exit_code():
    text = REFERENCE.read_text(encoding="utf-8")
    for option in ("--prune", "--full-refresh", "--format", "--limit", "--where", "--force", "--client", "--markdown"):
        assert option in text
    from transforms import errors

    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")}
    assert all(f"| {code} |" in text for code in codes | {0, "130, 143"})


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
