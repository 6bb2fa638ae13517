"""The schema: numbered migrations, each applied once and in order, and views, which are made anew whenever one changed.

A migration runs in one transaction together with the row that says that it ran, so a warehouse is always at a known
state. Migrations go forward only; a warehouse newer than the code is refused, because its columns may mean other things.
Views and macros hold no data, so they need no number: they are replaced when a writer opens a file that has others.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import re
import time
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

import duckdb

from transforms.errors import WarehouseDamaged
from transforms.frames import FACTS
from transforms.variants import variant_characters
from warehouse.quoting import quoted

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

# Tables of the schema extracted that have a view without reprints: all_<name> holds every row.
KEPT_VIEWS: Final = ("articles", "article_paragraphs", "bylines", *FACTS, "keywords")
# How often a lake is looked at again when another writer was faster in bringing it up to date: a commit of the whole schema
# takes seconds, and each of them ends one writer's turn.
_LAKE_TRIES: Final = 20


class Migration(NamedTuple):
    """One numbered step of the schema."""

    number: int
    name: str
    sql: str


def migrations() -> list[Migration]:
    """Return all migrations in order. Read-only."""
    steps = [
        Migration(int(file.name[:4]), file.name.removesuffix(".sql"), file.read_text(encoding="utf-8"))
        for file in _sql_files("migrations")
    ]
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise ValueError("migrations are numbered 1, 2, 3 … without a gap")
    return steps


def schema_version(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the last migration applied, 0 for an empty database. Read-only."""
    has_ledger = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'ops' and table_name = 'migrations'"
    ).fetchall()[0][0]
    if not has_ledger:
        return 0
    (number,) = connection.execute("select coalesce(max(number), 0) from ops.migrations").fetchall()[0]
    return int(number)


def is_newest_schema(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether no migration is left to be applied. Read-only."""
    return schema_version(connection) == len(migrations())


def migrate(connection: duckdb.DuckDBPyConnection, *, where: str, is_lake: bool = False) -> list[str]:
    """Bring the database behind ``connection`` to the newest schema and return the names of the migrations applied.

    A lake (``warehouse.lake``) gets the same statements but for what DuckLake does not have: keys that are enforced, a say in
    how a column is packed, and comments on columns of views and on macros. Views are replaced only if one changed: in a lake
    each change is a snapshot, in a file they take longer than a run that has nothing to do. Of two writers that bring a lake up
    to date at once, one is refused at its commit; it looks again, and finds the other's work done.

    Raises
    ------
    WarehouseDamaged
        If the database is newer than this code; ``where`` names it in the message.
    """
    for patience in range(_LAKE_TRIES if is_lake else 0, -1, -1):
        try:
            return _migrate(connection, where=where, is_lake=is_lake)
        except duckdb.TransactionException:
            if not patience:
                raise
            with contextlib.suppress(duckdb.Error):
                connection.execute("rollback")
            time.sleep(random.uniform(0.05, 0.5))  # noqa: S311 - so that two writers do not meet again
    raise AssertionError("the last try returns or raises")


def _migrate(connection: duckdb.DuckDBPyConnection, *, where: str, is_lake: bool) -> list[str]:
    steps = migrations()
    version = schema_version(connection)
    if version > len(steps):
        raise WarehouseDamaged(
            where,
            f"its schema is version {version}, and this banmian knows versions up to {len(steps)}",
            "use the banmian that wrote it, or a newer one",
        )
    pending = steps[version:]
    # A commit of a lake takes as long as a hundred statements.
    for group in ([pending] if pending else []) if is_lake else [[step] for step in pending]:
        connection.execute("begin")
        connection.execute("create schema if not exists ops")
        connection.execute(_LEDGER)
        for step in group:
            _execute_all(connection, step.sql, is_lake=is_lake)
            connection.execute("insert into ops.migrations values (?, ?, now())", [step.number, step.name])
        connection.execute("commit")
    views = _views(connection)
    digest = hashlib.blake2b("\n".join(views).encode(), digest_size=10).hexdigest()
    if connection.execute("select count(*) from ops.view_digests where digest = ?", [digest]).fetchall()[0][0]:
        return [step.name for step in pending]
    connection.execute("begin")
    for sql in views:
        _execute_all(connection, sql, is_lake=is_lake)
    connection.execute("delete from ops.view_digests")
    connection.execute("insert into ops.view_digests values (?)", [digest])
    connection.execute("commit")
    return [step.name for step in pending]


def _execute_all(connection: duckdb.DuckDBPyConnection, sql: str, *, is_lake: bool) -> None:
    if not is_lake:
        connection.execute(sql)
        return
    for statement in connection.extract_statements(_LAKE_LACKS.sub("", sql.replace(" primary key", " not null"))):
        try:
            connection.execute(statement)
        except (duckdb.BinderException, duckdb.NotImplementedException) as error:
            # DuckLake has no place for comments on columns of views and on macros; they say nothing that decides.
            if not statement.query.lstrip().lower().startswith("comment on "):
                raise error


_LAKE_LACKS: Final = re.compile(" using compression uncompressed")

_LEDGER: Final = """
create table if not exists ops.migrations (number integer not null, name text not null, applied_at timestamptz not null);
comment on table ops.migrations is 'One row per migration applied.';
comment on column ops.migrations.number is 'Key: its number.';
comment on column ops.migrations.name is 'What it does.';
comment on column ops.migrations.applied_at is 'When (UTC).';
"""


def _sql_files(folder: str) -> list[Traversable]:
    return sorted(resources.files("warehouse").joinpath(folder).iterdir(), key=lambda file: file.name)


def _views(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the SQL of all views: first those that leave reprints out, since the files build upon them."""
    # Two look-ups and not two for each view: a lake asks its catalogue about the files of every table each time.
    tables = dict(
        connection.execute("select table_name, comment from duckdb_tables() where schema_name = 'extracted'").fetchall()
    )
    columns: dict[str, list[tuple[str, str | None]]] = {}
    for table, column, comment in connection.execute(
        "select table_name, column_name, comment from duckdb_columns() where schema_name = 'extracted'"
        " order by table_name, column_index"
    ).fetchall():
        columns.setdefault(table, []).append((column, comment))
    kept = []
    for name in KEPT_VIEWS:
        table_comment, comments = tables[f"all_{name}"], columns[f"all_{name}"]
        kept.append(
            f"create or replace view extracted.{name} as select * from extracted.all_{name}"  # noqa: S608 - names above
            " anti join deduplicated.reprints using (article_id)"
        )
        kept.append(f"comment on view extracted.{name} is {quoted(f'{table_comment} Reprints are left out.')}")
        kept.extend(
            f"comment on column extracted.{name}.{column} is {quoted(comment or '')}" for column, comment in comments
        )
    files = [file.read_text(encoding="utf-8") for file in _sql_files("views")]
    return [*kept, _fold_macro(), *files]


def _fold_macro() -> str:
    """Return the SQL of search.fold(text): ``transforms.variants.fold`` for plain SQL."""
    variants, characters = map(quoted, variant_characters())
    return (
        f"create or replace macro search.fold(text) as translate(lower(text), {variants}, {characters});"
        " comment on macro search.fold is 'search.fold(text): text as search reads it: simplified, in lower case and"
        " half width, character by character.'"
    )
