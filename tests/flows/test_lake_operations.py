"""What is asked of a warehouse every day is answered for a lake, too: status, doctor, retry, rebuild."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.again import held_groups, set_aside_damaged
from flows.doctor import examine
from flows.settings import Settings
from flows.status import Changes, read_status
from tests.cluster.conftest import postgres  # noqa: F401 - a fixture
from tests.flows.test_run import PAGE
from transforms.errors import UsageError
from warehouse.ask import connect
from warehouse.canonical import fingerprints
from warehouse.writer import Writer

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(postgres, tmp_path, monkeypatch) -> Settings:  # noqa: F811
    monkeypatch.chdir(tmp_path)
    lake = Path(f"{postgres.database('operated')} password=geheim")
    return Settings(warehouse=lake, lake_data=f"{tmp_path}/data/", workers=1)


def test_a_lake_is_looked_after_as_a_file_is(settings, tmp_path, banmian_run):
    from flows.run import rebuild, retry

    Writer(settings.warehouse, run_id="", rules_version="r", lake_data=settings.lake_data).close()
    assert read_status(settings, [], runs=5).published is None

    folder = tmp_path / "版面 文件"
    folder.mkdir()
    (folder / "1.txt").write_text(PAGE, encoding="utf-8")
    (folder / "2.txt").write_bytes(b"")
    banmian_run([folder], **settings.model_dump(exclude={"quality"}, exclude_unset=True))
    assert "geheim" not in _what_prefect_was_told()
    status = read_status(settings, [folder], runs=5)
    assert "geheim" not in str(status)
    assert status.warehouse.startswith("ducklake:postgres:dbname=operated ")
    assert status.published == {"pages": 1, "articles": 1, "inputs": 2}
    assert [(run.status, run.pages_new) for run in status.runs] == [("done", 1)]
    assert (status.unpublished, status.byte_count > 1000) == ((0, 0), True)
    assert [(held.stage, held.reason, held.held_count) for held in status.held_back] == [("raw", "empty", 1)]
    assert status.changes == Changes(new=0, changed=0, unchanged=2, gone=0, refused=0, skipped=0)

    (folder / "2.txt").write_text(PAGE.replace("栗湾", "桃湾"), encoding="utf-8")
    ((reading, names),), gone = held_groups(settings)
    assert (names, gone) == (["版面 文件/2.txt"], [])
    summary = retry(names, settings.model_copy(update=reading))
    assert (summary.changes.new, summary.quarantined) == (1, 0)
    assert read_status(settings, [], runs=5).published["pages"] == 2
    assert held_groups(settings) == ([], [])

    with connect(settings.warehouse) as reader:
        before = fingerprints(reader)
    assert set_aside_damaged(settings) is None
    assert rebuild(settings).changes.unchanged == 2
    with connect(settings.warehouse) as reader:
        assert fingerprints(reader) == before

    found = {(one.topic, one.name): one for one in examine(settings, {})}
    assert found["warehouse", "lake"].value.startswith("schema ")
    assert "geheim" not in str(found)
    assert settings.title == "operated"


def _what_prefect_was_told() -> str:
    """All runs of flows with their parameters and states, tasks, logs and artifacts, as JSON."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        flow_runs = client.read_flow_runs()
        told = [*flow_runs, *client.read_task_runs(), *client.read_logs(), *client.read_artifacts()]
    text = "\n".join(one.model_dump_json() for one in told)
    assert "password=…" in text, "the parameters of the run are among it"
    return text


def test_a_lake_without_a_warehouse_is_told(postgres, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.chdir(tmp_path)
    lake = f"ducklake:{tmp_path}/none.ducklake"
    Writer(Path(lake), run_id="", rules_version="r", lake_data=f"{tmp_path}/data/").close()
    (tmp_path / "none.ducklake").unlink()
    import duckdb

    from warehouse.lake import load_extension

    with duckdb.connect() as db:
        load_extension(db, "ducklake")
        db.execute(f"attach '{lake}' as empty (data_path '{tmp_path}/data/')")
    with pytest.raises(UsageError, match="none.ducklake: there is no such warehouse\nTry: banmian run FOLDER"):
        read_status(Settings(warehouse=Path(lake)), [], runs=5)
