"""The jobs of `prefect.yaml`, for those who run a Prefect server with a work pool: a flow each, with a form that explains itself.

Each is what the command of its name does, with the same code. What is not in a form comes from ``banmian.toml`` in the working
directory and the ``BANMIAN_…`` variables of the worker. A closed gate fails the run; inputs held back do not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.again import held_groups, set_aside_damaged
from flows.checking import check_inputs, stage_names
from flows.landing import LandingOptions
from flows.reporting import name_of
from flows.run import banmian
from flows.run import rebuild as rebuild_flow
from flows.run import retry as retry_flow
from flows.settings import Settings, load_settings
from flows.summary import Summary
from transforms.errors import GateClosed, UsageError
from warehouse.lake import has_password, shown

# Prefect's form takes the bounds from here, and the descriptions from the docstrings, which it reads in Google's style only.
Inputs: TypeAlias = Annotated[list[str], Field(min_length=1)]
# A form's values are kept and shown by Prefect, so its server refuses one with a password.
Warehouse: TypeAlias = Annotated[
    str | None, Field(min_length=1, json_schema_extra={"not": {"type": "string", "pattern": "password|:[^/@]+@"}})
]
Workers: TypeAlias = Annotated[int | None, Field(ge=1, le=1024)]
Stage: TypeAlias = Literal["raw", "cleaned", "deduplicated", "extracted"] | None

_RUNNER: Any = ThreadPoolTaskRunner()  # its type is one that Prefect's decorator does not take


@flow(name="nightly", flow_run_name="nightly", task_runner=_RUNNER)
def nightly(
    inputs: Inputs,
    warehouse: Warehouse = None,
    workers: Workers = None,
    full_refresh: bool = False,
    prune: bool = False,
    data_docs: str | None = None,
    report: str | None = None,
    stages: str | None = None,
    cluster: str | None = None,
    lake_data: str | None = None,
) -> State:
    """Bring what is new or changed in the inputs into the warehouse and publish it, as `banmian run` does.

    Args:
        inputs: Files and folders on the worker's machine or at a URL: pages, and containers with a page per record.
        warehouse: The DuckDB file that readers open, or a lake; the setting of that name if left out.
        workers: Processes that work on batches; one per core if left out.
        full_refresh: Make every row of these inputs anew, as if nothing had been loaded before.
        prune: Delete the pages of files that are gone from the input folders; without it they are kept.
        data_docs: Folder for Great Expectations' Data Docs of the run, which is made anew; none if left out.
        report: Folder for the report on what is published, which is made anew; none if left out.
        stages: Folder or URL for the stage files; beside the warehouse if left out.
        cluster: Address of a Dask scheduler whose workers do the work; processes of the worker's machine if left out.
        lake_data: Folder or URL for the rows of a lake, when it is made.
    """
    settings = _settings(
        warehouse,
        workers=workers,
        full_refresh=full_refresh or None,
        prune=prune or None,
        data_docs=data_docs,
        report=report,
        stages=stages,
        cluster=cluster,
        lake_data=lake_data,
    )
    return _ended(banmian.fn([Path(one) for one in inputs], settings), settings)


@flow(name="retry", flow_run_name="retry", task_runner=_RUNNER)
def retry(warehouse: Warehouse = None, workers: Workers = None) -> State:
    """Read the inputs in the quarantine again, from where they were, as `banmian retry` does.

    Args:
        warehouse: The DuckDB file that readers open; the setting of that name if left out.
        workers: Processes that work on batches; one per core if left out.
    """
    settings = _settings(warehouse, workers=workers)
    groups, gone = held_groups(settings)
    done = [
        _ended(retry_flow.fn(names, _settings(warehouse, workers=workers, **reading)), settings)
        for reading, names in groups
    ]
    return done[-1] if done else Completed(message=f"nothing to read again; {len(gone)} files are gone")


@flow(name="rebuild", flow_run_name="rebuild", task_runner=_RUNNER)
def rebuild(warehouse: Warehouse = None, workers: Workers = None, data_docs: str | None = None) -> State:
    """Make every row anew from the text of the pages that the warehouse keeps, as `banmian rebuild` does.

    Args:
        warehouse: The DuckDB file that readers open; the setting of that name if left out.
        workers: Processes that work on batches; one per core if left out.
        data_docs: Folder for Great Expectations' Data Docs of the run, which is made anew; none if left out.
    """
    settings = _settings(warehouse, workers=workers, data_docs=data_docs)
    set_aside_damaged(settings)
    return _ended(rebuild_flow.fn(settings), settings)


@flow(name="check", flow_run_name="check", task_runner=_RUNNER)
def check(warehouse: Warehouse = None, stage: Stage = None) -> State:
    """Judge the published warehouse by the quality suites and change nothing, as `banmian check` does.

    Args:
        warehouse: The DuckDB file that readers open; the setting of that name if left out.
        stage: The stage whose suite is to judge; all four if left out.
    """
    settings = _settings(warehouse)
    options = LandingOptions(**{name: getattr(settings, name) for name in LandingOptions._fields})
    checked, _ = check_inputs([settings.warehouse], stage_names(stage), options, thresholds=settings.quality)
    counts = checked.findings.group_by("stage", "severity", "rule").len("pages").sort("severity", "stage", "rule")
    create_table_artifact(
        counts.to_dicts() or [{"findings": "none"}], key="banmian-findings", description="Pages that break each rule"
    )
    closed = [judgement.message for judgement in checked.judgements.values() if judgement.is_closed]
    if closed:
        raise GateClosed(
            settings.shown_warehouse, "\n".join(closed), "banmian run on the mended pages, or banmian rebuild"
        )
    held = sum(judgement.held_pages.height for judgement in checked.judgements.values())
    return Completed(message=f"{checked.findings.height:,} findings, {held:,} pages would be held back")


def _settings(warehouse: str | None, **given: Any) -> Settings:  # noqa: ANN401 - as load_settings
    """Return the settings in force; refuse a password in a form, should Prefect's server have let it through."""
    if warehouse is not None and has_password(warehouse):
        raise UsageError(
            shown(warehouse), "Prefect keeps and shows what is in a form, so no password may be in it",
            "PGPASSFILE or PGPASSWORD in the environment of the worker",
        )  # fmt: skip
    return load_settings(warehouse=warehouse, **given)


def _ended(summary: Summary, settings: Settings) -> State:
    return Completed(message=name_of(summary, settings.title))
