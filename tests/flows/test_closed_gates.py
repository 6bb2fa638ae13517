"""A gate that closed: what readers have stays as it was, and nothing that was withheld is lost."""

from __future__ import annotations

import json

import duckdb
import pytest

from tests.flows.test_run import PAGE, contents
from transforms.errors import GateClosed
from warehouse.writer import PageChanges

pytestmark = pytest.mark.slow


@pytest.fixture
def lose_poisoned(monkeypatch):
    """Called, it lets the cleaned stage lose the paragraphs of every batch with a page that holds 毒; ``monkeypatch`` undoes it."""
    from flows import stages

    def losing(pages, work=stages.clean):
        made = work(pages)
        return made._replace(paragraphs=made.paragraphs.clear()) if pages["text"].str.contains("毒").any() else made

    return lambda: monkeypatch.setattr(stages, "clean", losing)


def test_a_closed_gate_leaves_the_published_warehouse(sample_copy, banmian_run, lose_poisoned, monkeypatch):
    """Rows lost in the cleaned stage close its gate."""
    folder, warehouse = sample_copy
    before = contents(warehouse)
    (folder / "new.txt").write_text("毒" + PAGE, encoding="utf-8")
    lose_poisoned()
    with pytest.raises(GateClosed) as error:
        banmian_run([folder], warehouse=warehouse)
    assert error.value.exit_code == 75
    assert "cleaned" in str(error.value)
    assert contents(warehouse) == before
    monkeypatch.undo()
    summary = banmian_run([folder], warehouse=warehouse, full_refresh=True)
    assert summary.changes.new == 1


def test_what_a_closed_gate_kept_back_is_published_when_the_bad_page_is_gone(
    tmp_path, banmian_run, query, lose_poisoned
):
    """One batch is loaded, the next closes its gate: nothing is published, until a later run is sound."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "1.txt").write_text(PAGE, encoding="utf-8")
    (pages / "2.txt").write_text("毒" + PAGE, encoding="utf-8")
    warehouse = tmp_path / "news.duckdb"
    lose_poisoned()
    with pytest.raises(GateClosed):
        banmian_run([pages], warehouse=warehouse, batch_pages=1)
    assert not warehouse.exists()
    (pages / "2.txt").unlink()
    summary = banmian_run([pages], warehouse=warehouse)
    assert summary.changes == PageChanges(unchanged=1)
    assert query(warehouse, "select count(*) from articles") == [(1,)]
    assert query(warehouse, "select status from ops.runs order by started_at") == [("gate_closed",), ("done",)]


def write_container(path, first, bad=None):
    """Write two records, of which one may be poisoned."""
    texts = [PAGE.replace("栗湾", f"{name}湾") for name in (first, "乙")]
    if bad is not None:
        texts[bad] = "毒" + texts[bad]
    path.write_text("\n".join(json.dumps({"text": text}) for text in texts), encoding="utf-8")


@pytest.mark.parametrize(("bad", "closings"), [(0, 2), (1, 1)])
def test_a_container_of_which_a_batch_was_withheld_is_taken_again(
    tmp_path, banmian_run, query, lose_poisoned, monkeypatch, bad, closings
):
    """The batch after the one whose gate closed, or before it, does not make the container complete; no record is lost or stands twice.

    Where it was the first, a second run loads the other again.
    """
    container, warehouse = tmp_path / "pages.jsonl", tmp_path / "news.duckdb"
    write_container(container, "甲")
    banmian_run([container], warehouse=warehouse, batch_pages=1)
    write_container(container, "丁", bad)
    lose_poisoned()
    for _ in range(closings):
        with pytest.raises(GateClosed):
            banmian_run([container], warehouse=warehouse, batch_pages=1)
    assert query(warehouse, "select count(*) filter (where text like '%甲湾%'), count(*) from raw.pages") == [(1, 2)]
    monkeypatch.undo()
    banmian_run([container], warehouse=warehouse, batch_pages=1, full_refresh=True)
    fresh = tmp_path / "fresh.duckdb"
    banmian_run([container], warehouse=fresh)
    assert contents(warehouse) == contents(fresh)


def test_a_stage_that_did_not_do_its_work_closes_the_gate_however_the_pages_are_batched(
    tmp_path, banmian_run, query, monkeypatch
):
    """Asked of all pages that would be published anew: no batch closes its gate, and pages made anew count as they are then."""
    from flows import stages

    def idle(paragraphs, work=stages.deduplicate):
        made = work(paragraphs)
        return made._replace(duplicates=made.duplicates.clear())

    folder, warehouse = tmp_path / "pages", tmp_path / "news.duckdb"
    folder.mkdir()
    said = "本报讯 记者昨日从市水务局获悉,城区今年将新建雨水管网二十七公里,工程分三期进行。"
    for number in range(6):
        again = f"{said}\n\n" * (2 if number < 4 else 1)
        folder.joinpath(f"{number}.txt").write_text(f"第{number}号工程开工\n\n{again}", encoding="utf-8")
    few = {"pages_for_shares": 6}
    with monkeypatch.context() as patched:
        patched.setattr(stages, "deduplicate", idle)
        for batch_pages in (3, 6):
            with pytest.raises(GateClosed, match="4 of 6 pages"):
                banmian_run([folder], warehouse=warehouse, batch_pages=batch_pages, quality=few)
    assert not warehouse.exists()
    summary = banmian_run([folder], warehouse=warehouse, full_refresh=True, quality=few)
    assert summary.gate_messages == []
    checks = (
        "select success, count(*) from quality.checks where expectation = 'most_pages_are_without(duplicated_blocks)'"
    )
    assert query(warehouse, f"{checks} group by all order by all") == [(False, 2), (True, 1)]


def test_a_copy_without_its_counterpart_closes_the_gate(sample_copy, banmian_run):
    """Rows that somebody else put into the writer's file are judged too."""
    folder, warehouse = sample_copy
    with duckdb.connect(f"{warehouse}.work/writer.duckdb") as connection:
        connection.execute("update deduplicated.reprint_duplicates set kept_paragraph_no = 999")
    (folder / "new.txt").write_text(PAGE, encoding="utf-8")
    with pytest.raises(GateClosed, match="every_copy_has_a_kept_counterpart"):
        banmian_run([folder], warehouse=warehouse)
