"""The command line. Nothing heavy is imported before a command needs it: `banmian --help` answers in a fraction of a second."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Final, NoReturn

from cyclopts import App

from flows.stopping import MESSAGE, exit_code_of

_EPILOGUE = """\
Exit codes: 0 done; 1 a bug; 2 wrong usage; 65 done, but some inputs are held back (quality.quarantine says why);
75 a gate closed, another run holds the warehouse or the disk is full: nothing was published; 130 interrupted
by Ctrl-C, 143 by SIGTERM.
"""

app = App(
    name="banmian",
    help="Turn broken newspaper pages into facts that SQL can add up. 把破碎的报纸版面变成 SQL 可以汇总的事实。",
    help_epilogue=_EPILOGUE,
    help_format="plaintext",
    version="0.1.0",
    suppress_keyboard_interrupt=False,  # main() tells of it, and by what it was interrupted
)

# Each is the function of its name in the module of its name in flows/commands.
COMMANDS: Final = (
    "run",
    "serve",
    "status",
    "retry",
    "rebuild",
    "check",
    "doctor",
    "sql",
    "search",
    "tables",
    "explain",
    "export",
    "report",
    "maintain",
)
for _name in COMMANDS:
    app.command(getattr(importlib.import_module(f"flows.commands.{_name}"), _name), name=_name)


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    from transforms.errors import BanmianError  # noqa: PLC0415

    try:
        code = app(sys.argv[1:], result_action="return_value")
        sys.stdout.flush()
    except BanmianError as error:
        from transforms.escape import for_terminal  # noqa: PLC0415

        print(f"banmian: {for_terminal(str(error), keep_line_ends=True)}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Who reads has what it wanted, such as head in `banmian tables | head`; the end of Python would flush once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)
    except KeyboardInterrupt as interrupt:
        print(MESSAGE, file=sys.stderr)
        sys.exit(exit_code_of(interrupt))
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
