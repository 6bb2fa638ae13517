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


def shares_of_new(connection: duckdb.DuckDBPyConnection, shown: set[str]) -> pl.DataFrame:
    """Return how many pages of runs other than those ``shown`` break each rule: stage, rule, page_count, unexpected_count.

    Counted are pages that the warehouse has now. What a run measured is taken for as many pages as are left of it, so one whose
    pages were made anew or taken out has no say.
    """
    return connection.sql(
        "with made as (select run_id, count(*) as page_count from raw.pages where not list_contains($shown, run_id)"
        " group by run_id),"
        " measured as (select run_id, stage, rule, sum(unexpected_count) / sum(page_count) as share from quality.measures"
        " group by run_id, stage, rule having sum(page_count) > 0)"
        " select stage, rule, sum(page_count)::bigint as page_count, sum(page_count * share)::double as unexpected_count"
        " from made join measured using (run_id) group by stage, rule order by stage, rule",
        params={"shown": sorted(shown)},
    ).pl()


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
