"""Articles that go on on another page of the same issue, kept right batch by batch.

Links are made inside an issue (one paper, one day) and depend on the pages of that issue alone; so it is enough to make those
of every issue anew that a batch touches.
"""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from transforms.articles.continuation import link_continuations, page_number

# The number of the page, as a line of furniture prints it: 第2版, 第二版:要闻, 02版, and at the end of a masthead.
_PRINTED_NUMBER: Final = r"(?:^|第)\s*([0-9０-９一二三四五六七八九十]{1,3})\s*版"
_NOTE: Final = "[转接].{0,6}版"


def forget_issues(db: duckdb.DuckDBPyConnection) -> None:
    """Note the issues of the pages in the table ``gone``, and drop the links of ``gone_articles``; before their rows go."""
    db.execute(
        "create or replace temp table touched_issues as"
        " select distinct collection, published_on from raw.pages semi join gone using (page_id)"
        " where collection is not null and published_on is not null"
    )
    if db.execute("select count(*) from gone_articles").fetchall()[0][0]:
        db.execute(
            "delete from extracted.continuations"
            " where article_id in (from gone_articles) or continued_by in (from gone_articles)"
        )


def link_issues(db: duckdb.DuckDBPyConnection, new_pages: pl.DataFrame | None) -> None:
    """Make the links of every touched issue anew; ``new_pages`` (``page_id``) are those that came with the batch."""
    if new_pages is not None:
        db.register("arrived", new_pages.select("page_id").to_arrow())
        db.execute(
            "insert into touched_issues select distinct collection, published_on from raw.pages"
            " semi join arrived using (page_id) where collection is not null and published_on is not null"
        )
        db.unregister("arrived")
    db.execute(
        """
        create or replace temp table noted_pages as
        select page.page_id, page.collection || '/' || page.published_on::text as issue
        from raw.pages as page
        semi join touched_issues using (collection, published_on)
        where exists (
            from cleaned.paragraphs as paragraph
            where paragraph.page_id = page.page_id and regexp_matches(paragraph.text, ?)
        )
        """,
        [_NOTE],
    )
    db.execute(
        "delete from extracted.continuations where article_id in (select article_id from extracted.all_articles"
        " join raw.pages using (page_id) semi join touched_issues"
        " on raw.pages.collection = touched_issues.collection and raw.pages.published_on = touched_issues.published_on)"
    )
    pages = db.sql("select page_id, issue from noted_pages order by page_id").pl()
    if pages["issue"].n_unique() == pages.height:  # a link needs two pages of one issue
        return
    articles = db.sql("from extracted.all_articles semi join noted_pages using (page_id)").pl()
    parts = db.sql(
        "from extracted.all_article_paragraphs where article_id in"
        " (select article_id from extracted.all_articles semi join noted_pages using (page_id))"
    ).pl()
    paragraphs = db.sql(
        "select * from cleaned.paragraphs semi join noted_pages using (page_id)"
        " anti join deduplicated.page_duplicates using (page_id, paragraph_no)"
    ).pl()
    links = link_continuations(articles, parts, paragraphs, pages.join(_numbers(paragraphs), on="page_id", how="left"))
    if links.height:
        db.register("arrived", links.to_arrow())
        db.execute("insert into extracted.continuations by name select * from arrived")
        db.unregister("arrived")


def _numbers(paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return ``page_id`` and ``page_no`` of the pages that print their number."""
    printed = (
        paragraphs.filter((pl.col("role") == "furniture") & ~pl.col("text").str.contains("[转接]"))
        .with_columns(pl.col("text").str.extract(_PRINTED_NUMBER).alias("printed"))
        .drop_nulls("printed")
        .sort("page_id", "paragraph_no")
        .unique("page_id", keep="first", maintain_order=True)
    )
    numbers = [page_number(text) for text in printed["printed"]]
    return printed.select("page_id").with_columns(pl.Series("page_no", numbers, dtype=pl.Int32))
