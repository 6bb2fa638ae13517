"""Folding: what search takes for one, in Python and in the warehouse's SQL."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.variants import fold, variant_characters
from warehouse.migrate import migrate

CHARACTERS = st.text(
    st.one_of(
        st.sampled_from(variant_characters()[0]),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(max_codepoint=0x17F),
    )
)


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        migrate(connection, where="memory")
        yield connection


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("臺灣", "台湾"),
        ("創業貸款", "创业贷款"),
        ("後來", "后来"),
        ("ＧＤＰ２０２４", "gdp2024"),
        ("乾隆", "乾隆"),
        ("，。", "，。"),
        ("", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


@given(CHARACTERS)
def test_fold_keeps_places_and_changes_nothing_twice(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(CHARACTERS)
@settings(max_examples=40, deadline=None)
def test_sql_folds_as_python_does(db, text):
    assert db.execute("select search.fold(?)", [text]).fetchall() == [(fold(text),)]
