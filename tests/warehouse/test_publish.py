"""Publishing replaces the file in one step and never disturbs a reader."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

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


def publish_three(tmp_path):
    """Publish 1, 2 and 3; return the paths of what is published and of the spare."""
    published, spare = tmp_path / "news.duckdb", tmp_path / "news.duckdb.spare"
    for value in (1, 2, 3):
        make(tmp_path / str(value), value)
        publish(tmp_path / str(value), published)
    return published, spare


def test_the_file_published_before_the_last_becomes_the_next(tmp_path):
    published, spare = publish_three(tmp_path)
    if not spare.exists():
        pytest.skip("the file system clones")
    before = spare.stat().st_ino
    make(tmp_path / "4", 4)
    publish(tmp_path / "4", published)
    assert published.stat().st_ino == before
    assert published.read_bytes() == (tmp_path / "4").read_bytes()
    assert (read(published), read(spare)) == (4, 3)


@pytest.mark.parametrize("how", ["longer", "shorter", "half", "gone"])
def test_a_spare_in_any_state_is_made_whole(tmp_path, how):
    published, spare = publish_three(tmp_path)
    if not spare.exists():
        pytest.skip("the file system clones")
    data = spare.read_bytes()
    spare.write_bytes({"longer": data * 2, "shorter": data[:70_000], "half": bytes(len(data)), "gone": b""}[how])
    if how == "gone":
        spare.unlink()
    make(tmp_path / "4", 4)
    publish(tmp_path / "4", published)
    assert published.read_bytes() == (tmp_path / "4").read_bytes()


@pytest.mark.parametrize("seen_by", ["a reader", "a copying program", "a link"])
def test_a_spare_that_somebody_sees_stays_as_it_is(tmp_path, seen_by):
    published, spare = publish_three(tmp_path)
    if not spare.exists():
        pytest.skip("the file system clones")
    with contextlib.ExitStack() as stack:
        if seen_by == "a reader":
            code = f"import duckdb; c = duckdb.connect({str(spare)!r}, read_only=True); print(1, flush=True); input()"
            child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            stack.callback(child.communicate, b"\n")
            child.stdout.readline()
        elif seen_by == "a copying program":
            stack.enter_context(open(spare, "rb"))
        else:
            os.link(spare, tmp_path / "kept")
        seen = os.open(spare, os.O_RDONLY | os.O_PATH)
        stack.callback(os.close, seen)
        make(tmp_path / "4", 4)
        before = spare.read_bytes()
        publish(tmp_path / "4", published)
        assert open(f"/proc/self/fd/{seen}", "rb").read() == before
    assert (read(published), read(spare)) == (4, 3)


def test_killed_between_keeping_and_replacing(tmp_path):
    published, spare = publish_three(tmp_path)
    if not spare.exists():
        pytest.skip("the file system clones")
    spare.unlink()
    os.link(published, spare)  # what such a kill leaves: two names of the file that readers have
    make(tmp_path / "4", 4)
    with duckdb.connect(str(published), read_only=True) as reader:
        publish(tmp_path / "4", published)
        assert reader.execute("select v from t").fetchall() == [(3,)]
    assert (read(published), read(spare)) == (4, 3)
