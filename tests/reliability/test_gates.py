"""Row 20: a gate that is shown a batch that is no batch says so, whatever its stage."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from expectations.rules import STAGES, Stage
from tests.expectations.sound_pages import Stages, batch_of, page_id, sound_batch, sound_parts
from tests.expectations.test_gate import verdict

GATES = "batches that are none: empty, all null, a column short, all rows twice, of one page"
GATES_MARK = "each stage's gate closes; a bad page is held back though it is the only one, a sound one is let through"
KEYS = {"page_id", "paragraph_no", "article_id", "position", "segment_no", "repair_no"}
# Frames that a stage reads, and a column of each that its rules need.
COLUMNS = {
    "raw": ("pages", "text"),
    "cleaned": ("paragraphs", "text"),
    "deduplicated": ("paragraphs", "text"),
    "extracted": ("articles", "body"),
}


def _each(batch: Stages, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Stages:
    """Return ``batch`` with every frame changed."""
    changed = Stages(*(change(frame) if isinstance(frame, pl.DataFrame) else frame for frame in batch))
    return changed._replace(facts={name: change(frame) for name, frame in batch.facts.items()})


def _blank(frame: pl.DataFrame) -> pl.DataFrame:
    blank = [name for name in frame.columns if name not in KEYS]
    return frame.with_columns(pl.lit(None).cast(frame.schema[name]).alias(name) for name in blank)


NO_BATCHES: dict[str, Callable[[Stages, Stage], Stages]] = {
    "empty": lambda batch, _: _each(batch, lambda frame: frame.clear()),
    "all null": lambda batch, _: _each(batch, _blank),
    "a column short": lambda batch, stage: batch._replace(
        **{COLUMNS[stage][0]: getattr(batch, COLUMNS[stage][0]).drop(COLUMNS[stage][1])}
    ),
    "twice": lambda batch, _: _each(batch, lambda frame: pl.concat([frame, frame])),
}
# One bad page for each stage: its raw text is a refusal, a paragraph is lost, one stands there twice, an article is empty.
BAD: dict[Stage, Callable[[Stages], Stages]] = {
    "raw": lambda one: one._replace(
        pages=one.pages.with_columns(pl.lit("I'm sorry, but I can't read this page.").alias("text"))
    ),
    "cleaned": lambda one: one._replace(paragraphs=one.paragraphs.filter(pl.col("paragraph_no") != 2)),
    "deduplicated": lambda one: one._replace(paragraphs=pl.concat([one.paragraphs, one.paragraphs[1:2]])),
    "extracted": lambda one: one._replace(articles=one.articles.with_columns(pl.lit("").alias("body"))),
}


@pytest.mark.row(20, GATES, GATES_MARK)
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", NO_BATCHES)
def test_a_batch_that_is_none_closes_the_gate(gx, campaign, stage, kind):
    judgement = verdict(stage, NO_BATCHES[kind](sound_batch(6), stage))
    assert judgement.is_closed
    assert f"{stage}: the gate is closed" in judgement.message
    campaign.count("batches that are none")


@pytest.mark.row(20, GATES, GATES_MARK)
@pytest.mark.parametrize("stage", STAGES)
def test_a_batch_of_one_page_is_judged_by_that_page(gx, campaign, stage):
    sound = verdict(stage, batch_of([sound_parts(1)]))
    assert not sound.is_closed
    assert sound.held_pages.is_empty()
    bad = verdict(stage, BAD[stage](batch_of([sound_parts(1)])))
    assert bad.is_closed or bad.held_pages["page_id"].to_list() == [page_id(0)]
    campaign.count("batches of one page", 2)


@pytest.fixture(scope="module")
def gx() -> object:
    from expectations.suites import load_gx

    return load_gx()
