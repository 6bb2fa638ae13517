"""The warehouse as a lake: a DuckLake catalogue in PostgreSQL (or a file), the rows as Parquet on an object store.

The embedded file has one writer and is published by copying it. A lake has many writers and keeps every state as a snapshot,
so publishing is a row that names the snapshot which readers open: they never see a run half done, and an older state can be
opened too. Schema, views and macros come from the same SQL files as those of the embedded warehouse.

A lake is named ``ducklake:<catalogue>``, in DuckLake's own words: ``ducklake:postgres:dbname=lake host=db user=banmian`` or
``ducklake:/folder/catalogue.ducklake`` (one process at a time). Where its rows lie is said once, when it is made.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from transforms.errors import StorageFailed, UsageError, WarehouseDamaged
from warehouse.quoting import quoted
from warehouse.storage import first_line

PREFIX: Final = "ducklake:"
# Extensions of DuckDB that a lake needs, by what calls for them. Each comes as a wheel, so nothing is fetched at run time.
_ALWAYS: Final = ("ducklake",)
_FOR_POSTGRES: Final = ("postgres_scanner",)
_FOR_OBJECT_STORES: Final = ("httpfs",)
_OBJECT_STORES: Final = ("s3://", "gs://", "r2://", "https://", "http://")
# What DuckLake says (1.5.5) when it cannot make the tables of a new catalogue, because another is making them; and how often the
# catalogue is tried again then.
_BEING_MADE: Final = "Failed to initialize DuckLake"
_MAKING_TRIES: Final = 10


def is_lake(target: Path | str) -> bool:
    """Return whether ``target`` names a lake and not the file of an embedded warehouse."""
    return str(target).startswith(PREFIX)


def attach_lake(
    db: duckdb.DuckDBPyConnection,
    target: str,
    *,
    data_path: str | None = None,
    snapshot_id: int | None = None,
    is_read_only: bool = False,
) -> None:
    """Attach the lake ``target`` to ``db`` as ``warehouse`` and make it the default.

    Parameters
    ----------
    db
        A connection to an empty in-memory database.
    target
        ``ducklake:<catalogue>``.
    data_path
        Folder or URL for the rows; needed when the lake is made, and known to its catalogue from then on.
    snapshot_id
        State to open, for readers; the newest if None.
    is_read_only
        Whether writing is refused.

    Raises
    ------
    UsageError
        If an extension is not installed.
    WarehouseDamaged
        If the catalogue cannot be opened.
    """
    catalogue = target.removeprefix(PREFIX)
    on_object_store = (data_path or "").startswith(_OBJECT_STORES) or bool(_s3_secret())
    names = [
        *_ALWAYS,
        *(_FOR_POSTGRES if catalogue.startswith("postgres:") else ()),
        *(_FOR_OBJECT_STORES if on_object_store else ()),
    ]
    for name in names:
        load_extension(db, name)
    if on_object_store:
        # A file is sent in parts of a ten-thousandth of the largest size, each kept in memory: 80 MB of the default of 800 GB.
        db.execute("set s3_uploader_max_filesize = '50GB'")
    if on_object_store and (secret := _s3_secret()):
        settings = ", ".join(f"{key} {quoted(value)}" for key, value in secret.items())
        db.execute(f"create or replace secret object_store (type s3, {settings})")
    options = {
        "data_path": quoted(data_path) if data_path else "",
        "snapshot_version": str(snapshot_id) if snapshot_id is not None else "",
        "read_only": "true" if is_read_only else "",
    }
    given = ", ".join(f"{name} {value}" for name, value in options.items() if value)
    for patience in range(_MAKING_TRIES, -1, -1):
        try:
            db.execute(f"attach {quoted(target)} as warehouse" + (f" ({given})" if given else ""))
            break
        except duckdb.Error as error:
            # Of two that make the tables of a new catalogue, PostgreSQL lets one; the other finds them there a moment later.
            if patience and _BEING_MADE in str(error):
                time.sleep(random.uniform(0.1, 0.5))  # noqa: S311 - so that the two do not meet again
                continue
            raise WarehouseDamaged(
                shown(target), f"the lake cannot be opened: {shown(first_line(error))}",
                "check that its catalogue runs and may be used; a new lake needs lake_data, the place for its rows",
            ) from error  # fmt: skip
    db.execute("use warehouse")


def can_write(folder: str) -> bool:
    """Return whether a writer of a lake can put files into ``folder``, a path or a URL: into S3 with keys of the environment.

    >>> can_write("/srv/stages"), can_write("gs://lake/stages")
    (True, False)
    """
    return "://" not in folder or (folder.startswith("s3://") and bool(_s3_secret()))


def open_newest(target: str) -> duckdb.DuckDBPyConnection:
    """Return a connection that reads the newest state of the lake ``target``, be it published or not.

    Raises
    ------
    UsageError
        If an extension is missing.
    WarehouseDamaged
        If the catalogue cannot be opened.
    """
    connection = duckdb.connect()
    try:
        attach_lake(connection, target, is_read_only=True)
    except BaseException:
        connection.close()
        raise
    return connection


def is_away(error: duckdb.Error) -> bool:
    """Return whether ``error`` says that the catalogue or the object store does not answer, rather than that something is wrong.

    DuckLake tells a connection lost in mid-query as an error of no kind of its own (PostgreSQL stopped under 1.5.5).
    """
    return isinstance(error, (duckdb.IOException, duckdb.ConnectionException)) or type(error) is duckdb.Error


@contextlib.contextmanager
def lake_errors(target: str) -> Iterator[None]:
    """Tell errors of the lake's catalogue and object store as such; transactions have waited for them before.

    Raises
    ------
    StorageFailed
        If one of them does not answer.
    """
    try:
        yield
    except duckdb.Error as error:
        if not (is_away(error) or isinstance(error, duckdb.TransactionException)):
            raise
        raise StorageFailed(
            shown(target),
            f"its catalogue or object store fails: {shown(first_line(error))}; what was published stays as it was",
            "start it again, then the same command: it goes on where this run stopped",
        ) from error


def open_published(target: str) -> duckdb.DuckDBPyConnection:
    """Return a connection that reads the published state of the lake ``target`` and no file but its rows.

    DuckDB refuses to write to the lake through it. It cannot refuse what its reader may do elsewhere: give readers a role
    in the catalogue and a key of the object store that can only read.

    Raises
    ------
    UsageError
        If nothing was published yet, or an extension is missing.
    WarehouseDamaged
        If the catalogue cannot be opened.
    """
    with duckdb.connect() as db:
        attach_lake(db, target, is_read_only=True)
        snapshot_id = published_snapshot(db)
        (data_path,) = db.execute("select data_path from ducklake_settings('warehouse')").fetchall()[0]
    if snapshot_id is None:
        raise UsageError(
            shown(target), "nothing was published there yet", "banmian run FOLDER --warehouse with it first"
        )
    connection = duckdb.connect()
    attach_lake(connection, target, is_read_only=True, snapshot_id=snapshot_id)
    connection.execute(f"set allowed_directories = [{quoted(data_path)}]")
    return connection


def load_extension(db: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load the DuckDB extension ``name`` from its wheel.

    Raises
    ------
    UsageError
        If the wheel is not installed or was built for another DuckDB.
    """
    try:
        module = importlib.import_module(f"duckdb_extension_{name}")
        folder = Path(str(module.__file__)).parent
        (file,) = sorted(folder.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension"))
        db.execute(f"load {quoted(str(file))}")
    except (ImportError, ValueError, duckdb.Error) as error:
        raise UsageError(
            "a lake as warehouse",
            f"DuckDB {duckdb.__version__} lacks its extension {name}",
            "pip install 'banmian[cluster]' in the environment of banmian",
        ) from error


def newest_snapshot(db: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the newest snapshot of the attached lake. Read-only."""
    (number,) = db.execute("select max(snapshot_id) from ducklake_snapshots('warehouse')").fetchall()[0]
    return int(number)


def published_snapshot(db: duckdb.DuckDBPyConnection) -> int | None:
    """Return the snapshot that readers open, or None if nothing was published yet. Read-only."""
    try:
        (number,) = db.execute("select max(snapshot_id) from ops.published").fetchall()[0]
    except duckdb.CatalogException:
        return None
    return None if number is None else int(number)


def _s3_secret() -> dict[str, str]:
    """Return what the environment says of an S3 server, in DuckDB's words; fsspec reads the same variables."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    secret = {
        "key_id": os.environ.get("AWS_ACCESS_KEY_ID", ""),
        "secret": os.environ.get("AWS_SECRET_ACCESS_KEY", ""),
        "session_token": os.environ.get("AWS_SESSION_TOKEN", ""),
        "region": os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "",
    }
    if endpoint:
        secret |= {
            "endpoint": endpoint.split("://", 1)[-1].rstrip("/"),
            "url_style": "path",
            "use_ssl": "false" if endpoint.startswith("http://") else "true",
        }
    return {key: value for key, value in secret.items() if value} if secret["key_id"] else {}


def byte_count(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many bytes the files of the attached lake have. Read-only."""
    (count,) = connection.execute(
        "select coalesce(sum(file_size_bytes + delete_file_size_bytes), 0) from ducklake_table_info('warehouse')"
    ).fetchall()[0]
    return int(count)


def shown(target: Path | str) -> str:
    """Return ``target`` without its password, for messages.

    >>> shown("ducklake:postgres:dbname=lake password=p user=banmian")
    'ducklake:postgres:dbname=lake password=… user=banmian'
    >>> shown("ducklake:postgres:postgresql://banmian:p@db/lake")
    'ducklake:postgres:postgresql://banmian:…@db/lake'
    """
    return _ADDRESS_PASSWORD.sub(r"\1…@", _PASSWORD.sub(r"\1…", str(target)))


def has_password(target: Path | str) -> bool:
    """Return whether ``target`` holds a password, which whoever is told of ``target`` would learn."""
    return shown(target) != str(target)


# As PostgreSQL's library reads it: of key=value, and of an address, whose two slashes a Path makes one.
_PASSWORD: Final = re.compile(r"(password\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s']+)")
_ADDRESS_PASSWORD: Final = re.compile(r"(:/{1,2}[^/:@\s]+:)[^@\s]+@")
