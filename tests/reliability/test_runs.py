"""Rows 14, 15, 18, 19, 21 and 22: runs side by side, clocks, poison, determinism, upgrades, supply."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.reliability import driver
from tests.reliability.faults import Fault
from transforms.errors import WarehouseDamaged
from warehouse.migrate import migrate, migrations
from warehouse.writer import STORAGE_VERSION, Writer

ROOT = Path(__file__).resolve().parents[2]

SIDE = "two runs, a run beside readers, a stopped and a dead holder"
SIDE_MARK = "the second is told 75 and the holder within 2 s; both orders end equal"


@pytest.mark.row(14, SIDE, SIDE_MARK)
def test_a_second_run_is_told_who_is_at_work(scene, tmp_path, campaign):
    """The first is stopped (SIGSTOP) in the middle of a load; it goes on when it is let."""
    place = tmp_path / "place"
    shutil.copytree(scene.staged, place)
    fault = Fault("stop", 2, ("banmian.before_commit",))
    first = driver.start([scene.pages], **scene.options(place, fault, "first"))
    _wait_until_stopped(first[0].pid)
    started = time.monotonic()
    second = scene.run(place, None, "second")
    waited_s = time.monotonic() - started
    assert second.exit_code == 75, second.error
    assert f"process {first[0].pid} on {os.uname().nodename}" in second.error
    assert driver.contents(place / "news.duckdb") == scene.old  # readers are served meanwhile
    os.kill(first[0].pid, signal.SIGCONT)
    outcome = driver.finish(*first)
    assert outcome.exit_code == 0, outcome.error
    assert driver.contents(place / "news.duckdb") == scene.new
    campaign.count("runs side by side")
    campaign.measure("told after", f"{waited_s:.1f} s, the start of a process included")


def _wait_until_stopped(pid: int) -> None:
    for _ in range(1200):
        if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T":
            return
        time.sleep(0.05)
    raise AssertionError("the run never came to the step")


@pytest.mark.row(14, SIDE, SIDE_MARK)
def test_the_lock_of_a_dead_process_is_taken_over_and_readers_keep_their_file(scene, tmp_path, campaign):
    place = tmp_path / "place"
    shutil.copytree(scene.staged, place)
    killed = scene.run(place, Fault("kill", 1, ("banmian.after_commit",)), "killed")
    assert killed.exit_code == -9
    with duckdb.connect(str(place / "news.duckdb"), read_only=True) as reader:
        before = reader.execute("select count(*) from raw.pages").fetchall()
        outcome = scene.run(place, None, "next")
        assert outcome.exit_code == 0, outcome.error
        assert reader.execute("select count(*) from raw.pages").fetchall() == before
    assert driver.contents(place / "news.duckdb") == scene.new
    with duckdb.connect(str(place / "news.duckdb"), read_only=True) as published:
        statuses = dict(published.execute("select run_id, status from ops.runs").fetchall())
    assert statuses == {"first": "done", "killed": "killed", "next": "done"}
    campaign.count("locks of dead processes")


SAME = "shuffled and split inputs, other batches, workers, hash seeds, zones, locales and clocks"
SAME_MARK = "equal canonical exports"


@pytest.mark.row(19, SAME, SAME_MARK)
@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0", "TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.UTF-8"},  # in the short form one run, not two
        pytest.param({"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C"}, marks=pytest.mark.full_form),
        pytest.param(
            {"PYTHONHASHSEED": "2", "TZ": "Pacific/Apia", "LC_ALL": "tr_TR.UTF-8"}, marks=pytest.mark.full_form
        ),
    ],
    ids=lambda environment: environment["TZ"],
)
def test_the_result_is_that_of_the_pages_alone(scene, tmp_path, campaign, environment):
    """Each page in a run of its own, in a random order, one page a batch, two workers by turns, in another environment."""
    code = (
        "import sys, random\n"
        "from pathlib import Path\n"
        "from flows.settings import Settings\n"
        "from tests.reliability import driver\n"
        "if __name__ == '__main__':\n"
        "    root, warehouse, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])\n"
        "    files = sorted((root / 'pages').rglob('*.txt')); random.Random(seed).shuffle(files)\n"
        "    middle = len(files) // 2 if sys.argv[4] == 'True' else 0\n"
        "    for number, part in enumerate((files[:middle], files[middle:])):\n"
        "        if not part: continue\n"
        "        settings = Settings(root=root, warehouse=warehouse, workers=1 + bool(middle and number), batch_pages=1 if middle else 3)\n"
        "        driver.carry_out(part, settings, run_id=f'run-{number}')\n"
    )
    script = tmp_path / "split.py"
    script.write_text(code, encoding="utf-8")
    warehouse = tmp_path / "news.duckdb"
    subprocess.run(
        [sys.executable, str(script), str(scene.folder), str(warehouse), str(campaign.seed), str(campaign.is_full)],
        cwd=ROOT, env={**os.environ, **environment, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True,
    )  # fmt: skip
    assert driver.contents(warehouse) == scene.new
    campaign.count("environments, orders and splits")


CLOCK = "runs in the past, in the future, on a leap day, at a change of the hour, and backwards"


@pytest.mark.row(15, CLOCK, "equal canonical exports; nothing is ordered by the clock")
def test_the_clock_decides_nothing(scene, tmp_path, campaign, monkeypatch):
    """The writer's clock is the one clock that reaches a row; it jumps between the runs, backwards too."""
    from datetime import UTC, datetime, timedelta

    from flows.settings import Settings
    from warehouse import writer

    moments = [
        datetime(2031, 3, 30, 0, 59, 59),
        datetime(1999, 12, 31, 23, 59),
        datetime(2024, 2, 29, 12),
        datetime(1970, 1, 1),
    ]
    warehouse = tmp_path / "news.duckdb"
    files = sorted(scene.pages.rglob("*.txt"))
    for number, moment in enumerate(moments if campaign.is_full else moments[:2]):
        ticks = iter(range(10_000))
        monkeypatch.setattr(
            writer,
            "_now",
            lambda moment=moment, ticks=ticks: moment.replace(tzinfo=UTC) - timedelta(minutes=next(ticks)),
        )
        part = files[number::2] if number < 2 else files
        driver.carry_out(part, Settings(root=scene.folder, warehouse=warehouse, workers=1), run_id=f"run-{9 - number}")
        campaign.count("clocks")
    assert driver.contents(warehouse) == scene.new


