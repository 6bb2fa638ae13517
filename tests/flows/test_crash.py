"""A run that is killed loses nothing and leaves nothing half done."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

import duckdb
import pytest

from tests.flows.conftest import ROOT, SAMPLES
from warehouse.canonical import fingerprints

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def undisturbed(prefect_server, tmp_path_factory):
    """Eight pages, to be worked on in four batches, and what a run makes of them: (folder, path of the warehouse). Not to be changed."""
    from flows.run import banmian
    from flows.settings import Settings

    folder = tmp_path_factory.mktemp("few") / "pages"
    folder.mkdir()
    for number, page in enumerate(sorted(SAMPLES.rglob("*.txt"))[:8]):
        shutil.copy(page, folder / f"{number}.txt")
    warehouse = folder.parent / "news.duckdb"
    banmian([folder], Settings(warehouse=warehouse, workers=1))
    return folder, warehouse


def test_killed_between_batches_and_run_again(undisturbed, banmian_run, tmp_path):
    """Killed with SIGKILL when the first batch is loaded; the next run ends as an undisturbed one.

    Of the whole command one moment; below Prefect every step has its turn (tests/reliability/test_kills.py).
    """
    pages, finished = undisturbed
    warehouse = tmp_path / "news.duckdb"
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", str(pages), "--warehouse", str(warehouse), "--workers", "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "BANMIAN_BATCH_PAGES": "2"},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    told = []
    for line in process.stderr:
        told.append(line)
        if "load: " in line:
            break
    os.killpg(process.pid, signal.SIGKILL)  # the embedded server too, as when a machine goes down
    process.wait()
    assert "load: " in told[-1], "".join(told)
    assert not warehouse.exists()
    with duckdb.connect(f"{warehouse}.work/writer.duckdb") as connection:
        loaded = connection.execute("select coalesce(sum(page_count), 0) from ops.batches").fetchall()
        there = connection.execute("select count(*) from raw.pages").fetchall()
    assert loaded == there

    banmian_run([pages], warehouse=warehouse, batch_pages=2)
    with duckdb.connect(str(warehouse)) as found, duckdb.connect(str(finished), read_only=True) as expected:
        assert fingerprints(found) == fingerprints(expected)
        statuses = found.execute("select status from ops.runs order by started_at").fetchall()
    assert statuses == [("killed",), ("done",)]
