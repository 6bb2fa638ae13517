"""What a warehouse says, apart from who made it when: equal contents give equal fingerprints.

Left out is what belongs to a run and not to its result: run ids, times, the place of files on this machine, how pages were
cut into batches, the order in which articles came into the index, and the ledger of runs.
"""

from __future__ import annotations

import hashlib
from typing import Final

import duckdb

_OF_A_RUN: Final = {"run_id", "ingested_at", "quarantined_at", "origin", "batch_id", "doc_no"}
_SCHEMAS: Final = ("raw", "cleaned", "deduplicated", "extracted", "quality", "search")
_LEFT_OUT: Final = {
    # A row per batch or per run.
    "quality.checks",
    "quality.trends",
    "quality.measures",
    "quality.collection_trends",
    # How the index is laid out; what it says is in search.article_terms.
    "search.postings",
    "search.terms",
    "search.state",
}


def fingerprints(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return a fingerprint of the rows of every table and view, by name. Read-only."""
    found: dict[str, list[str]] = {}
    for schema, table, column in connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where not internal and list_contains(?, schema_name) order by schema_name, table_name, column_index",
        [list(_SCHEMAS)],
    ).fetchall():
        if column not in _OF_A_RUN:
            found.setdefault(f"{schema}.{table}", []).append(column)
    return {name: _fingerprint(connection, name, found[name]) for name in found if name not in _LEFT_OUT}


def _fingerprint(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    chosen = ", ".join(f'"{column}"' for column in columns)
    cursor = connection.execute(f"select {chosen} from {table} order by all")  # noqa: S608 - names from the catalogue
    while rows := cursor.fetchmany(10_000):
        for row in rows:
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
