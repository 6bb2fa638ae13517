"""A transaction of the writer: whole or not at all, also beside other writers of a lake.

Around each commit stand audit events (PEP 578), ``banmian.before_commit`` and ``banmian.after_commit``: who watches a run, or
tests how it survives, hooks in there.
"""

from __future__ import annotations

import contextlib
import random
import sys
import time
from collections.abc import Callable
from typing import Final, TypeVar

import duckdb

Result = TypeVar("Result")

# How often a transaction of a lake is begun again when another writer was faster: some minutes of loads that take seconds.
_LAKE_TRIES: Final = 200


def in_transaction(db: duckdb.DuckDBPyConnection, what: str, work: Callable[[], Result], *, is_lake: bool) -> Result:
    """Return what ``work`` returns, done in one transaction; in a lake begun again while other writers are faster.

    ``what`` names it to those who listen.

    Every transaction of a lake changes the row of ``ops.turns``. So of two at once the later one fails at its end and begins
    again upon what the other left: what a batch is compared with is never older than the state it is added to.
    """
    for patience in range(_LAKE_TRIES, -1, -1):
        try:
            db.execute("begin")
            if is_lake:
                db.execute("update ops.turns set turn = turn + 1")
            result = work()
            sys.audit("banmian.before_commit", what)
            db.execute("commit")
        except duckdb.TransactionException:
            _roll_back(db)
            if not is_lake or not patience:
                raise
            time.sleep(random.uniform(0.05, 0.5))  # noqa: S311 - so that two writers do not meet again
        except BaseException:
            _roll_back(db)
            raise
        else:
            sys.audit("banmian.after_commit", what)
            return result
    raise AssertionError("the last try returns or raises")


def _roll_back(db: duckdb.DuckDBPyConnection) -> None:
    with contextlib.suppress(
        duckdb.Error
    ):  # a commit that failed has ended it; after a failed write this is refused too
        db.execute("rollback")
