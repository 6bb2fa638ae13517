"""The warehouse as a lake says what the embedded one says, to many writers and to readers of published states only."""

from __future__ import annotations

import random
import threading
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.linking import link_in_partitions
from flows.pool import Pool
from tests.warehouse.conftest import make_batch
from tests.warehouse.test_reprints import PAGES
from tests.warehouse.test_writer import BRIDGE, HARVEST, SCHOOL
from transforms.errors import StorageFailed, UsageError, WarehouseDamaged
from warehouse import lake, linking, transaction
from warehouse.ask import ask, connect
from warehouse.canonical import fingerprints
from warehouse.linking import has_unlinked
from warehouse.migrate import migrations
from warehouse.transaction import in_transaction
from warehouse.writer import PageChanges, Writer

pytestmark = pytest.mark.slow
DAY = date(2024, 5, 18)


@pytest.fixture
def target(postgres, tmp_path, request):
    return Path(postgres.database(f"lake_{request.node.name.removeprefix('test_')[:50]}".lower()))


@pytest.fixture
def data(tmp_path):
    return f"{tmp_path}/data/"


def open_lake(target, data, run_id="run-1", *, is_linked_later=False):
    return Writer(target, run_id=run_id, rules_version="rules-1", lake_data=data, is_linked_later=is_linked_later)


def test_the_same_history_gives_the_same_rows_as_in_a_file(target, data, tmp_path):
    groups = sorted(PAGES)
    random.Random(7).shuffle(groups)
    with (
        open_lake(target, data) as ours,
        Writer(tmp_path / "w.duckdb", run_id="run-1", rules_version="rules-1") as theirs,
    ):
        for writer in (ours, theirs):
            writer.begin_run()
            writer.load(make_batch({groups[0]: [SCHOOL]}, day=DAY))
            writer.load(make_batch({name: PAGES[name] for name in groups[:4]}, day=DAY))
            writer.load(make_batch({name: PAGES[name] for name in groups[4:]}, day=DAY))
            assert writer.load(make_batch({groups[0]: PAGES[groups[0]]}, day=DAY)) == PageChanges(unchanged=1)
            writer.remove([groups[1]])
        expected, found = fingerprints(theirs.connection), fingerprints(ours.connection)
        assert {name for name in expected if expected[name] != found.get(name)} == set()
        assert expected.keys() == found.keys()


def test_readers_see_what_was_published_and_nothing_else(target, data):
    with open_lake(target, data) as writer:
        writer.begin_run()
        writer.load(make_batch({"a.txt": [HARVEST]}, day=DAY))
        with pytest.raises(UsageError, match="nothing was published there yet\nTry: banmian run FOLDER"):
            connect(target)
        assert writer.has_unpublished(target)
        writer.publish(target)
    count = "select count(*) as pages from raw.pages"
    assert ask(target, count, output="csv") == "pages\n1"
    with open_lake(target, data, "run-2") as writer:
        writer.begin_run()
        assert not writer.has_unpublished(target)
        writer.load(make_batch({"b.txt": [BRIDGE]}, day=DAY))
        assert ask(target, count, output="csv") == "pages\n1"
        with connect(target) as reader:
            writer.publish(target)
            assert reader.execute(count).fetchall() == [(1,)]
    assert ask(target, count, output="csv") == "pages\n2"
    assert "澜江大桥合龙" in ask(target, "from search('大桥')")


def test_a_reader_can_neither_write_nor_look_around(target, data, tmp_path):
    with open_lake(target, data) as writer:
        writer.load(make_batch({"a.txt": [HARVEST]}, day=DAY))
        writer.publish(target)
    with connect(target) as reader:
        for query in (
            "delete from raw.pages",
            "create table t (x int)",
            "from read_text('/etc/hostname')",
            f"copy (select 1) to '{tmp_path}/out.csv'",
            f"attach '{tmp_path}/other.duckdb'",
            "set enable_external_access = true",
            "install fts",
        ):
            with pytest.raises(duckdb.Error):
                reader.execute(query)


