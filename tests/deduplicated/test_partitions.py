"""Pairs found in partitions are those found at once, however the rows are parted and whichever bodies are new."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.deduplicated.made_articles import make_corpus
from transforms.deduplicated import pair_bodies, profile_articles, sketch_bodies
from transforms.deduplicated.partitions import PAIR_COUNTS, SKETCH_ROWS, count_shared, sum_shared
from transforms.frames import conform


def bodies_of(seed):
    corpus = make_corpus(seed)
    _, keys = profile_articles(corpus.articles, corpus.article_paragraphs, corpus.paragraphs, sources=corpus.sources)
    return sketch_bodies(keys)


def parted(bodies, sketches, new, partition_count, pairs_at_once=4_000_000):
    rows = conform(
        sketches.join(bodies, on="body_hash").with_columns(pl.col("body_hash").is_in(new).alias("is_new")), SKETCH_ROWS
    )
    counts = [
        count_shared(rows.filter(pl.col("gram_hash") % partition_count == part), pairs_at_once=pairs_at_once)
        for part in range(partition_count)
    ]
    by_pair = pl.concat(counts)
    return pl.concat(
        [sum_shared(by_pair.filter(pl.col("left_hash") % partition_count == part)) for part in range(partition_count)]
    ).sort("left_hash", "right_hash")


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    partition_count=st.integers(1, 9),
    share=st.floats(0, 1),
    at_once=st.sampled_from([50, 4_000_000]),
)
def test_any_partition_finds_the_pairs_of_all_at_once(seed, partition_count, share, at_once):
    bodies, sketches = bodies_of(seed)
    new = bodies["body_hash"].head(round(share * bodies.height)).to_list()
    expected = pair_bodies(bodies, sketches, pl.Series(new, dtype=pl.UInt64), shared_at_once=at_once)
    assert_frame_equal(parted(bodies, sketches, new, partition_count, at_once), expected)


def test_there_are_pairs_to_find():
    bodies, sketches = bodies_of(3)
    assert parted(bodies, sketches, bodies["body_hash"].to_list(), 4).height > 0


def test_nothing_comes_of_nothing():
    empty = pl.DataFrame(schema=SKETCH_ROWS)
    assert count_shared(empty).schema == pl.Schema(PAIR_COUNTS)
    assert sum_shared(count_shared(empty)).is_empty()


@pytest.mark.parametrize("is_new", [True, False])
def test_old_bodies_are_not_compared_again(is_new):
    bodies, sketches = bodies_of(3)
    new = bodies["body_hash"].to_list() if is_new else []
    assert (parted(bodies, sketches, new, 3).height > 0) is is_new


@pytest.mark.parametrize(
    ("shared", "least", "is_pair"), [(1, 10, True), (1, 11, False), (2, 20, True), (2, 21, False), (1, 0, True)]
)
def test_a_tenth_of_the_smaller_sketch_makes_a_pair(shared, least, is_pair):
    counts = pl.DataFrame(
        [(1, 2, least, 1), (1, 2, least, shared - 1)],
        schema=["left_hash", "right_hash", "least_count", "shared_count"],
        orient="row",
    )
    assert (sum_shared(conform(counts, PAIR_COUNTS)).height == 1) is is_pair
