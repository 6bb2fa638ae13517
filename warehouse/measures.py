"""What the gates found, quality.checks, and their measures by collection, quality.measures, from run to run. Read-only."""

from __future__ import annotations

import duckdb
import polars as pl


def measures_of(connection: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """Return the measures by collection of the run ``run_id``."""
    return connection.sql("from quality.measures where run_id = ?", params=[run_id]).pl()


def measures_before(connection: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """Return the measures by collection of the fifty runs other than ``run_id`` that came last and had any."""
    return connection.sql(
        "from quality.measures where run_id in"
        " (select distinct run_id from quality.measures where run_id <> ? order by run_id desc limit 50)",
        params=[run_id],
    ).pl()


def checks_of(connection: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """Return the checks of the run ``run_id``."""
    return connection.sql("from quality.checks where run_id = ?", params=[run_id]).pl()


def checks_before(connection: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """Return the checks of the fifty runs other than ``run_id`` that came last and had any."""
    return connection.sql(
        "from quality.checks where run_id in"
        " (select distinct run_id from quality.checks where run_id <> ? order by run_id desc limit 50)",
        params=[run_id],
    ).pl()
