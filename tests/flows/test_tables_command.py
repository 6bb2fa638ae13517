"""banmian tables, and the reference of the schema, which is made of the same comments."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.flows.asked import call_in_process
from warehouse.migrate import migrate
from warehouse.schema_docs import describe_schema, schema_markdown

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "schema.md"
HEAD = """\
# Schema

Every table, view and macro of the warehouse, as its comments say. This page is made from them:
`make docs` writes it anew. `banmian tables` shows the same of any warehouse.

A name without a schema is in `main`. `*_no` counts from 1 inside the parent; `char_start` and `char_end` count characters from 0,
half open; money is a decimal in base units and never converted.

"""


def reference():
    with duckdb.connect() as connection:
        migrate(connection, where="memory")
        return HEAD + schema_markdown(describe_schema(connection))


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    path = tmp_path / "empty.duckdb"
    with duckdb.connect(str(path)) as connection:
        migrate(connection, where="memory")
    return call_in_process(monkeypatch, capsys, path)


def test_the_reference_is_current():
    assert REFERENCE.read_text(encoding="utf-8") == reference()


def test_everything_is_in_it_with_a_comment():
    with duckdb.connect() as connection:
        migrate(connection, where="memory")
        tables = describe_schema(connection)
    assert len({table.full_name for table in tables}) == len(tables) > 50
    assert [table.full_name for table in tables if not table.comment] == []
    assert [column for table in tables for column in table.columns if not column.comment] == []
    macros = {table.full_name for table in tables if table.kind == "macro"}
    assert {"search", "trace", "page_lines", "timeline"} <= macros


def test_list_and_columns(call):
    code, out, _ = call("tables")
    assert code == 0
    assert "main:\n  articles" in out
    assert "  extracted.all_amounts" in out
    code, out, _ = call("tables", "investments")
    assert out.startswith("investments (view)\nOne row per project and article.")
    assert "amount  DECIMAL(38,2)" in out
    assert call("tables", "main.investments")[1] == out
    assert max(map(len, out.splitlines())) <= 110


def test_json_and_markdown(call):
    (table,) = json.loads(call("tables", "ops.runs", "--json")[1])
    assert table["columns"][0] == {"name": "run_id", "kind": "VARCHAR", "comment": "Key of the run."}
    assert "| `run_id` | VARCHAR | Key of the run. |" in call("tables", "ops.runs", "--markdown")[1]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("investmnets", "banmian: investmnets: there is no such table\nTry: investments"),
        ("articles\x1b[31m", "banmian: articles\\x1b[31m: there is no such table"),
    ],
)
def test_a_wrong_name_is_told_with_the_nearest(call, name, message):
    code, _, err = call("tables", name)
    assert code == 2
    assert err.startswith(message)


if __name__ == "__main__":
    REFERENCE.parent.mkdir(parents=True, exist_ok=True)
    REFERENCE.write_text(reference(), encoding="utf-8")
