"""The suites alone: over a warehouse's tables, over text files, and as lines for a terminal."""

from __future__ import annotations

import polars as pl
import pytest

from expectations.check import TABLES, check, describe_findings
from tests.expectations.sound_pages import Stages, batch_of, page_id, sound_parts

pytestmark = pytest.mark.usefixtures("gx")


def tables(batch: Stages) -> dict[str, pl.DataFrame]:
    """Return the frames of ``batch`` under their names in the warehouse, with a column more than the frames have."""
    named = {
        "raw.pages": batch.pages,
        "cleaned.paragraphs": batch.paragraphs,
        "cleaned.paragraph_lines": batch.paragraph_lines,
        "cleaned.repairs": batch.repairs,
        "deduplicated.paragraphs": batch.paragraphs,
        "deduplicated.duplicates": batch.duplicates,
        "extracted.articles": batch.articles,
        "extracted.article_paragraphs": batch.article_paragraphs,
        "extracted.bylines": batch.bylines,
        **{f"extracted.{name}": frame for name, frame in batch.facts.items()},
        "extracted.keywords": batch.keywords,
        "extracted.terms": batch.terms,
    }
    return {name: frame.with_columns(pl.lit("run").alias("run_id")) for name, frame in named.items()}


def test_tables_are_those_of_the_warehouse(batch: Stages) -> None:
    assert {name for of_stage in TABLES.values() for name in of_stage} == set(tables(batch))


def test_sound_warehouse_has_nothing_to_report(batch: Stages) -> None:
    checked = check(tables(batch))
    assert checked.findings.is_empty()
    assert list(checked.judgements) == ["raw", "cleaned", "deduplicated", "extracted"]
    assert describe_findings(checked) == [
        "nothing found: raw holds, cleaned holds, deduplicated holds, extracted holds"
    ]


def test_text_files_alone_are_checked_as_raw_pages(batch: Stages) -> None:
    assert list(check({"raw.pages": batch.pages}).judgements) == ["raw"]


def test_findings_come_worst_first_with_their_places() -> None:
    long = sound_parts(1)[1][1]
    pages = [sound_parts(0), [*sound_parts(1), ("body", long)], [("body", "一" * 900)]]
    checked = check(tables(batch_of(pages)), stages=("raw",))
    assert checked.findings.select("severity", "rule", "page_id").rows()[:2] == [
        ("critical", "flooded_page", page_id(2)),
        ("warning", "duplicated_blocks", page_id(1)),
    ]
    assert checked.findings["places"].to_list()[:2] == ["the whole page", "line 13"]
    lines = describe_findings(checked, sources={page_id(1): "archive/1.txt"})
    assert lines[1] == "warning  raw          archive/1.txt: duplicated_blocks at line 13"


def test_findings_beyond_the_limit_are_counted() -> None:
    pages = [[*sound_parts(n), ("body", sound_parts(n)[1][1])] for n in range(5)]
    lines = describe_findings(check(tables(batch_of(pages)), stages=("raw",)), limit=2)
    assert len(lines) == 3
    assert lines[-1] == "and 3 findings more"


def test_missing_column_of_a_table_closes_its_gate_and_is_named(batch: Stages) -> None:
    checked = check(tables(batch) | {"extracted.articles": batch.articles.drop("body")}, stages=("extracted",))
    assert checked.judgements["extracted"].is_closed
    assert "  frame articles: 1 columns missing" in describe_findings(checked)
