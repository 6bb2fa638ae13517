"""Loading: whole or not at all, replacing what was there."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.warehouse.conftest import make_batch
from transforms.errors import WarehouseDamaged
from warehouse import opening
from warehouse.canonical import fingerprints
from warehouse.totals import count_all
from warehouse.writer import ARTICLE_TABLES, PAGE_TABLES, PageChanges, Writer

HARVEST = (
    "栗湾镇部署秋收",
    "栗湾镇昨天召开秋收工作会议，要求各村备足机具，抢抓晴好天气，确保颗粒归仓，并做好仓储与烘干。",
)
BRIDGE = (
    "澜江大桥合龙",
    "澜江大桥昨日合龙，全长两公里，两岸群众齐声欢呼，建设者说通车以后进城只要十分钟，比从前快了一个钟头。",
)
SCHOOL = (
    "石柳小学换新桌椅",
    "石柳小学的孩子们开学第一天坐上了新桌椅，这是镇上的企业家凑钱添置的，一共三百套，老师说高矮可以调。",
)


def rows(writer, sql):
    return writer.connection.execute(sql).fetchall()


def test_a_batch_is_loaded_and_told(writer):
    changes = writer.load(make_batch({"a.txt": [HARVEST], "b.txt": [BRIDGE, SCHOOL]}, day=date(2024, 5, 18)))
    assert changes == PageChanges(new=2)
    assert count_all(writer.connection)[:2] == (2, 6)
    assert rows(writer, "select input, page_count from ops.inputs order by all") == [("a.txt", 1), ("b.txt", 1)]
    assert rows(writer, "select page_count, line_count from ops.batches") == [(2, 6)]
    assert rows(writer, "select distinct rules_version, run_id from raw.pages") == [("rules-1", "run-1")]


def test_loading_the_same_again_changes_nothing(writer):
    batch = make_batch({"a.txt": [HARVEST], "b.txt": [BRIDGE]})
    writer.load(batch)
    before = fingerprints(writer.connection)
    assert writer.load(batch) == PageChanges(unchanged=2)
    assert fingerprints(writer.connection) == before


def test_a_changed_page_leaves_no_old_row(writer, tmp_path):
    writer.load(make_batch({"a.txt": [HARVEST, BRIDGE], "b.txt": [SCHOOL]}))
    assert writer.load(make_batch({"a.txt": [BRIDGE]})) == PageChanges(changed=1)
    with Writer(tmp_path / "fresh.duckdb", run_id="run-2", rules_version="rules-1") as fresh:
        fresh.load(make_batch({"a.txt": [BRIDGE], "b.txt": [SCHOOL]}))
        assert fingerprints(writer.connection) == fingerprints(fresh.connection)


def test_removing_an_input_leaves_no_row(writer):
    writer.load(make_batch({"a.txt": [HARVEST, BRIDGE]}))
    assert writer.remove(["a.txt"]) == PageChanges(removed=1)
    for table in (*PAGE_TABLES.values(), *ARTICLE_TABLES.values(), "search.documents", "search.postings", "ops.inputs",
                  "deduplicated.bodies", "deduplicated.body_sketches", "deduplicated.article_profiles"):  # fmt: skip
        assert rows(writer, f"select count(*) from {table}") == [(0,)], table


def test_a_batch_that_fails_leaves_nothing(writer):
    writer.load(make_batch({"a.txt": [HARVEST]}))
    before = fingerprints(writer.connection)
    broken = make_batch({"b.txt": [BRIDGE]})
    broken.frames["keywords"] = pl.DataFrame(
        {"article_id": ["x"], "rank": ["not a number"], "keyword": ["y"], "weight": [1.0]}
    )
    with pytest.raises(duckdb.ConversionException):
        writer.load(broken)
    assert fingerprints(writer.connection) == before
    assert rows(writer, "select count(*) from ops.batches") == [(1,)]
    assert writer.load(make_batch({"b.txt": [BRIDGE]})) == PageChanges(new=1)


def test_a_killed_run_is_marked(writer, tmp_path):
    writer.close()
    with Writer(tmp_path / "writer.duckdb", run_id="run-2", rules_version="rules-1") as again:
        again.begin_run()
        again.end_run("done", PageChanges(new=1), seen=1, quarantined=0, missing=0)
        assert rows(again, "select run_id, status from ops.runs order by run_id") == [
            ("run-1", "killed"),
            ("run-2", "done"),
        ]


def test_the_quarantine_holds_the_present_only(writer):
    writer.quarantine([("a.txt", "raw", "empty", "it holds nothing", "a.txt")])
    writer.quarantine([("a.txt", "raw", "empty", "it holds nothing", "a.txt")])
    assert writer.quarantined_count(["a.txt"]) == 1
    writer.load(make_batch({"a.txt": [HARVEST]}))
    assert writer.quarantined_count(["a.txt"]) == 0


def test_a_file_that_is_no_warehouse_is_refused(tmp_path):
    (tmp_path / "writer.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(WarehouseDamaged) as error:
        Writer(tmp_path / "writer.duckdb", run_id="r", rules_version="v")
    assert str(error.value).endswith(
        "Try: banmian rebuild, which sets it aside and begins with the published one; or move it away and run again"
    )


@pytest.mark.parametrize("name", ["it's.duckdb", "版面 [1]*.duckdb"])
def test_a_path_is_a_path(tmp_path, name):
    with Writer(tmp_path / name, run_id="r", rules_version="v"):
        assert (tmp_path / name).exists()


def test_old_clients_can_read_it(writer, tmp_path):
    """The storage version is that of DuckDB 1.0, whatever this version would write by itself."""
    (tags,) = rows(writer, "select tags from duckdb_databases() where database_name = 'warehouse'")
    assert tags[0]["storage_version"].startswith("v1.0.0")


def test_the_writer_takes_part_of_the_machine(tmp_path: Path) -> None:
    with Writer(tmp_path / "writer.duckdb", run_id="r", rules_version="x") as writer:
        taken = writer.connection.execute(
            "select current_setting('threads'), current_setting('memory_limit'), current_setting('checkpoint_threshold')"
        ).fetchall()
    assert 1 <= taken[0][0] <= max(1, len(os.sched_getaffinity(0)) // 2)
    assert taken[0][1:] == ("128.0 MiB", "256.0 MiB")


def test_the_writer_may_take_more_for_more_keys(writer, tmp_path, monkeypatch):
    """An index that cannot grow would fail the load: the limit is raised before the batch comes in, and when the file is opened."""
    monkeypatch.setattr(opening, "KEY_BYTES", 2**20)
    limit = "select current_setting('memory_limit')"
    writer.load(make_batch({"a.txt": [HARVEST], "b.txt": [BRIDGE, SCHOOL]}))
    assert rows(writer, limit) == [("133.0 MiB",)]
    writer.load(make_batch({"c.txt": [HARVEST]}))
    assert rows(writer, limit) == [("135.0 MiB",)]
    writer.close()
    with Writer(tmp_path / "writer.duckdb", run_id="run-2", rules_version="rules-1") as again:
        assert rows(again, limit) == [("135.0 MiB",)]
