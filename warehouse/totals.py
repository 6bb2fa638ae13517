"""What the warehouse holds, in numbers that add up."""

from __future__ import annotations

from typing import NamedTuple

import duckdb

from transforms.frames import FACTS


class Totals(NamedTuple):
    """Counts over the whole warehouse.

    ``text_lines`` = ``paragraphs`` + ``joins`` (each join makes two lines one paragraph);
    ``paragraphs`` = ``kept_paragraphs`` + ``duplicates``.
    """

    pages: int
    lines: int
    text_lines: int
    joins: int
    suspected_joins: int
    paragraphs: int
    duplicates: int
    kept_paragraphs: int
    suspected_duplicates: int
    articles: int
    reprints: int
    facts: dict[str, int]


def count_all(connection: duckdb.DuckDBPyConnection) -> Totals:
    """Return the totals of the warehouse behind ``connection``. Read-only."""

    def one(sql: str) -> int:
        return int(connection.execute(sql).fetchall()[0][0] or 0)

    return Totals(
        pages=one("select count(*) from raw.pages"),
        lines=one("select sum(line_count) from raw.pages"),
        text_lines=one("select sum(len(line_numbers)) from cleaned.paragraphs"),
        joins=one("select sum(len(line_numbers) - 1) from cleaned.paragraphs"),
        suspected_joins=one(
            "select count(*) from cleaned.repairs"
            " where not is_applied and not starts_with(reason, 'inside a removed copy')"
        ),
        paragraphs=one("select count(*) from cleaned.paragraphs"),
        duplicates=one("select count(*) from deduplicated.duplicates"),
        kept_paragraphs=one("select count(*) from deduplicated.paragraphs"),
        suspected_duplicates=one("select count(*) from deduplicated.suspected_duplicates"),
        articles=one("select count(*) from extracted.articles"),
        reprints=one("select count(*) from deduplicated.reprints"),
        facts={name: one(f"select count(*) from extracted.{name}") for name in FACTS},  # noqa: S608 - names of ours
    )
