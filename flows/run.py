"""The flow: land → clean → deduplicate → extract → load → publish, with a gate after each stage.

One Prefect task is one stage of one batch (thousands of pages), never a page: a task costs Prefect about .1 s. Tasks take the
names of stage files, not frames. The ledger in the warehouse, not Prefect, says what is done; so nothing is cached or
retried here, and a run that was killed is simply run again.
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl
from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from expectations.rules import STAGES, Stage
from flows import stages
from flows.collect import collect_batch, quarantine_rows
from flows.discovery import discover
from flows.gates import judge_batch, judge_run, write_data_docs
from flows.landing import LandingOptions
from flows.manifest import read_manifests
from flows.naming import PathPattern
from flows.plan import Plan, make_plan
from flows.pool import Pool
from flows.progress import Progress
from flows.rules_version import rules_version
from flows.settings import Settings
from flows.state import RunState
from flows.summary import Summary, markdown_of
from transforms.errors import GateClosed
from warehouse.lock import sole_writer
from warehouse.publish import adopt
from warehouse.storage import storage_errors
from warehouse.totals import count_all
from warehouse.writer import PageChanges, Writer

_DAMAGED: Final = (
    "move <warehouse>.work/writer.duckdb away and run again: it goes on from the published warehouse, or, without one,"
    " makes every row anew from the inputs"
)


@task(name="land", cache_policy=NO_CACHE, task_run_name="land/{name}")
def land(state: RunState, name: str) -> None:
    """Land one planned batch of files, or one container as several batches."""
    options = state.options
    if name in state.planned:
        made = state.pool.run(
            stages.land_batch,
            state.stages,
            name,
            state.planned[name].files,
            options,
            renew=state.renew,
            thresholds=state.thresholds,
        )
    else:
        made = state.pool.run(
            stages.land_one_container, state.stages, state.containers[name], options, thresholds=state.thresholds
        )
    state.landed[name] = made


@task(name="gate", cache_policy=NO_CACHE, task_run_name="gate/{stage}/{batch_id}")
def gate(state: RunState, stage: Stage, batch_id: str) -> None:
    """Judge what a stage made of a batch: hold back pages, or close the gate."""
    judge_batch(state, stage, batch_id)


@task(name="clean", cache_policy=NO_CACHE, task_run_name="clean/{batch_id}")
def clean(state: RunState, batch_id: str) -> None:
    """Clean a batch."""
    state.work("cleaned", stages.clean_batch, batch_id)


@task(name="deduplicate", cache_policy=NO_CACHE, task_run_name="deduplicate/{batch_id}")
def deduplicate(state: RunState, batch_id: str) -> None:
    """Find the copies inside the pages of a batch."""
    state.work("deduplicated", stages.deduplicate_batch, batch_id)


@task(name="extract", cache_policy=NO_CACHE, task_run_name="extract/{batch_id}")
def extract(state: RunState, batch_id: str) -> None:
    """Make articles and facts of a batch."""
    state.work("extracted", stages.extract_batch, batch_id)


@task(name="load", cache_policy=NO_CACHE, task_run_name="load/{batch_id}")
def load(state: RunState, writer: Writer, batch_id: str) -> PageChanges:
    """Load a batch in one transaction, unless a gate closed on it."""
    batch = state.batches[batch_id]
    if batch.is_closed:
        for checks in batch.checks:
            writer.record_checks(checks.with_columns(pl.lit(batch_id).alias("batch_id")))
        return PageChanges()
    loaded = collect_batch(state, batch_id)
    changes = writer.load(loaded)
    state.progress.loaded(batch.page_count)
    return changes


@task(name="publish", cache_policy=NO_CACHE)
def publish(writer: Writer, path: Path) -> None:
    """Put a copy of the finished warehouse where readers open it."""
    writer.publish(path)


@flow(name="banmian", task_runner=ThreadPoolTaskRunner(max_workers=8), validate_parameters=True)  # type: ignore[arg-type]
def banmian(inputs: list[Path], settings: Settings) -> Summary:
    """Turn the pages in ``inputs`` (files and folders) into rows of the warehouse.

    Raises
    ------
    BanmianError
        As ``transforms.errors`` lists them; GateClosed when expectations failed, after which the published warehouse is
        as it was.
    """
    started = time.perf_counter()
    found = discover(inputs, settings.root)
    manifests = read_manifests(found.manifests, settings.root)
    options = LandingOptions(**{name: getattr(settings, name) for name in LandingOptions._fields})
    writer_path = settings.work_folder / "writer.duckdb"
    with sole_writer(settings.work_folder), storage_errors(settings.warehouse, _DAMAGED):
        adopt(settings.warehouse, writer_path)
        run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"
        with (
            Writer(writer_path, run_id=run_id, rules_version=rules_version()) as writer,
            Pool(settings.workers) as pool,
            Progress() as progress,
        ):
            writer.begin_run()
            plan = make_plan(
                found,
                manifests,
                PathPattern(settings.path_pattern),
                options,
                ledger=writer.ledger(),
                rules_version=writer.rules_version,
                full_refresh=settings.full_refresh,
                thresholds=settings.quality,
            )
            state = RunState(
                str(settings.stage_folder),
                plan,
                options,
                pool,
                progress,
                renew=settings.full_refresh,
                thresholds=settings.quality,
            )
            summary = _carry_out(state, plan, writer, settings, skipped_count=len(found.skipped))
    summary = summary._replace(duration_s=time.perf_counter() - started)
    create_markdown_artifact(markdown_of(summary), key="banmian-summary", description="What the run did")
    if summary.gate_messages:
        raise GateClosed(
            str(settings.warehouse),
            "the gate is closed, the published warehouse is as it was\n" + "\n".join(summary.gate_messages),
            "mend or take out the pages named, then run again; the checks are in quality.checks of the next warehouse",
        )
    return summary


def _carry_out(state: RunState, plan: Plan, writer: Writer, settings: Settings, *, skipped_count: int) -> Summary:
    """Do what the plan says, and publish if every gate stayed open and there is something new to read."""
    changes = _work_through(state, writer)
    if settings.prune and plan.missing:
        changes = changes.plus(writer.remove(plan.missing))
    refused_anew = bool(plan.refusals) and writer.quarantine(quarantine_rows(plan.refusals, "raw"))
    changes = changes._replace(unchanged=changes.unchanged + writer.page_count(plan.unchanged))
    messages = [batch.closed_by for batch in state.batches.values() if batch.closed_by]
    has_news = bool(state.batches) or changes.removed > 0 or refused_anew or writer.has_unpublished(settings.warehouse)
    if has_news:
        messages += judge_run(writer, state.thresholds)
    names = [*(refusal.input for refusal in plan.refusals), *state.inputs(), *plan.unchanged]
    quarantined = writer.quarantined_count(names)
    withheld = sum(batch.page_count for batch in state.batches.values() if batch.is_closed)
    summary = Summary(
        run_id=writer.run_id,
        warehouse=str(settings.warehouse),
        pages_seen=sum(changes) - changes.removed + quarantined + withheld,
        changes=changes,
        quarantined=quarantined,
        withheld=withheld,
        missing=0 if settings.prune else writer.page_count(plan.missing),
        skipped_files=skipped_count,
        totals=count_all(writer.connection),
        checks=writer.check_counts(),
        gate_messages=messages,
        duration_s=0.0,
        rules_version=writer.rules_version,
    )
    writer.end_run(
        "gate_closed" if messages else "done",
        changes,
        seen=summary.pages_seen,
        quarantined=quarantined,
        missing=summary.missing,
    )
    if settings.data_docs:
        write_data_docs(state, settings.data_docs)
    if has_news and not messages:
        publish(writer, settings.warehouse)
    return summary


def _work_through(state: RunState, writer: Writer) -> PageChanges:
    """Take every planned batch through the stages into the writer's file; return what became of the pages."""
    names = [*state.planned, *state.containers]
    state.progress.begin(sum(len(batch.files) for batch in state.planned.values()) + len(state.containers))
    for future in [land.submit(state, name) for name in names]:
        future.result()
    state.open_batches(names)
    chains = [_submit_chain(state, batch_id) for batch_id in state.batches]
    changes = PageChanges()
    for batch_id, chain in zip(state.batches, chains, strict=True):
        for future in chain:  # in their order, so that the first that failed is the one that is told
            future.result()
        changes = changes.plus(load(state, writer, batch_id))
    return changes


def _submit_chain(state: RunState, batch_id: str) -> list[PrefectFuture[None]]:
    """Submit the stages of a batch and the gates between them, each waiting for the one before."""
    chain = [gate.submit(state, STAGES[0], batch_id)]
    for stage, work in zip(STAGES[1:], (clean, deduplicate, extract), strict=True):
        chain.append(work.submit(state, batch_id, wait_for=chain[-1:], return_state=False))
        chain.append(gate.submit(state, stage, batch_id, wait_for=chain[-1:], return_state=False))
    return chain
