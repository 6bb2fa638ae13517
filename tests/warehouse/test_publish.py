"""Publishing replaces the file in one step and never disturbs a reader."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.publish import publish


def make(path, value):
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select ? as v", [value])


def read(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("select v from t").fetchall()[0][0]


def test_readers_keep_the_old_copy_and_get_the_new_one(tmp_path):
    make(tmp_path / "one", 1)
    make(tmp_path / "two", 2)
    published = tmp_path / "news.duckdb"
    publish(tmp_path / "one", published)
    with duckdb.connect(str(published), read_only=True) as reader:
        publish(tmp_path / "two", published)
        assert reader.execute("select v from t").fetchall() == [(1,)]
    assert read(published) == 2


def test_what_a_killed_run_left_is_cleared(tmp_path):
    make(tmp_path / "one", 1)
    (tmp_path / "news.duckdb.999.next").write_bytes(b"half")
    publish(tmp_path / "one", tmp_path / "news.duckdb")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["news.duckdb", "one"]


def test_a_failed_copy_leaves_the_old_file(tmp_path, monkeypatch):
    make(tmp_path / "one", 1)
    make(tmp_path / "two", 2)
    published = tmp_path / "news.duckdb"
    publish(tmp_path / "one", published)

    def no_space(source, target):
        target.write_bytes(source.read_bytes()[:4096])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("warehouse.publish.shutil.copyfile", no_space)
    with pytest.raises(OSError, match="No space left"):
        publish(tmp_path / "two", published)
    assert read(published) == 1
    assert not list(tmp_path.glob("*.next"))


def test_a_name_with_a_pattern_in_it_clears_only_its_own(tmp_path):
    make(tmp_path / "one", 1)
    other = tmp_path / "a.duckdb.1.next"
    other.write_bytes(b"another run's")
    publish(tmp_path / "one", tmp_path / "[a].duckdb")
    assert other.exists()
