"""What a run would find to do, told without running one: no Prefect, nothing written.

For `banmian status` and for `banmian run --if-new`: a schedule of every few minutes mostly finds nothing new, and a run takes ten
seconds of a processor to say so.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flows.discovery import Discovery, discover, quarantine_rows
from flows.landing import LandingOptions
from flows.manifest import read_manifests
from flows.naming import PathPattern
from flows.plan import Plan, make_plan
from flows.rules_version import rules_version
from transforms.errors import WarehouseDamaged
from warehouse.ask import connect
from warehouse.inputs import InputRow, is_stale, read_inputs
from warehouse.lake import is_lake
from warehouse.ledger import has_unpublished
from warehouse.lock import sole_writer
from warehouse.migrate import is_newest_schema
from warehouse.quarantine import are_recorded, held_count

if TYPE_CHECKING:
    import duckdb

    from flows.settings import Settings


class Outlook(NamedTuple):
    """What there is, what the ledger knows of it by input, and what a run would do about it."""

    found: Discovery
    known: dict[str, InputRow]
    plan: Plan


class Quiet(NamedTuple):
    """That a run would do nothing: how many inputs are as they were, and how many pages of them are held back."""

    unchanged: int
    held: int


def look_ahead(inputs: list[Path], settings: Settings, connection: duckdb.DuckDBPyConnection) -> Outlook:
    """Compare ``inputs`` with the ledger as a run would: what may have changed since it was read is read, and hashed.

    Raises
    ------
    UsageError
        As ``flows.discovery.discover`` raises it.
    """
    found = discover(inputs, settings.root)
    known = read_inputs(connection)
    plan = make_plan(
        found,
        read_manifests(found.manifests, settings.root),
        PathPattern(settings.path_pattern),
        LandingOptions(**{name: getattr(settings, name) for name in LandingOptions._fields}),
        ledger=known,
        rules_version=rules_version(),
        full_refresh=settings.full_refresh,
        thresholds=settings.quality,
    )
    return Outlook(found, known, plan)


def look_for_nothing(inputs: list[Path], settings: Settings) -> Quiet | None:
    """Return what is to be said where a run over ``inputs`` would change nothing, of rows, files or report; else None.

    None also where it cannot be told: of a lake, which is asked over a network, or of a writer's file that is not sound.

    Raises
    ------
    UsageError
        As ``flows.discovery.discover`` raises it.
    WarehouseBusy
        If a run is at work on the warehouse.
    """
    writer_path = settings.work_folder / "writer.duckdb"
    if is_lake(settings.warehouse) or settings.full_refresh or not writer_path.is_file() or _is_report_old(settings):
        return None
    with sole_writer(settings.work_folder):
        try:
            connection = connect(writer_path)
        except WarehouseDamaged:
            return None
        with connection:
            if not is_newest_schema(connection):
                return None
            plan = look_ahead(inputs, settings, connection).plan
            stamps = {name: plan.stamps[name] for name in plan.unchanged if name in plan.stamps}
            refused = quarantine_rows(plan.refusals, "raw")
            has_work = (
                bool(plan.sha256s)
                or (settings.prune and bool(plan.missing))
                or not are_recorded(connection, refused)
                or is_stale(connection, stamps)
                or has_unpublished(connection, settings.warehouse, is_lake=False)
            )
            if has_work:
                return None
            names = [*plan.unchanged, *(refusal.input for refusal in plan.refusals)]
            return Quiet(len(plan.unchanged), held_count(connection, names))


def _is_report_old(settings: Settings) -> bool:
    """Return whether a run would write the report anew."""
    if settings.report is None:
        return False
    page = settings.report / "index.html"
    try:
        return page.stat().st_mtime_ns < settings.warehouse.stat().st_mtime_ns
    except OSError:
        return True
