"""The campaign in full: ``python -m tests.reliability``, two lanes side by side, then one table of all rows.

Each lane is a pytest of its own, whose output goes to a file that is named and shown if one of its tests failed. What takes long is
shared out so that both lanes end at about the same time on two cores.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.reliability import table

FOLDER = Path(__file__).parent
# The rest is the second lane's.
FIRST_LANE = (
    "test_bytes.py", "test_disk.py", "test_doors.py", "test_files.py", "test_gates.py", "test_hostile.py", "test_memory.py",
    "test_stopping.py", "test_time.py",
)  # fmt: skip


def main() -> int:
    """Run both lanes with the arguments given (--campaign-seed 7, say); return 0 if every row was tried and passed."""
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="banmian-campaign-"))
    files = sorted(FOLDER.glob("test_*.py"))
    lanes = [[path for path in files if (path.name in FIRST_LANE) == is_first] for is_first in (True, False)]
    running = []
    for number, lane in enumerate(lanes, 1):
        options = ["-q", "--full-campaign", "--campaign-json", str(folder / f"{number}.json"), "-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", *options, *sys.argv[1:], *map(str, lane)]
        with (folder / f"{number}.log").open("w", encoding="utf-8") as log:
            running.append(subprocess.Popen(command, cwd=FOLDER.parents[1], stdout=log, stderr=subprocess.STDOUT))
    print(f"two lanes, their output in {folder}", flush=True)
    codes = [lane.wait() for lane in running]
    rows: dict[int, table.Row] = {}
    for number, code in enumerate(codes, 1):
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
    return int(bool(any(codes) or absent))


if __name__ == "__main__":
    sys.exit(main())
