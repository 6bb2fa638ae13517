"""Copies inside a page: what goes, what stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest

from tests.deduplicated.made_pages import make_page
from transforms.deduplicated import deduplicate
from transforms.frames import DUPLICATES, PARAGRAPHS, SUSPECTED_DUPLICATES, empty

FOLDER = Path(__file__).parent


def cases(name: str) -> list[object]:
    path = FOLDER / f"cases_duplicates_{name}.toml"
    return (
        [pytest.param(case, id=case["name"]) for case in tomllib.loads(path.read_text())["case"]]
        if path.exists()
        else []
    )


def removed(case: dict) -> list[list[int]]:
    found = deduplicate(make_page("p", case["page"])).duplicates
    return [[copy, kept] for copy, kept in found.select("paragraph_no", "kept_paragraph_no").iter_rows()]


@pytest.mark.parametrize("case", cases("wild") + cases("made"))
def test_copies_go_and_name_the_copy_kept(case: dict) -> None:
    assert removed(case) == case["removed"]


@pytest.mark.parametrize("case", cases("unchanged"))
def test_what_only_looks_alike_stays(case: dict) -> None:
    assert removed(case) == []


@pytest.mark.parametrize("case", cases("known_failures"))
@pytest.mark.xfail(strict=True)
def test_known_failures(case: dict) -> None:
    assert removed(case) == case["removed"]


def test_no_paragraphs_no_copies() -> None:
    found = deduplicate(empty(PARAGRAPHS))
    assert found.duplicates.schema == pl.Schema(DUPLICATES)
    assert found.suspected_duplicates.schema == pl.Schema(SUSPECTED_DUPLICATES)
    assert found.duplicates.is_empty()