def test_writers_at_once_lose_nothing(target, data, tmp_path):
    """Two threads load in turns that overlap; each batch's reprints are found in what the other one loaded meanwhile."""
    groups = [sorted(PAGES)[0::2], sorted(PAGES)[1::2]]
    open_lake(target, data).close()
    errors = []

    def work(number, names):
        try:
            with open_lake(target, data, f"run-{number}") as writer:
                writer.begin_run()
                for name in names:
                    writer.load(make_batch({name: PAGES[name]}, day=DAY))
                writer.end_run("done", PageChanges(), seen=0, quarantined=0, missing=0)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number, names)) for number, names in enumerate(groups)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with (
        open_lake(target, data, "run-3") as ours,
        Writer(tmp_path / "w.duckdb", run_id="r", rules_version="rules-1") as one,
    ):
        one.load(make_batch(PAGES, day=DAY))
        assert fingerprints(ours.connection) == fingerprints(one.connection)
        ended = ours.connection.execute("select run_id, status from ops.runs order by run_id").fetchall()
        assert ended == [("run-0", "done"), ("run-1", "done")]


def test_what_writers_compare_at_once_is_linked_once(target, data, tmp_path, monkeypatch):
    """While one compares what it loaded, another loads, compares all that waits, takes a page out, and loads again."""
    names = sorted(PAGES)
    with (
        open_lake(target, data, "run-1", is_linked_later=True) as ours,
        open_lake(target, data, "run-2", is_linked_later=True) as theirs,
        Pool(1) as pool,
    ):
        take = ours.take_links

        def take_late(links):
            theirs.load(make_batch({name: PAGES[name] for name in names[3:5]}, day=DAY))
            link_in_partitions(theirs, pool, str(tmp_path / "their-links"))
            theirs.remove(names[:1])
            theirs.load(make_batch({name: PAGES[name] for name in names[5:]}, day=DAY))
            take(links)

        monkeypatch.setattr(ours, "take_links", take_late)
        ours.load(make_batch({name: PAGES[name] for name in names[:3]}, day=DAY))
        link_in_partitions(ours, pool, str(tmp_path / "our-links"))
        assert has_unlinked(theirs.connection), "what was loaded meanwhile is compared by its own run"
        theirs.load(make_batch({names[0]: PAGES[names[0]]}, day=DAY))
        link_in_partitions(theirs, pool, str(tmp_path / "their-links"))
        assert not has_unlinked(theirs.connection)
        with Writer(tmp_path / "w.duckdb", run_id="r", rules_version="rules-1") as one:
            one.load(make_batch(PAGES, day=DAY))
            assert fingerprints(theirs.connection) == fingerprints(one.connection)


def test_a_body_that_goes_and_comes_back_while_it_is_compared_is_compared_again(target, data, tmp_path, monkeypatch):
    """What comes between was compared when the body was away, so only the body itself can still find it."""
    alone = "03.txt"  # a copy with two characters misread: no other page has just this body
    others = [name for name in PAGES if name != alone]
    with (
        open_lake(target, data, "run-1", is_linked_later=True) as ours,
        open_lake(target, data, "run-2", is_linked_later=True) as theirs,
        Pool(1) as pool,
    ):
        take = ours.take_links

        def take_late(links):
            theirs.remove([alone])
            theirs.load(make_batch({name: PAGES[name] for name in others}, day=DAY))
            link_in_partitions(theirs, pool, str(tmp_path / "their-links"))
            theirs.load(make_batch({alone: PAGES[alone]}, day=DAY))
            take(links)

        monkeypatch.setattr(ours, "take_links", take_late)
        ours.load(make_batch({alone: PAGES[alone]}, day=DAY))
        link_in_partitions(ours, pool, str(tmp_path / "our-links"))
        link_in_partitions(theirs, pool, str(tmp_path / "their-links"))
        with Writer(tmp_path / "w.duckdb", run_id="r", rules_version="rules-1") as one:
            one.load(make_batch(PAGES, day=DAY))
            assert fingerprints(theirs.connection) == fingerprints(one.connection)


