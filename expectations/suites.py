"""The suites of Great Expectations, one for each stage, made from the table of rules, and their evaluation."""

from __future__ import annotations

import os
import sys
import warnings
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from expectations.imports import imported_when_used
from expectations.measures import Measured
from expectations.rules import PAGE_RULES, Stage
from expectations.settings import Settings
from expectations.settled import settled

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations import ExpectationSuite
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context import AbstractDataContext, EphemeralDataContext
    from great_expectations.datasource.fluent.interfaces import Batch

# Frames that must have rows when the batch has pages. The others may be empty: a page need not have copies or facts.
NEVER_EMPTY: Final = ("pages", "paragraphs", "paragraph_lines", "kept", "articles", "article_paragraphs")
WORK_DONE: Final = "the stage did its work"
# What most pages of a batch must be without once a stage has done its work.
DONE_BY: Final[dict[Stage, tuple[str, ...]]] = {
    "cleaned": ("broken_line_splits",),
    "deduplicated": ("duplicated_blocks",),
}
FRAME_FAULTS: Final = ("missing_columns", "wrong_types", "null_keys", "empty_columns", "strangers")


@cache
def load_gx() -> ModuleType:
    """Import Great Expectations, quiet and offline, and return it: 4 s and 200 MB, so only who judges calls this."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    if sys.modules.get("pandas", sys) is None:  # kept out by whoever had no use for it so far
        del sys.modules["pandas"]
    # Only the comparison of distributions and its chart use these two, which take a third of the import.
    with warnings.catch_warnings(), imported_when_used("altair", "scipy.stats"):
        warnings.simplefilter("ignore")
        import great_expectations  # noqa: PLC0415 - the reason stands above
    return great_expectations


def quieten(context: AbstractDataContext) -> None:
    """Switch off the progress bars of ``context``."""
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415 - late, as above

    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)


@cache
def _context() -> EphemeralDataContext:
    """Return the context that all suites share: it lives in memory and leaves nothing on disk."""
    context: EphemeralDataContext = load_gx().get_context(mode="ephemeral")
    quieten(context)
    return context


def use_shared_context() -> None:
    """Make the context in memory the one that Great Expectations takes for the current one."""
    load_gx().data_context.set_context(_context())


@cache
def _batch_definition(name: str) -> BatchDefinition[Any]:
    """Return the one batch definition over a frame in memory."""
    asset = _context().data_sources.add_pandas(name).add_dataframe_asset(name)
    definition: BatchDefinition[Any] = asset.add_batch_definition_whole_dataframe(name)
    return definition


def batch_of_frame(frame: pd.DataFrame) -> Batch:
    """Return ``frame`` as a batch that Great Expectations can validate: ``batch_of_frame(frame).validate(suite)``."""
    return _batch_definition("measures").get_batch(batch_parameters={"dataframe": frame})


def build_suites(
    stage: Stage, page_count: int, allowance: int, settings: Settings, *, is_whole: bool = True
) -> tuple[ExpectationSuite, ExpectationSuite]:
    """Return the suites of ``stage`` about its frames and its pages, of which ``allowance`` may be held back.

    What most pages must be without is asked only where the pages are all there are to judge (``is_whole``).
    """
    gx = load_gx()
    _context()  # a suite needs one to exist
    expect: Any = gx.expectations
    frames = [
        expect.ExpectColumnValuesToBeBetween(column=column, max_value=0, severity="critical", mostly=1.0)
        for column in (*FRAME_FAULTS, "is_empty")
    ]
    # A page that fails is held back; the batch fails only where more pages do than are allowed to.
    mostly = max(0.0, 1 - allowance / page_count - 1e-9) if page_count else 1.0
    pages = [
        expect.ExpectTableRowCountToBeBetween(min_value=1, severity="critical"),
        expect.ExpectColumnValuesToBeUnique(column="page_id", severity="critical"),
        expect.ExpectColumnValuesToNotBeNull(column="page_id", severity="critical"),
        expect.ExpectColumnValuesToBeBetween(
            column="is_held",
            max_value=0,
            severity="critical",
            mostly=mostly,
            description="few enough pages are held back",
        ),
    ]
    pages.extend(
        expect.ExpectColumnValuesToBeBetween(
            column=rule.name,
            max_value=rule.limit,
            severity=rule.severity,
            mostly=mostly if rule.severity == "critical" else 1.0,
            description=rule.expects,
        )
        for rule in PAGE_RULES[stage]
    )
    if is_whole and page_count >= settings.pages_for_shares:
        pages.extend(
            expect.ExpectColumnValuesToBeBetween(
                column=name,
                max_value=0,
                severity="critical",
                mostly=1 - settings.max_pages_with_defect,
                description=f"{WORK_DONE}: most pages are without {name}",
            )
            for name in DONE_BY.get(stage, ())
        )
    # All at once: an expectation that is added is compared with all that are there.
    return (
        gx.ExpectationSuite(name=f"{stage}_frames", expectations=frames),
        gx.ExpectationSuite(name=stage, expectations=pages),
    )


def with_emptiness(frames: pl.DataFrame) -> pl.DataFrame:
    """Return ``frames`` (schema ``FRAME_MEASURES``) with ``is_empty``: 1 where a frame that must have rows has none."""
    is_empty = pl.col("frame").is_in(NEVER_EMPTY) & (pl.col("row_count") == 0)
    return frames.with_columns(is_empty.cast(pl.Int64).alias("is_empty"))


def batch_frames(measured: Measured, held: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what the two suites of a stage judge: its frames, and its pages with ``is_held``."""
    is_held = pl.col("page_id").is_in(held["page_id"].implode()).cast(pl.Int64).alias("is_held")
    return with_emptiness(measured.frames), measured.pages.with_columns(is_held)


def evaluate(
    stage: Stage, measured: Measured, held: pl.DataFrame, allowance: int, settings: Settings, *, is_whole: bool = True
) -> pl.DataFrame:
    """Return one row for each expectation of ``stage``, schema ``gate.CHECKS``: what Great Expectations says of ``measured``."""
    frames = batch_frames(measured, held)
    suites = build_suites(stage, measured.pages.height, allowance, settings, is_whole=is_whole)
    with settled():
        rows = [row for suite, frame in zip(suites, frames, strict=True) for row in _validate(stage, suite, frame)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _share(config: Any) -> str:  # noqa: ANN401 - the type is Great Expectations' own
    """Return what tells the expectation about most pages from that about all of the same column."""
    return " in most pages" if (config.description or "").startswith(WORK_DONE) else ""


def _validate(stage: Stage, suite: ExpectationSuite, frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return one row for each expectation of ``suite`` about ``frame``."""
    result = batch_of_frame(frame.to_pandas()).validate(suite, result_format="BASIC")
    rows = []
    for one in result.results:
        config: Any = one.expectation_config
        column = config.kwargs.get("column")
        measure = frame[column] if column in frame.columns and frame.schema[column].is_numeric() else None
        observed = one.result.get("observed_value") if column is None else None if measure is None else measure.sum()
        rows.append(
            {
                "stage": stage,
                "suite": suite.name,
                "expectation": config.type if column is None else f"{config.type}({column}{_share(config)})",
                "severity": str(config.severity.value),
                "success": bool(one.success),
                "observed_value": None if observed is None else float(observed),
                "unexpected_count": one.result.get("unexpected_count", 0 if one.success else frame.height),
                "checked_count": frame.height,
            }
        )
    return sorted(rows, key=lambda row: row["expectation"])
