"""What status and doctor tell of a warehouse, made here without a flow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows import cli
from flows.doctor import examine
from flows.settings import load_settings, setting_keys
from flows.status import Changes, read_status
from tests.warehouse.conftest import make_batch
from transforms.errors import UsageError
from warehouse.lock import SERVE, sole_writer
from warehouse.publish import publish
from warehouse.writer import PageChanges, Writer

HOSTILE = "坏\x1b[2J\u202e名.txt"


@pytest.fixture
def warehouse(tmp_path, monkeypatch):
    """A warehouse of one page, published; then a second run that loaded a batch and was killed. Under a Chinese path."""
    folder = tmp_path / "工作 目录"
    folder.mkdir()
    monkeypatch.chdir(folder)
    path = folder / "news.duckdb"
    writer_path = folder / "news.duckdb.work" / "writer.duckdb"
    with Writer(writer_path, run_id="20260101T000000Z-aaaaaa", rules_version="r") as writer:
        writer.begin_run()
        writer.load(make_batch({"p/1.txt": [("春耕", "栗湾镇今年春耕早。")]}))
        writer.quarantine([(HOSTILE, "raw", "empty", "it holds nothing", HOSTILE), ("b", "raw", "empty", "x", "b")])
        writer.end_run("done", PageChanges(new=1), seen=3, quarantined=2, missing=0)
        writer.publish(path)
    with Writer(writer_path, run_id="20260102T000000Z-bbbbbb", rules_version="r") as writer:
        writer.begin_run()
        writer.load(make_batch({"p/2.txt": [("秋收", "栗湾镇今年秋收好。")]}))
    return path


@pytest.fixture
def call(monkeypatch, capsys):
    def run(*args):
        monkeypatch.setattr(sys, "argv", ["banmian", *map(str, args)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return stop.value.code, captured.out, captured.err

    return run


def test_status_tells_runs_published_waiting_and_held_back(warehouse):
    status = read_status(load_settings(warehouse=warehouse), [], runs=5)
    assert [(run.run_id[-6:], run.status) for run in status.runs] == [("bbbbbb", "killed"), ("aaaaaa", "done")]
    assert status.published == {"pages": 1, "articles": 1, "inputs": 1}
    assert status.unpublished == (1, 1)
    assert status.held_back == [("raw", "empty", 2, sorted(["b", HOSTILE]))]
    assert (status.at_work, status.schedule, status.closed_by, status.changes) == (None, None, [], None)


def test_status_says_what_a_run_over_the_inputs_would_find(warehouse):
    folder = warehouse.parent / "p"
    folder.mkdir()
    (folder / "1.txt").write_text("与以前不同", encoding="utf-8")
    (folder / "3.txt").write_text("新的一版", encoding="utf-8")
    (folder / "4.pdf").write_text("x")
    status = read_status(load_settings(warehouse=warehouse), [folder], runs=5)
    assert status.changes == Changes(new=1, changed=1, unchanged=0, gone=1, refused=0, skipped=1)


def test_status_in_words_is_escaped_and_bilingual(warehouse, call):
    code, out, _ = call("status", "--warehouse", warehouse)
    assert code == 0
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "Published 已发布: 1 pages 版面, 1 articles 稿件, from 1 files" in out
    assert "1 batches with 1 pages are loaded and not published" in out
    assert "  2 at the raw stage: empty: b, 坏\\x1b[2J\\u202e名.txt\n" in out
    code, out, _ = call("status", "--json", "--warehouse", warehouse)
    machine = json.loads(out)
    assert machine["runs"][0]["status"] == "killed"
    assert machine["held_back"][0]["first_sources"] == ["b", HOSTILE]
    assert machine["unpublished"] == {"batches": 1, "pages": 1}


def test_status_beside_a_run_names_it_and_reads_what_is_published(warehouse):
    hold = (
        "import duckdb, pathlib, sys, time; from warehouse.lock import sole_writer\n"
        "with sole_writer(pathlib.Path(sys.argv[1])):\n"
        "    held = duckdb.connect(sys.argv[1] + '/writer.duckdb'); print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", hold, f"{warehouse}.work"]
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "held\n"
        status = read_status(load_settings(warehouse=warehouse), [], runs=5)
        assert status.at_work.startswith(f"process {process.pid} on ")
        assert (status.unpublished, [run.status for run in status.runs]) == (None, ["done"])
        found = {(one.topic, one.name): one for one in examine(load_settings(warehouse=warehouse), {})}
        assert found["locks", "run"].value.startswith(f"process {process.pid} on ")
        assert found["warehouse", "writer"].value == "in use by the run"
    finally:
        process.kill()
        process.wait()


def test_status_of_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="banmian.duckdb: there is no such warehouse"):
        read_status(load_settings(), [], runs=5)


def test_status_names_the_checks_that_closed_the_gate(warehouse):
    import polars as pl

    from transforms.frames import CHECKS

    with Writer(
        Path(f"{warehouse}.work") / "writer.duckdb", run_id="20260103T000000Z-cccccc", rules_version="r"
    ) as writer:
        writer.begin_run()
        row = ("cleaned", "cleaned", "expect_no_loss", "critical", False, 3.0, 3, 40)
        checks = pl.DataFrame([row], schema=CHECKS, orient="row")
        writer.record_checks(checks, batch_id="b")
        writer.end_run("gate_closed", PageChanges(), seen=40, quarantined=0, missing=0)
    status = read_status(load_settings(warehouse=warehouse), [], runs=1)
    assert status.closed_by == [("cleaned", "expect_no_loss", 3, 40)]


def test_doctor_finds_a_sound_place_sound(warehouse, call, monkeypatch):
    monkeypatch.setenv("BANMIAN_WORKERS", "3")
    (warehouse.parent / "banmian.toml").write_text("[quality]\nmax_held_share = 0.1\n")
    code, out, err = call("doctor", "--warehouse", warehouse)
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert ["settings", "workers", "3", "BANMIAN_WORKERS"] in lines
    assert ["settings", "quality.max_held_share", "0.1", "banmian.toml"] in lines
    code, out, _ = call("doctor", "--json", "--warehouse", warehouse)
    machine = json.loads(out)
    assert [one["name"] for one in machine if one["topic"] == "settings"] == setting_keys()
    assert {one["topic"] for one in machine} == {
        "settings", "versions", "disk", "folders", "locks", "warehouse", "clock",
    }  # fmt: skip
    assert all(one["is_sound"] for one in machine)


@pytest.mark.parametrize("wrong", ["disk", "clock", "folder", "damaged", "version"])
def test_doctor_says_what_is_to_be_done(warehouse, monkeypatch, wrong):
    import shutil
    from importlib import metadata

    from flows import doctor

    now = datetime.now(UTC)
    stages = None
    if wrong == "disk":
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(2**40, 2**40, 2**20))
        topic, remedy = ("disk", "warehouse"), "free 0.5 GiB, or move it to another disk"
    elif wrong == "clock":
        now = datetime(2001, 1, 1, tzinfo=UTC)
        topic, remedy = (
            ("clock", "last run"),
            "set the clock: a run began later than now, so one of the two times is wrong",
        )
    elif wrong == "folder":
        stages = Path("/proc/none")
        topic, remedy = ("folders", "stages"), "make /proc writable"
    elif wrong == "damaged":
        warehouse.write_bytes(b"no database" * 1000)
        topic, remedy = ("warehouse", "published"), "banmian rebuild makes it anew from the other of the two files"
    else:
        monkeypatch.setattr(
            metadata, "version", lambda name, real=metadata.version: "9.9" if name == "duckdb" else real(name)
        )
        topic, remedy = ("versions", "duckdb"), "pip install 'duckdb<2.1,>=1.5.5'"
    found = {
        (one.topic, one.name): one
        for one in doctor.examine(load_settings(warehouse=warehouse, stages=stages), {}, now=lambda: now)
    }
    assert found[topic].remedy == remedy
    assert not found[topic].is_sound


def test_the_schedule_is_told(warehouse):
    work = Path(f"{warehouse}.work")
    with sole_writer(work, name=SERVE) as holder:
        holder.write_text("process 7 on here, next run 2026-01-01", encoding="utf-8")
        # Its own process holds the lock, which another open of the file cannot take.
        assert (
            read_status(load_settings(warehouse=warehouse), [], runs=1).schedule
            == "process 7 on here, next run 2026-01-01"
        )


def test_publishing_is_what_makes_it_published(warehouse):
    publish(Path(f"{warehouse}.work") / "writer.duckdb", warehouse)
    assert read_status(load_settings(warehouse=warehouse), [], runs=1).unpublished == (0, 0)
    assert datetime.now(UTC) - read_status(load_settings(warehouse=warehouse), [], runs=1).runs[
        0
    ].started_at < timedelta(hours=1)
