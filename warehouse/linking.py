"""Reprints of a large load: what the batches left to be compared goes out in partitions, what was found comes back in.

A batch that is loaded alone is compared with all that is stored (``warehouse.reprints``). Where very many batches are loaded,
that would read the index once for each; so they are loaded without, and compared all together when they are there. The
comparing is done elsewhere (``flows.linking``), partition by partition; here are its two ends. DuckDB writes and reads the
partitions as a stream and spills what does not fit, so no process holds the sketches or the texts of the corpus.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import duckdb
import polars as pl

from transforms.deduplicated import BODY_LINKS
from warehouse.quoting import quoted
from warehouse.reprints import decide

# Rows of sketches in a partition: some hundred megabytes in the worker that counts them.
ROWS_PER_PARTITION: Final = 4_000_000
# Candidate pairs in a partition: half a second's work where pairs are of formulas (7.5 µs each), and where no two pairs share a
# body some hundred megabytes of texts in the worker that compares them.
PAIRS_PER_PARTITION: Final = 50_000
LINK_ROWS: Final = {**BODY_LINKS, "is_suspected": pl.Boolean}
# Temporary tables: what waited when the sketches were written.
_UNLINKED: Final = "exported_unlinked"
_UNDECIDED: Final = "exported_undecided"
# What putting texts together may take, in place of the writer's limit: nothing is loaded meanwhile. Of ten thousand pages with
# shared formulas the limit was too little.
_MEMORY: Final = "1 GiB"


def has_unlinked(db: duckdb.DuckDBPyConnection) -> bool:
    """Return whether bodies wait to be compared, or copies to be chosen from. Read-only."""
    (count,) = db.execute(
        "select (select count(*) from deduplicated.unlinked_bodies) + (select count(*) from deduplicated.undecided_bodies)"
    ).fetchall()[0]
    return bool(count)


def export_sketches(db: duckdb.DuckDBPyConnection, folder: str) -> list[list[str]]:
    """Write the rows of sketches that an unlinked body can share to ``folder``/sketches; return the files of each part.

    ``folder`` is a path or a URL. The columns are those of ``partitions.SKETCH_ROWS``. What waits is noted for ``take_links``:
    other writers of a lake go on loading.
    """
    # First what is undecided: a body that is loaded in between is compared now and chosen from later, never the other way round.
    # By row: a body that another writer takes out and loads again meanwhile waits again, in a row of its own.
    for exported, waiting in ((_UNDECIDED, "undecided_bodies"), (_UNLINKED, "unlinked_bodies")):
        db.execute(
            f"create or replace temp table {exported} as select rowid as row_no, body_hash from deduplicated.{waiting}"  # noqa: S608 - names of ours
        )
    db.execute(
        "create or replace temp table wanted_grams as select distinct gram_hash from deduplicated.body_sketches"  # noqa: S608 - a name of ours
        f" semi join {_UNLINKED} using (body_hash)"
    )
    (row_count,) = db.execute(
        "select count(*) from deduplicated.body_sketches semi join wanted_grams using (gram_hash)"
    ).fetchall()[0]
    part_count = max(1, -(-int(row_count) // ROWS_PER_PARTITION))
    return _export(
        db,
        f"""
        select
            sketch.gram_hash, sketch.body_hash, body.body_length, body.coarse_count, body.gram_count,
            unlinked.body_hash is not null as is_new,
            sketch.gram_hash % {part_count} as part
        from deduplicated.body_sketches as sketch
        semi join wanted_grams using (gram_hash)
        join deduplicated.bodies as body using (body_hash)
        left join (select distinct body_hash from {_UNLINKED}) as unlinked using (body_hash)
        """,  # noqa: S608 - a number, and a name of ours
        f"{folder}/sketches",
        part_count,
    )


class PairFiles(NamedTuple):
    """Files of one partition of the candidate pairs: ``pairs`` (``left_hash``, ``right_hash``), and ``texts`` with the
    ``body`` of each ``body_hash`` that is in them, once.
    """

    pairs: list[str]
    texts: list[str]


def export_pairs(db: duckdb.DuckDBPyConnection, pairs: str, folder: str) -> list[PairFiles]:
    """Write the candidate pairs in the Parquet files ``pairs`` and their texts to ``folder``; return the files of each part.

    ``pairs`` is a pattern or URL with one; its columns are those of ``PairFiles.pairs``. Bodies are as ``body_texts`` gives them.
    The pairs of one body, its left one, are in one part: where many articles share their formulas, a body is in thousands of
    pairs, and to write it beside each took most of the time of a linking (1,200 pages, 8,000 bodies, 188,000 pairs).
    """
    source = f"read_parquet({quoted(pairs)}, hive_partitioning = false)"
    db.execute(f"create or replace temp table candidate_pairs as select left_hash, right_hash from {source}")  # noqa: S608
    (pair_count,) = db.execute("select count(*) from candidate_pairs").fetchall()[0]
    if not pair_count:
        return []
    part_count = -(-int(pair_count) // PAIRS_PER_PARTITION)
    parted = f"select *, left_hash % {part_count} as part from candidate_pairs"  # noqa: S608 - a number
    texts = f"""
        with
        wanted as (
            select distinct part, unnest([left_hash, right_hash]) as body_hash from ({parted})
        ),

        printed as (
            select body_hash, min(article_id) as article_id
            from deduplicated.article_profiles
            semi join wanted using (body_hash)
            group by body_hash
        ),

        texts as (
            select printed.body_hash, string_agg(paragraph.text, chr(10) order by part.position) as body
            from printed
            join extracted.all_articles as article using (article_id)
            join extracted.all_article_paragraphs as part using (article_id)
            join cleaned.paragraphs as paragraph
                on paragraph.page_id = article.page_id and paragraph.paragraph_no = part.paragraph_no
            where part.part = 'body'
            group by printed.body_hash
        )

        select wanted.body_hash, texts.body, wanted.part
        from wanted
        join texts using (body_hash)
        """  # noqa: S608 - a number
    (usual,) = db.execute("select current_setting('memory_limit')").fetchall()[0]
    db.execute(f"set memory_limit = {quoted(_MEMORY)}")
    try:
        candidates = _export(db, parted, f"{folder}/candidates", part_count)
        printed = _export(db, texts, f"{folder}/texts", part_count)
    finally:
        db.execute(f"set memory_limit = {quoted(usual)}")
    return [PairFiles(*files) for files in zip(candidates, printed, strict=True)]


def _export(db: duckdb.DuckDBPyConnection, rows: str, folder: str, part_count: int) -> list[list[str]]:
    """Write what the query ``rows`` gives to ``folder``, parted by its column ``part``; return the files of each part, sorted."""
    written = db.execute(
        f"copy ({rows}) to {quoted(folder)} (format parquet, partition_by (part), overwrite_or_ignore, return_files)"
    ).fetchall()
    files: list[list[str]] = [[] for _ in range(part_count)]
    for name in sorted(written[0][1] if written else []):
        files[int(name.rpartition("/part=")[2].partition("/")[0])].append(name)
    return files


def take_links(db: duckdb.DuckDBPyConnection, links: str | None) -> None:
    """Take in the links found, and choose which copies stay; in one transaction.

    ``links`` is a pattern of Parquet files, or a URL with one, of the columns ``LINK_ROWS``; None if nothing was to be compared.
    What other writers of a lake did since ``export_sketches`` stands: bodies that they loaded wait on, links that they found are
    not taken in twice, and those of bodies that are gone not at all.
    """
    if links is not None:
        source = f"read_parquet({quoted(links)}, hive_partitioning = false)"
        db.execute(
            f"""
            insert into deduplicated.body_links by name
            select found.*
            from {source} as found
            semi join deduplicated.bodies as one on one.body_hash = found.inner_hash
            semi join deduplicated.bodies as other on other.body_hash = found.outer_hash
            anti join deduplicated.body_links as known
                on known.inner_hash = found.inner_hash and known.outer_hash = found.outer_hash
            """  # noqa: S608 - a path that is quoted
        )
    db.execute(f"create or replace temp table touched_bodies as select distinct body_hash from {_UNDECIDED}")  # noqa: S608 - a name of ours
    for exported, waiting in ((_UNDECIDED, "undecided_bodies"), (_UNLINKED, "unlinked_bodies")):
        db.execute(f"delete from deduplicated.{waiting} where rowid in (select row_no from {exported})")  # noqa: S608 - names of ours
    decide(db)
