"""A lake is compacted without losing what was published or is young."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cluster.test_lake import open_lake
from tests.warehouse.conftest import make_batch
from tests.warehouse.test_reprints import PAGES
from warehouse.ask import ask
from warehouse.canonical import fingerprints
from warehouse.maintenance import maintain_lake

pytestmark = pytest.mark.slow


def test_old_states_go_and_the_rows_stay(postgres, tmp_path):
    target, data = Path(postgres.database("maintained")), f"{tmp_path}/data/"
    with open_lake(target, data) as writer:
        for name in sorted(PAGES)[:3]:
            writer.load(make_batch({name: PAGES[name]}, day=date(2024, 5, 18)))
        before = fingerprints(writer.connection)
        assert maintain_lake(writer.connection, keep_days=30, is_dry_run=True).expired_snapshots == 0
        foreseen = maintain_lake(writer.connection, keep_days=0, is_dry_run=True)
        count = "select count(*) from ducklake_snapshots('warehouse')"
        snapshots = writer.connection.execute(count).fetchall()[0][0]
        writer.publish(target)
    with open_lake(target, data, "run-2") as writer:
        done = maintain_lake(writer.connection, keep_days=0)
        assert done.expired_snapshots >= foreseen.expired_snapshots > 3
        assert writer.connection.execute(count).fetchall()[0][0] < snapshots
        assert fingerprints(writer.connection) == before
    assert ask(target, "select count(*) as pages from raw.pages", output="csv") == "pages\n3"
