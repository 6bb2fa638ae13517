"""What is worked on once more: held inputs after a mend, and every row from the pages that the warehouse keeps."""

from __future__ import annotations

import json
import shutil

import duckdb
import pytest

from flows.again import held_groups, set_aside_damaged
from flows.landing import LandingOptions
from flows.settings import Settings
from flows.stored import cut_stored
from tests.flows.test_run import PAGE, contents
from transforms.errors import UsageError, WarehouseDamaged
from warehouse.again import StoredPage


def test_stored_pages_are_cut_where_a_batch_is_full():
    options = LandingOptions("text", "date", "collection", 10, batch_pages=3, batch_bytes=100)
    pages = [StoredPage(f"p{at}", size) for at, size in enumerate([60, 50, 10, 10, 10, 10, 500, 1])]
    cut = cut_stored(pages, options)
    assert [[page.byte_count for page in batch] for batch in cut] == [[60], [50, 10, 10], [10, 10], [500], [1]]
    assert [page for batch in cut for page in batch] == pages
    assert cut_stored([], options) == []


def test_nothing_to_do_again(tmp_path):
    settings = Settings(warehouse=tmp_path / "none.duckdb")
    with pytest.raises(UsageError, match="there is no such warehouse"):
        held_groups(settings)
    with pytest.raises(UsageError, match="there is no such warehouse"):
        set_aside_damaged(settings)


@pytest.mark.slow
def test_held_inputs_are_read_again_from_where_they_were_and_as_they_were(tmp_path, banmian_run, query):
    from flows.run import retry

    folder = tmp_path / "版面 文件"
    folder.mkdir()
    warehouse = tmp_path / "新 闻.duckdb"
    (folder / "1.txt").write_text(PAGE, encoding="utf-8")
    (folder / "2.txt").write_bytes(b"")
    (folder / "3.txt").write_bytes(b"")
    records = [{"content": PAGE.replace("栗湾", "梨湾")}, {"content": " "}]
    (folder / "r.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    first = banmian_run([folder], warehouse=warehouse, text_field="content")
    assert (first.changes.new, first.quarantined) == (2, 3)

    (folder / "2.txt").write_text(PAGE.replace("栗湾", "桃湾"), encoding="utf-8")
    (folder / "3.txt").unlink()
    records[1]["content"] = PAGE.replace("栗湾", "杏湾")
    (folder / "r.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    settings = Settings(warehouse=warehouse, workers=1)
    (group,), gone = held_groups(settings)
    reading, names = group
    assert reading["text_field"] == "content"
    assert names == ["版面 文件/2.txt", "版面 文件/r.jsonl"]
    assert gone == ["版面 文件/3.txt"]
    summary = retry(names, settings.model_copy(update=reading))
    assert (summary.changes.new, summary.changes.unchanged, summary.quarantined) == (2, 1, 0)
    assert query(warehouse, "select input from quality.quarantine") == [("版面 文件/3.txt",)]
    # The next run over the folder finds nothing left to do.
    again = banmian_run([folder], warehouse=warehouse, text_field="content", prune=True)
    assert (again.changes.new, again.changes.changed, again.quarantined) == (0, 0, 0)


@pytest.mark.slow
def test_a_rebuild_needs_no_file_and_mends_every_row(sample_copy, query):
    from flows.run import rebuild

    folder, warehouse = sample_copy
    before = contents(warehouse)
    inputs = query(warehouse, "select input, fingerprint, page_count, quarantined_count from ops.inputs order by all")
    shutil.rmtree(folder)
    with duckdb.connect(f"{warehouse}.work/writer.duckdb") as writer:
        writer.execute("delete from extracted.all_amounts")
        writer.execute("update cleaned.paragraphs set text = 'x'")
        writer.execute("delete from deduplicated.reprints")
        writer.execute("delete from search.postings")
    settings = Settings(warehouse=warehouse, workers=1, batch_pages=7)
    assert set_aside_damaged(settings) is None
    summary = rebuild(settings)
    assert summary.changes.unchanged == summary.totals.pages
    assert contents(warehouse) == before
    assert (
        query(warehouse, "select input, fingerprint, page_count, quarantined_count from ops.inputs order by all")
        == inputs
    )


@pytest.mark.slow
def test_a_damaged_writers_file_is_set_aside_where_the_published_one_is_sound(sample_copy, query):
    from flows.run import rebuild

    _, warehouse = sample_copy
    before = contents(warehouse)
    settings = Settings(warehouse=warehouse, workers=1)
    writer = settings.work_folder / "writer.duckdb"
    writer.write_bytes(b"no database" * 1000)
    aside = set_aside_damaged(settings)
    assert aside.read_bytes().startswith(b"no database")
    assert not writer.exists()
    assert rebuild(settings).exit_code == 0
    assert contents(warehouse) == before
    warehouse.write_bytes(b"no database" * 1000)
    assert set_aside_damaged(settings) is None  # the writer's file is sound, and is what is published
    assert rebuild(settings).exit_code == 0
    assert contents(warehouse) == before
    warehouse.write_bytes(b"no database" * 1000)
    _damage_a_table(writer)
    with pytest.raises(WarehouseDamaged, match="neither it nor the writer's file is sound"):
        set_aside_damaged(settings)


def _damage_a_table(path):
    """Overwrite the middle of a file, where rows are and not the text of pages alone."""
    data = bytearray(path.read_bytes())
    data[len(data) // 4 : -len(data) // 4] = bytes(len(data[len(data) // 4 : -len(data) // 4]))
    path.write_bytes(data)
