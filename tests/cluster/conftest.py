"""One PostgreSQL, one S3 server for all tests of the cluster form; skipped with a reason where a part is missing."""

from __future__ import annotations

import pytest

from tests.cluster.services import S3, Postgres, missing_parts


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    if reason := missing_parts():
        pytest.skip(reason)
    server = Postgres(tmp_path_factory.mktemp("postgres"))
    server.start()
    yield server
    server.stop(how="immediate")


@pytest.fixture(scope="session")
def s3():
    if reason := missing_parts():
        pytest.skip(reason)
    server = S3()
    server.start()
    yield server
    server.stop()
