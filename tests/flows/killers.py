"""What kills the process that does it, for tests: few imports, since each process that dies is followed by a new one."""

from __future__ import annotations

import os
import re
import signal

from flows.patience import batch_ends_in_time

POISON = "毒页"


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def divide(number):
    return 12 // number


def begin_and_die(stages, batch_id):
    """A call as those of stages are, that kills who makes it."""
    die()


def take_long(number, *, is_endless, is_apart=False):
    """Return ``number``, after as long as a batch may take if it is endless, in a loop that no other thread of Python can end."""
    with batch_ends_in_time(0.2):
        while is_endless and not is_apart:
            pass
        return number, is_apart


def clean_or_hang(frames):
    """As the cleaned stage, but a page that says the word is never done: a pattern that tries everything holds the interpreter."""
    from flows.stages import clean

    if frames["pages"]["text"].str.contains(POISON).any():
        re.fullmatch(r"(一+)+二", "一" * 60)
    return clean(frames["pages"])._asdict()


def land_or_die(files, options):
    """Return as many pages as there are ``files``; the one named a poison kills."""
    import polars as pl

    from flows.landing import Landed

    names = [one.file.input for one in files]
    if POISON in names:
        die()
    return Landed(pl.DataFrame({"page_id": names}, schema={"page_id": pl.String}), [])


def clean_or_die(frames):
    """As the cleaned stage, but the page that says the word kills."""
    from flows.stages import clean

    if frames["pages"]["text"].str.contains(POISON).any():
        die()
    return clean(frames["pages"])._asdict()
