"""One writer at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from transforms.errors import WarehouseBusy
from warehouse.lock import holder_of, refuse_if_busy, sole_writer

HOLD = "import sys, pathlib, time; from warehouse.lock import sole_writer\nwith sole_writer(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_writer_is_told_who_holds_it(tmp_path, holder):
    started = time.monotonic()
    with pytest.raises(WarehouseBusy) as error, sole_writer(tmp_path):
        pass
    assert time.monotonic() - started < 2
    assert f"process {holder.pid} on {os.uname().nodename}, since 2" in str(error.value)
    assert str(error.value).endswith(" UTC, is at work on it\nTry: again when it has ended")
    assert error.value.exit_code == 75


def test_a_killed_holder_leaves_it_free(tmp_path, holder):
    holder.kill()
    holder.wait()
    with sole_writer(tmp_path):
        told = (tmp_path / "lock.holder").read_text()
        assert told.startswith(f"process {os.getpid()} on {os.uname().nodename}, since ")
    assert not (tmp_path / "lock.holder").exists()


def test_who_holds_it_can_be_asked_without_taking_it(tmp_path, holder):
    assert holder_of(tmp_path).startswith(f"process {holder.pid} on ")
    with pytest.raises(WarehouseBusy):
        refuse_if_busy(tmp_path)
    holder.kill()
    holder.wait()
    assert (tmp_path / "lock.holder").exists()  # left behind, and not believed
    assert holder_of(tmp_path) is None
    refuse_if_busy(tmp_path)


def test_a_warehouse_that_never_had_a_run_is_free(tmp_path):
    assert holder_of(tmp_path / "none") is None
    refuse_if_busy(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_file_that_another_program_has_open_is_busy_and_not_damaged(tmp_path):
    from warehouse.writer import Writer

    path = tmp_path / "writer.duckdb"
    with Writer(path, run_id="r", rules_version="v"):
        pass
    hold = "import duckdb, sys, time; held = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", hold, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(WarehouseBusy) as error:
            Writer(path, run_id="r", rules_version="v")
    finally:
        process.kill()
        process.wait()
    assert f"process {process.pid} has it open" in str(error.value)
