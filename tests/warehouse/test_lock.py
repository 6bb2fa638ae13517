"""One writer at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from transforms.errors import WarehouseBusy
from warehouse.lock import sole_writer

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
    assert f"process {holder.pid} on {os.uname().nodename} is at work on it" in str(error.value)
    assert error.value.exit_code == 75


def test_a_killed_holder_leaves_it_free(tmp_path, holder):
    holder.kill()
    holder.wait()
    with sole_writer(tmp_path):
        assert (tmp_path / "lock.holder").read_text() == f"process {os.getpid()} on {os.uname().nodename}"
    assert not (tmp_path / "lock.holder").exists()
