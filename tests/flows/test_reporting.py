"""What a run leaves on Prefect's page of it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from flows.reporting import name_of
from tests.flows.test_notify import CLOSED, HELD, SUMMARY
from tests.flows.test_run import PAGE
from warehouse.writer import PageChanges


@pytest.mark.parametrize(
    ("summary", "name"),
    [
        (SUMMARY, "news: 3 new, 2 changed"),
        (HELD, "news: 3 new, 2 changed, 1 held back"),
        (CLOSED, "news: 3 new, 2 changed, 5 withheld, gate closed"),
        (SUMMARY._replace(changes=PageChanges(unchanged=9)), "news: nothing new"),
        (SUMMARY._replace(changes=PageChanges(new=1200, removed=1)), "news: 1,200 new, 1 removed"),
    ],
)
def test_a_run_is_named_by_what_it_did(summary, name):
    assert name_of(summary, "news") == name


@pytest.mark.slow
def test_artifacts_name_zombies_and_lines_of_a_real_run(tmp_path, banmian_run, monkeypatch, caplog):
    """One run with a page held back, after one that Prefect still takes for running."""
    from prefect.client.orchestration import get_client
    from prefect.states import Running

    pages = tmp_path / "版面 文件"
    pages.mkdir()
    (pages / "1.txt").write_text(PAGE, encoding="utf-8")
    (pages / "2.txt").write_text("I'm sorry, but I can't read this page.", encoding="utf-8")
    warehouse, docs = tmp_path / "新 闻.duckdb", tmp_path / "文档"
    report = tmp_path / "报 告"
    monkeypatch.setattr(logging.getLogger("banmian"), "propagate", True)
    with caplog.at_level(logging.INFO, logger="banmian"):
        summary = banmian_run([pages], warehouse=warehouse, data_docs=docs, report=report)
    assert summary.quarantined == 1
    batch = next(record.args[0] for record in caplog.records if str(record.msg).startswith("load:"))
    lines = [record.getMessage() for record in caplog.records if " pages = " in record.getMessage()]
    assert lines == [
        f"raw: batch {batch}, 2 pages = 1 on + 1 held back",
        f"cleaned: batch {batch}, 1 pages = 1 on + 0 held back",
        f"deduplicated: batch {batch}, 1 pages = 1 on + 0 held back",
        f"extracted: batch {batch}, 1 pages = 1 on + 0 held back",
        f"load: batch {batch}, 2 pages = 1 loaded + 1 held back",
    ]
    with get_client(sync_client=True) as client:
        run = _run_named(client, "新 闻: 1 new, 1 held back")
        found = {one.key: one for one in client.read_artifacts() if one.flow_run_id == run.id}
        assert set(found) == {
            "banmian-summary", "banmian-counts", "banmian-quality", "banmian-progress", "banmian-data-docs",
            "banmian-report",
        }  # fmt: skip
        assert float(found["banmian-progress"].data) == 100
        assert "file://" in found["banmian-data-docs"].data
        assert Path(docs / "index.html").exists()
        assert (report / "index.html").resolve().as_uri() in found["banmian-report"].data
        written_ns = (report / "index.html").stat().st_mtime_ns
        assert "refusal_page" in str(found["banmian-quality"].data)
        everything = "".join(
            str(one.data) for one in found.values() if one.key not in ("banmian-data-docs", "banmian-report")
        )
        assert not [text for text in ("栗湾", "sorry", "2.txt") if text in everything]
        client.set_flow_run_state(run.id, Running(), force=True)  # as if it had been killed
        banmian_run([pages], warehouse=warehouse, report=report)
        assert (report / "index.html").stat().st_mtime_ns == written_ns  # nothing new was published
        assert client.read_flow_run(run.id).state_name == "Crashed"
        assert _run_named(client, "新 闻: 1 held back").state_name == "Completed"


def _run_named(client, name):
    (run,) = [run for run in client.read_flow_runs() if run.name == name]
    return run
