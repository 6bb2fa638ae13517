"""The overview: what the warehouse holds, as numbers, charts and short lists."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import duckdb
import polars as pl

from warehouse.site.charts import Chart, column_chart, name_series, sparkline
from warehouse.site.queries import read_query

CHARTED: Final = {
    "pages": "page_count",
    "joins": "join_count",
    "duplicates": "duplicate_count",
    "facts": "fact_count",
}  # word -> column
_FIRST_PAGES: Final = 8


class Overview(NamedTuple):
    """What ``templates/index.html`` shows."""

    totals: dict[str, Any]
    charts: dict[str, Chart]
    series: list[str | None]
    has_more_series: bool
    kinds: dict[str, list[tuple[str, int, float]]]  # what -> kind, count, share of the largest
    trends: list[dict[str, Any]]
    held_back: list[dict[str, Any]]
    first_pages: list[dict[str, Any]]


def make_overview(connection: duckdb.DuckDBPyConnection, pages: pl.DataFrame) -> Overview:
    """Return the overview of the warehouse; ``pages`` are the rows of ``queries/page_list.sql``."""
    (totals,) = connection.sql(read_query("totals")).pl().to_dicts()
    for name in ("line_count", "join_count", "duplicate_count", "suspected_join_count", "suspected_copy_count",
                 "truncated_count", "fact_count"):  # fmt: skip
        totals[name] = int(pages[name].sum())
    totals["page_count"] = pages.height
    totals["look_page_count"] = int((pages["look_count"] > 0).sum())
    series = name_series(pages)
    counted = pages.with_columns(pl.lit(1).alias("page_count"))
    return Overview(
        totals=totals,
        charts={word: column_chart(counted, column, series) for word, column in CHARTED.items()},
        series=series,
        has_more_series=pages["collection"].n_unique() > len(series),
        kinds=_count_kinds(connection),
        trends=[
            {**row, "points": sparkline(row["shares"]), "share": row["shares"][-1]}
            for row in connection.sql(read_query("trends")).pl().to_dicts()
        ],
        held_back=connection.sql(read_query("held_back")).pl().to_dicts(),
        first_pages=pages.filter(pl.col("look_count") > 0).head(_FIRST_PAGES).to_dicts(),
    )


def _count_kinds(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, int, float]]]:
    kinds: dict[str, list[tuple[str, int, float]]] = {"fact": [], "copy": [], "join": []}
    for what, kind, count in connection.sql(read_query("kinds")).fetchall():
        most = kinds[what][0][1] if kinds[what] else count
        kinds[what].append((kind, count, count / most))
    return kinds
