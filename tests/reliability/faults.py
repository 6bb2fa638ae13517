"""Faults at chosen moments: a process that kills itself, or meets an error of the disk, when it comes to the Nth event.

The moments are audit events (PEP 578): those of banmian (``banmian.stage_file``, ``banmian.before_commit`` …) and Python's own
for opening, renaming and removing files. A hook cannot be taken back, so faults are planned in child processes only.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import NamedTuple

# In the order in which a run comes to them.
STEPS = ("stage_file", "stage_complete", "before_commit", "after_commit", "before_publish", "after_publish")


class Fault(NamedTuple):
    """What happens at the ``number``-th (from 1) of the ``events`` that touch a path below ``folder``.

    ``kind``: 'kill' (SIGKILL), 'stop' (SIGSTOP), or the number of an error that the operation meets. An empty ``events`` stands
    for every event of banmian and every opening for writing, rename and removal of a file.
    """

    kind: str | int
    number: int
    events: tuple[str, ...] = ()
    folder: str = ""
    journal: str = ""


class Plan:
    """An audit hook that lets one fault happen, and counts what it saw."""

    def __init__(self, fault: Fault | None) -> None:
        self.fault = fault
        self.count = 0

    def __call__(self, event: str, args: tuple) -> None:
        fault = self.fault
        if event == "banmian.after_commit" and fault is not None and fault.journal:
            descriptor = os.open(fault.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(descriptor, f"{args[0]}\n".encode())
            os.close(descriptor)
        if fault is None or not self._is_counted(event, args, fault):
            return
        self.count += 1
        if self.count != fault.number:
            return
        if fault.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif fault.kind == "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        else:
            raise OSError(fault.kind, os.strerror(fault.kind), str(args[0]))

    @staticmethod
    def _is_counted(event: str, args: tuple, fault: Fault) -> bool:
        if fault.events:
            return event in fault.events
        if event == "open":
            path, mode, flags = args
            if str(path) == fault.journal:
                return False
            is_write = bool(flags & (os.O_WRONLY | os.O_RDWR)) if mode is None else any(c in mode for c in "wax+")
            return is_write and str(path).startswith(fault.folder)
        if event in ("os.rename", "os.remove", "shutil.copyfile"):
            return os.fsdecode(args[0]).startswith(fault.folder)
        return event.startswith("banmian.")


def plan(fault: Fault | None) -> Plan:
    """Hook ``fault`` into this process."""
    hook = Plan(fault)
    sys.addaudithook(hook)
    return hook
