"""Reprints found in partitions, all at once, are those found batch by batch."""

from __future__ import annotations

import random

import polars as pl
import pytest

from flows.linking import link_in_partitions
from flows.pool import Pool
from tests.warehouse.conftest import make_batch
from tests.warehouse.test_reprints import LONG, PAGES
from warehouse import linking
from warehouse.canonical import fingerprints
from warehouse.linking import has_unlinked
from warehouse.writer import Writer


def open_writer(path, *, is_linked_later):
    return Writer(path, run_id="run", rules_version="rules", is_linked_later=is_linked_later)


class NothingReturns(Pool):
    """Workers from which no rows come back: those of a corpus would not fit into the client."""

    def run_all(self, calls):
        results = super().run_all(calls)
        assert results == [None] * len(calls)
        return results


@pytest.fixture(scope="module")
def batch_by_batch(tmp_path_factory):
    with open_writer(tmp_path_factory.mktemp("one") / "w.duckdb", is_linked_later=False) as writer:
        writer.load(make_batch(PAGES))
        return fingerprints(writer.connection)


@pytest.mark.parametrize(("seed", "rows_per_partition"), [(1, 4_000_000), (2, 20)])
def test_any_history_of_loads_and_links_ends_the_same(seed, rows_per_partition, batch_by_batch, tmp_path, monkeypatch):
    monkeypatch.setattr(linking, "ROWS_PER_PARTITION", rows_per_partition)
    monkeypatch.setattr(linking, "PAIRS_PER_PARTITION", 2)
    names = sorted(PAGES)
    source = random.Random(seed)
    source.shuffle(names)
    with open_writer(tmp_path / "w.duckdb", is_linked_later=True) as writer, NothingReturns(1) as pool:
        writer.load(
            make_batch({names[-1]: [("试刊", LONG[1][:80] + "，试刊号后来换过了。")], names[0]: PAGES[names[0]]})
        )
        link_in_partitions(writer, pool, str(tmp_path / "linking"))
        for name in names[1:]:
            writer.load(make_batch({name: PAGES[name]}))
            if source.random() < 0.3:
                link_in_partitions(writer, pool, str(tmp_path / "linking"))
        assert has_unlinked(writer.connection)
        assert fingerprints(writer.connection) != batch_by_batch
        link_in_partitions(writer, pool, str(tmp_path / "linking"))
        assert not has_unlinked(writer.connection)
        assert fingerprints(writer.connection) == batch_by_batch
    assert not (tmp_path / "linking").exists()


def test_what_a_killed_run_left_is_linked_by_the_next(batch_by_batch, tmp_path):
    with open_writer(tmp_path / "w.duckdb", is_linked_later=True) as writer:
        writer.load(make_batch(PAGES))
    with open_writer(tmp_path / "w.duckdb", is_linked_later=False) as writer, Pool(1) as pool:
        link_in_partitions(writer, pool, str(tmp_path / "linking"))
        assert fingerprints(writer.connection) == batch_by_batch


def test_a_page_that_goes_before_it_was_compared_leaves_nothing(tmp_path):
    with open_writer(tmp_path / "w.duckdb", is_linked_later=True) as writer, Pool(1) as pool:
        writer.load(make_batch(PAGES))
        writer.remove(sorted(PAGES))
        link_in_partitions(writer, pool, str(tmp_path / "linking"))
        counts = [
            writer.connection.execute(f"select count(*) from deduplicated.{name}").fetchall()[0][0]
            for name in ("bodies", "body_sketches", "body_links", "reprints", "unlinked_bodies", "undecided_bodies")
        ]
    assert counts == [0] * 6


def test_texts_go_out_as_the_pure_function_makes_them(tmp_path):
    """The body in SQL is the body of ``body_texts``: else both ways of comparing could part."""
    from transforms.deduplicated.bodies import body_texts

    with open_writer(tmp_path / "w.duckdb", is_linked_later=True) as writer:
        batch = make_batch(PAGES)
        writer.load(batch)
        frames = batch.frames
        expected = body_texts(frames["article_paragraphs"], frames["paragraphs"], frames["articles"])
        pairs = writer.connection.sql(
            "select distinct one.body_hash as left_hash, one.body_hash as right_hash"
            " from deduplicated.article_profiles as one where one.body_hash is not null"
        ).pl()
        pairs.write_parquet(tmp_path / "pairs.parquet")
        (files,) = linking.export_pairs(writer.connection, str(tmp_path / "pairs.parquet"), str(tmp_path))
    written = pl.read_parquet(files.texts)
    assert sorted(written["body"]) == sorted(set(expected["body"])), "each once"
    assert set(pl.read_parquet(files.pairs)["left_hash"]) == set(written["body_hash"])
