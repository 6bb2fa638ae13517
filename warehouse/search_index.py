"""The inverted index behind search(query), kept with every batch and merged now and then.

A word is a number in it (``search.terms``). What a batch brings is one run of postings, sorted by word: DuckDB keeps the least
and the greatest word of every block, so a query reads the few blocks of each run that hold its words. When there are many runs
they are merged into one, before the file is published; a row is so written anew once in many batches and not with each of them.
"""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from transforms.variants import changed_by_fold, fold
from warehouse.quoting import quoted

# Merging takes .2 s per million postings; a query reads a block or two of each run, .6 ms a run
# (20 million postings of 100,000 articles, benchmarks/search.py).
MAX_RUNS: Final = 24


def unindex_articles(db: duckdb.DuckDBPyConnection) -> None:
    """Take the articles in the table ``gone_articles`` out of the index."""
    db.execute(
        "create or replace temp table gone_documents as"
        " select doc_no from search.documents semi join gone_articles using (article_id)"
    )
    for table in ("search.postings", "search.documents"):
        db.execute(f"delete from {table} where doc_no in (from gone_documents)")  # noqa: S608 - the names above


def index_terms(db: duckdb.DuckDBPyConnection, articles: pl.DataFrame, terms: pl.DataFrame) -> None:
    """Put ``articles`` with their ``terms`` (schemas ARTICLES, TERMS) into the index, as one run."""
    if articles.is_empty():
        return
    (last,) = db.execute("select coalesce(max(doc_no), 0) from search.documents").fetchall()[0]
    lengths = terms.group_by("article_id").agg(pl.col("occurrence_count").sum().alias("term_count"))
    documents = (
        searched_texts(articles)
        .join(lengths, on="article_id", how="left")
        .sort("article_id")
        .with_columns(
            pl.col("term_count").fill_null(0).cast(pl.Int32),
            pl.int_range(last + 1, last + 1 + pl.len(), dtype=pl.Int32).alias("doc_no"),
        )
    )
    # By word first: a word of a batch is looked up once and not with each article that has it.
    by_word = (
        terms.join(documents.select("article_id", "doc_no"), on="article_id")
        .group_by("term")
        .agg("doc_no", "occurrence_count")
    )
    postings = (
        by_word.join(_number_words(db, by_word.select("term")), on="term")
        .select("term_no", "doc_no", "occurrence_count")
        .explode("doc_no", "occurrence_count")
        .sort(pl.col("term_no").cast(pl.Int64) * (last + documents.height + 1) + pl.col("doc_no"))
    )
    for table, frame in (("documents", documents), ("postings", postings)):
        db.register("loading", frame.to_arrow())
        db.execute(f"insert into search.{table} by name select * from loading")  # noqa: S608 - the names above
        db.unregister("loading")
    db.execute("update search.state set run_count = run_count + 1")


def _number_words(db: duckdb.DuckDBPyConnection, words: pl.DataFrame) -> pl.DataFrame:
    """Return ``words`` (``term``) with the numbers that the index has for them (``term_no``); new words get the next ones."""
    db.register("loading", words.to_arrow())
    db.execute(
        "insert into search.terms"
        " select term, (select coalesce(max(term_no), 0) from search.terms) + row_number() over (order by term)"
        " from loading anti join search.terms using (term) order by term"
    )
    numbers = db.sql("select term, term_no from search.terms semi join loading using (term)").pl()
    db.unregister("loading")
    return numbers


def searched_texts(articles: pl.DataFrame) -> pl.DataFrame:
    """Return what is kept of ``articles``: ``article_id``, ``published_on``, ``text``, ``folded`` and ``headline``."""
    texts = articles.select(
        "article_id",
        "published_on",
        pl.col("headline").replace("", None).alias("printed_headline"),
        pl.concat_str(
            pl.col("headline").fill_null(""), "kicker", "subtitle", "body", separator="\n", ignore_nulls=True
        ).alias("text"),
    )
    changed = texts["text"].str.contains(changed_by_fold())
    folded = [fold(text) if is_changed else None for text, is_changed in zip(texts["text"], changed, strict=True)]
    as_read = pl.coalesce("folded", "text").str.head(pl.col("printed_headline").str.len_chars())
    return texts.with_columns(pl.Series("folded", folded, dtype=pl.String)).select(
        "article_id", "published_on", "text", "folded", as_read.alias("headline")
    )


def settle(db: duckdb.DuckDBPyConnection, *, max_runs: int = MAX_RUNS) -> bool:
    """Merge the runs of the index if there are more than ``max_runs``, and return whether it was done."""
    (run_count,) = db.execute("select run_count from search.state").fetchall()[0]
    if run_count <= max_runs:
        return False
    db.execute("begin")
    (table_comment,) = db.execute(
        "select comment from duckdb_tables() where schema_name = 'search' and table_name = 'postings'"
    ).fetchall()[0]
    comments = db.execute(
        "select column_name, comment from duckdb_columns() where schema_name = 'search' and table_name = 'postings'"
    ).fetchall()
    db.execute(
        "create table search.merged (term_no integer not null, doc_no integer not null, occurrence_count integer not null)"
    )
    db.execute("insert into search.merged from search.postings order by term_no, doc_no")
    db.execute("drop table search.postings")
    db.execute("alter table search.merged rename to postings")
    db.execute(f"comment on table search.postings is {quoted(table_comment)}")
    for column, comment in comments:
        db.execute(f"comment on column search.postings.{column} is {quoted(comment)}")
    db.execute("create or replace temp table kept_terms as from search.terms semi join search.postings using (term_no)")
    db.execute("delete from search.terms")
    db.execute("insert into search.terms from kept_terms order by term")
    db.execute("drop table kept_terms")
    db.execute("update search.state set run_count = 1")
    db.execute("commit")
    return True
