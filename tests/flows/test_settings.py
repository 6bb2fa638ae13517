"""Where settings come from, and what a wrong one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import load_settings
from transforms.errors import UsageError


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_later_wins(tmp_path, monkeypatch):
    assert load_settings().batch_pages == 2000
    (tmp_path / "banmian.toml").write_text("batch_pages = 3\ntext_field = 'page'\n")
    assert load_settings().batch_pages == 3
    monkeypatch.setenv("BANMIAN_BATCH_PAGES", "4")
    assert load_settings().batch_pages == 4
    assert load_settings(batch_pages=5).batch_pages == 5
    assert load_settings(batch_pages=None).text_field == "page"


def test_folders_follow_the_warehouse():
    settings = load_settings(warehouse=Path("a/news.duckdb"))
    assert settings.stage_folder == Path("a/news.duckdb.work/stages")
    assert load_settings(warehouse=Path("x"), stages=Path("s")).stage_folder == Path("s")


def test_an_unknown_key_names_the_nearest(tmp_path, monkeypatch):
    (tmp_path / "banmian.toml").write_text("batch_page = 3\n")
    with pytest.raises(UsageError) as error:
        load_settings()
    assert str(error.value) == "setting 'batch_page' in banmian.toml: there is no such setting\nTry: batch_pages"
    (tmp_path / "banmian.toml").unlink()
    monkeypatch.setenv("BANMIAN_WORKER", "2")
    with pytest.raises(UsageError) as error:
        load_settings()
    assert str(error.value) == "environment variable BANMIAN_WORKER: there is no such setting\nTry: BANMIAN_WORKERS"


def test_a_value_that_does_not_fit_is_named():
    with pytest.raises(UsageError, match="setting workers: Input should be greater than or equal to 1"):
        load_settings(workers=0)


def test_broken_toml_is_named(tmp_path):
    (tmp_path / "banmian.toml").write_text("batch_pages = = 3\n")
    with pytest.raises(UsageError, match="banmian.toml: not valid TOML"):
        load_settings()