UPGRADE = "warehouses of every earlier schema, and one of a newer banmian"
UPGRADE_MARK = "migrated in place equals a rebuild; newer is refused with both versions named"


@pytest.mark.row(21, UPGRADE, UPGRADE_MARK)
def test_a_warehouse_of_any_earlier_schema_becomes_a_new_one(scene, tmp_path, campaign):
    """Made of the first N migrations only; then opened by the writer, and filled: equal to one made at once."""
    steps = migrations()
    with Writer(tmp_path / "new.duckdb", run_id="run", rules_version="rules") as new:
        expected = _schema(new.connection)
    for count in range(1, len(steps)) if campaign.is_full else (1, len(steps) - 1):
        path = tmp_path / f"{count}.duckdb"
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as warehouse (storage_version '{STORAGE_VERSION}')")
            connection.execute("use warehouse")
            connection.execute("create schema if not exists ops")
            from warehouse.migrate import _LEDGER

            connection.execute(_LEDGER)
            for step in steps[:count]:
                connection.execute(step.sql)
                connection.execute("insert into ops.migrations values (?, ?, now())", [step.number, step.name])
        with Writer(path, run_id="run", rules_version="rules") as writer:
            assert _schema(writer.connection) == expected, f"from schema {count}"
            assert migrate(writer.connection, where="x") == []
        campaign.count("earlier schemas")


def _schema(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    return connection.execute(
        "select schema_name, table_name, column_name, data_type, is_nullable, comment from duckdb_columns()"
        " where not internal order by all"
    ).fetchall()


@pytest.mark.row(21, UPGRADE, UPGRADE_MARK)
def test_a_newer_warehouse_is_refused_with_both_versions(scene, tmp_path, campaign):
    newest = len(migrations())
    shutil.copy(scene.after / "news.duckdb", tmp_path / "news.duckdb")
    with duckdb.connect(str(tmp_path / "news.duckdb")) as connection:
        connection.execute("insert into ops.migrations values (?, 'from the future', now())", [newest + 7])
    before = (tmp_path / "news.duckdb").read_bytes()
    with pytest.raises(WarehouseDamaged) as error:
        Writer(tmp_path / "news.duckdb", run_id="run", rules_version="rules")
    assert f"its schema is version {newest + 7}, and this banmian knows versions up to {newest}" in str(error.value)
    assert (tmp_path / "news.duckdb").read_bytes() == before
    campaign.count("newer warehouses")


@pytest.mark.row(18, "a page on which a rule fails", "one row in the quarantine, every other page published")
def test_a_poison_page_is_held_back_alone(campaign):
    from flows.isolating import isolate

    def work(frames):
        if frames["pages"]["page_id"].is_in(["p517"]).any():
            raise ZeroDivisionError("text of the page")
        return frames

    pages = pl.DataFrame({"page_id": [f"p{number}" for number in range(1000)]})
    made, failures = isolate(work, {"pages": pages})
    assert made["pages"].height == 999
    assert [(page_id, reason) for page_id, reason, _ in failures] == [("p517", "rule failed")]
    assert "ZeroDivisionError" in failures[0][2]
    assert "text of the page" not in failures[0][2]
    campaign.count("pages, one of them poison", 1000)


LOCK = "the lock file, what is installed, and the imports that break first"


@pytest.mark.row(22, LOCK, "names, versions and hashes only; installed = locked; prefect.server imports")
def test_what_is_installed_is_what_is_locked(campaign):
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    locked = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE))
    for line in text.replace("\\\n", " ").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._\[\]-]+==[^\s;]+( ; [^\\]+?)?( +--hash=sha256:[0-9a-f]{64})+ *", line), line
    for name, version in locked.items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # of another platform or Python
        assert installed == version, name
    campaign.count("packages", len(locked))


@pytest.mark.full_form  # every test of a flow has such a server
@pytest.mark.row(22, LOCK, "names, versions and hashes only; installed = locked; prefect.server imports")
def test_the_server_imports(campaign):
    """A newer FastAPI breaks it."""
    subprocess.run([sys.executable, "-c", "import prefect.server.api.server"], check=True, capture_output=True)
    campaign.count("imports")
