"""What the gates say of the development pages, raw and after the run."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from expectations import judge, measure_cleaned, measure_deduplicated, measure_raw
from tests.expectations.sound_pages import frame
from transforms.cleaned import clean
from transforms.deduplicated import deduplicate
from transforms.frames import PAGES

BROKEN, COPIED = {"000", "001", "003", "004"}, {"000", "003"}


@pytest.fixture(scope="module")
def pages(shared: Path) -> pl.DataFrame:
    rows = [
        dict.fromkeys(PAGES)
        | {"page_id": path.name[:3], "source": path.name, "sha256": path.stem, "text": path.read_text("utf-8")}
        for path in sorted((shared / "seeds").glob("*.txt"))
    ]
    return frame(rows, PAGES)


@pytest.mark.usefixtures("gx")
def test_raw_suite_reports_what_is_broken_and_only_that(pages: pl.DataFrame) -> None:
    measured = measure_raw(pages)
    assert set(measured.pages.filter(pl.col("broken_line_splits") > 0)["page_id"]) == BROKEN
    assert set(measured.pages.filter(pl.col("duplicated_blocks") > 0)["page_id"]) == COPIED
    judgement = judge("raw", measured)
    assert not judgement.is_closed
    assert judgement.held_pages.is_empty()
    failed = judgement.checks.filter(~pl.col("success")).select("expectation", "severity", "unexpected_count")
    assert sorted(failed.rows()) == [
        ("expect_column_values_to_be_between(broken_line_splits)", "warning", len(BROKEN)),
        ("expect_column_values_to_be_between(duplicated_blocks)", "warning", len(COPIED)),
    ]


@pytest.mark.usefixtures("gx")
def test_after_the_run_the_suites_pass(pages: pl.DataFrame) -> None:
    cleaned = clean(pages)
    duplicates = deduplicate(cleaned.paragraphs).duplicates
    for judgement in (
        judge("cleaned", measure_cleaned(pages, *cleaned)),
        judge("deduplicated", measure_deduplicated(cleaned.paragraphs, duplicates)),
    ):
        assert not judgement.is_closed
        assert judgement.held_pages.is_empty()
        failed = judgement.checks.filter(~pl.col("success") & (pl.col("severity") != "info"))
        assert failed["expectation"].to_list() == []
