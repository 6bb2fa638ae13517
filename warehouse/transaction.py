"""A transaction of the writer: whole or not at all, also beside other writers of a lake.

Around each commit stand audit events (PEP 578), ``banmian.before_commit`` and ``banmian.after_commit``: who watches a run, or
tests how it survives, hooks in there.
"""

from __future__ import annotations

import contextlib
import random
import sys
import time
import uuid
from collections.abc import Callable
from typing import Final, TypeVar

import duckdb

from warehouse.lake import is_away
from warehouse.presence import sign_of
from warehouse.quoting import quoted

Result = TypeVar("Result")

# How often a transaction of a lake is begun again when another writer was faster: some minutes of loads that take seconds.
_LAKE_TRIES: Final = 200
# For so long a lake's catalogue or object store may be away, as when it is started anew.
_AWAY_S: Final = 60.0


def in_transaction(
    db: duckdb.DuckDBPyConnection, what: str, work: Callable[[], Result], *, run_id: str, is_lake: bool
) -> Result:
    """Return what ``work`` returns, done in one transaction of ``run_id``; ``what`` names it to those who listen.

    A transaction of a lake is begun again while other writers are faster, or a server of the lake is away for a moment. Every one
    changes the row of ``ops.turns``. So of two at once the later one fails at its end and begins again upon what the other left:
    what a batch is compared with is never older than the state it is added to. Each leaves a sign in its snapshot
    (``warehouse.presence``), so that one whose connection was lost after it had committed is not done twice.
    """
    if not is_lake:
        return _try(db, what, work)
    away_since: float | None = None
    for patience in range(_LAKE_TRIES, -1, -1):
        sign = sign_of(run_id, uuid.uuid4().hex)
        made: list[Result] = []
        try:
            return _try(db, what, work, sign=sign, made=made)
        except duckdb.Error as error:
            has_lost = is_away(error)
            away_since = (away_since or time.monotonic()) if has_lost else None
            is_hopeless = not has_lost and not isinstance(error, duckdb.TransactionException)
            if is_hopeless or not patience or (away_since and time.monotonic() > away_since + _AWAY_S):
                raise
        time.sleep(1 if has_lost else random.uniform(0.05, 0.5))  # noqa: S311 - so that two writers do not meet again
        if made and _is_committed(db, sign):
            sys.audit("banmian.after_commit", what)
            return made[0]
    raise AssertionError("the last try returns or raises")


def _try(
    db: duckdb.DuckDBPyConnection,
    what: str,
    work: Callable[[], Result],
    *,
    sign: str | None = None,
    made: list[Result] | None = None,
) -> Result:
    """Do ``work`` and commit, in a lake with a ``sign``; put into ``made`` what was made before the commit was tried."""
    try:
        db.execute("begin")
        if sign is not None:
            db.execute(f"call warehouse.set_commit_message('banmian', {quoted(what)}, extra_info => {quoted(sign)})")
            db.execute("update ops.turns set turn = turn + 1")
        result = work()
        if made is not None:
            made.append(result)
        sys.audit("banmian.before_commit", what)
        db.execute("commit")
    except BaseException:
        # A commit that failed has ended the transaction; after a failed write this is refused too.
        with contextlib.suppress(duckdb.Error):
            db.execute("rollback")
        raise
    sys.audit("banmian.after_commit", what)
    return result


def _is_committed(db: duckdb.DuckDBPyConnection, sign: str) -> bool:
    """Return whether a commit that seemed to fail went through; wait for the catalogue if it is away."""
    until = time.monotonic() + _AWAY_S
    while True:
        try:
            return bool(
                db.execute(
                    "select 1 from ducklake_snapshots('warehouse') where commit_extra_info = ?", [sign]
                ).fetchall()
            )
        except duckdb.Error as error:
            if not is_away(error) or time.monotonic() > until:
                raise
            time.sleep(1)
