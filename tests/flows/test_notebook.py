"""The example notebook compiles, its queries answer from the samples, and where marimo is installed the whole of it runs."""

from __future__ import annotations

import ast
import importlib.util
import textwrap
from pathlib import Path

import pytest

from warehouse.ask import connect

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "three_questions.py"


def test_the_notebook_compiles():
    compile(NOTEBOOK.read_text("utf-8"), str(NOTEBOOK), "exec")


@pytest.mark.slow
def test_its_three_queries_answer_from_the_samples(sample_run):
    _, warehouse = sample_run
    calls = [node for node in ast.walk(ast.parse(NOTEBOOK.read_text("utf-8"))) if isinstance(node, ast.Call)]
    queries = [
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "sql" and isinstance(call.args[0], ast.Constant)
    ]
    assert len(queries) == 3
    with connect(warehouse) as connection:
        projects, posts, damage = (connection.sql(textwrap.dedent(query)).pl() for query in queries)
    assert projects.height == 12 and projects["amount_yi_yuan"].is_sorted(descending=True)
    assert {"佟砚秋", "卞若松"} <= set(posts["person"])
    assert set(damage["what"]) == {"joined", "copies removed", "suspected joins", "cut off for good"}
    assert damage["line_count"].sum() > 100


@pytest.mark.slow
def test_the_notebook_runs(sample_run, monkeypatch):
    pytest.importorskip("marimo", reason="no marimo: it is the optional extra `notebook`")
    pytest.importorskip("altair", reason="no altair: it is part of the optional extra `notebook`")
    _, warehouse = sample_run
    monkeypatch.setenv("BANMIAN_WAREHOUSE", str(warehouse))
    spec = importlib.util.spec_from_file_location("three_questions", NOTEBOOK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _, definitions = module.app.run()
    for name in ("money", "tenures", "broken"):
        assert definitions[name].to_dict()["mark"], name
