"""The campaign in full: ``python -m tests.reliability``, two processes side by side, then one table of all rows.

Each part is a pytest of its own, whose output goes to a file that is named and shown if one of its tests failed. When one of the two
that run has ended the next part begins, the longest first, so that two cores are at work to the end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.reliability import table

FOLDER = Path(__file__).parent
AT_ONCE = 2
# Files that share a scene are one part, since it is made once for each. What is named nowhere is the last one.
PARTS = (
    ("test_commands.py", "test_kills.py", "test_runs.py"),
    ("test_disk.py",),
    ("test_memory.py",),
    ("test_mutants.py",),
    ("test_bytes.py", "test_time.py"),
    ("test_doors.py", "test_files.py", "test_hostile.py"),
)


def parts() -> list[list[Path]]:
    """Return the files of each part."""
    named = [[FOLDER / name for name in part] for part in PARTS]
    rest = set(FOLDER.glob("test_*.py")).difference(*named)
    return [*named, sorted(rest)]


def main() -> int:
    """Run all parts with the arguments given (--campaign-seed 7, say); return 0 if every row was tried and passed."""
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="banmian-campaign-"))
    print(f"{AT_ONCE} parts at a time, their output in {folder}", flush=True)
    todo = list(enumerate(parts(), 1))
    running: dict[int, int] = {}  # the part of each process
    codes: dict[int, int] = {}  # how each part ended
    while todo or running:
        while todo and len(running) < AT_ONCE:
            number, files = todo.pop(0)
            options = [
                "-q",
                "--full-campaign",
                "--campaign-json",
                str(folder / f"{number}.json"),
                "-p",
                "no:cacheprovider",
            ]
            command = [sys.executable, "-m", "pytest", *options, *sys.argv[1:], *map(str, files)]
            with (folder / f"{number}.log").open("w", encoding="utf-8") as log:
                process = subprocess.Popen(command, cwd=FOLDER.parents[1], stdout=log, stderr=subprocess.STDOUT)
            running[process.pid] = number
        pid, status = os.wait()
        number = running.pop(pid)
        codes[number] = os.waitstatus_to_exitcode(status)
        names = ", ".join(path.stem.removeprefix("test_") for path in parts()[number - 1])
        print(f"{(time.monotonic() - started) / 60:4.1f} minutes: {names}", flush=True)
    rows: dict[int, table.Row] = {}
    for number, code in sorted(codes.items()):
        if code:
            print((folder / f"{number}.log").read_text(encoding="utf-8"))
        if (folder / f"{number}.json").exists():
            table.read(folder / f"{number}.json", rows)
    for line in table.lines_of(rows):
        print(line)
    absent = table.missing(rows)
    if absent:
        print(f"without a test: rows {', '.join(map(str, absent))}")
    failed = sum(row.verdict == "FAILED" for row in rows.values())
    below = sum(row.verdict == "below" for row in rows.values())
    minutes = (time.monotonic() - started) / 60
    print(f"{len(rows)} of {table.ROW_COUNT} rows, {failed} failed, {below} below their mark, {minutes:.1f} minutes")
    return int(bool(any(codes.values()) or absent))


if __name__ == "__main__":
    sys.exit(main())
