"""One PostgreSQL, one S3 server for all tests of the cluster form; skipped with a reason where a part is missing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.cluster.services import S3, Postgres, missing_parts


@pytest.fixture(scope="session")
def postgres():
    if reason := missing_parts():
        pytest.skip(reason)
    # Not in pytest's folder: the server runs as another user, and stops when its folder is swept by another test session.
    folder = Path(tempfile.mkdtemp(prefix="banmian-postgres-"))
    server = Postgres(folder)
    server.start()
    yield server
    server.stop(how="immediate")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def s3():
    if reason := missing_parts():
        pytest.skip(reason)
    server = S3()
    server.start()
    yield server
    server.stop()
