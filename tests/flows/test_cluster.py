"""The flow on a cluster, an object store and a lake ends in what it ends in on one machine, whatever dies on the way."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import pytest

from flows.run import banmian
from flows.settings import Settings
from tests.cluster.conftest import postgres, s3  # noqa: F401 - fixtures
from tests.cluster.services import DaskCluster
from tests.flows.conftest import SAMPLES
from transforms.errors import UsageError
from warehouse.ask import connect
from warehouse.canonical import fingerprints

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(s3, tmp_path, monkeypatch):  # noqa: F811
    """A Dask cluster of two workers; this process has what the object store asks for, too."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    dask = DaskCluster(tmp_path / "dask", s3.environment)
    dask.start(workers=2)
    dask.wait_for_workers(2)
    yield dask
    dask.stop()


def test_the_samples_end_in_the_same_rows_though_a_worker_is_killed(postgres, s3, cluster, sample_run):  # noqa: F811
    for bucket in ("archive", "lake"):
        s3.make_bucket(bucket)
    s3.put(SAMPLES, f"archive/{SAMPLES.name}")
    settings = Settings(
        warehouse=Path(postgres.database("flow")), lake_data="s3://lake/rows/", stages=Path("s3://lake/stages"),
        cluster=cluster.address, batch_pages=7,
    )  # fmt: skip
    pages = [Path(f"s3://archive/{SAMPLES.name}")]

    def replace_a_worker():
        cluster.workers[0].kill()
        cluster.add_worker()

    killer = threading.Timer(2, replace_a_worker)
    killer.start()
    summary = banmian(pages, settings)
    killer.join()
    assert summary.changes.new == summary.pages_seen == sample_run[0].pages_seen
    with duckdb.connect(str(sample_run[1]), read_only=True) as embedded:
        expected = fingerprints(embedded)
    with connect(settings.warehouse) as reader:
        found = fingerprints(reader)
    assert {name for name in expected if expected[name] != found.get(name)} == set()
    again = banmian(pages, settings)
    assert again.changes.unchanged == again.pages_seen == summary.pages_seen


def test_a_cluster_that_is_not_there_is_told_before_anything_is_done(prefect_server, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("flows.cluster._PATIENCE_S", 1)
    settings = Settings(warehouse=tmp_path / "w.duckdb", cluster="tcp://127.0.0.1:9")
    with pytest.raises(UsageError, match=r"^tcp://127.0.0.1:9: no Dask scheduler answers: "):
        banmian([SAMPLES], settings)
    assert not (tmp_path / "w.duckdb").exists()
