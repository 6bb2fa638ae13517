"""Floors under the accuracy of sums, projects, dates and quantities, measured by ``benchmarks/facts.py``."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def benchmark(shared: Path) -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "facts.py"
    spec = importlib.util.spec_from_file_location("facts_benchmark", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.SHARED = shared
    return module


def test_the_annotated_pages_are_read(benchmark: ModuleType) -> None:
    f1 = benchmark.score_gold(misses=True)
    floors = {"amounts": 1.0, "projects": 0.9, "dates": 0.95, "counts": 0.9}
    assert {kind: f1[kind] for kind in floors if f1[kind] < floors[kind]} == {}


def test_the_cases_of_the_libraries_are_read(benchmark: ModuleType) -> None:
    assert benchmark.score_money(misses=True) >= 0.95


def test_facts_of_real_news_are_where_they_say(benchmark: ModuleType) -> None:
    texts = benchmark.news_texts(share=3, of=60)
    paragraphs = {(row["article_id"], row["paragraph_no"]): row["text"] for row in texts.iter_rows(named=True)}
    amounts = benchmark.find_amounts(texts)
    frames = {
        "text": (amounts, benchmark.find_dates(texts), benchmark.find_counts(texts)),
        "name": (benchmark.find_projects(texts, amounts)[0],),
    }
    for column, found in frames.items():
        for frame in found:
            assert not frame.is_empty()
            for fact in frame.iter_rows(named=True):
                text = paragraphs[fact["article_id"], fact["paragraph_no"]]
                assert text[fact["char_start"] : fact["char_end"]] == fact[column]
