"""Reprints across pages, kept right batch by batch.

What is stored are facts about one article (its profile), one body (its sketch) or two bodies (whether they say the same); none
of them depends on what else is stored. Which copy is kept is decided anew for every connected component that a batch touches.
So after any history of batches the tables are those of one run over all pages (``find_reprints``, which is the test's oracle).

Cost of a batch: it grows with the batch, and with the index as one scan of ``body_sketches``, a hash join that DuckDB does in
about .1 s per million bodies stored. Where many bodies share formulas, there are pairs to be compared for each of them, and
the load of a batch grows with the bodies stored: of the 1.1 million pairs that 10,000 bodies of pages made from a grammar have
with 30,000, three quarters are told apart by their signatures, and the rest take most of the time (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import duckdb
import polars as pl

from transforms.deduplicated import (
    BODY_LINKS,
    PROFILES,
    choose_kept,
    pair_bodies,
    reprint_duplicates,
    verify_pairs,
)
from transforms.deduplicated.bodies import body_texts
from transforms.deduplicated.reprints import Verified

# Bodies are read back to be compared with those of a batch; so many hold some tens of megabytes.
_BODIES_AT_ONCE: Final = 20_000
# Articles that may be copies of others, chosen from at a time.
_ARTICLES_AT_ONCE: Final = 20_000


class ReprintFrames(NamedTuple):
    """What the extracted stage leaves of a batch for finding reprints: schemas ``PROFILES``, ``BODIES``, ``SKETCHES``."""

    profiles: pl.DataFrame
    bodies: pl.DataFrame
    sketches: pl.DataFrame


def forget_articles(db: duckdb.DuckDBPyConnection) -> None:
    """Take the articles listed in the table ``gone_articles`` out of the index; to be called before their rows go.

    Notes in the table ``touched_bodies`` whose decisions have to be made anew.
    """
    if not db.execute("select count(*) from gone_articles").fetchall()[0][0]:
        db.execute("create or replace temp table touched_bodies (body_hash ubigint)")
        return  # six statements would find nothing, of which each takes a lake .02 s
    db.execute(
        """
        create or replace temp table touched_bodies as
        with gone as (
            select distinct body_hash from deduplicated.article_profiles
            semi join gone_articles using (article_id)
            where body_hash is not null
        )
        select body_hash from gone
        union
        select outer_hash from deduplicated.body_links semi join gone on inner_hash = body_hash
        union
        select inner_hash from deduplicated.body_links semi join gone on outer_hash = body_hash
        """
    )
    for table in ("article_profiles", "reprints", "reprint_duplicates", "suspected_reprints"):
        db.execute(f"delete from deduplicated.{table} where article_id in (from gone_articles)")  # noqa: S608 - as above
    db.execute("delete from deduplicated.suspected_reprints where other_article_id in (from gone_articles)")


def index_articles(db: duckdb.DuckDBPyConnection, new: ReprintFrames | None, *, is_linked_later: bool = False) -> None:
    """Take the articles of a batch, whose rows are already there, into the index, and decide anew what they touch.

    ``forget_articles`` has been called before, in the same transaction. With ``is_linked_later`` nothing is compared or decided
    yet, only noted, for ``warehouse.linking``: a large corpus is compared in partitions, all of it at once.
    """
    if new is not None:
        _insert(db, "article_profiles", new.profiles)
    _drop_orphans(db)
    if new is not None:
        _bring_in(db, new.bodies)
        db.execute(
            "create or replace temp table new_bodies as"
            " select * from incoming anti join deduplicated.bodies using (body_hash)"
        )
        db.execute("insert into deduplicated.bodies by name from new_bodies")
        _bring_in(db, new.sketches)
        db.execute(
            "insert into deduplicated.body_sketches by name"
            " select * from incoming semi join new_bodies using (body_hash)"
        )
        if is_linked_later:
            db.execute("insert into deduplicated.unlinked_bodies select body_hash from new_bodies")
        else:
            _link_new_bodies(db)
        _bring_in(db, new.profiles.select("body_hash").drop_nulls().unique())
        db.execute("insert into touched_bodies from incoming")
    if is_linked_later:
        db.execute("insert into deduplicated.undecided_bodies select distinct body_hash from touched_bodies")
    else:
        decide(db)


def _drop_orphans(db: duckdb.DuckDBPyConnection) -> None:
    """Delete the bodies that no article has any more, with their sketches and links."""
    db.execute(
        "create or replace temp table orphans as select distinct body_hash from touched_bodies"
        " anti join deduplicated.article_profiles using (body_hash)"
    )
    if db.execute("select count(*) from orphans").fetchall()[0][0]:
        for table, column in (
            ("bodies", "body_hash"),
            ("body_sketches", "body_hash"),
            ("body_links", "inner_hash"),
            ("body_links", "outer_hash"),
            ("unlinked_bodies", "body_hash"),
        ):
            db.execute(f"delete from deduplicated.{table} where {column} in (from orphans)")  # noqa: S608 - as above


def _link_new_bodies(db: duckdb.DuckDBPyConnection) -> None:
    """Compare each body in ``new_bodies`` with the stored ones that share enough of its sketch."""
    db.execute(
        """
        create or replace temp table shared_sketches as
        with wanted as (
            select distinct gram_hash from deduplicated.body_sketches semi join new_bodies using (body_hash)
        )

        select body_hash, gram_hash from deduplicated.body_sketches semi join wanted using (gram_hash)
        """
    )
    new = db.sql("select body_hash from new_bodies").pl()["body_hash"]
    pairs = pair_bodies(
        db.sql("from deduplicated.bodies semi join shared_sketches using (body_hash)").pl(),
        db.sql("from shared_sketches").pl(),
        new,
    )
    paired = pl.concat([pairs["left_hash"], pairs["right_hash"].alias("left_hash")]).unique()
    new_keys = _body_keys(db, paired.filter(paired.is_in(new.implode())))
    for some, stored in _by_stored(pairs, new):
        verified = verify_pairs(some, pl.concat([new_keys, _body_keys(db, stored)]))
        for links, is_suspected in ((verified.links, False), (verified.suspected, True)):
            _insert(db, "body_links", links.with_columns(pl.lit(is_suspected).alias("is_suspected")))


def _by_stored(pairs: pl.DataFrame, new: pl.Series) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
    """Yield ``pairs`` in parts, each with the at most ``_BODIES_AT_ONCE`` bodies in it that are not ``new``.

    So each body is read once, however many pairs it is in: pages of few formulas have a hundred pairs for each.
    """
    is_old = ~pl.col("left_hash").is_in(new.implode())
    other = pairs.select(pl.when(is_old).then("left_hash").otherwise("right_hash"))["left_hash"]
    stored = other.filter(~other.is_in(new.implode())).unique().sort()
    blocks = stored.search_sorted(other) // _BODIES_AT_ONCE
    for (block,), some in (
        pairs.with_columns(block=blocks).partition_by("block", include_key=False, as_dict=True).items()
    ):
        yield some, stored.slice(block * _BODIES_AT_ONCE, _BODIES_AT_ONCE)


def _body_keys(db: duckdb.DuckDBPyConnection, body_hashes: pl.Series) -> pl.DataFrame:
    """Return ``body_hash`` and ``body_key``, read back from one article of each body."""
    _bring_in(db, pl.DataFrame({"body_hash": body_hashes}))
    articles = db.sql(
        "select min(article_id) as article_id, body_hash from deduplicated.article_profiles"
        " semi join incoming using (body_hash) group by body_hash"
    ).pl()
    texts = body_texts(*_texts_of(db, articles["article_id"]))
    return articles.join(texts, on="article_id").select("body_hash", "body_key")


def _texts_of(db: duckdb.DuckDBPyConnection, article_ids: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return ``article_paragraphs``, ``paragraphs`` and ``articles`` of these articles, as ``body_texts`` takes them."""
    _bring_in(db, pl.DataFrame({"article_id": article_ids}))
    articles = db.sql(
        "select article_id, page_id, byline from extracted.all_articles semi join incoming using (article_id)"
    ).pl()
    parts = db.sql("from extracted.all_article_paragraphs semi join incoming using (article_id)").pl()
    wanted = parts.join(articles, on="article_id").select("page_id", "paragraph_no")
    _bring_in(db, wanted)
    paragraphs = db.sql(
        "select page_id, paragraph_no, text from cleaned.paragraphs semi join incoming using (page_id, paragraph_no)"
    ).pl()
    return parts, paragraphs, articles


