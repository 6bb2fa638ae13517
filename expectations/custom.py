"""Expectations about text, in the idiom of Great Expectations, for anybody's data frame with a text column.

They are ordinary column map expectations: each row of the column is fine or not, ``mostly`` says how many must be, and
``unexpected_index_column_names`` of the result format names the rows by your own keys. Add them to any suite over a pandas
data frame (a DuckDB table becomes one with ``connection.sql("from paragraphs").df()``)::

    import great_expectations as gx
    from expectations.custom import ExpectNoBrokenLineSplits, ExpectNoDuplicatedBlocks

    suite = gx.ExpectationSuite(name="my_paragraphs")
    suite.add_expectation(ExpectNoBrokenLineSplits(column="text", page_column="page_id", order_column="paragraph_no"))
    suite.add_expectation(ExpectNoDuplicatedBlocks(column="text", page_column="page_id", min_chars=40, severity="warning"))

What a result quotes of unexpected rows is their text: Data Docs do not escape it, so render docs only from results taken with
``result_format="BOOLEAN_ONLY"``, or of text that you trust. This module imports Great Expectations (6 s): import it late.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pandas as pd
import polars as pl
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics import ColumnMapMetricProvider
from great_expectations.expectations.metrics.metric_provider import metric_partial

from expectations.breaks import broken_splits, describe, hard_wrapped
from expectations.characters import code_points
from expectations.legibility import MARKS, page_legibility
from expectations.marks import marks_of
from expectations.repeats import repeats
from expectations.settings import DEFAULTS, Settings


class _TextMetric(ColumnMapMetricProvider):
    """A condition on the rows of a text column that may look at the other rows of the same page."""

    condition_value_keys: ClassVar[tuple[str, ...]] = ("page_column", "order_column")

    @classmethod
    def unexpected_rows(cls, blocks: pl.DataFrame, settings: Settings, value_kwargs: dict[str, Any]) -> pl.DataFrame:
        """Return the rows of ``blocks`` that are not as expected, by ``block_no`` (their position in the frame)."""
        raise NotImplementedError

    @classmethod
    def condition(
        cls, execution_engine: PandasExecutionEngine, domain_kwargs: dict[str, Any], value_kwargs: dict[str, Any]
    ) -> tuple[pd.Series[bool], dict[str, Any], dict[str, Any]]:
        """Return which rows are unexpected, in the form that map conditions have in Great Expectations."""
        frame, compute_kwargs, accessor_kwargs = execution_engine.get_compute_domain(
            domain_kwargs=domain_kwargs, domain_type=MetricDomainTypes.COLUMN
        )
        column = accessor_kwargs["column"]
        frame = frame[frame[column].notnull()]
        page, order = value_kwargs.get("page_column"), value_kwargs.get("order_column")
        size = len(frame)
        blocks = pl.DataFrame(
            {
                "page_id": pl.Series(frame[page].astype(str).to_list() if page else ["all"] * size, dtype=pl.String),
                "block_no": pl.Series(range(size), dtype=pl.Int32),
                "text": pl.Series(frame[column].astype(str).to_list(), dtype=pl.String),
                "order": pl.Series(frame[order].to_list() if order else range(size)),
            }
        ).sort("page_id", "order", maintain_order=True)
        wrong = cls.unexpected_rows(blocks.drop("order"), _settings(value_kwargs), value_kwargs)
        positions = set(wrong["block_no"].to_list())
        unexpected = pd.Series([at in positions for at in range(size)], index=frame.index, dtype=bool)
        return unexpected, compute_kwargs, accessor_kwargs


def _settings(value_kwargs: dict[str, Any]) -> Settings:
    """Return the default settings with those that the expectation was given."""
    names = {"min_chars": "min_block_chars", "similarity": "copy_similarity", "loop_chars": "loop_chars"}
    given = {field: value_kwargs[name] for name, field in names.items() if value_kwargs.get(name) is not None}
    return Settings(**given)


def _condition(cls: type[_TextMetric], **kwargs: Any) -> Any:  # noqa: ANN401 - the type is Great Expectations' own
    return cls.condition(kwargs["execution_engine"], kwargs["metric_domain_kwargs"], kwargs["metric_value_kwargs"])


_pandas_condition = metric_partial(
    engine=PandasExecutionEngine,
    partial_fn_type=MetricPartialFunctionTypes.MAP_CONDITION_SERIES,
    domain_type=MetricDomainTypes.COLUMN,
)


class ColumnValuesBrokenSplits(_TextMetric):
    """Blocks that stop inside a sentence which another block goes on with."""

    condition_metric_name = "column_values.no_broken_line_splits"
    _pandas = _pandas_condition(_condition)

    @classmethod
    def unexpected_rows(cls, blocks: pl.DataFrame, settings: Settings, value_kwargs: dict[str, Any]) -> pl.DataFrame:
        described = describe(blocks.hstack(marks_of(*code_points(blocks["text"]))))
        wrapped = described.join(hard_wrapped(described, settings=settings), on="page_id", how="semi")
        whole = described.join(wrapped, on="page_id", how="anti")
        open_lines = wrapped.filter(~pl.col("is_closed")).select("block_no")
        return pl.concat([broken_splits(whole, settings=settings).select("block_no"), open_lines])


class ColumnValuesDuplicatedBlocks(_TextMetric):
    """Blocks that another block of the same page contains."""

    condition_metric_name = "column_values.no_duplicated_blocks"
    condition_value_keys = ("page_column", "order_column", "min_chars", "similarity")
    _pandas = _pandas_condition(_condition)

    @classmethod
    def unexpected_rows(cls, blocks: pl.DataFrame, settings: Settings, value_kwargs: dict[str, Any]) -> pl.DataFrame:
        return repeats(blocks, settings=settings)[0]


class ColumnValuesLoopingBlocks(_TextMetric):
    """Blocks that say one phrase over and over."""

    condition_metric_name = "column_values.no_looping_blocks"
    condition_value_keys = ("page_column", "order_column", "loop_chars")
    _pandas = _pandas_condition(_condition)

    @classmethod
    def unexpected_rows(cls, blocks: pl.DataFrame, settings: Settings, value_kwargs: dict[str, Any]) -> pl.DataFrame:
        return repeats(blocks, settings=settings)[1]


class ColumnValuesMojibake(_TextMetric):
    """Texts that were read in another encoding than they were written in."""

    condition_metric_name = "column_values.no_mojibake"
    condition_value_keys = ("max_share",)
    _pandas = _pandas_condition(_condition)

    @classmethod
    def unexpected_rows(cls, blocks: pl.DataFrame, settings: Settings, value_kwargs: dict[str, Any]) -> pl.DataFrame:
        each = blocks.with_columns(pl.col("block_no").cast(pl.String).alias("page_id"))
        shares = page_legibility(each.select("page_id", "text"))
        is_garbled = pl.Series(shares["garbled_share"] > value_kwargs["max_share"])
        return blocks.filter(is_garbled | pl.col("text").str.contains(MARKS))


class ColumnValuesRefusals(_TextMetric):
    """Texts in which a model says that it cannot read the page."""

    condition_metric_name = "column_values.no_refusals"
    condition_value_keys = ()
    _pandas = _pandas_condition(_condition)

    @classmethod
    def unexpected_rows(cls, blocks: pl.DataFrame, settings: Settings, value_kwargs: dict[str, Any]) -> pl.DataFrame:
        each = blocks.with_columns(pl.col("block_no").cast(pl.String).alias("page_id"))
        return blocks.filter(page_legibility(each.select("page_id", "text"))["is_refusal"])


class ExpectNoBrokenLineSplits(ColumnMapExpectation):
    """Expect that no text of the column stops inside a sentence which the next one goes on with.

    Parameters
    ----------
    column
        The text of a line or paragraph. A text that is null is not looked at.
    page_column
        The column that says which rows belong together; without it all rows are one page.
    order_column
        The column that gives the reading order inside a page; without it the order of the rows.
    mostly
        The share of rows that must be whole, by default all.
    """

    page_column: str | None = None
    order_column: str | None = None
    map_metric: ClassVar[str] = "column_values.no_broken_line_splits"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "page_column", "order_column")


class ExpectNoDuplicatedBlocks(ColumnMapExpectation):
    """Expect that no text of the column is contained, exactly or nearly, in another text of its page.

    Parameters
    ----------
    column, page_column, order_column, mostly
        As for ``ExpectNoBrokenLineSplits``; of two equal texts the later one is unexpected.
    min_chars
        Letters and digits below which a text is never called a copy (captions and credits recur lawfully).
    similarity
        0 to 1: how like a part of the other a text must be (rapidfuzz partial ratio). With other numbers it is no copy.
    """

    page_column: str | None = None
    order_column: str | None = None
    min_chars: int = DEFAULTS.min_block_chars
    similarity: float = DEFAULTS.copy_similarity
    map_metric: ClassVar[str] = "column_values.no_duplicated_blocks"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "page_column", "order_column", "min_chars", "similarity")


class ExpectNoLoopingBlocks(ColumnMapExpectation):
    """Expect that no text of the column says one phrase over and over, as a model does that got stuck.

    Parameters
    ----------
    column, mostly
        As for ``ExpectNoBrokenLineSplits``.
    loop_chars
        Letters and digits that must stand in the text again at one and the same distance.
    """

    loop_chars: int = DEFAULTS.loop_chars
    map_metric: ClassVar[str] = "column_values.no_looping_blocks"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "loop_chars")


class ExpectNoMojibake(ColumnMapExpectation):
    """Expect that every text of the column was read in the encoding it was written in.

    Parameters
    ----------
    column, mostly
        As for ``ExpectNoBrokenLineSplits``.
    max_share
        Share of a text's visible characters that may be rare ideographs, private characters or Latin letters with accents.
    """

    max_share: float = DEFAULTS.garbled_share
    map_metric: ClassVar[str] = "column_values.no_mojibake"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "max_share")


class ExpectNoRefusals(ColumnMapExpectation):
    """Expect that no text of the column is a model's excuse for not reading the page; ``column`` and ``mostly`` as ever."""

    map_metric: ClassVar[str] = "column_values.no_refusals"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly",)


__all__ = [
    "ExpectNoBrokenLineSplits",
    "ExpectNoDuplicatedBlocks",
    "ExpectNoLoopingBlocks",
    "ExpectNoMojibake",
    "ExpectNoRefusals",
]
