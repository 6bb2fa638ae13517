"""banmian export: the rows, their order, the guard against formulas, whole files only, and the card."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
import tracemalloc
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.flows.asked import call_in_process
from tests.warehouse.conftest import make_batch
from transforms.errors import UsageError
from warehouse.export import export
from warehouse.writer import Writer

PAGES = {
    "b.txt": [("=HYPERLINK(1)", "春耕备耕忙，农机手检修农机。"), ("＋秋收", '镇里，\n收了"稻"。')],
    "a.txt": [("\tx", "5月18日，银行向企业发放贷款。"), (None, "-1是个负数。")],
}


@pytest.fixture(scope="module")
def news(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "news.duckdb"
    with Writer(path, run_id="r", rules_version="rules-1") as writer:
        writer.load(make_batch(PAGES, day=date(2024, 5, 18)))
    return path


@pytest.fixture
def call(monkeypatch, capsys, news, tmp_path):
    monkeypatch.chdir(tmp_path)
    return call_in_process(monkeypatch, capsys, news)


def read_jsonl(path):
    if path.name.endswith(".zst"):
        data = pa.CompressedInputStream(pa.OSFile(str(path)), "zstd").read()
    else:
        data = (gzip.decompress if path.name.endswith(".gz") else bytes)(path.read_bytes())
    return [json.loads(line) for line in data.decode().split("\n")[:-1]]


@pytest.mark.parametrize("name", ["c.jsonl", "c.jsonl.gz", "c.jsonl.zst"])
def test_articles_in_reading_order(call, tmp_path, name):
    code, out, err = call("export", "--to", name)
    assert (code, out, err) == (0, f"4 rows of articles: {name}, {name}.md\n", "")
    rows = read_jsonl(tmp_path / name)
    assert [row["source"] for row in rows] == ["a.txt", "a.txt", "b.txt", "b.txt"]
    assert [row["headline"] for row in rows] == ["\tx", None, "=HYPERLINK(1)", "＋秋收"]
    assert rows[0]["published_on"] == "2024-05-18"


def test_equal_exports_are_equal_bytes(call, tmp_path):
    for name in ("a.jsonl.zst", "b.jsonl.zst"):
        call("export", "--to", name, "--what", "pages")
    assert (tmp_path / "a.jsonl.zst").read_bytes() == (tmp_path / "b.jsonl.zst").read_bytes()


def test_parquet_keeps_types(call, tmp_path):
    call("export", "--to", "p.parquet", "--what", "page_quality")
    table = pq.read_table(tmp_path / "p.parquet")
    assert table.num_rows == 2
    assert table.schema.field("published_on").type == pa.date32()


def test_no_cell_of_a_csv_file_is_a_formula(call, tmp_path):
    call("export", "--to", "c.csv")
    with (tmp_path / "c.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["headline"] for row in rows} == {"'=HYPERLINK(1)", "'＋秋收", "'\tx", ""}
    assert {row["body"] for row in rows if row["body"].startswith("'")} == {"'-1是个负数。"}
    assert any('\n收了"稻"' in row["body"] for row in rows)


def test_where_narrows(call, tmp_path):
    call("export", "--to", "c.jsonl", "--where", "source = 'b.txt' -- and so on")
    assert len(read_jsonl(tmp_path / "c.jsonl")) == 2
    assert "`source = 'b.txt' -- and so on`" in (tmp_path / "c.jsonl.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--to", "c.xlsx"], "its ending names no form of export"),
        (["--to", "c.csv", "--what", "articels"], "there is no such table\nTry: articles"),
        (["--to", "c.csv", "--what", "search"], "is a macro"),
        (["--to", "c.csv", "--where", "nonsense = 1"], "nonsense"),
        (["--to", "c.csv", "--where", "true); select 1; --"], "the query"),
        (["--to", "c.csv", "--where", "true); select (1"], "is more than a condition"),
        (["--to", "c.csv", "--where", "(select count(*) from read_text('/etc/passwd')) > 0"], "disabled"),
        (["--to", "none/c.csv"], "there is no such folder"),
        (["--to", "there.csv"], "is there already\nTry: --force"),
    ],
)
def test_what_cannot_be_done_leaves_nothing(call, tmp_path, args, message):
    (tmp_path / "there.csv").write_text("mine")
    code, out, err = call("export", *args)
    assert (code, out) == (2, "")
    assert message in err
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]
    assert (tmp_path / "there.csv").read_text() == "mine"


def test_force_writes_over(call, tmp_path):
    (tmp_path / "c.csv").write_text("mine")
    assert call("export", "--to", "c.csv", "--force")[0] == 0
    assert (tmp_path / "c.csv").read_text(encoding="utf-8").startswith("article_id,")


def test_a_failure_half_way_leaves_the_old_file(call, tmp_path, monkeypatch):
    call("export", "--to", "c.csv")
    before = (tmp_path / "c.csv").read_bytes()
    monkeypatch.setattr("warehouse.export._figures", lambda connection: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call("export", "--to", "c.csv", "--force")
    assert (tmp_path / "c.csv").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", "c.csv.md"]


def test_the_card_says_what_was_done(call, tmp_path):
    call("export", "--to", "c.csv")
    card = (tmp_path / "c.csv.md").read_text(encoding="utf-8")
    assert card.startswith("# c.csv\n\n4 rows of `articles`: One row per article")
    assert "| lines with text | 7 |" in card
    assert "Rules: `rules-1`." in card
    assert "## Licence" in card
    with duckdb.connect(str(tmp_path / "x.duckdb")):
        pass
    columns = csv.DictReader((tmp_path / "c.csv").open(encoding="utf-8")).fieldnames
    assert all(f"| `{column}` |" in card for column in columns)


def test_memory_does_not_grow_with_the_rows(tmp_path):
    """Python's own part: a hundred times the rows, and not twice the memory."""
    path = tmp_path / "many.duckdb"
    with Writer(path, run_id="r", rules_version="v") as writer:
        db = writer.connection
        db.execute(
            "insert into ops.batches select 'b' || range, repeat('x', 1000), 1, 1, 1, now() from range(20000)"
        )  # fmt: skip
    peaks = []
    for where in ("batch_id < 'b101'", "true"):
        tracemalloc.start()
        count = export(path, tmp_path / "out", name="o.jsonl", what="ops.batches", where=where).row_count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert count == 20000
    assert peaks[1] < max(2 * peaks[0], 20e6)


def test_names_of_columns_and_files_are_guarded_too(news, tmp_path):
    with pytest.raises(UsageError):
        export(news, tmp_path / "out", name="o.jsonl", what='articles"; drop table x', where=None)


def test_the_command_line_needs_no_flow(tmp_path):
    code = (
        "import sys, flows.commands.export, warehouse.export, warehouse.dataset_card, warehouse.explain, flows.explain_view;"
        "print(sorted({'prefect', 'great_expectations', 'polars', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
