"""What must hold of the warehouse as a whole, beyond any one batch, before it is published."""

from __future__ import annotations

from typing import Final, NamedTuple

import duckdb
import polars as pl

from transforms.frames import CHECKS


class _Invariant(NamedTuple):
    stage: str
    name: str
    checked: str  # SQL that counts the rows that are looked at
    unexpected: str  # SQL that counts those that break it


_INVARIANTS: Final = (
    _Invariant(
        "deduplicated",
        "every_copy_has_a_kept_counterpart",
        "select count(*) from deduplicated.duplicates",
        "select count(*) from deduplicated.reprint_duplicates as copy anti join deduplicated.paragraphs as kept"
        " on kept.page_id = copy.kept_page_id and kept.paragraph_no = copy.kept_paragraph_no",
    ),
    _Invariant(
        "deduplicated",
        "every_kept_article_is_kept",
        "select count(*) from deduplicated.reprints",
        "select count(*) from deduplicated.reprints as copy anti join extracted.articles as kept"
        " on kept.article_id = copy.kept_article_id",
    ),
    _Invariant(
        "deduplicated",
        "every_reprint_is_an_article",
        "select count(*) from deduplicated.reprints",
        "select count(*) from deduplicated.reprints anti join extracted.all_articles using (article_id)",
    ),
    _Invariant(
        "extracted",
        "every_article_stands_on_a_page",
        "select count(*) from extracted.all_articles",
        "select count(*) from extracted.all_articles anti join raw.pages using (page_id)",
    ),
)


def audit(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return a row for each invariant, in the columns of quality.checks but for run, batch and time. Read-only."""
    rows = []
    for invariant in _INVARIANTS:
        checked, unexpected = (
            int(connection.execute(sql).fetchall()[0][0]) for sql in (invariant.checked, invariant.unexpected)
        )
        rows.append(
            (
                invariant.stage,
                "warehouse",
                invariant.name,
                "critical",
                not unexpected,
                float(unexpected),
                unexpected,
                checked,
            )
        )
    return pl.DataFrame(rows, schema=CHECKS, orient="row")