def decide(db: duckdb.DuckDBPyConnection) -> None:
    """Choose anew which copies are kept in every component that the table ``touched_bodies`` reaches.

    What has no copy needs no choice. The rest is done some thousand articles at a time, whole components together.
    """
    db.execute(
        """
        create or replace temp table component as
        with recursive
        edges as (
            select inner_hash as one, outer_hash as other from deduplicated.body_links
            union all
            select outer_hash, inner_hash from deduplicated.body_links
        ),

        reached as (
            select distinct body_hash from touched_bodies
            union
            select edges.other from reached join edges on edges.one = reached.body_hash
        )

        select body_hash, body_hash as label from reached
        """
    )
    for table in ("reprints", "reprint_duplicates", "suspected_reprints"):
        db.execute(
            f"delete from deduplicated.{table} where article_id in"  # noqa: S608 - names of ours
            " (select article_id from deduplicated.article_profiles semi join component using (body_hash))"
        )
    label_components(db)
    db.execute(
        """
        create or replace temp table slices as
        with counted as (
            select label, count(*) as article_count
            from deduplicated.article_profiles join component using (body_hash)
            group by label
            having count(*) > 1
        )

        select label, sum(article_count) over (order by label) // $1 as slice from counted
        """,
        [_ARTICLES_AT_ONCE],
    )
    for (number,) in db.execute("select distinct slice from slices order by slice").fetchall():
        _decide_slice(db, number)


