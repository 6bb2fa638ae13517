"""The flow: land → clean → deduplicate → extract → load → publish, with a gate after each stage.

One Prefect task is one stage of a group of batches (thousands of pages), never a page: a task costs Prefect about .1 s. What
is handed on is in the stage files, not in what tasks return. The ledger in the warehouse, not Prefect, says what is done; so
nothing is cached or retried here, and a run that was killed is simply run again.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
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
from flows.cluster import Cluster
from flows.collect import collect_batch, quarantine_rows
from flows.discovery import discover
from flows.gates import judge_batch, judge_run, write_data_docs
from flows.groups import Group, Landing
from flows.landing import LandingOptions
from flows.linking import link_in_partitions
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
from warehouse.lake import is_lake
from warehouse.lock import sole_writer
from warehouse.publish import adopt
from warehouse.storage import require_room, storage_errors
from warehouse.totals import count_all
from warehouse.writer import PageChanges, Writer

_DAMAGED: Final = (
    "move <warehouse>.work/writer.duckdb away and run again: it goes on from the published warehouse, or, without one,"
    " makes every row anew from the inputs"
)


@task(name="land", cache_policy=NO_CACHE, task_run_name="land/{number}")
def land(landing: Landing, number: int) -> Group:
    """Land the next group of batches."""
    return landing.take()


@task(name="gate", cache_policy=NO_CACHE, task_run_name="gate/{stage}/{group}")
def gate(state: RunState, stage: Stage, group: Group) -> None:
    """Judge what a stage made of each batch: hold back pages, or close the gate."""
    for batch in group.batches:
        judge_batch(state, stage, batch)


@task(name="clean", cache_policy=NO_CACHE, task_run_name="clean/{group}")
def clean(state: RunState, group: Group) -> None:
    """Clean a group."""
    state.work("cleaned", stages.clean_batch, group.batches)


@task(name="deduplicate", cache_policy=NO_CACHE, task_run_name="deduplicate/{group}")
def deduplicate(state: RunState, group: Group) -> None:
    """Find the copies inside the pages of a group."""
    state.work("deduplicated", stages.deduplicate_batch, group.batches)


@task(name="extract", cache_policy=NO_CACHE, task_run_name="extract/{group}")
def extract(state: RunState, group: Group) -> None:
    """Make articles and facts of a group."""
    state.work("extracted", stages.extract_batch, group.batches)


@task(name="load", cache_policy=NO_CACHE, task_run_name="load/{group}")
def load(state: RunState, writer: Writer, group: Group) -> PageChanges:
    """Load each batch in one transaction, unless a gate closed on it."""
    changes = PageChanges()
    for batch in group.batches:
        if batch.is_closed:
            for checks in batch.checks:
                writer.record_checks(checks.with_columns(pl.lit(batch.batch_id).alias("batch_id")))
        else:
            changes = changes.plus(writer.load(collect_batch(state, batch)))
            state.progress.loaded(batch.page_count)
        state.finished(batch)
    return changes


@task(name="link", cache_policy=NO_CACHE)
def link(writer: Writer, state: RunState) -> None:
    """Find the reprints among what was loaded without being compared: on a cluster, or by a run that was killed there."""
    link_in_partitions(writer, state.pool, f"{state.stages}/linking/{writer.run_id}")


@task(name="publish", cache_policy=NO_CACHE)
def publish(writer: Writer, path: Path) -> None:
    """Put a copy of the finished warehouse where readers open it."""
    writer.publish(path)


@flow(name="banmian", task_runner=ThreadPoolTaskRunner(), validate_parameters=True)  # type: ignore[arg-type]
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
    writes_lake = is_lake(settings.warehouse)
    writer_path = settings.warehouse if writes_lake else settings.work_folder / "writer.duckdb"
    with storage_errors(settings.warehouse, _DAMAGED), sole_writer(settings.work_folder):
        if not writes_lake:
            adopt(settings.warehouse, writer_path)
        run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"
        with (
            Writer(writer_path, run_id=run_id, rules_version=rules_version(), lake_data=settings.lake_data) as writer,
            Cluster(settings.cluster) if settings.cluster else Pool(settings.workers) as pool,
            Progress() as progress,
        ):
            plan = make_plan(
                found,
                manifests,
                PathPattern(settings.path_pattern),
                options,
                ledger=writer.ledger(),
                rules_version=writer.rules_version,
                full_refresh=settings.full_refresh,
                thresholds=settings.quality,
                workers=pool.workers,
            )
            if plan.landing_bytes and not writes_lake:
                require_room(writer_path, plan.landing_bytes)
            writer.begin_run()
            state = RunState(
                settings.stage_url,
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
    link(writer, state)
    refused_anew = bool(plan.refusals) and writer.quarantine(quarantine_rows(plan.refusals, "raw"))
    changes = changes._replace(unchanged=changes.unchanged + writer.page_count(plan.unchanged))
    messages = list(state.gate_messages)
    has_news = (
        bool(state.batch_ids) or changes.removed > 0 or refused_anew or writer.has_unpublished(settings.warehouse)
    )
    if has_news:
        messages += judge_run(writer, state.thresholds)
    names = [*(refusal.input for refusal in plan.refusals), *state.placed, *plan.unchanged]
    quarantined = writer.quarantined_count(names)
    summary = Summary(
        run_id=writer.run_id,
        warehouse=str(settings.warehouse),
        pages_seen=sum(changes) - changes.removed + quarantined + state.withheld_count,
        changes=changes,
        quarantined=quarantined,
        withheld=state.withheld_count,
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
    """Take every planned batch through the stages into the writer's file; return what became of the pages.

    Groups are loaded in the order in which they are landed; so many are on their way that no worker waits for work while one is
    loaded, and no more.
    """
    plan = state.plan
    state.progress.begin(sum(len(batch.files) for batch in plan.batches) + len(plan.containers))
    landing = Landing(plan, state.options, state.pool, state.stages, renew=state.renew, thresholds=state.thresholds)
    on_their_way: deque[tuple[Group, list[PrefectFuture[None]]]] = deque()
    changes = PageChanges()
    while landing.has_more or on_their_way:
        if landing.has_more and len(on_their_way) <= state.pool.workers:
            group = land(landing, landing.group_count + 1)
            on_their_way.append((group, _submit_chain(state, group)))
            continue
        group, chain = on_their_way.popleft()
        for future in chain:  # in their order, so that the first that failed is the one that is told
            future.result()
        changes = changes.plus(load(state, writer, group))
    return changes


def _submit_chain(state: RunState, group: Group) -> list[PrefectFuture[None]]:
    """Submit the stages of a group and the gates between them, each waiting for the one before."""
    chain = [gate.submit(state, STAGES[0], group)]
    for stage, work in zip(STAGES[1:], (clean, deduplicate, extract), strict=True):
        chain.append(work.submit(state, group, wait_for=chain[-1:], return_state=False))
        chain.append(gate.submit(state, stage, group, wait_for=chain[-1:], return_state=False))
    return chain
