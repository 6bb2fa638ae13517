"""A run below Prefect and without Great Expectations: the same stages, writer and publishing, in a process made for it.

Prefect's server needs more than ten seconds to start, so that hundreds of kills over `banmian run` would take hours; some are
done there too (test_whole_runs.py). Processes are forked from a server that has everything imported.
"""

from __future__ import annotations

import multiprocessing
import resource
import traceback
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import jieba  # noqa: F401 - here and pandas: imported before the fork, not in every child
import pandas  # noqa: F401

from flows import stages
from flows.collect import collect_batch
from flows.discovery import discover, quarantine_rows
from flows.groups import Landing
from flows.landing import LandingOptions
from flows.manifest import read_manifests
from flows.naming import PathPattern
from flows.plan import make_plan
from flows.pool import Pool
from flows.progress import Progress
from flows.settings import Settings
from flows.state import RunState
from tests.reliability.faults import Fault, plan
from transforms.errors import BanmianError
from warehouse.canonical import fingerprints
from warehouse.lock import sole_writer
from warehouse.publish import adopt
from warehouse.storage import require_room, storage_errors
from warehouse.writer import PageChanges, Writer

STAGES = (
    ("cleaned", stages.clean_batch),
    ("deduplicated", stages.deduplicate_batch),
    ("extracted", stages.extract_batch),
)


def carry_out(inputs: list[Path], settings: Settings, *, run_id: str = "run", check_room: bool = True) -> PageChanges:
    """Do what a run does between its start and its end; without ``check_room`` it does not look at the disk first."""
    found = discover(inputs, settings.root)
    manifests = read_manifests(found.manifests, settings.root)
    options = LandingOptions(**{name: getattr(settings, name) for name in LandingOptions._fields})
    writer_path = settings.work_folder / "writer.duckdb"
    with storage_errors(settings.warehouse, "…"), sole_writer(settings.work_folder):
        adopt(settings.warehouse, writer_path)
        with Writer(writer_path, run_id=run_id, rules_version="rules") as writer, Pool(settings.workers) as pool:
            todo = make_plan(
                found,
                manifests,
                PathPattern(settings.path_pattern),
                options,
                ledger=writer.ledger(),
                rules_version="rules",
                full_refresh=settings.full_refresh,
            )
            if todo.landing_bytes and check_room:
                require_room(writer_path, todo.landing_bytes)
            writer.begin_run()
            state = RunState(
                str(settings.stage_folder), todo, options, pool, Progress(is_quiet=True), renew=settings.full_refresh
            )
            changes = _load_all(state, writer)
            if settings.prune and todo.missing:
                changes = changes.plus(writer.remove(todo.missing))
            refused = bool(todo.refusals) and writer.quarantine(quarantine_rows(todo.refusals, "raw"))
            has_news = bool(state.batch_ids) or changes.removed or refused
            has_news = has_news or writer.has_unpublished(settings.warehouse)
            writer.end_run("done", changes, seen=sum(changes), quarantined=0, missing=0)
            if has_news:
                writer.publish(settings.warehouse)
    return changes


def _load_all(state: RunState, writer: Writer) -> PageChanges:
    landing = Landing(state.plan, state.options, state.pool, state.stages, renew=state.renew)
    changes = PageChanges()
    while landing.has_more:
        group = landing.take()
        for stage, function in STAGES:
            state.work(stage, function, group.batches)
        for batch in group.batches:
            changes = changes.plus(writer.load(collect_batch(state, batch)))
            state.finished(batch)
    return changes


class Outcome(NamedTuple):
    """How a child ended: its exit code (negative: the signal that killed it), what it said, and events counted."""

    exit_code: int
    error: str
    count: int


class Way(NamedTuple):
    """How a child runs: the fault it meets, the largest file it may write, whether it looks for room on the disk first."""

    fault: Fault | None = None
    run_id: str = "run"
    max_file_bytes: int | None = None
    check_room: bool = False


def _child(pipe: Any, inputs: list[Path], settings: dict, way: Way) -> None:
    hook = plan(way.fault)
    if way.max_file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (way.max_file_bytes, way.max_file_bytes))
    try:
        carry_out(inputs, Settings(**settings), run_id=way.run_id, check_room=way.check_room)
    except BanmianError as error:
        pipe.send((error.exit_code, str(error), hook.count))
    except BaseException:
        pipe.send((1, traceback.format_exc(), hook.count))
    else:
        pipe.send((0, "", hook.count))


def start(inputs: list[Path], **options: Any) -> tuple[multiprocessing.process.BaseProcess, Any]:
    """Start a run in a child; return the process and the pipe on which it tells its end.

    ``options`` are fields of ``Way`` and of the settings.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.warmed"])
    ours, theirs = context.Pipe(duplex=False)
    way = Way(**{name: options.pop(name) for name in Way._fields if name in options})
    options.setdefault("workers", 1)
    process = context.Process(target=_child, args=(theirs, inputs, options, way))
    process.start()
    theirs.close()
    return process, ours


def finish(process: multiprocessing.process.BaseProcess, pipe: Any, *, timeout_s: float = 120) -> Outcome:
    """Wait for a child and return how it ended."""
    told = (None, "", 0)
    try:
        if pipe.poll(timeout_s):
            told = pipe.recv()
    except EOFError:
        pass
    process.join(timeout_s)
    if process.is_alive():
        process.kill()
        process.join()
        return Outcome(-9, f"it did not end within {timeout_s} s", 0)
    return Outcome(told[0] if told[0] is not None else process.exitcode, told[1], told[2])


def run(inputs: list[Path], **options: Any) -> Outcome:
    """Run in a child to its end."""
    return finish(*start(inputs, **options))


def contents(path: Path) -> dict[str, str]:
    """Return the canonical fingerprints of the warehouse at ``path``."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return fingerprints(connection)
