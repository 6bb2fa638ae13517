"""The suites alone, over whatever frames there are: a warehouse, the stage files of a run, somebody else's text files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from expectations.cleaned import measure_cleaned
from expectations.deduplicated import measure_deduplicated
from expectations.extracted import measure_extracted
from expectations.gate import Judgement, judge
from expectations.measures import Measured
from expectations.raw import measure_raw
from expectations.rules import PAGE_RULES, STAGES, Stage
from expectations.settings import DEFAULTS, Settings
from transforms.frames import (
    ARTICLE_PARAGRAPHS,
    ARTICLES,
    BYLINES,
    DUPLICATES,
    FACTS,
    KEYWORDS,
    PAGES,
    PARAGRAPH_LINES,
    PARAGRAPHS,
    REPAIRS,
    TERMS,
    Schema,
)

# The tables that the suite of a stage reads, by their names in the warehouse; the stage is checked where all are given.
TABLES: Final[dict[Stage, dict[str, Schema]]] = {
    "raw": {"raw.pages": PAGES},
    "cleaned": {
        "raw.pages": PAGES,
        "cleaned.paragraphs": PARAGRAPHS,
        "cleaned.paragraph_lines": PARAGRAPH_LINES,
        "cleaned.repairs": REPAIRS,
    },
    "deduplicated": {
        "cleaned.paragraphs": PARAGRAPHS,
        "deduplicated.duplicates": DUPLICATES,
        "deduplicated.paragraphs": PARAGRAPHS,
    },
    "extracted": {
        "raw.pages": PAGES,
        "deduplicated.paragraphs": PARAGRAPHS,
        "extracted.articles": ARTICLES,
        "extracted.article_paragraphs": ARTICLE_PARAGRAPHS,
        "extracted.bylines": BYLINES,
        **{f"extracted.{name}": schema for name, schema in FACTS.items()},
        "extracted.keywords": KEYWORDS,
        "extracted.terms": TERMS,
    },
}
OPTIONAL: Final = ("extracted.keywords", "extracted.terms")
FINDINGS: Final[Schema] = {
    "stage": pl.String,
    "severity": pl.String,
    "rule": pl.String,
    "page_id": pl.String,
    "count": pl.Int64,
    "places": pl.String,
    "expects": pl.String,
}
PLACES_NAMED: Final = 8  # lines or paragraphs that a finding names


class Checked(NamedTuple):
    """What the suites found.

    ``findings`` (schema ``FINDINGS``) has one row for each page and rule that it breaks, worst first, ``places`` being the
    first lines or paragraphs at fault (numbers only); ``judgements`` says of each stage checked what its gate would decide.
    """

    findings: pl.DataFrame
    judgements: dict[Stage, Judgement]


def check(
    tables: Mapping[str, pl.DataFrame], *, stages: Sequence[Stage] = STAGES, settings: Settings = DEFAULTS
) -> Checked:
    """Return what the suites of ``stages`` find in ``tables``, frames by their names in the warehouse (see ``TABLES``).

    A stage of which tables are missing is passed over, so text files alone (``raw.pages``) are checked as raw pages.
    Columns beyond those of the frame are ignored; a column of a frame that is missing closes the gate of the stage.
    """
    measured = {
        stage: measure_tables(stage, tables, settings=settings)
        for stage in stages
        if all(name in tables for name in TABLES[stage] if name not in OPTIONAL)
    }
    return Checked(findings(measured), {stage: judge(stage, one, settings=settings) for stage, one in measured.items()})


def measure_tables(stage: Stage, tables: Mapping[str, pl.DataFrame], *, settings: Settings = DEFAULTS) -> Measured:
    """Return the measures of ``stage`` on ``tables``, which have at least those that ``TABLES`` names for it.

    The cleaned stage looks at ``deduplicated.duplicates`` too, if given: removed copies are left as printed.
    """
    given = {name: _known(tables[name], schema) for name, schema in TABLES[stage].items() if name in tables}
    if stage == "raw":
        return measure_raw(given["raw.pages"], settings=settings)
    if stage == "cleaned":
        return measure_cleaned(*given.values(), removed=tables.get("deduplicated.duplicates"), settings=settings)
    if stage == "deduplicated":
        return measure_deduplicated(*given.values(), settings=settings)
    return measure_extracted(
        given["raw.pages"],
        given["deduplicated.paragraphs"],
        given["extracted.articles"],
        given["extracted.article_paragraphs"],
        given["extracted.bylines"],
        {name: given[f"extracted.{name}"] for name in FACTS},
        given.get("extracted.keywords"),
        given.get("extracted.terms"),
        settings=settings,
    )


def _known(table: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """Return those columns of ``table`` that ``schema`` has, cast to its types."""
    return table.select(pl.col(name).cast(dtype) for name, dtype in schema.items() if name in table.columns)


def findings(measured: Mapping[Stage, Measured]) -> pl.DataFrame:
    """Return the rules that pages break (schema ``FINDINGS``): critical ones first, then by how often, then in fixed order."""
    found = [_of_stage(stage, one) for stage, one in measured.items()]
    ranks = {"critical": 0, "warning": 1, "info": 2}
    return (
        pl.concat([pl.DataFrame(schema=FINDINGS), *found])
        .with_columns(pl.col("severity").replace_strict(ranks, return_dtype=pl.Int8).alias("rank"))
        .sort("rank", "count", "page_id", "stage", "rule", descending=[False, True, False, False, False])
        .drop("rank")
    )


def _of_stage(stage: Stage, measured: Measured) -> pl.DataFrame:
    rules = pl.DataFrame(
        [
            {"rule": rule.name, "severity": rule.severity, "expects": rule.expects, "limit": rule.limit}
            for rule in PAGE_RULES[stage]
        ]
    )
    line = pl.format("line {}", "line_number")
    paragraph = pl.format("paragraph {}", "paragraph_no")
    places = (
        measured.violations.with_columns(pl.coalesce(line, paragraph).alias("place"))
        .drop_nulls("place")
        .group_by("page_id", "rule", maintain_order=True)
        .agg(pl.col("place").unique(maintain_order=True).head(PLACES_NAMED).str.join(", ").alias("places"))
    )
    return (
        measured.pages.select("page_id", *rules["rule"].to_list())
        .unpivot(index="page_id", variable_name="rule", value_name="count")
        .join(rules, on="rule")
        .filter(pl.col("count") > pl.col("limit"))
        .join(places, on=["page_id", "rule"], how="left")
        .with_columns(pl.lit(stage).alias("stage"), pl.col("places").fill_null("the whole page"))
        .select(pl.col(name).cast(dtype) for name, dtype in FINDINGS.items())
    )


def describe_findings(checked: Checked, *, limit: int = 20, sources: Mapping[str, str] | None = None) -> list[str]:
    """Return what was found as lines for a terminal, worst first; ``sources`` names the pages (``page_id`` to source)."""
    names = sources or {}
    lines = [message for judgement in checked.judgements.values() for message in judgement.message.splitlines()]
    for row in checked.findings.head(limit).iter_rows(named=True):
        page = names.get(row["page_id"], row["page_id"])
        times = f" ({row['count']} times)" if row["count"] > 1 else ""
        lines.append(f"{row['severity']:8} {row['stage']:12} {page}: {row['rule']}{times} at {row['places']}")
    if checked.findings.height > limit:
        lines.append(f"and {checked.findings.height - limit} findings more")
    if not lines:
        lines.append("nothing found: " + ", ".join(f"{stage} holds" for stage in checked.judgements))
    return lines
