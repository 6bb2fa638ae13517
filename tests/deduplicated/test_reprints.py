"""Articles on more than one page: the same answer whatever the history, and the laws of that answer."""

from __future__ import annotations

import random
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.deduplicated.made_articles import Corpus, make_corpus, only
from transforms.deduplicated import (
    choose_kept,
    find_reprints,
    pair_bodies,
    profile_articles,
    sketch_bodies,
    verify_pairs,
)
from transforms.deduplicated.bodies import BODIES, SHORT, SKETCHES
from transforms.deduplicated.reprints import BODY_LINKS, PROFILES, REPRINTS, SUSPECTED_REPRINTS, Verified
from transforms.frames import DUPLICATES, empty


class Store:
    """What a warehouse keeps, brought up to date batch by batch: nothing is computed anew but what a batch touches."""

    def __init__(self) -> None:
        self.profiles = empty(PROFILES)
        self.keys: dict[int, str] = {}
        self.bodies, self.sketches = empty(BODIES), empty(SKETCHES)
        self.verified = Verified(empty(BODY_LINKS), empty(BODY_LINKS))
        self.reprints, self.suspected = empty(REPRINTS), empty(SUSPECTED_REPRINTS)

    def load(self, batch: Corpus) -> None:
        """Put the pages of ``batch`` in the place of what they were before."""
        profiles, keys = profile_articles(
            batch.articles, batch.article_paragraphs, batch.paragraphs, sources=batch.sources
        )
        known = self.profiles.filter(pl.col("page_id").is_in(batch.sources["page_id"].to_list()))
        touched = set(known["body_hash"].drop_nulls()) | set(profiles["body_hash"].drop_nulls())
        before = self._component(touched)
        self.profiles = pl.concat([self.profiles.join(known, on="article_id", how="anti"), profiles])
        self.keys |= {h: k for h, k in zip(profiles["body_hash"], keys, strict=True) if h is not None}
        self._index(keys)
        self._choose(before | self._component(touched))

    def drop(self, page_ids: list[str]) -> None:
        known = self.profiles.filter(pl.col("page_id").is_in(page_ids))
        component = self._component(set(known["body_hash"].drop_nulls()))
        self.profiles = self.profiles.join(known, on="article_id", how="anti")
        for name in ("reprints", "suspected"):
            frame = getattr(self, name)
            setattr(self, name, frame.join(known, on="article_id", how="anti"))
        self._choose(component)

    def _index(self, keys: pl.Series) -> None:
        bodies, sketches = sketch_bodies(keys)
        bodies = bodies.join(self.bodies, on="body_hash", how="anti")
        sketches = sketches.join(self.bodies, on="body_hash", how="anti")
        self.bodies, self.sketches = pl.concat([self.bodies, bodies]), pl.concat([self.sketches, sketches])
        pairs = pair_bodies(self.bodies, self.sketches, bodies["body_hash"])
        known = pl.DataFrame(
            {"body_hash": list(self.keys), "body_key": list(self.keys.values())},
            schema={"body_hash": pl.UInt64, "body_key": pl.String},
        )
        found = verify_pairs(pairs, known)
        self.verified = Verified(*(pl.concat(both) for both in zip(self.verified, found, strict=True)))

    def _component(self, hashes: set[int]) -> set[int]:
        edges = pl.concat(self.verified).select("inner_hash", "outer_hash").rows()
        reached = set(hashes)
        while new := {h for edge in edges if reached & set(edge) for h in edge} - reached:
            reached |= new
        return reached

    def _choose(self, hashes: set[int]) -> None:
        mine = pl.col("body_hash").is_in(sorted(hashes))
        profiles = self.profiles.filter(mine)
        links = (frame.filter(pl.col("inner_hash").is_in(sorted(hashes))) for frame in self.verified)
        chosen = choose_kept(profiles, Verified(*links))
        others = self.profiles.filter(~mine | pl.col("body_hash").is_null()).select("article_id")
        self.reprints = pl.concat([self.reprints.join(others, on="article_id", how="semi"), chosen.reprints])
        self.suspected = pl.concat([self.suspected.join(others, on="article_id", how="semi"), chosen.suspected])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_any_history_gives_the_tables_of_one_run(seed: int, source: random.Random) -> None:
    corpus = make_corpus(seed)
    pages = corpus.sources["page_id"].to_list()
    source.shuffle(pages)
    store = Store()
    while pages:
        size = source.randint(1, len(pages))
        batch, pages = pages[:size], pages[size:]
        if source.random() < 0.3 and size > 1:  # another version of a page comes first, is replaced, or goes
            store.load(only(make_corpus(seed + 1), batch[:1]))
            store.load(only(corpus, batch[:1]))
            store.drop(batch[:1])
        store.load(only(corpus, batch))
    whole = find_reprints(*corpus[:3], sources=corpus.sources)
    assert_frame_equal(store.reprints.sort("article_id"), whole.reprints)
    assert_frame_equal(store.suspected.sort("article_id", "other_article_id"), whole.suspected)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_laws_of_reprints(seed: int) -> None:
    corpus = make_corpus(seed)
    found = find_reprints(*corpus[:3], sources=corpus.sources)
    gone, kept = set(found.reprints["article_id"]), set(found.reprints["kept_article_id"])
    assert found.reprints["article_id"].is_unique().all()
    assert not gone & kept
    page_of = dict(corpus.articles.select("article_id", "page_id").iter_rows())
    pairs = found.reprints.select("article_id", "kept_article_id").rows()
    assert all(page_of[here] != page_of[there] for here, there in pairs)
    parts = corpus.article_paragraphs.filter(pl.col("article_id").is_in(sorted(gone)))
    assert found.duplicates.height == parts.height
    assert found.duplicates.schema == pl.Schema(DUPLICATES)
    kept_parts = {
        (page_of[article_id], number)
        for article_id, number in corpus.article_paragraphs.select("article_id", "paragraph_no").iter_rows()
        if article_id in kept
    }
    assert set(found.duplicates.select("kept_page_id", "kept_paragraph_no").rows()) <= kept_parts


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_pairs_are_those_of_all_compared_with_all(seed: int) -> None:
    corpus = make_corpus(seed, page_count=6)
    _, keys = profile_articles(*corpus[:3])
    bodies, sketches = sketch_bodies(keys)
    found = {tuple(row) for row in pair_bodies(bodies, sketches, bodies["body_hash"]).iter_rows()}
    grams: dict[int, set[int]] = {}
    for body_hash, gram in sketches.iter_rows():
        grams.setdefault(body_hash, set()).add(gram)
    wanted = set()
    rows = {row["body_hash"]: row for row in bodies.iter_rows(named=True)}
    for left, right in combinations(sorted(rows), 2):
        shared = len(grams.get(left, set()) & grams.get(right, set()))
        short = rows[left]["body_length"] < SHORT and rows[right]["body_length"] < SHORT
        least = min(rows[h]["gram_count" if short else "coarse_count"] for h in (left, right))
        if shared and shared >= 0.25 * least:
            wanted.add((left, right))
    assert found == wanted


