"""The flow: land → clean → deduplicate → extract → load → publish, with a gate after each stage.

One Prefect task is one stage of a group of batches (thousands of pages), never a page: a task costs Prefect about .1 s. What
is handed on is in the stage files, not in what tasks return. The ledger in the warehouse, not Prefect, says what is done; so
nothing is cached or retried here, and a run that was killed is simply run again.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from expectations.rules import STAGES, Stage
from flows import stages
from flows.again import found_again
from flows.cluster import Cluster
from flows.collect import collect_batch
from flows.discovery import Discovery, discover, quarantine_rows
from flows.gates import judge_batch, judge_run, write_data_docs
from flows.groups import Group, Landing
from flows.landing import LandingOptions
from flows.linking import link_in_partitions
from flows.manifest import read_manifests
from flows.naming import PathPattern
from flows.notify import notifying
from flows.plan import Plan, make_plan
from flows.pool import Pool
from flows.progress import Progress
from flows.reporting import Meter, begin_report, report_end, report_quality
from flows.rules_version import rules_version
from flows.settings import Settings, reading_of
from flows.state import RunState
from flows.stored import StoredLanding
from flows.summary import Summary
from transforms.errors import GateClosed
from warehouse.again import stored_bytes
from warehouse.lake import can_write, is_lake, lake_errors
from warehouse.lock import sole_writer
from warehouse.measures import checks_of
from warehouse.publish import adopt
from warehouse.site import write_site
from warehouse.storage import require_room, storage_errors
from warehouse.totals import count_all
from warehouse.writer import PageChanges, Writer

_DAMAGED: Final = (
    "banmian rebuild, which sets the writer's file aside and begins with the published one; or, without one, move"
    " <warehouse>.work/writer.duckdb away and run again: that makes every row anew from the inputs"
)


@task(name="land", cache_policy=NO_CACHE, task_run_name="land/{number}")
def land(landing: Landing | StoredLanding, number: int) -> Group:
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
                writer.record_checks(checks, batch_id=batch.batch_id)
        else:
            changes = changes.plus(writer.load(collect_batch(state, batch)))
            state.progress.loaded(batch.batch_id, batch.page_count, len(batch.held))
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


@flow(
    name="banmian",
    flow_run_name="{settings.title}",  # until it is known what the run did
    task_runner=ThreadPoolTaskRunner(),  # type: ignore[arg-type]
    validate_parameters=True,
)
def banmian(inputs: list[Path], settings: Settings) -> Summary:
    """Turn the pages in ``inputs`` (files and folders) into rows of the warehouse.

    Raises
    ------
    BanmianError
        As ``transforms.errors`` lists them; GateClosed when expectations failed, after which the published warehouse is
        as it was.
    """

    def work() -> Summary:
        found = discover(inputs, settings.root)
        return _run(settings, lambda _: found)

    return _notified(settings, work)


@flow(
    name="banmian-retry",
    flow_run_name="{settings.title}: retry",
    task_runner=ThreadPoolTaskRunner(),  # type: ignore[arg-type]
)
def retry(names: list[str], settings: Settings) -> Summary:
    """Read the inputs ``names``, of which something is held back, again from where they were. Raises as ``banmian`` does."""
    again = settings.model_copy(update={"full_refresh": True, "prune": False})
    return _notified(settings, lambda: _run(again, lambda writer: found_again(writer.connection, names)))


@flow(
    name="banmian-rebuild",
    flow_run_name="{settings.title}: rebuild",
    task_runner=ThreadPoolTaskRunner(),  # type: ignore[arg-type]
)
def rebuild(settings: Settings) -> Summary:
    """Make every row anew from the text of the pages that the warehouse keeps. Raises as ``banmian`` does."""
    again = settings.model_copy(update={"full_refresh": True, "prune": False})
    nothing = Discovery([], [], [], [], [])
    return _notified(settings, lambda: _run(again, lambda _: nothing, is_stored=True))


def _notified(settings: Settings, work: Callable[[], Summary]) -> Summary:
    """Return what ``work`` returns, tell the webhook, and raise GateClosed if a gate closed."""
    with notifying(settings) as outcome:
        summary = outcome.summary = work()
        if summary.gate_messages:
            raise GateClosed(
                settings.shown_warehouse,
                "the gate is closed, the published warehouse is as it was\n" + "\n".join(summary.gate_messages),
                "mend or take out the pages named, then run again; the checks are in quality.checks of the next warehouse",
            )
    return summary


def _run(settings: Settings, find: Callable[[Writer], Discovery], *, is_stored: bool = False) -> Summary:
    """Do what there is to do about the files that ``find`` returns, alone on the warehouse, and report it to Prefect.

    With ``is_stored`` the pages of the warehouse take the place of those of files.
    """
    started = time.perf_counter()
    options = LandingOptions(**{name: getattr(settings, name) for name in LandingOptions._fields})
    writes_lake = is_lake(settings.warehouse)
    tries = settings.work_folder / "tries"
    writer_path = settings.warehouse if writes_lake else settings.work_folder / "writer.duckdb"
    telling = lake_errors(str(settings.warehouse)) if writes_lake else storage_errors(settings.warehouse, _DAMAGED)
    with telling, sole_writer(settings.work_folder):
        if not writes_lake:
            adopt(settings.warehouse, writer_path)
        run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"
        with (
            Writer(
                writer_path,
                run_id=run_id,
                rules_version=rules_version(),
                lake_data=settings.lake_data,
                is_linked_later=writes_lake and bool(settings.cluster) and can_write(settings.stage_url),
            ) as writer,
            Cluster(settings.cluster) if settings.cluster else Pool(settings.workers, tries=tries) as pool,
            Progress() as progress,
        ):
            found = find(writer)
            plan = make_plan(
                found,
                read_manifests(found.manifests, settings.root),
                PathPattern(settings.path_pattern),
                options,
                ledger=writer.ledger(),
                rules_version=writer.rules_version,
                full_refresh=settings.full_refresh,
                thresholds=settings.quality,
                workers=pool.workers,
            )
            state = RunState(
                settings.stage_url,
                plan,
                options,
                pool,
                progress,
                renew=settings.full_refresh,
                thresholds=settings.quality,
            )
            state.reading = reading_of(settings)
            needed = stored_bytes(writer.connection) if is_stored else plan.landing_bytes
            if needed and not writes_lake:
                require_room(writer_path, needed)
            if needed:
                pool.prepare(needed, stages.warm_up)
            with writer.run_row():
                begin_report(settings, dashboard=pool.dashboard if isinstance(pool, Cluster) else None)
                landing = StoredLanding(writer.connection, state) if is_stored else _landing(state)
                summary = _carry_out(state, plan, writer, settings, landing, skipped_count=len(found.skipped))
    summary = summary._replace(duration_s=time.perf_counter() - started)
    if settings.report and not summary.gate_messages:
        _write_report(settings.warehouse, settings.report)
    folders = {"data-docs": settings.data_docs, "report": settings.report}
    links = {name: folder / "index.html" for name, folder in folders.items() if folder}
    report_end(summary, settings, links={name: page for name, page in links.items() if page.exists()})
    return summary


def _write_report(warehouse: Path, folder: Path) -> None:
    """Write the report unless the one that is there is younger than the published file."""
    page = folder / "index.html"
    is_file = not is_lake(warehouse)
    if not is_file or not page.exists() or page.stat().st_mtime_ns < warehouse.stat().st_mtime_ns:
        write_site(warehouse, folder)


def _carry_out(
    state: RunState,
    plan: Plan,
    writer: Writer,
    settings: Settings,
    landing: Landing | StoredLanding,
    *,
    skipped_count: int,
) -> Summary:
    """Do what the plan says, and publish if every gate stayed open and there is something new to read."""
    changes = _work_through(state, writer, landing)
    if settings.prune and plan.missing:
        changes = changes.plus(writer.remove(plan.missing))
    link(writer, state)
    refused_anew = bool(plan.refusals) and writer.quarantine(quarantine_rows(plan.refusals, "raw"))
    changes = changes._replace(unchanged=changes.unchanged + writer.page_count(plan.unchanged))
    writer.stamp({name: plan.stamps[name] for name in plan.unchanged if name in plan.stamps})
    messages = list(state.gate_messages)
    has_news = (
        bool(state.batch_ids) or changes.removed > 0 or refused_anew or writer.has_unpublished(settings.warehouse)
    )
    if has_news:
        messages += judge_run(writer, settings.warehouse, state.thresholds)
    report_quality(checks_of(writer.connection, writer.run_id))
    names = [*(refusal.input for refusal in plan.refusals), *state.placed, *plan.unchanged]
    quarantined = writer.quarantined_count(names)
    summary = Summary(
        run_id=writer.run_id,
        warehouse=settings.shown_warehouse,
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


def _work_through(state: RunState, writer: Writer, landing: Landing | StoredLanding) -> PageChanges:
    """Take every planned batch through the stages into the writer's file; return what became of the pages.

    Groups are loaded in the order in which they are landed; so many are on their way that no worker waits for work while one is
    loaded, and no more.
    """
    plan = state.plan
    state.progress.begin(sum(len(batch.files) for batch in plan.batches) + len(plan.containers))
    meter = Meter(landing.byte_count)
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
        meter.loaded(sum(batch.batch.byte_count for batch in group.batches))
    meter.finish()
    return changes


def _landing(state: RunState) -> Landing:
    return Landing(state.plan, state.options, state.pool, state.stages, renew=state.renew, thresholds=state.thresholds)


def _submit_chain(state: RunState, group: Group) -> list[PrefectFuture[None]]:
    """Submit the stages of a group and the gates between them, each waiting for the one before."""
    chain = [gate.submit(state, STAGES[0], group)]
    for stage, work in zip(STAGES[1:], (clean, deduplicate, extract), strict=True):
        chain.append(work.submit(state, group, wait_for=chain[-1:], return_state=False))
        chain.append(gate.submit(state, stage, group, wait_for=chain[-1:], return_state=False))
    return chain
