"""SQL on the published warehouse: what it answers, and what it refuses."""

from __future__ import annotations

import json

import duckdb
import pytest

from transforms.errors import UsageError, WarehouseDamaged
from warehouse.ask import ask


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    path = tmp_path_factory.mktemp("ask") / "news.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t (name text, amount decimal(10, 2), day date)")
        connection.execute(
            "insert into t values ('=1+1', 3.50, '2024-05-18'), ('红\x1b[31m|色', null, null), ('＠sum', 2, null), ('-2', 1, null)"
        )
    return path


@pytest.mark.parametrize(
    "query",
    [
        "from read_text('/etc/passwd')",
        "from glob('/etc/*')",
        "copy t to '/tmp/banmian_leak.csv'",
        "attach '/tmp/banmian_other.duckdb'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "insert into t values ('x', 1, null)",
        "drop table t",
        "pragma database_list; create table u (x integer)",
        "export database '/tmp/banmian_leak'",
    ],
)
def test_it_can_only_read(warehouse, query):
    with pytest.raises(UsageError):
        ask(warehouse, query)


def test_table_aligns_wide_characters(warehouse):
    answer = ask(warehouse, "select '春' as 字, 1 as n union all select 'ab', 22 order by n")
    assert answer == "字  n\n──  ──\n春  1\nab  22\n(2 rows)"


def test_table_writes_escapes_out(warehouse):
    assert "红\\x1b[31m|色" in ask(warehouse, "select name from t")
    assert "\x1b" not in ask(warehouse, "select name from t")


def test_csv_guards_formulas_and_leaves_numbers_alone(warehouse):
    assert ask(
        warehouse, "select name, -amount as owed from t where amount is not null order by amount", output="csv"
    ) == ("name,owed\n'-2,-1.00\n'＠sum,-2.00\n'=1+1,-3.50")


def test_json(warehouse):
    rows = json.loads(ask(warehouse, "select name, amount, day from t where day is not null", output="json"))
    assert rows == [{"name": "=1+1", "amount": "3.50", "day": "2024-05-18"}]


def test_markdown_escapes_bars(warehouse):
    assert ask(warehouse, "select name from t where amount is null", output="markdown") == (
        "| name |\n| --- |\n| 红\\x1b[31m\\|色 |"
    )


def test_errors_tell_the_way_out(warehouse, tmp_path):
    with pytest.raises(UsageError) as error:
        ask(warehouse, "select 1", output="xml")
    assert str(error.value) == "--format xml: there is no such format\nTry: one of table, csv, json, markdown, parquet"
    with pytest.raises(UsageError, match="there is no such warehouse"):
        ask(tmp_path / "none.duckdb", "select 1")
    with pytest.raises(UsageError, match="nonsense"):
        ask(warehouse, "select nonsense from t")
    (tmp_path / "bad.duckdb").write_bytes(b"no database at all" * 1000)
    with pytest.raises(WarehouseDamaged, match="cannot be opened"):
        ask(tmp_path / "bad.duckdb", "select 1")
