"""A Prefect server for the tests, and runs of the real flow."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.environment import prepare_environment
from flows.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory) -> Iterator[None]:
    """One embedded Prefect server for all flows of the session: it takes as long to start as a dozen flows to run."""
    os.environ["PREFECT_LOGGING_LEVEL"] = "CRITICAL"
    prepare_environment(tmp_path_factory.mktemp("prefect"))
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def banmian_run(prefect_server):
    """Run the flow: ``banmian_run(inputs, warehouse=…, …)`` returns its summary."""
    from flows.run import banmian

    def run(inputs, **settings):
        settings.setdefault("workers", 1)
        return banmian([Path(path) for path in inputs], Settings(**settings))

    return run


@pytest.fixture(scope="session")
def sample_run(prefect_server, tmp_path_factory):
    """The samples, run once: (summary, path of the warehouse). Not to be changed."""
    from flows.run import banmian

    warehouse = tmp_path_factory.mktemp("samples") / "news.duckdb"
    return banmian([SAMPLES], Settings(warehouse=warehouse, workers=2)), warehouse


@pytest.fixture
def sample_copy(sample_run, tmp_path):
    """A copy of the samples and of their warehouse, to be changed: (folder, path of the warehouse)."""
    _, warehouse = sample_run
    folder = tmp_path / "samples"
    shutil.copytree(SAMPLES, folder)
    shutil.copytree(f"{warehouse}.work", tmp_path / "news.duckdb.work")
    shutil.copy(warehouse, tmp_path / "news.duckdb")
    return folder, tmp_path / "news.duckdb"


@pytest.fixture
def query():
    """Ask a warehouse: ``query(path, sql, *parameters)`` returns rows."""

    def ask(path, sql, *parameters):
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    return ask
