"""The tree of errors that a user may see.

    BanmianError                     exit code 1
    ├── InputError                   65: one input is refused, the rest goes on
    │   ├── UndecodableText          its bytes are no text in any encoding tried
    │   └── UnreadableInput          missing, empty, too large, no text file, a damaged container
    ├── UsageError                   2: the command or a setting is wrong
    ├── GateClosed                   75: a stage's expectations failed, nothing was published
    ├── WarehouseBusy                75: another run holds the warehouse
    ├── StorageFailed                75: the disk is full or does not answer; nothing was published
    ├── BatchLost                    75: the workers of a cluster were lost over a batch
    └── WarehouseDamaged             1: the file is not a sound warehouse of a known version

Each says where, what, and what to try; ``str(error)`` is two lines, the second beginning with ``Try:``.
"""

from __future__ import annotations

from typing import ClassVar


class BanmianError(Exception):
    """An error with the place where it happened (``where``), what happened (``what``) and what to try (``remedy``)."""

    exit_code: ClassVar[int] = 1

    def __init__(self, where: str, what: str, remedy: str) -> None:
        super().__init__(where, what, remedy)
        self.where = where
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\nTry: {self.remedy}"


class InputError(BanmianError):
    """One input is refused; it goes to the quarantine and the rest of the run goes on."""

    exit_code = 65


class UndecodableText(InputError):
    """The bytes are no text in any encoding that was tried."""


class UnreadableInput(InputError):
    """The input is missing, empty, too large, not a text or a damaged container; ``reason`` says which, in a word or two."""

    def __init__(self, where: str, what: str, remedy: str, *, reason: str) -> None:
        super().__init__(where, what, remedy)
        self.reason = reason


class UsageError(BanmianError):
    """The command line or a setting is wrong."""

    exit_code = 2


class GateClosed(BanmianError):
    """The expectations of a stage failed, so nothing was published."""

    exit_code = 75


class WarehouseBusy(BanmianError):
    """Another run holds the warehouse."""

    exit_code = 75


class StorageFailed(BanmianError):
    """The disk is full, or does not write or read what it is asked to; what was published stays as it was."""

    exit_code = 75


class BatchLost(BanmianError):
    """The machines that worked on a batch were lost."""

    exit_code = 75


class WarehouseDamaged(BanmianError):
    """The file is not a sound warehouse of a version that this code knows."""
