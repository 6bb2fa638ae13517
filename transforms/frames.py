"""The frames that pass between the stages: one constant per frame, columns in order, with their Polars types.

Why constants and not classes: a stage is a function from frames to frames, and a Parquet file on disk, a Polars frame in
memory and a table of the warehouse with the same name have the same columns. A column is explained once, as the comment
of the warehouse column (``warehouse/migrations``); what is said here is only what the code must know besides.

Conventions (see CONTRIBUTING.md): ``*_no`` is a 1-based position inside the parent, ``line_number`` is the 1-based physical
line of the page, ``char_start``/``char_end`` are 0-based half-open offsets into the ``text`` of the paragraph.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any, Final, TypeAlias

import numpy as np
import polars as pl

Schema: TypeAlias = dict[str, pl.DataType | type[pl.DataType]]

LINE_NUMBERS: Final = pl.List(pl.Int32)
MONEY: Final = pl.Decimal(38, 2)  # base units of the currency; two places, since the smallest unit printed is the fen

PAGES: Final[Schema] = {
    "page_id": pl.String,
    "source": pl.String,
    "collection": pl.String,
    "published_on": pl.Date,
    "published_on_source": pl.String,  # 'path', 'manifest', 'record' or null
    "encoding": pl.String,
    "byte_count": pl.Int64,
    "sha256": pl.String,
    "text": pl.String,  # as decoded, byte order mark removed, line ends as they were
    "line_count": pl.Int32,
}

# What the cleaned stage knows of a paragraph. blank_lines_before and is_indented are what the page showed around it:
# three blank lines part regions of a page, an indent marks the start of a paragraph.
PARAGRAPHS: Final[Schema] = {
    "page_id": pl.String,
    "paragraph_no": pl.Int32,
    "role": pl.String,  # one of ROLES
    "text": pl.String,
    "line_numbers": LINE_NUMBERS,
    "is_truncated": pl.Boolean,
    "blank_lines_before": pl.Int32,
    "is_indented": pl.Boolean,
}
ROLES: Final = ("title", "subhead", "body", "byline", "caption", "column", "furniture")

# A piece is a run of characters that the raw page and the paragraph share position by position (both spans have the same
# length), or one place where normalisation wrote other characters than the page (then the two spans may differ in length).
PARAGRAPH_LINES: Final[Schema] = {
    "page_id": pl.String,
    "paragraph_no": pl.Int32,
    "segment_no": pl.Int32,
    "line_number": pl.Int32,
    "char_start": pl.Int32,
    "char_end": pl.Int32,
    "raw_char_start": pl.Int32,
    "raw_char_end": pl.Int32,
}

REPAIRS: Final[Schema] = {
    "page_id": pl.String,
    "repair_no": pl.Int32,
    "kind": pl.String,  # 'join', 'unwrap', 'normalise'
    "line_numbers": LINE_NUMBERS,
    "reason": pl.String,
    "confidence": pl.Float64,
    "is_applied": pl.Boolean,
}

# Both copies of a removed paragraph, or (SUSPECTED_DUPLICATES) of one that is kept because nothing proves it a copy.
DUPLICATES: Final[Schema] = {
    "page_id": pl.String,
    "paragraph_no": pl.Int32,
    "kept_page_id": pl.String,
    "kept_paragraph_no": pl.Int32,
    "kind": pl.String,  # 'exact', 'near', 'contained', 'truncated', 'loop'
    "similarity": pl.Float64,
    "reason": pl.String,
}
SUSPECTED_DUPLICATES: Final[Schema] = DUPLICATES

ARTICLES: Final[Schema] = {
    "article_id": pl.String,
    "page_id": pl.String,
    "article_no": pl.Int32,
    "column_name": pl.String,
    "kicker": pl.String,
    "headline": pl.String,
    "subtitle": pl.String,
    "byline": pl.String,
    "body": pl.String,
    "kind": pl.String,  # 'news', 'photo', 'notice'
    "published_on": pl.Date,
    "published_on_source": pl.String,
    "char_count": pl.Int32,
    "is_truncated": pl.Boolean,
}

ARTICLE_PARAGRAPHS: Final[Schema] = {
    "article_id": pl.String,
    "position": pl.Int32,
    "paragraph_no": pl.Int32,
    "part": pl.String,  # one of PARTS
}
PARTS: Final = ("title", "subhead", "body", "byline")

BYLINES: Final[Schema] = {
    "article_id": pl.String,
    "role": pl.String,
    "name": pl.String,
    "outlet": pl.String,
    "is_photo": pl.Boolean,
}

# What every extractor of facts reads: the paragraphs of all articles of a batch, sorted by article and position.
ARTICLE_TEXTS: Final[Schema] = {
    "article_id": pl.String,
    "page_id": pl.String,
    "position": pl.Int32,
    "paragraph_no": pl.Int32,
    "part": pl.String,  # one of PARTS; bylines are there too, each extractor says whether it reads them
    "text": pl.String,
    "published_on": pl.Date,  # the page's, null where nothing gives it
}

# Where a fact stands. Every fact frame begins with these columns.
SPAN: Final[Schema] = {
    "article_id": pl.String,
    "paragraph_no": pl.Int32,
    "char_start": pl.Int32,
    "char_end": pl.Int32,
}

AMOUNTS: Final[Schema] = {
    **SPAN,
    "text": pl.String,
    "value": MONEY,
    "value_max": MONEY,
    "currency": pl.String,
    "qualifier": pl.String,  # one of QUALIFIERS
    "what": pl.String,
}
QUALIFIERS: Final = ("exact", "about", "over", "under", "range", "order-of-magnitude")

PROJECTS: Final[Schema] = {
    **SPAN,
    "name": pl.String,
    "amount": MONEY,
    "currency": pl.String,
    "place": pl.String,
    "status": pl.String,  # one of PROJECT_STATUSES or null
}
PROJECT_STATUSES: Final = (
    "planned",
    "under_negotiation",
    "signed",
    "started",
    "continued",
    "in_production",
)

PROJECT_GROUPS: Final[Schema] = {
    **SPAN,
    "count": pl.Int64,
    "amount": MONEY,
    "currency": pl.String,
    "what": pl.String,
    "status": pl.String,
}

PEOPLE: Final[Schema] = {
    **SPAN,
    "name": pl.String,
    "titles": pl.List(pl.String),
    "is_anonymised": pl.Boolean,
}

ORGANIZATIONS: Final[Schema] = {**SPAN, "name": pl.String, "mention_count": pl.Int32}

PLACES: Final[Schema] = {
    **SPAN,
    "name": pl.String,
    "full_path": pl.String,
    "mention_count": pl.Int32,
}

DATES: Final[Schema] = {**SPAN, "text": pl.String, "iso": pl.String, "resolved_from": pl.String}

COUNTS: Final[Schema] = {
    **SPAN,
    "text": pl.String,
    "value": pl.Decimal(38, 6),
    "unit": pl.String,
    "qualifier": pl.String,
}

KEYWORDS: Final[Schema] = {
    "article_id": pl.String,
    "rank": pl.Int32,
    "keyword": pl.String,
    "weight": pl.Float64,
}

# Words of an article for the search index: how often each stands in headline and body together.
TERMS: Final[Schema] = {"article_id": pl.String, "term": pl.String, "occurrence_count": pl.Int32}

# The facts in the order in which they are written and loaded; the key is the table's name in the schema `extracted`.
FACTS: Final[dict[str, Schema]] = {
    "amounts": AMOUNTS,
    "projects": PROJECTS,
    "project_groups": PROJECT_GROUPS,
    "people": PEOPLE,
    "organizations": ORGANIZATIONS,
    "places": PLACES,
    "dates": DATES,
    "counts": COUNTS,
}

# What a gate says of each expectation: rows of quality.checks that want only run, batch and time.
CHECKS: Final[Schema] = {
    "stage": pl.String,
    "suite": pl.String,
    "expectation": pl.String,
    "severity": pl.String,
    "success": pl.Boolean,
    "observed_value": pl.Float64,
    "unexpected_count": pl.Int64,
    "checked_count": pl.Int64,
}


def empty(schema: Schema) -> pl.DataFrame:
    """Return a frame of ``schema`` without rows."""
    return pl.DataFrame(schema=schema)


def frame_of(rows: list[tuple[Any, ...]], schema: Schema) -> pl.DataFrame:
    """Return ``rows`` as a frame of ``schema``; column by column, which is several times as fast as row by row."""
    if not rows:
        return empty(schema)
    # zip(*rows) takes four times as long: it goes from row to row, all over the memory, for each value (2026-11).
    columns = (list(map(itemgetter(number), rows)) for number in range(len(schema)))
    return pl.DataFrame(
        [_series(name, column, dtype) for (name, dtype), column in zip(schema.items(), columns, strict=True)]
    )


def _series(name: str, values: list[Any], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    if isinstance(dtype, pl.Decimal):
        # Polars reads a decimal number from its digits in a quarter of the time that it takes from Python's object (2026-11).
        printed = [None if value is None else format(value, "f") for value in values]
        return pl.Series(name, printed, dtype=pl.String).cast(dtype)
    if dtype != pl.List(pl.String):
        return pl.Series(name, values, dtype=dtype)
    # A list of lists would be read value by value.
    row = np.repeat(np.arange(len(values)), [len(inner) for inner in values])
    inner = pl.DataFrame(
        {"row": row, name: [item for inner in values for item in inner]}, schema={"row": pl.Int64, name: pl.String}
    )
    rows = pl.DataFrame({"row": np.arange(len(values))})
    grouped = rows.join(
        inner.group_by("row", maintain_order=True).agg(name), on="row", how="left", maintain_order="left"
    )
    return grouped[name].fill_null([])


def conform(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """Return ``frame`` with the columns of ``schema``, in its order and cast to its types.

    Raises
    ------
    ValueError
        If a column of ``schema`` is missing: a programmer's error, never the input's.
    """
    missing = [name for name in schema if name not in frame.columns]
    if missing:
        raise ValueError(f"frame lacks the columns {missing}")
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