def test_better_copy_that_comes_later_takes_over() -> None:
    corpus = make_corpus(3, page_count=2, text_count=1)
    pages = corpus.sources["page_id"].to_list()
    articles = corpus.articles.group_by("page_id", maintain_order=True).first()
    text = "".join(corpus.paragraphs["text"][:2]) * 2
    paragraphs = pl.DataFrame(
        [(page, 1, "body", text, [1], False, 0, False) for page in pages], schema=corpus.paragraphs.schema, orient="row"
    )
    parts = pl.DataFrame(
        [(article_id, 1, 1, "body") for article_id in articles["article_id"]],
        schema=corpus.article_paragraphs.schema,
        orient="row",
    )
    articles = articles.select(corpus.articles.columns).with_columns(
        pl.lit(None, dtype=pl.Date).alias("published_on"),
        pl.lit(None, dtype=pl.String).alias("byline"),
        pl.Series("headline", [None, "山水之间"], dtype=pl.String),
        pl.lit(False).alias("is_truncated"),
    )
    store = Store()
    whole = Corpus(articles, parts, paragraphs, corpus.sources)
    store.load(only(whole, pages[:1]))
    assert store.reprints.is_empty()
    store.load(only(whole, pages[1:]))
    assert store.reprints.select("article_id", "kept_article_id").rows() == [tuple(articles["article_id"])]


@pytest.mark.parametrize("copies", [2, 400])
def test_many_equal_copies_cost_one_comparison(copies: int) -> None:
    text = "".join(make_corpus(5).paragraphs["text"][:4])
    bodies, sketches = sketch_bodies(pl.Series([text] * copies))
    assert bodies.height == 1
    assert pair_bodies(bodies, sketches, bodies["body_hash"]).is_empty()


def test_no_articles() -> None:
    corpus = only(make_corpus(1), [])
    found = find_reprints(*corpus[:3], sources=corpus.sources)
    assert found.duplicates.schema == pl.Schema(DUPLICATES)
    assert found.reprints.is_empty()
    assert found.suspected.is_empty()
