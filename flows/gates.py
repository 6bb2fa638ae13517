"""The gates of a run: each stage of each batch, and the run as a whole before it is published."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from expectations import Settings as Thresholds
from expectations import combine
from expectations.docs import render_docs
from expectations.history import collection_checks, usual_range_checks
from expectations.rules import STAGES, Stage
from expectations.shares import share_checks
from flows.judging import JUDGING, judge_stage
from flows.stage_files import StageFiles, read_measured
from flows.stages import StageResult
from flows.state import BatchState, RunState
from warehouse.audit import audit
from warehouse.ledger import shown_runs
from warehouse.measures import checks_before, checks_of, measures_before, measures_of, shares_of_new

if TYPE_CHECKING:
    from warehouse.writer import Writer

_RUN = "run"  # what stands for a batch in checks of the run as a whole
_UNDONE = (
    "{stage}: {expectation}: {unexpected_count} of {checked_count} pages that are not published yet do not meet it, so the stage"
    " did not do its work. Try: banmian check --stage {stage} on the stage files; pages made anew or taken out no longer count"
)


def judge_batch(state: RunState, stage: Stage, batch: BatchState) -> None:
    """Judge what a stage made of a batch: note its checks, hold back pages, or close the gate."""
    if not batch.has_work:
        return
    judgement, duration_s = judge_stage(state.stages, stage, batch.batch_id, state.thresholds)
    batch.results.append(StageResult("gate", batch.batch_id, batch.page_count, [], duration_s))
    batch.checks.append(judgement.checks)
    for row in judgement.held_pages.to_dicts():
        batch.held[row["page_id"]] = (row["stage"], row["reason"], row["detail"])
    if judgement.is_closed:
        batch.closed_by = judgement.message
    held = Counter(STAGES.index(at) for at, *_ in batch.held.values() if at in STAGES)
    here = STAGES.index(stage)
    state.progress.judged(
        stage,
        batch.batch_id,
        page_count=batch.page_count - sum(count for at, count in held.items() if at < here),
        held_count=held[here],
        closed_by=batch.closed_by,
    )


def judge_run(writer: Writer, published: Path, thresholds: Thresholds) -> list[str]:
    """Judge the warehouse as it would be ``published``; return why not, if it must not be.

    What no batch shows by itself: that every copy's counterpart is kept, that most pages which readers do not have yet are
    without what a stage should have mended, and that no measure leaves the range it had in earlier runs, neither over all pages
    nor over those of one paper (a warning).
    """
    started = time.perf_counter()
    shown = shown_runs(writer.connection, published, is_lake=writer.is_lake) or set()
    shares = share_checks(shares_of_new(writer.connection, shown), settings=thresholds)
    audited = audit(writer.connection)
    checks = checks_of(writer.connection, writer.run_id)
    history = checks_before(writer.connection, writer.run_id)
    measures = collection_checks(measures_of(writer.connection, writer.run_id))
    earlier = collection_checks(measures_before(writer.connection, writer.run_id))
    found = pl.concat(
        [
            audited,
            shares.select(audited.columns),
            usual_range_checks(checks, history, settings=thresholds).select(audited.columns),
            usual_range_checks(measures, earlier, settings=thresholds).select(audited.columns),
        ]
    )
    writer.record_checks(found, batch_id=_RUN, duration_s=time.perf_counter() - started)
    failed = audited.filter((pl.col("severity") == "critical") & ~pl.col("success"))
    undone = shares.filter(~pl.col("success"))
    return [
        *(_UNDONE.format(**row) for row in undone.to_dicts()),
        *(
            f"{row['stage']}: {row['expectation']}: {row['unexpected_count']} of {row['checked_count']} rows do not meet it"
            for row in failed.to_dicts()
        ),
    ]


def write_data_docs(state: RunState, folder: Path) -> Path | None:
    """Render the Data Docs of the batches of this run; return the index, or None if the run had no batch."""
    files = StageFiles(state.stages)
    measured = {
        stage: combine(found)
        for stage in STAGES
        if (
            found := [
                read_measured(files, stage, one) for one in state.batch_ids if files.facts(stage, one) is not None
            ]
        )
    }
    if not measured:
        return None
    with JUDGING:
        return render_docs(measured, folder, settings=state.thresholds)
