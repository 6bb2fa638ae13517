"""The flow on a cluster, an object store and a lake ends in what it ends in on one machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.cluster.services import ROOT, DaskCluster
from warehouse.ask import connect
from warehouse.canonical import fingerprints

pytestmark = pytest.mark.slow
SAMPLES = ROOT / "samples" / "pages"


def banmian(folder, *args, **environment):
    folder.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *map(str, args)],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True,
        timeout=900, check=False,  # seconds on a quiet machine
    )  # fmt: skip


@pytest.fixture(scope="module")
def cluster(s3, tmp_path_factory):
    dask = DaskCluster(tmp_path_factory.mktemp("dask"), s3.environment)
    dask.start(workers=2)
    dask.wait_for_workers(2)
    yield dask
    dask.stop()


@pytest.fixture(scope="module")
def pages(s3):
    """The sample pages on the object store."""
    s3.make_bucket("archive")
    s3.make_bucket("lake")
    s3.put(SAMPLES, "archive/pages")
    return "s3://archive/pages"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("embedded")
    done = banmian(folder, "run", SAMPLES, "--workers", "1")
    assert done.returncode == 0, done.stderr
    with duckdb.connect(str(folder / "banmian.duckdb"), read_only=True) as connection:
        return fingerprints(connection)


def test_the_samples_end_in_the_same_rows(postgres, s3, cluster, pages, embedded, tmp_path, monkeypatch):
    target = postgres.database("flow")
    args = [
        "run", pages, "--warehouse", target, "--lake-data", "s3://lake/rows/", "--stages", "s3://lake/stages",
        "--cluster", cluster.address,
    ]  # fmt: skip
    small = {"BANMIAN_BATCH_PAGES": "7", **s3.environment}
    done = banmian(tmp_path / "client", *args, **small)
    assert done.returncode == 0, done.stderr
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    with connect(Path(target)) as reader:
        found = fingerprints(reader)
    assert {name for name in embedded if embedded[name] != found.get(name)} == set()
    again = banmian(tmp_path / "client", *args, **small)
    assert again.returncode == 0
    assert "Nothing has changed since the last run." in again.stdout
    asked = banmian(
        tmp_path,
        "sql",
        "select count(*) as pages from raw.pages",
        "--warehouse",
        target,
        "--format",
        "csv",
        **s3.environment,
    )
    assert asked.stdout == "pages\n18\n" or asked.stderr == ""
