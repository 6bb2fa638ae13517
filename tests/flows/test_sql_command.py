"""banmian sql: files in every form, and the prompt, which is another's client started so that it can only read."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import duckdb
import pyarrow.parquet as pq
import pytest

from flows import prompt
from tests.flows.asked import call_in_process


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    path = tmp_path_factory.mktemp("sql") / "news.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select '春' as name, 1.50::decimal(10, 2) as amount")
    return path


@pytest.fixture
def call(monkeypatch, capsys, warehouse, tmp_path):
    monkeypatch.chdir(tmp_path)
    return call_in_process(monkeypatch, capsys, warehouse)


def test_parquet_to_a_file(call, tmp_path):
    assert call("sql", "select 1; from t", "--output", "t.parquet") == (0, "", "")
    assert pq.read_table(tmp_path / "t.parquet").to_pylist()[0]["name"] == "春"


def test_parquet_to_a_pipe(warehouse, tmp_path):
    command = [sys.executable, "-m", "flows.cli", "sql", "from t", "--format", "parquet", "--warehouse", str(warehouse)]
    (tmp_path / "t.parquet").write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    assert pq.read_table(tmp_path / "t.parquet").num_rows == 1


def test_a_terminal_is_spared(call, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    code, out, err = call("sql", "from t", "--format", "parquet")
    assert (code, out) == (2, "")
    assert err == "banmian: --format parquet: a terminal cannot show it\nTry: --output FILE, or > FILE\n"


@pytest.mark.parametrize(
    ("name", "start"),
    [("t.csv", "name,amount\n春,1.50\n"), ("t.json", "[\n {"), ("t.md", "| name"), ("t.txt", "name  amount")],
)
def test_the_ending_says_the_form(call, tmp_path, name, start):
    assert call("sql", "from t", "--output", name)[0] == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert call("sql", "from t", "--output", name)[0] == 2  # not over another
    assert call("sql", "from t", "--output", name, "--force")[0] == 0


def test_a_refused_query_leaves_no_file(call, tmp_path):
    for query in ("from nothing", "copy t to 'x.csv'", "from read_text('/etc/passwd')", "create table u (x integer)"):
        assert call("sql", query, "--output", "t.parquet")[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_names_of_columns_are_escaped(call):
    """A pivot makes columns of what stands in the pages."""
    query = 'select 1 as "\x1b[31m<b>|"'
    assert "\\x1b[31m<b>|" in call("sql", query)[1]
    assert call("sql", query, "--format", "markdown")[1].startswith("| \\x1b[31m&lt;b>\\| |")
    assert call("sql", 'select 1 as "=1"', "--format", "csv")[1].startswith("'=1\n")


def test_without_a_client_it_says_how_to_install_one(call, monkeypatch):
    monkeypatch.setattr(prompt, "_program", lambda client: None)
    code, _, err = call("sql")
    assert code == 2
    assert err == (
        "banmian: banmian sql: its prompt needs the DuckDB command line, which is not installed\n"
        'Try: pip install "banmian[sql]"; or ask at once: banmian sql "QUERY"\n'
    )
    assert "pip install harlequin" in call("sql", "--client", "harlequin")[2]
    assert "there is no such client" in call("sql", "--client", "psql")[2]


@pytest.mark.parametrize("client", prompt.CLIENTS)
def test_the_client_is_started_to_read_only(client, call, monkeypatch, tmp_path, warehouse):
    """In place of the client stands a program that tells its arguments."""
    fake = tmp_path / "client"
    fake.write_text('#!/bin/sh\necho "$TZ $@"\nfor last; do case "$last" in *.sql) cat "$last";; esac; done\n')
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(prompt, "_program", lambda name: str(fake) if name == client else None)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    started = {}
    monkeypatch.setattr(
        os, "execve", lambda program, arguments, environment: started.update(a=arguments, e=environment)
    )
    call("sql")
    told = subprocess.run(started["a"], env=started["e"], capture_output=True, text=True, check=True).stdout
    assert told.split()[0] == "UTC"
    assert str(warehouse) in told
    if client == "duckdb":
        assert "-readonly -safe -no-init" in told
    else:
        assert "--read-only --init-path" in told
        assert "set enable_external_access = false;" in told
        assert told.rstrip().endswith("set lock_configuration = true;")


@pytest.mark.skipif(
    prompt._program("duckdb") is None, reason="the DuckDB command line is not installed: pip install duckdb-cli"
)
@pytest.mark.parametrize(
    ("typed", "is_answered"),
    [("select name from t;", True), (".sh id", False), (".open /tmp/x.duckdb", False), ("from read_text('/etc/hostname');", False),
     ("copy t to '/tmp/banmian_leak.csv';", False), ("set lock_configuration = false;", False)],
)  # fmt: skip
def test_the_duckdb_command_line_is_locked(warehouse, typed, is_answered):
    command = [prompt._program("duckdb"), *prompt.arguments_of("duckdb", warehouse)]
    done = subprocess.run(command, input=typed + "\n", capture_output=True, text=True, timeout=60, check=False)
    assert ("春" in done.stdout) == is_answered
    assert is_answered or "cannot" in (done.stdout + done.stderr).lower()