def test_many_partitions_go_to_a_store_within_the_memory_of_the_writer(target, s3, monkeypatch):
    """DuckDB keeps a part of each file that it writes there: eighty megabytes by default, of which the writer has room for one."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    s3.make_bucket("linking")
    monkeypatch.setattr(linking, "ROWS_PER_PARTITION", 20)
    monkeypatch.setattr(linking, "PAIRS_PER_PARTITION", 1)
    with open_lake(target, "s3://linking/rows/", is_linked_later=True) as writer, Pool(1) as pool:
        writer.load(make_batch(PAGES, day=DAY))
        # As much as is free when ten thousand pages are compared.
        writer.connection.execute("set memory_limit = '64 MiB'")
        link_in_partitions(writer, pool, "s3://linking/links")
        assert not has_unlinked(writer.connection)
        assert writer.connection.execute("select count(*) > 3 from deduplicated.reprints").fetchall() == [(True,)]


def test_writers_at_once_make_a_new_lake_once(target, data):
    """Two that find no lake: each begins to make its catalogue and its schema, and one finds that the other was faster."""
    start, errors = threading.Barrier(2), []

    def work(name):
        try:
            start.wait()
            with open_lake(target, data, name) as writer:
                writer.begin_run()
                writer.load(make_batch({f"{name}.txt": [SCHOOL]}, day=DAY))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(f"run-{number}",)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with open_lake(target, data, "run-3") as writer:
        applied = writer.connection.execute("select number from ops.migrations order by number").fetchall()
        assert applied == [(step.number,) for step in migrations()]
        assert writer.connection.execute("select count(*) from ops.view_digests").fetchall() == [(1,)]
        assert writer.connection.execute("select count(*) from raw.pages").fetchall() == [(2,)]


def test_opening_again_makes_no_snapshot(target, data):
    with open_lake(target, data) as writer:
        before = lake.newest_snapshot(writer.connection)
    with open_lake(target, data) as writer:
        assert lake.newest_snapshot(writer.connection) == before


def test_a_lake_that_is_not_there_is_told_without_its_password(postgres):
    nowhere = Path(f"ducklake:postgres:dbname=nowhere host=127.0.0.1 port={postgres.port} user=banmian password=geheim")
    with pytest.raises(WarehouseDamaged) as caught:
        open_lake(nowhere, None)
    assert "geheim" not in str(caught.value)
    assert str(caught.value).splitlines()[1].startswith("Try: check that its catalogue runs")


def test_a_missing_extension_is_told(monkeypatch):
    monkeypatch.setattr(lake, "_ALWAYS", ("no_such_thing",))
    with pytest.raises(UsageError, match=r"lacks its extension no_such_thing\nTry: pip install 'banmian\[cluster\]'"):
        open_lake(Path("ducklake:x.ducklake"), None)


@pytest.mark.parametrize(
    ("target", "expected"),
    [("ducklake:postgres:dbname=x", True), ("news.duckdb", False), ("ducklake.duckdb", False)],
)
def test_what_is_a_lake(target, expected):
    assert lake.is_lake(Path(target)) is expected


class Unlucky:
    """A connection whose first commit is heard by the catalogue, or not, and whose answer is lost."""

    def __init__(self, connection, *, is_heard):
        self._connection = connection
        self._is_heard = is_heard
        self.commits = 0

    def execute(self, sql, *parameters):
        if sql == "commit":
            self.commits += 1
            if self.commits == 1:
                self._connection.execute("commit" if self._is_heard else "rollback")
                raise duckdb.IOException("server closed the connection unexpectedly")
        return self._connection.execute(sql, *parameters)


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_commit_whose_answer_is_lost_is_done_once(tmp_path, is_heard):
    with open_lake(Path(f"ducklake:{tmp_path}/c.ducklake"), f"{tmp_path}/data/") as writer:
        db = Unlucky(writer.connection, is_heard=is_heard)
        add = "insert into ops.published values (7, 'r', now())"
        assert in_transaction(db, "it's", lambda: db.execute(add) and "made", run_id="r", is_lake=True) == "made"
        assert db.commits == (1 if is_heard else 2)
        assert writer.connection.execute("select count(*) from ops.published").fetchall() == [(1,)]


def test_a_catalogue_that_stays_away_is_told_without_its_password(monkeypatch):
    monkeypatch.setattr(transaction, "_AWAY_S", 0)
    gone = 'Unable to connect to Postgres at "dbname=lake password=geheim": Connection refused'

    class Gone:
        def execute(self, sql):
            raise duckdb.IOException(gone)

    with (
        pytest.raises(StorageFailed, match="^ducklake:postgres:dbname=lake: its catalogue or object store") as told,
        lake.lake_errors("ducklake:postgres:dbname=lake"),
    ):
        in_transaction(Gone(), "load", lambda: None, run_id="r", is_lake=True)
    assert "geheim" not in str(told.value)
