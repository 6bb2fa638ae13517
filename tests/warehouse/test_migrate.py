"""The schema: what the contract promises is there, everything is commented, and migrations run once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import duckdb
import pytest

from transforms import frames
from transforms.errors import WarehouseDamaged
from warehouse.migrate import migrate, migrations, schema_version
from warehouse.writer import ARTICLE_TABLES, PAGE_TABLES

CONTRACT = tomllib.loads(Path(__file__).with_name("contract.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def schema():
    with duckdb.connect() as connection:
        migrate(connection, where="memory")
        yield connection


def columns(connection, table):
    schema_name, name = table.split(".")
    return [
        row[0]
        for row in connection.execute(
            "select column_name from duckdb_columns() where schema_name = ? and table_name = ? order by column_index",
            [schema_name, name],
        ).fetchall()
    ]


@pytest.mark.parametrize("table", CONTRACT["tables"])
def test_contract_table_is_there(schema, table):
    assert not set(CONTRACT["tables"][table]) - set(columns(schema, table))


def test_search_macro_is_there(schema):
    relation = schema.sql("from search('春耕')")
    assert relation.columns == CONTRACT["macros"]["main.search"]
    assert relation.fetchall() == []


def test_money_is_decimal(schema):
    types = schema.execute(
        "select table_name, column_name, data_type from duckdb_columns() where column_name in ('value_max', 'amount')"
    ).fetchall()
    assert types
    assert {kind for *_, kind in types} == {"DECIMAL(38,2)"}


def test_every_table_and_column_is_commented(schema):
    bare = schema.execute(
        "select schema_name, table_name, column_name from duckdb_columns() where not internal and comment is null"
        " union all select schema_name, table_name, '' from duckdb_tables() where not internal and comment is null"
        " union all select schema_name, view_name, '' from duckdb_views() where not internal and comment is null"
    ).fetchall()
    assert bare == []


def test_a_bare_column_would_be_seen():
    with duckdb.connect() as connection:
        connection.execute("create table bare (x integer)")
        with pytest.raises(AssertionError):
            test_every_table_and_column_is_commented(connection)


FRAMES = {
    "paragraphs": frames.PARAGRAPHS,
    "paragraph_lines": frames.PARAGRAPH_LINES,
    "repairs": frames.REPAIRS,
    "duplicates": frames.DUPLICATES,
    "suspected_duplicates": frames.SUSPECTED_DUPLICATES,
    "articles": frames.ARTICLES,
    "article_paragraphs": frames.ARTICLE_PARAGRAPHS,
    "bylines": frames.BYLINES,
    "keywords": frames.KEYWORDS,
    **frames.FACTS,
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames_and_tables_have_the_same_columns(schema, name):
    table = (PAGE_TABLES | ARTICLE_TABLES)[name]
    assert columns(schema, table) == list(FRAMES[name])


def test_migrations_run_once():
    with duckdb.connect() as connection:
        first = migrate(connection, where="memory")
        assert first == [step.name for step in migrations()]
        assert migrate(connection, where="memory") == []
        assert schema_version(connection) == len(first)


def test_a_failed_migration_leaves_no_trace(monkeypatch):
    steps = migrations()
    broken = [steps[0], steps[1]._replace(sql=steps[1].sql + "; select no_such_function()")]
    monkeypatch.setattr("warehouse.migrate.migrations", lambda: broken)
    with duckdb.connect() as connection:
        with pytest.raises(duckdb.CatalogException):
            migrate(connection, where="memory")
        connection.execute("rollback")
        assert schema_version(connection) == 1
        assert columns(connection, "cleaned.paragraphs") == []


def test_a_newer_warehouse_is_refused():
    with duckdb.connect() as connection:
        migrate(connection, where="memory")
        connection.execute("insert into ops.migrations values (99, 'from the future', now())")
        with pytest.raises(WarehouseDamaged) as error:
            migrate(connection, where="news.duckdb")
    assert str(error.value) == (
        f"news.duckdb: its schema is version 99, and this banmian knows versions up to {len(migrations())}\n"
        "Try: use the banmian that wrote it, or a newer one"
    )
