"""banmian search on the samples: what is found by fields, and how it is shown."""

from __future__ import annotations

import json
import subprocess
import sys

import duckdb
import pytest

from tests.flows.asked import call_in_process
from warehouse.search import marked_spans, search

pytestmark = pytest.mark.slow


@pytest.fixture
def call(monkeypatch, capsys, sample_run):
    return call_in_process(monkeypatch, capsys, sample_run[1])


def test_results_are_marked_where_there_is_no_colour(call):
    code, out, err = call("search", "小微企業", "信用貸款", "--limit", "1")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == " 1  临澜高新区:为«小微企业»送上“及时雨”"
    assert "2024-05-18 · 临澜日报 · samples/pages/临澜日报/2024-05-18/rb0518-02.txt" in out
    assert "«小微企业信用贷款»" in out


def test_json_holds_the_results_as_they_are(call):
    code, out, _ = call("search", "小微企业", "--json")
    rows = json.loads(out)
    assert code == 0
    assert rows[0]["headline"] == "临澜高新区:为小微企业送上“及时雨”"
    assert set(rows[0]) == {"article_id", "headline", "score", "snippet", "published_on", "collection", "source"}


@pytest.mark.parametrize(
    ("query", "sql"),
    [
        ("person:佟硯秋", "select article_id from extracted.people where name = '佟砚秋'"),
        ("人物：佟砚秋 after:2024-10", "select article_id from extracted.people join articles using (article_id)"
                                   " where name = '佟砚秋' and published_on >= '2024-10-01'"),
        ("place:榆塘县 before:2024-06", "select article_id from extracted.places join articles using (article_id)"
                                    " where contains(name, '榆塘县') and published_on <= '2024-06-30'"),
        ("project:高端制剂", "select article_id from extracted.projects where contains(name, '高端制剂')"),
        ("org:霁岚药业", "select article_id from extracted.organizations where contains(name, '霁岚药业')"),
        ("paper:澜东晚报 page:wb1108", "select article_id from articles where source like '%wb1108%'"),
        ("-paper:日报", "select article_id from articles where not contains(coalesce(collection, ''), '日报')"),
    ],
)  # fmt: skip
def test_fields_find_what_the_tables_hold(sample_run, query, sql):
    with duckdb.connect(str(sample_run[1]), read_only=True) as connection:
        wanted = {row[0] for row in connection.execute(sql).fetchall()}
        found = {row[0] for row in connection.execute("select article_id from search(?)", [query]).fetchall()}
    assert found == wanted != set()


def test_a_date_that_is_none_is_told(call):
    _, out, err = call("search", "after:qqqq")
    assert out == "Nothing found.\n"
    assert err.startswith("after:qqqq is no date and was looked for as a word")


@pytest.mark.parametrize(
    ("args", "message"), [([""], "there is nothing to look for"), (["x", "--limit", "0"], "is less than one")]
)
def test_wrong_usage(call, args, message):
    code, _, err = call("search", *args)
    assert code == 2
    assert message in err


def test_page_text_cannot_reach_the_terminal(tmp_path):
    from tests.warehouse.conftest import make_batch
    from warehouse.writer import Writer

    path = tmp_path / "w.duckdb"
    with Writer(path, run_id="r", rules_version="v") as writer:
        writer.load(make_batch({"a\x1b[31m.txt": [("春耕\x1b]0;x\x07", "春耕\u202e备耕\x1b[2J忙。")]}))
    answer = search(path, "春耕", limit=5)
    assert "\x1b" in answer.results[0].headline
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "search", "春耕", "--warehouse", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)
    assert "«春耕»\\x1b]0;x\\x07" in done.stdout


def test_marks_of_words_that_touch_are_one():
    assert marked_spans("发放创业贷款和贷款", ["创业", "贷款", ""]) == [(2, 6), (7, 9)]
    assert marked_spans("", ["创业"]) == []


def test_searching_imports_nothing_heavy(tmp_path):
    code = (
        "import sys, warehouse.search, warehouse.schema_docs, flows.prompt, flows.commands.search, flows.commands.sql;"
        "print(sorted({'prefect', 'great_expectations', 'polars', 'pandas', 'numpy', 'pyarrow', 'jieba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
