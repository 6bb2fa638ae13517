"""The gate lets sound batches through, holds back single pages, and closes on a batch that is wrong throughout."""

from __future__ import annotations

import contextlib

import polars as pl
import pytest

from expectations import (
    DEFAULTS,
    Judgement,
    Measured,
    Settings,
    judge,
    measure_cleaned,
    measure_deduplicated,
    measure_extracted,
    measure_raw,
    suites,
)
from expectations.rules import STAGES, Stage
from tests.expectations.sound_pages import Parts, Stages, batch_of, page_id, sound_parts
from transforms.frames import empty

pytestmark = pytest.mark.usefixtures("gx")


def measure(stage: Stage, batch: Stages, *, settings: Settings = DEFAULTS) -> Measured:
    """Return the measures of ``stage`` on ``batch``."""
    if stage == "raw":
        return measure_raw(batch.pages, settings=settings)
    if stage == "cleaned":
        return measure_cleaned(*batch[:4], settings=settings)
    if stage == "deduplicated":
        return measure_deduplicated(batch.paragraphs, batch.duplicates, settings=settings)
    return measure_extracted(batch.pages, batch.paragraphs, *batch[5:], settings=settings)


def verdict(stage: Stage, batch: Stages) -> Judgement:
    """Return what the gate of ``stage`` says of ``batch``."""
    return judge(stage, measure(stage, batch))


@pytest.mark.parametrize("stage", STAGES)
def test_sound_batch_passes(stage: Stage, batch: Stages) -> None:
    judgement = verdict(stage, batch)
    assert not judgement.is_closed
    assert judgement.message == ""
    assert judgement.held_pages.is_empty()
    assert judgement.checks.filter(~pl.col("success")).is_empty()
    assert judgement.checks["checked_count"].min() > 0


@pytest.mark.parametrize("stage", STAGES)
def test_empty_batch_closes(stage: Stage, batch: Stages) -> None:
    hollow = Stages(*(frame.clear() if isinstance(frame, pl.DataFrame) else frame for frame in batch))
    hollow = hollow._replace(facts={name: frame.clear() for name, frame in batch.facts.items()})
    judgement = verdict(stage, hollow)
    assert judgement.is_closed
    assert f"Try: banmian check --stage {stage}" in judgement.message


@pytest.mark.parametrize("stage", STAGES)
def test_all_null_batch_closes(stage: Stage, batch: Stages) -> None:
    def blank(frame: pl.DataFrame) -> pl.DataFrame:
        keys = {"page_id", "paragraph_no", "article_id", "position", "segment_no", "repair_no"}
        return frame.with_columns(pl.lit(None).cast(frame.schema[c]).alias(c) for c in frame.columns if c not in keys)

    blanked = Stages(*(blank(frame) if isinstance(frame, pl.DataFrame) else frame for frame in batch))
    assert verdict(stage, blanked).is_closed


@pytest.mark.parametrize(
    ("stage", "frame", "column"),
    [
        ("raw", "pages", "text"),
        ("raw", "pages", "page_id"),
        ("cleaned", "paragraphs", "line_numbers"),
        ("cleaned", "paragraph_lines", "raw_char_start"),
        ("deduplicated", "paragraphs", "page_id"),
        ("deduplicated", "duplicates", "kept_paragraph_no"),
        ("extracted", "articles", "body"),
        ("extracted", "article_paragraphs", "article_id"),
    ],
)
def test_missing_column_closes(stage: Stage, frame: str, column: str, batch: Stages) -> None:
    judgement = verdict(stage, batch._replace(**{frame: getattr(batch, frame).drop(column)}))
    assert judgement.is_closed
    assert f"frame {frame}: 1 columns missing" in judgement.message


def test_missing_fact_table_closes(batch: Stages) -> None:
    facts = {name: frame for name, frame in batch.facts.items() if name != "people"}
    assert verdict("extracted", batch._replace(facts=facts)).is_closed


def test_one_bad_page_is_held_back_and_the_batch_goes_on(batch: Stages) -> None:
    is_lost = (pl.col("page_id") == page_id(7)) & (pl.col("paragraph_no") == 2)
    judgement = verdict("cleaned", batch._replace(paragraphs=batch.paragraphs.filter(~is_lost)))
    assert not judgement.is_closed
    assert judgement.held_pages["page_id"].to_list() == [page_id(7)]
    assert judgement.held_pages["reason"].to_list() == ["lines_lost"]
    assert "lines_lost (1)" in judgement.held_pages["detail"][0]


def test_many_bad_pages_close_the_gate_and_the_message_names_the_worst(batch: Stages) -> None:
    judgement = verdict("cleaned", batch._replace(paragraphs=batch.paragraphs.filter(pl.col("paragraph_no") != 2)))
    assert judgement.is_closed
    assert "40 of 40 pages would be held back" in judgement.message
    assert judgement.message.count("\n    page ") == 5


def test_no_page_text_leaves_the_measures(batch: Stages) -> None:
    for stage in STAGES:
        for frame in measure(stage, batch):
            for column in frame.select(pl.selectors.string()).iter_columns():
                assert not column.drop_nulls().str.contains(r"\p{Han}").any(), (stage, column.name)


def test_nothing_extracted_is_an_empty_batch_only_without_pages(batch: Stages) -> None:
    facts = {name: empty(frame.schema) for name, frame in batch.facts.items()}
    assert not verdict("extracted", batch._replace(facts=facts)).is_closed


@pytest.mark.parametrize(("stage", "defect"), [("cleaned", "split"), ("deduplicated", "copy")])
@pytest.mark.parametrize(("count", "is_closed"), [(20, True), (19, False)])
def test_batch_that_a_stage_did_not_work_on_closes(stage: Stage, defect: str, count: int, is_closed: bool) -> None:
    def page(number: int) -> Parts:
        parts = sound_parts(number)
        if defect == "copy":
            return [*parts, parts[1]]
        return [*parts[:2], ("body", parts[2][1][:20]), ("body", parts[2][1][20:]), *parts[3:]]

    batch = batch_of([page(number) for number in range(count)])
    judgement = verdict(stage, batch)
    assert judgement.is_closed is is_closed
    assert not judge(stage, measure(stage, batch), is_whole=False).is_closed  # a part of a run: its whole is asked
    assert judgement.held_pages.is_empty()
    assert ("in most pages" in judgement.message) is is_closed


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_worked_out_once_says_the_same(stage: Stage, batch: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = batch._replace(
        pages=batch.pages.with_columns(pl.lit("Sorry, I cannot read this image.").alias("text")),
        paragraphs=batch.paragraphs.with_columns(pl.lit("本报讯 今天的版面只有").alias("text")),
    )
    measured = measure(stage, broken)
    once = judge(stage, measured)
    monkeypatch.setattr(suites, "settled", contextlib.nullcontext)
    each_time = judge(stage, measured)
    assert once.checks.equals(each_time.checks)
    assert not once.checks["success"].all()
