"""One process in which run after run meets an error of the disk: at its 1st write, its 2nd, its 3rd …

Called by test_disk.py as ``python -m tests.reliability.fail_each {events|writes} FOLDER FIRST STEP``; tells what it found as
JSON, one object a line. ``events`` fails what Python opens, renames and removes, ``writes`` fails the writes, syncs and
truncations of the process, DuckDB's own among them, through fail_writes.c.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import filecmp
import json
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from flows.settings import Settings
from tests.reliability import driver, faults
from transforms.errors import StorageFailed, WarehouseDamaged


def arm_events() -> Callable[[str, int], int]:
    """Return a function that arms the fault for a folder and a number (0: none) and returns what was counted before."""
    hook = faults.plan(None)

    def arm(folder: str, number: int) -> int:
        counted = hook.count
        hook.count = 0
        hook.fault = faults.Fault(errno.EIO, number or 10**9, (), folder) if folder else None
        return counted

    return arm


def arm_writes() -> Callable[[str, int], int]:
    """Return the same for writes."""
    shim = ctypes.CDLL(None)

    def arm(folder: str, number: int) -> int:
        return shim.banmian_arm(folder.encode(), number or 10**9, errno.EIO)

    return arm


def fail_each(folder: Path, arm: Callable[[str, int], int], first: int, step: int) -> None:
    """Run with the ``first``-th operation failing, then the ``first + step``-th …, until a run comes through unharmed."""
    pages, before, after = folder / "pages", folder / "before", folder / "after"

    def run(place: Path, run_id: str) -> None:
        settings = Settings(root=folder, warehouse=place / "news.duckdb", workers=1, batch_pages=4)
        driver.carry_out([pages], settings, run_id=run_id)

    before.mkdir()
    driver.carry_out(
        sorted(pages.rglob("*.txt"))[:1],
        Settings(root=folder, warehouse=before / "news.duckdb", workers=1),
        run_id="first",
    )
    shutil.copytree(before, after)
    arm(str(after), 0)
    run(after, "run")
    total = arm("", 0)
    new = driver.contents(after / "news.duckdb")
    for number in range(first, total + 1, step):
        place = folder / f"{number}"
        shutil.copytree(before, place)
        arm(str(place), number)
        told = "nothing"
        try:
            run(place, "run")
        except (StorageFailed, WarehouseDamaged) as error:
            told = type(error).__name__
        except BaseException:
            told = traceback.format_exc()
        arm("", 0)
        is_old = filecmp.cmp(place / "news.duckdb", before / "news.duckdb", shallow=False)
        state = "old" if is_old else "new" if driver.contents(place / "news.duckdb") == new else "mixed"
        healed = "no"
        with contextlib.suppress(Exception):
            run(place, "last")
            healed = "yes" if driver.contents(place / "news.duckdb") == new else "other"
        print(json.dumps({"number": number, "of": total, "told": told, "state": state, "healed": healed}), flush=True)
        shutil.rmtree(place)


if __name__ == "__main__":
    kind, name, first, step = sys.argv[1:]
    fail_each(Path(name), {"events": arm_events, "writes": arm_writes}[kind](), int(first), int(step))
