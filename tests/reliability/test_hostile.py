"""Rows 11, 12 and 13: the doors through which text leaves, and the one through which questions come in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.reliability.hostile import CELLS, CELLS_MARK, FORMULAS, HTML, HTML_MARK, SCRIPTS, Finder
from transforms.errors import UsageError
from transforms.escape import for_terminal
from warehouse.ask import ask


@pytest.mark.full_form  # tests/expectations/test_docs.py says it of one page
@pytest.mark.row(11, HTML, HTML_MARK)
def test_data_docs_hold_no_text_of_a_page(hostile, tmp_path, campaign):
    from expectations import combine
    from expectations.docs import render_docs
    from flows.stage_files import StageFiles, read_measured

    files = StageFiles(f"{hostile}.work/stages")
    batch_ids = sorted(path.name for path in Path(f"{hostile}.work/stages/raw").iterdir())
    stages = ("raw", "cleaned", "deduplicated", "extracted")
    render_docs(
        {stage: combine([read_measured(files, stage, batch) for batch in batch_ids]) for stage in stages},
        tmp_path / "docs",
    )
    htmls = [path.read_text(encoding="utf-8") for path in (tmp_path / "docs").rglob("*.html")]
    assert htmls
    for html in htmls:
        finder = Finder()
        finder.feed(html)
        assert finder.found == []
        assert not [script for script in (*SCRIPTS[:3], "栗湾") if script in html]
    campaign.count("pages of HTML", len(htmls))


@pytest.mark.row(12, CELLS, CELLS_MARK)
def test_no_cell_of_a_csv_is_a_formula(hostile, campaign):
    for query in (
        "select collection, source from raw.pages",
        "select text from cleaned.paragraphs",
        "select headline from articles",
    ):
        rows = list(csv.reader(io.StringIO(ask(hostile, query, output="csv"), newline="")))
        for cell in [cell for row in rows[1:] for cell in row]:
            assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠")), cell
        campaign.count("cells", sum(map(len, rows)))
    for formula in FORMULAS:
        out = ask(hostile, f"select chr({ord(formula[0])}) || '1+1' as x", output="csv")
        assert next(csv.reader(io.StringIO(out.split("\n", 1)[1], newline="")))[0].startswith("'"), formula


@pytest.mark.row(11, HTML, HTML_MARK)
@pytest.mark.parametrize("output", ["table", "markdown"])
def test_no_escape_sequence_reaches_a_terminal(hostile, campaign, output):
    evil = "'\x1b]0;title\x07' || chr(8238) || chr(155) || '31m'"
    shown = ask(hostile, f"select {evil} as cell", output=output)
    assert for_terminal(shown, keep_line_ends=True) == shown
    campaign.count("terminal outputs")


@pytest.mark.row(
    13, "statements that would read files, write, load, attach or unlock", "each is refused, the file is as it was"
)
@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')", "select * from read_text('/etc/passwd')", "from '/etc/passwd'",
        "select * from glob('/etc/*')", "copy (select 1) to '/tmp/x.csv'", "copy raw.pages from '/etc/passwd'",
        "attach '/tmp/x.duckdb' as x", "attach ':memory:' as x; create table x.t as select 1; from read_blob('/etc/passwd')",
        "install httpfs", "load httpfs", "load '/tmp/x.so'", "set enable_external_access = true",
        "set lock_configuration = false", "reset enable_external_access", "pragma enable_external_access = true",
        "set allowed_directories = ['/']", "create table t (x int)", "drop table raw.pages", "delete from raw.pages",
        "update raw.pages set text = ''", "insert into ops.runs select * from ops.runs", "export database '/tmp/x'",
        "import database '/tmp/x'", "select * from read_parquet('https://example.org/x.parquet')", "checkpoint",
        "set home_directory = '/'", "call pragma_storage_info('/etc/passwd')", "select getenv('HOME')",
    ],
)  # fmt: skip
def test_sql_can_only_read_the_warehouse(hostile, campaign, statement):
    before = hostile.read_bytes()
    try:
        out = ask(hostile, statement)
    except UsageError as error:
        out = str(error)
    else:
        assert statement.startswith(("checkpoint", "call pragma_storage_info")), out
    assert "root:" not in out
    assert hostile.read_bytes() == before
    campaign.count("statements")
