"""`banmian check`: the suites alone, over a warehouse, the stage files of a run, or anybody's text files.

Pages are measured some thousands at a time, so that memory does not grow with the warehouse, and judged as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from expectations import DEFAULTS, Measured, combine, judge
from expectations import Settings as Thresholds
from expectations.check import TABLES, Checked, findings, measure_tables
from expectations.rules import STAGES, Stage
from flows.discovery import discover
from flows.landing import Landed, LandingOptions, PlacedFile, land_container, land_files
from flows.naming import Placed
from flows.stage_files import StageFiles, read_measured
from transforms.errors import UsageError
from warehouse.ask import connect
from warehouse.lake import is_lake

_PAGES_AT_ONCE: Final = 2000

# What the suites call a table, where the warehouse keeps it under another name: they judge pages as printed, so reprints
# are in, and only copies inside a page are out.
_WAREHOUSE_TABLES: Final = {
    "deduplicated.duplicates": "select * from deduplicated.page_duplicates",
    "deduplicated.paragraphs": "select * from cleaned.paragraphs anti join deduplicated.page_duplicates"
    " using (page_id, paragraph_no)",
}

Measures = dict[Stage, list[Measured]]


def check_inputs(
    inputs: list[Path], stages: tuple[Stage, ...], options: LandingOptions, *, thresholds: Thresholds = DEFAULTS
) -> tuple[Checked, dict[str, str]]:
    """Return what the suites of ``stages`` find in ``inputs``, and the source of each page by its key.

    ``inputs`` are one warehouse (.duckdb, or a lake), one folder of stage files, or files and folders of pages, which are
    checked as raw pages. ``thresholds`` are those of the gates; stage files were measured under those of their run.

    Raises
    ------
    UsageError
        If there is nothing to check in them, or they are files and ``stages`` are later ones.
    """
    sources: dict[str, str] = {}
    if len(inputs) == 1 and (is_lake(inputs[0]) or inputs[0].suffix == ".duckdb"):
        measures = _measure_warehouse(inputs[0], stages, sources, thresholds)
    elif len(inputs) == 1 and any(inputs[0].glob("*/*/complete.json")):
        measures = _measure_stage_files(inputs[0], stages, sources)
    elif "raw" not in stages:
        raise UsageError(
            ", ".join(map(str, inputs)), "files are checked as raw pages", "--stage raw, or a warehouse made of them"
        )
    else:
        measures = {"raw": [_measure_raw(landed, sources, thresholds) for landed in _land(inputs, options)]}
    if not any(measures.values()):
        raise UsageError(
            ", ".join(map(str, inputs)), "nothing to check", "a warehouse, a folder of stage files, or files with pages"
        )
    combined = {stage: combine(some) for stage, some in measures.items() if some}
    judgements = {stage: judge(stage, measured, settings=thresholds) for stage, measured in combined.items()}
    return Checked(findings(combined), judgements), sources


def stage_names(stage: str | None) -> tuple[Stage, ...]:
    """Return the stages to check: the one named, or all.

    Raises
    ------
    UsageError
        If there is no such stage.
    """
    if stage is None:
        return tuple(STAGES)
    for known in STAGES:
        if known == stage:
            return (known,)
    raise UsageError(f"--stage {stage}", "there is no such stage", f"one of {', '.join(STAGES)}")


def _measure_warehouse(
    path: Path, stages: tuple[Stage, ...], sources: dict[str, str], thresholds: Thresholds
) -> Measures:
    measures: Measures = {stage: [] for stage in stages}
    with connect(path) as connection:
        page_ids = connection.sql("select page_id, source from raw.pages order by page_id").pl()
        sources.update(page_ids.rows())
        for some in page_ids.iter_slices(_PAGES_AT_ONCE):
            first, last = some["page_id"][0], some["page_id"][-1]
            tables = {
                name: _read(connection, name, first, last)
                for name in ({name for stage in stages for name in TABLES[stage]} | {"deduplicated.duplicates"})
                - {"extracted.terms"}
            }
            for stage in stages:
                measures[stage].append(measure_tables(stage, tables, settings=thresholds))
    return measures


def _read(connection: duckdb.DuckDBPyConnection, name: str, first: str, last: str) -> pl.DataFrame:
    """Return the rows of the pages from ``first`` to ``last``; the key of an article begins with that of its page."""
    schema, table = name.split(".")
    table_read = f"{schema}.all_{table}" if schema == "extracted" else name
    stored = _WAREHOUSE_TABLES.get(name, f"select * from {table_read}")  # noqa: S608 - names of ours
    key = "page_id" if schema != "extracted" or table == "articles" else "left(article_id, len($last))"
    return connection.sql(
        f"from ({stored}) where {key} between $first and $last",
        params={"first": first, "last": last},
    ).pl()


def _measure_stage_files(folder: Path, stages: tuple[Stage, ...], sources: dict[str, str]) -> Measures:
    """Read what was measured beside each stage. A page that was made anew stands in two batches: its newest one counts."""
    files = StageFiles(str(folder))
    measures: Measures = {stage: [] for stage in stages}
    for stage in stages:
        seen = pl.Series("page_id", [], dtype=pl.String)
        markers = folder.glob(f"{stage}/*/complete.json")
        for marker in sorted(markers, key=lambda path: (path.stat().st_mtime_ns, path), reverse=True):
            batch_id = marker.parent.name
            measured = read_measured(files, stage, batch_id)
            is_new = ~pl.col("page_id").is_in(seen.implode())
            newest = measured._replace(
                pages=measured.pages.filter(is_new), violations=measured.violations.filter(is_new)
            )
            seen = pl.concat([seen, newest.pages["page_id"]])
            measures[stage].append(newest)
            if (folder / "raw" / batch_id).is_dir():
                sources.update(files.read("raw", batch_id, "pages").select("page_id", "source").rows())
    return measures


def _land(inputs: list[Path], options: LandingOptions) -> Iterator[Landed]:
    found = discover(inputs, None)
    placed = [PlacedFile(file, Placed(None, None), "path", "") for file in found.files]
    pages = [one for one in placed if not one.file.is_container]
    for start in range(0, len(pages), options.batch_pages):
        yield land_files(pages[start : start + options.batch_pages], options)
    for one in placed:
        if one.file.is_container:
            yield from land_container(one, options)


def _measure_raw(landed: Landed, sources: dict[str, str], thresholds: Thresholds) -> Measured:
    sources.update(landed.pages.select("page_id", "source").rows())
    return measure_tables("raw", {"raw.pages": landed.pages}, settings=thresholds)
