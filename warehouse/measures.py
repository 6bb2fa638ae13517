"""What the gates found, quality.checks, and their measures by collection, quality.measures, from run to run. Read-only."""

from __future__ import annotations

import duckdb
import polars as pl


def measures_of(connection: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """Return the measures by collection of the run ``run_id``."""
    return _of_run(connection, "quality.measures", run_id)


def measures_before(connection: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """Return the measures by collection of the fifty runs other than ``run_id`` that came last and had any."""
    return _before_run(connection, "quality.measures", run_id)


def checks_of(connection: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """Return the checks of the run ``run_id``."""
    return _of_run(connection, "quality.checks", run_id)


def checks_before(connection: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """Return the checks of the fifty runs other than ``run_id`` that came last and had any."""
    return _before_run(connection, "quality.checks", run_id)


def _of_run(connection: duckdb.DuckDBPyConnection, table: str, run_id: str) -> pl.DataFrame:
    return connection.sql(f"from {table} where run_id = ?", params=[run_id]).pl()


def _before_run(connection: duckdb.DuckDBPyConnection, table: str, run_id: str) -> pl.DataFrame:
    return connection.sql(
        f"from {table} where run_id in"  # noqa: S608 - the names above
        f" (select distinct run_id from {table} where run_id <> ? order by run_id desc limit 50)",
        params=[run_id],
    ).pl()
