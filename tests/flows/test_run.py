"""The real flow, on real DuckDB files, judged by the real gates."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from flows.summary import json_of, lines_of
from tests.deduplicated.test_as_printed import PAGE as PRINTED_TWICE
from transforms.deduplicated.as_printed import LEFT
from transforms.errors import UsageError
from warehouse.canonical import fingerprints
from warehouse.writer import ARTICLE_TABLES, PAGE_TABLES, PageChanges

pytestmark = pytest.mark.slow

# A page of its own, unlike any sample: an invented town's council meets.
PAGE = """栗湾镇部署秋收工作

本报讯(记者 鲁一禾)9月3日,栗湾镇召开秋收工作会议,镇长顾长河主持会议,全镇12个村的负责人参加会

议。

会议要求,各村要备足机具,抢抓晴好天气,确保颗粒归仓。今年全镇计划投资320万元,维修机耕路18公里。
"""


def contents(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return fingerprints(connection)


def test_every_table_that_a_sample_can_fill_is_filled(sample_run, query):
    summary, warehouse = sample_run
    assert summary.exit_code == 0
    for table in (
        *PAGE_TABLES.values(),
        *ARTICLE_TABLES.values(),
        "search.documents",
        "search.postings",
        "extracted.continuations",
    ):
        if table not in ("deduplicated.suspected_duplicates",):
            assert query(warehouse, f"select count(*) from {table}")[0][0] > 0, table
    for view in ("articles", "investments", "officials", "page_quality"):
        assert query(warehouse, f"select count(*) from {view}")[0][0] > 0, view
    assert {stage for (stage,) in query(warehouse, "select distinct stage from quality.checks")} == {
        "raw",
        "cleaned",
        "deduplicated",
        "extracted",
    }
    assert query(warehouse, "select status, pages_seen, pages_new from ops.runs") == [
        ("done", summary.pages_seen, summary.pages_seen)
    ]


def test_what_the_gates_take_is_told_apart_from_the_stages(sample_run, query):
    _, warehouse = sample_run
    found = dict(query(warehouse, "select stage, count(*) from ops.stage_timings group by stage"))
    batches = found.pop("load")
    assert batches > 0
    # The gate of the run as a whole is one more.
    assert found == {"raw": batches, "cleaned": batches, "deduplicated": batches, "extracted": batches,
                     "measure": 4 * batches, "gate": 4 * batches + 1}  # fmt: skip
    assert query(warehouse, "select count(*) from ops.stage_timings where duration_s <= 0") == [(0,)]


def test_the_summary_adds_up(sample_run):
    summary, _ = sample_run
    totals = summary.totals
    assert summary.pages_seen == sum(summary.changes[:3]) + summary.quarantined + summary.withheld
    assert totals.text_lines == totals.paragraphs + totals.joins
    assert totals.paragraphs == totals.kept_paragraphs + totals.duplicates
    assert totals.pages == summary.changes.new
    assert [name.split()[0] for name, *_ in lines_of(summary)] == [
        "pages", "pages", "lines", "paragraphs", "articles", "facts", "checks",
    ]  # fmt: skip
    machine = json.loads(json_of(summary))
    assert machine["totals"]["facts"] == totals.facts
    assert machine["exit_code"] == 0


def test_removed_copies_are_left_as_printed(banmian_run, tmp_path, query):
    """One line a paragraph, their joins in the ledger as not made, and not counted among the doubtful ones."""
    page, warehouse = tmp_path / "pages" / "page.txt", tmp_path / "news.duckdb"
    page.parent.mkdir()
    page.write_text(PRINTED_TWICE, encoding="utf-8")
    summary = banmian_run([page.parent], warehouse=warehouse)
    assert query(
        warehouse, "select paragraph_no, line_numbers from cleaned.paragraphs where paragraph_no > 5 order by all"
    ) == [(6, [7]), (7, [8]), (8, [10]), (9, [11])]
    assert query(
        warehouse,
        "select paragraph_no, kept_paragraph_no, kind from deduplicated.duplicates order by all",
    ) == [(6, 1, "exact"), (7, 2, "contained"), (8, 2, "contained"), (9, 3, "exact")]
    assert query(warehouse, "select line_numbers from cleaned.repairs where starts_with(reason, ?)", LEFT) == [
        ([8, 10],)
    ]
    assert query(warehouse, "select body from extracted.articles where article_no = 1")[0][0].count("\n") == 0
    assert (
        summary.totals.suspected_joins == query(warehouse, "select sum(suspected_join_count) from page_quality")[0][0]
    )
    assert summary.totals.suspected_joins == 0


def test_nothing_is_lost(sample_run, query):
    """Every line with a visible character is in exactly one paragraph, and every character of it is accounted for."""
    _, warehouse = sample_run
    pages = query(warehouse, "select page_id, text from raw.pages")
    for page_id, text in pages:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        shown = [number for number, line in enumerate(lines, 1) if line.strip()]
        kept = [
            n
            for (n,) in query(
                warehouse, "select unnest(line_numbers) from cleaned.paragraphs where page_id = ?", page_id
            )
        ]
        assert sorted(kept) == shown


def test_every_fact_stands_where_it_says(sample_run, query):
    _, warehouse = sample_run
    for table, column in {"amounts": "text", "dates": "text", "counts": "text", "people": "name"}.items():
        total, right = query(
            warehouse,
            f"select count(*), count(*) filter (where substring(p.text, f.char_start + 1, f.char_end - f.char_start) = f.{column})"
            f" from extracted.{table} f join extracted.articles a using (article_id)"
            " join cleaned.paragraphs p on p.page_id = a.page_id and p.paragraph_no = f.paragraph_no",
        )[0]
        assert total > 0
        assert right == total, table


def test_a_second_run_changes_nothing(sample_copy, banmian_run, query):
    folder, warehouse = sample_copy
    before = warehouse.stat()
    summary = banmian_run([folder], warehouse=warehouse)
    assert summary.changes == PageChanges(unchanged=summary.pages_seen)
    assert (warehouse.stat().st_ino, warehouse.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_changed_file_replaces_its_rows_in_every_stage(sample_copy, banmian_run, query):
    folder, warehouse = sample_copy
    page = next(path for path in sorted(folder.rglob("*.txt")))
    source = f"samples/{page.relative_to(folder).as_posix()}"
    page.write_text(PAGE, encoding="utf-8")
    summary = banmian_run([folder], warehouse=warehouse)
    assert summary.changes == PageChanges(changed=1, unchanged=summary.pages_seen - 1)
    ((page_id, text),) = query(warehouse, "select page_id, text from raw.pages where source = ?", source)
    assert text == PAGE
    paragraphs = query(
        warehouse, "select text from cleaned.paragraphs where page_id = ? order by paragraph_no", page_id
    )
    assert [text[:9] for (text,) in paragraphs] == ["栗湾镇部署秋收工作", "本报讯(记者 鲁一", "会议要求,各村要备"]
    ((headline,),) = query(warehouse, "select headline from extracted.articles where page_id = ?", page_id)
    assert headline == "栗湾镇部署秋收工作"
    amounts = query(
        warehouse, "select value from extracted.amounts join articles using (article_id) where page_id = ?", page_id
    )
    assert amounts == [(3_200_000,)]
    assert query(warehouse, "select headline from search('栗湾镇 秋收') limit 1") == [("栗湾镇部署秋收工作",)]


def test_a_removed_file_is_reported_and_kept_unless_pruned(sample_copy, banmian_run, query):
    folder, warehouse = sample_copy
    page = next(path for path in sorted(folder.rglob("*.txt")))
    source = f"samples/{page.relative_to(folder).as_posix()}"
    page.unlink()
    kept = banmian_run([folder], warehouse=warehouse)
    assert (kept.missing, kept.changes.removed) == (1, 0)
    assert query(warehouse, "select count(*) from raw.pages where source = ?", source) == [(1,)]
    pruned = banmian_run([folder], warehouse=warehouse, prune=True)
    assert (pruned.missing, pruned.changes.removed) == (0, 1)
    assert query(warehouse, "select count(*) from raw.pages where source = ?", source) == [(0,)]
    fresh = warehouse.with_name("fresh.duckdb")
    banmian_run([folder], warehouse=fresh)
    assert contents(warehouse) == contents(fresh)


def test_bad_inputs_are_held_back_until_they_are_mended(tmp_path, banmian_run, query):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "good.txt").write_text(PAGE, encoding="utf-8")
    (pages / "empty.txt").write_bytes(b"")
    (pages / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    warehouse = tmp_path / "news.duckdb"
    summary = banmian_run([pages], warehouse=warehouse)
    assert (summary.exit_code, summary.pages_seen, summary.changes.new, summary.quarantined) == (65, 3, 1, 2)
    rows = query(warehouse, "select source, stage, reason from quality.quarantine order by source")
    assert rows == [
        ("pages/empty.txt", "raw", "empty"),
        ("pages/picture.txt", "raw", "not text in a known encoding"),
    ]
    again = banmian_run([pages], warehouse=warehouse)
    assert (again.exit_code, again.quarantined, again.changes) == (65, 2, PageChanges(unchanged=1))
    (pages / "empty.txt").write_text(PAGE.replace("栗湾", "梨湾"), encoding="utf-8")
    (pages / "picture.txt").unlink()
    mended = banmian_run([pages], warehouse=warehouse, prune=True)
    assert (mended.exit_code, mended.changes.new) == (0, 1)
    assert query(warehouse, "select count(*) from quality.quarantine") == [(0,)]


def test_a_page_on_which_a_rule_fails_is_held_back_alone(tmp_path, banmian_run, query, monkeypatch):
    from flows import stages

    def poisoned(pages, work=stages.clean):
        if pages["text"].str.contains("毒页").any():
            raise ZeroDivisionError
        return work(pages)

    monkeypatch.setattr(stages, "clean", poisoned)
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text(PAGE.replace("栗湾", f"{'甲乙丙丁戊'[n]}湾"), encoding="utf-8")
    (tmp_path / "bad.txt").write_text(f"毒页\n\n{PAGE}", encoding="utf-8")
    summary = banmian_run([tmp_path], warehouse=tmp_path / "news.duckdb")
    assert (summary.exit_code, summary.changes.new, summary.quarantined) == (65, 5, 1)
    ((source, stage, reason, detail),) = query(
        tmp_path / "news.duckdb", "select source, stage, reason, detail from quality.quarantine"
    )
    assert (source.split("/")[-1], stage, reason) == ("bad.txt", "cleaned", "rule failed")
    assert detail.startswith("a rule raised ZeroDivisionError on this page.")


def test_a_container_loses_the_records_that_are_gone(tmp_path, banmian_run, query):
    container = tmp_path / "pages.jsonl"
    records = [json.dumps({"text": PAGE.replace("栗湾", f"{name}湾"), "date": "2023-09-04"}) for name in "甲乙丙"]
    container.write_text("\n".join(records), encoding="utf-8")
    warehouse = tmp_path / "news.duckdb"
    assert banmian_run([container], warehouse=warehouse, batch_pages=2).changes == PageChanges(new=3)
    container.write_text("\n".join(records[:2]), encoding="utf-8")
    assert banmian_run([container], warehouse=warehouse).changes == PageChanges(unchanged=2, removed=1)
    assert query(warehouse, "select count(*) from raw.pages") == [(2,)]
    assert query(
        warehouse, "select distinct resolved_from is not null, iso from extracted.dates where text = '9月3日'"
    ) == [(True, "2023-09-03")]


@pytest.mark.parametrize("way", ["backwards, in small batches, by two workers", "in two runs, by one"])
def test_the_result_depends_on_the_pages_alone(sample_run, tmp_path, banmian_run, monkeypatch, way):
    monkeypatch.setattr("flows.pool.WORTH_PROCESSES_BYTES", 0)
    from flows.discovery import discover
    from tests.flows.conftest import SAMPLES

    _, expected = sample_run
    pages = SAMPLES
    warehouse = tmp_path / "news.duckdb"
    files = [Path(file.path) for file in discover([pages], None).files]
    if way == "in two runs, by one":
        banmian_run(files[1::2], warehouse=warehouse, root=pages.parent)
        banmian_run([pages], warehouse=warehouse)
    else:
        banmian_run(list(reversed(files)), warehouse=warehouse, root=pages.parent, workers=2, batch_pages=5)
    assert contents(warehouse) == contents(expected)


def test_without_its_writer_file_a_run_goes_on_from_the_published_one(sample_copy, banmian_run):
    folder, warehouse = sample_copy
    before = contents(warehouse)
    shutil.rmtree(f"{warehouse}.work")
    summary = banmian_run([folder], warehouse=warehouse)
    assert summary.changes == PageChanges(unchanged=summary.pages_seen)
    assert contents(warehouse) == before


def test_no_input_is_found(tmp_path, banmian_run):
    with pytest.raises(UsageError, match="there is no such file or folder"):
        banmian_run([tmp_path / "none"], warehouse=tmp_path / "news.duckdb")


def test_data_docs_are_written_on_request(tmp_path, banmian_run):
    (tmp_path / "1.txt").write_text(PAGE, encoding="utf-8")
    banmian_run([tmp_path / "1.txt"], warehouse=tmp_path / "news.duckdb", data_docs=tmp_path / "docs")
    html = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "docs").rglob("*.html"))
    assert "cleaned" in html
    assert "栗湾" not in html


def test_thresholds_reach_the_workers_and_make_pages_anew_only_where_rows_change(
    tmp_path, banmian_run, query, monkeypatch
):
    """A page with a looping line passes under a higher threshold; one about batches alone leaves all pages as they are."""
    monkeypatch.setattr("flows.pool.WORTH_PROCESSES_BYTES", 0)
    loop = "栗湾镇今年要把机耕路一直修到各村的田头，再给每个村配上两台插秧机和一座烘干房，" * 4
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "1.txt").write_text(f"{PAGE}\n{loop}\n", encoding="utf-8")
    (tmp_path / "pages" / "2.txt").write_text(PAGE.replace("栗湾", "梨湾"), encoding="utf-8")
    warehouse = tmp_path / "news.duckdb"
    loops = (
        "select observed_value from quality.checks where stage = 'raw' and expectation like '%(looping_blocks)'"
        " order by checked_at desc limit 1"
    )
    first = banmian_run([tmp_path / "pages"], warehouse=warehouse)
    assert (first.changes.new, first.quarantined, query(warehouse, loops)) == (1, 1, [(1.0,)])
    lenient = banmian_run([tmp_path / "pages"], warehouse=warehouse, workers=2, quality={"loop_chars": 1000})
    assert (lenient.changes, query(warehouse, loops)) == (PageChanges(new=1, unchanged=1), [(0.0,)])
    again = banmian_run([tmp_path / "pages"], warehouse=warehouse, quality={"loop_chars": 1000, "max_held_share": 0.5})
    assert again.totals == lenient.totals
    assert query(warehouse, "select count(*) from ops.batches") == [(2,)]
