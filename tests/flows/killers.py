"""What kills the process that does it, for tests: few imports, since each process that dies is followed by a new one."""

from __future__ import annotations

import os
import signal

POISON = "毒页"


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def divide(number):
    return 12 // number


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
