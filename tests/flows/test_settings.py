"""Where settings come from, and what a wrong one says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from expectations import DEFAULTS
from flows.settings import load_settings, origins, setting_keys
from transforms.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]


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


def test_thresholds_come_from_the_table_then_the_environment_then_the_flag(tmp_path, monkeypatch):
    (tmp_path / "banmian.toml").write_text("[quality]\nmax_held_share = 0.1\nloop_chars = 70\n")
    assert (load_settings().quality.max_held_share, load_settings().quality.loop_chars) == (0.1, 70)
    monkeypatch.setenv("BANMIAN_QUALITY__MAX_HELD_SHARE", "0.2")
    assert (load_settings().quality.max_held_share, load_settings().quality.loop_chars) == (0.2, 70)
    assert load_settings(thresholds=["max_held_share=0.3"]).quality.max_held_share == 0.3
    assert load_settings().quality.copy_similarity == DEFAULTS.copy_similarity
    known = origins({"workers": 2})
    assert known["quality.max_held_share"] == "BANMIAN_QUALITY__MAX_HELD_SHARE"
    assert known["quality.loop_chars"] == "banmian.toml"
    assert (known["quality.copy_similarity"], known["workers"]) == ("default", "flag")
    assert list(known) == setting_keys()


@pytest.mark.parametrize(
    ("toml", "environment", "flags", "message"),
    [
        (
            "[quality]\nmax_helt_share = 0.1\n", {}, [],
            "setting 'quality.max_helt_share' in banmian.toml: there is no such setting\nTry: quality.max_held_share",
        ),
        (
            "[qualty]\nmax_held_share = 0.1\n", {}, [],
            "setting 'qualty' in banmian.toml: there is no such setting\nTry: quality",
        ),
        (
            "max_held_share = 0.1\n", {}, [],
            "setting 'max_held_share' in banmian.toml: there is no such setting\nTry: quality.max_held_share",
        ),
        (
            "", {"BANMIAN_QUALITY__LOOP_CHAR": "3"}, [],
            "environment variable BANMIAN_QUALITY__LOOP_CHAR: there is no such setting\nTry: BANMIAN_QUALITY__LOOP_CHARS",
        ),
        (
            "", {"BANMIAN_QUALTY__LOOP_CHARS": "3"}, [],
            "environment variable BANMIAN_QUALTY__LOOP_CHARS: there is no such setting\nTry: BANMIAN_QUALITY__LOOP_CHARS",
        ),
        ("", {}, ["loop_char=3"], "--threshold loop_char=3: there is no such setting\nTry: loop_chars"),
        ("", {}, ["loop_chars"], "--threshold loop_chars: it is no NAME=VALUE\nTry: --threshold max_held_share=0.1"),
        (
            "", {}, ["max_held_share=2"],
            "setting quality.max_held_share: Input should be less than or equal to 1\n"
            "Try: banmian doctor shows every setting and its origin",
        ),
    ],
)  # fmt: skip
def test_a_wrong_threshold_is_named(tmp_path, monkeypatch, toml, environment, flags, message):
    (tmp_path / "banmian.toml").write_text(toml)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError) as error:
        load_settings(thresholds=flags)
    assert str(error.value) == message


@pytest.mark.parametrize("page", ["quality.md", "operations.md"])
def test_the_example_in_the_docs_is_sound(tmp_path, page):
    document = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", document, flags=re.DOTALL)
    (tmp_path / "banmian.toml").write_text(example)
    assert load_settings().quality.max_held_share == 0.1