def label_components(db: duckdb.DuckDBPyConnection) -> None:
    """Give every body in ``component`` the smallest hash of its connected component as ``label``.

    Each round a body takes the smallest label among its own, its neighbours' and that of the body its label names, so a chain
    of n bodies needs about log2(n) rounds; DuckDB spills what does not fit into memory.
    """
    db.execute(
        """
        create or replace temp table edges as
        select inner_hash as one, outer_hash as other from deduplicated.body_links semi join component on inner_hash = body_hash
        union all
        select outer_hash, inner_hash from deduplicated.body_links semi join component on inner_hash = body_hash
        """
    )
    while True:
        db.execute(
            """
            create or replace temp table lower as
            with neighbours as (
                select one as body_hash, min(label) as label
                from edges join component on component.body_hash = edges.other
                group by one
            ),

            nearest as (
                select component.body_hash, least(component.label, coalesce(neighbours.label, component.label)) as label
                from component left join neighbours using (body_hash)
            )

            select nearest.body_hash, least(nearest.label, target.label) as label
            from nearest join component as target on target.body_hash = nearest.label
            """
        )
        changed = db.execute(
            "select count(*) from lower join component using (body_hash) where lower.label <> component.label"
        ).fetchall()
        db.execute("create or replace temp table component as from lower")
        if not changed[0][0]:
            return


def _decide_slice(db: duckdb.DuckDBPyConnection, number: int) -> None:
    db.execute(
        "create or replace temp table chosen_bodies as"
        " select body_hash from component semi join (from slices where slice = $1) using (label)",
        [number],
    )
    profiles = db.sql(
        f"select {', '.join(PROFILES)} from deduplicated.article_profiles semi join chosen_bodies using (body_hash)"  # noqa: S608
    ).pl()
    links = db.sql("from deduplicated.body_links semi join chosen_bodies on inner_hash = body_hash").pl()
    verified = Verified(
        *(
            links.filter(pl.col("is_suspected") == is_suspected)
            .select(list(BODY_LINKS))
            .sort("inner_hash", "outer_hash")
            for is_suspected in (False, True)
        )
    )
    chosen = choose_kept(profiles, verified)
    _insert(db, "reprints", chosen.reprints)
    _insert(db, "suspected_reprints", chosen.suspected)
    if chosen.reprints.height:
        ids = pl.concat(
            [chosen.reprints["article_id"], chosen.reprints["kept_article_id"].alias("article_id")]
        ).unique()
        parts, paragraphs, articles = _texts_of(db, ids)
        copies = reprint_duplicates(chosen.reprints, articles, parts, paragraphs)
        owners = parts.join(articles, on="article_id").join(chosen.reprints, on="article_id", how="semi")
        owned = copies.join(owners.select("article_id", "page_id", "paragraph_no"), on=["page_id", "paragraph_no"])
        _insert(db, "reprint_duplicates", owned)


def _insert(db: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    if frame.height:
        _bring_in(db, frame)
        db.execute(f"insert into deduplicated.{table} by name from incoming")


def _bring_in(db: duckdb.DuckDBPyConnection, frame: pl.DataFrame) -> None:
    """Make ``frame`` the temporary table ``incoming``.

    A table and not a view of the frame: DuckDB hands the filters of a join down to Arrow, which cannot take a hash above 2^63.
    """
    db.register("arriving", frame.to_arrow())
    db.execute("create or replace temp table incoming as from arriving")
    db.unregister("arriving")
