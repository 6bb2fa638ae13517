"""Which runs of a lake are over: those of this machine whose process is gone, those of others that gave no sign for a day."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.services import missing_parts
from warehouse import ledger, presence
from warehouse.presence import over_runs
from warehouse.writer import PageChanges, Writer

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing_parts()), reason=missing_parts())]


def open_lake(folder, run_id):
    return Writer(Path(f"ducklake:{folder}/c.ducklake"), run_id=run_id, rules_version="r", lake_data=f"{folder}/data/")


def begin_elsewhere(folder, run_id, monkeypatch, **told):
    """Begin ``run_id`` as if on another machine, or in another process of this one."""
    with monkeypatch.context() as there:
        for name, value in told.items():
            there.setattr(presence, name, lambda *_, value=value: value)
        with open_lake(folder, run_id) as writer:
            writer.begin_run()


def statuses(writer):
    return dict(writer.connection.execute("select run_id, status from ops.runs").fetchall())


def test_a_run_on_another_machine_is_alive_and_one_here_whose_process_is_gone_is_not(tmp_path, monkeypatch):
    begin_elsewhere(tmp_path, "there", monkeypatch, _machine="another", _process="1/1")
    begin_elsewhere(tmp_path, "dead", monkeypatch, _process="999999999/77")  # no process has this number
    # The number lives, but the process that has it now began at another time.
    begin_elsewhere(tmp_path, "reborn", monkeypatch, _process=f"{os.getppid()}/77")
    with open_lake(tmp_path, "mine") as writer:
        # The one before it was already told by the run that came after it.
        assert over_runs(writer.connection, is_lake=True) == ["reborn"]
        writer.begin_run()
        assert statuses(writer) == {"there": "running", "dead": "killed", "reborn": "killed", "mine": "running"}
        shown = ledger.last_runs(writer.connection, limit=9, is_running=False, is_lake=True)
        assert {run.run_id: run.status for run in shown}["there"] == "running"


def test_a_living_process_of_this_machine_is_left_alone(tmp_path):
    """The other one begins its run in earnest, and waits."""
    begin = (
        "import sys; from pathlib import Path; from warehouse.writer import Writer; folder = sys.argv[1]\n"
        "writer = Writer(Path(f'ducklake:{folder}/c.ducklake'), run_id='other', rules_version='r',"
        " lake_data=f'{folder}/data/')\n"
        "writer.begin_run(); writer.close(); print('begun', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", begin, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline() == "begun\n"
        with open_lake(tmp_path, "mine") as writer:
            writer.begin_run()
            assert statuses(writer) == {"other": "running", "mine": "running"}
    finally:
        other.kill()
        other.communicate()
    with open_lake(tmp_path, "next") as writer:
        writer.begin_run()
        # That of this process, too, is over: it does one run after the other.
        assert statuses(writer) == {"other": "killed", "mine": "killed", "next": "running"}


def test_a_run_that_gave_no_sign_for_a_day_is_over_wherever_it_was_and_may_come_back(tmp_path, monkeypatch):
    begin_elsewhere(tmp_path, "there", monkeypatch, _machine="another", _process="1/1")
    monkeypatch.setattr(presence, "_SILENT_HOURS", 0)
    with open_lake(tmp_path, "mine") as writer:
        writer.begin_run()
        assert statuses(writer) == {"there": "killed", "mine": "running"}
    with open_lake(tmp_path, "there") as writer:
        writer.end_run("done", PageChanges(), seen=0, quarantined=0, missing=0)
        assert statuses(writer)["there"] == "done"
