"""The tagger against slow and obvious oracles."""

from __future__ import annotations

import itertools
import re

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extracted.name_tables import LETTERS, PAGE_TEXT
from transforms.extracted.lexicon import WordSet, any_of
from transforms.extracted.name_features import GAP, characters
from transforms.extracted.tagger import KINDS, LABELS, NAMES, best_labels, scored_places, tag_names
from transforms.words import cut_column

WORDS = st.lists(st.text(st.sampled_from("市县局长书记"), min_size=1, max_size=3), min_size=1, max_size=6)


def is_lawful(labels):
    """Begin, middles and end of one kind, or singles, or outside."""
    inside = None
    for label in labels:
        kind, part = divmod(label - 1, 4) if label else (None, None)
        if inside is None:
            if part in (1, 2):
                return False
            inside = kind if part == 0 else None
        elif kind != inside or part not in (1, 2):
            return False
        elif part == 2:
            inside = None
    return inside is None


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_the_best_sequence_is_the_best_of_all_lawful_ones(seed, length):
    scores = np.random.default_rng(seed).integers(-100, 100, (length, LABELS)).astype(np.int16)
    best = (
        max(
            sum(int(scores[place, label]) for place, label in enumerate(labels))
            for labels in itertools.product(range(LABELS), repeat=length)
            if is_lawful(labels)
        )
        if length < 4
        else None
    )
    found = best_labels(scores.T, np.arange(length))
    assert is_lawful(found.tolist())
    if best is not None:
        assert sum(int(scores[place, label]) for place, label in enumerate(found)) == best


def test_no_name_runs_across_a_comma():
    scores = np.zeros((3, LABELS), dtype=np.int32)
    scores[0, 1] = scores[1, 2] = scores[2, 3] = 100
    assert best_labels(scores.T, np.array([0, 1, 2])).tolist() == [1, 2, 3]
    assert 2 not in best_labels(scores.T, np.array([0, 1, 3])).tolist()
    column = characters(pl.Series(["市,局"]), cut_column(pl.Series(["市,局"])))
    assert scored_places(column).tolist() == [GAP, GAP + 2]


@settings(max_examples=40, deadline=None)
@given(st.lists(PAGE_TEXT, min_size=1, max_size=5))
def test_a_row_is_tagged_alike_alone_and_among_others(rows):
    column = pl.Series(rows, dtype=pl.String)
    together = tag_names(column)
    assert dict(together.schema) == NAMES
    alone = [
        (number, *rest)
        for number, text in enumerate(rows)
        for _, *rest in tag_names(pl.Series([text], dtype=pl.String)).rows()
    ]
    assert together.rows() == [tuple(row) for row in alone]
    for row, start, end, kind, name in together.rows():
        assert rows[row][start:end] == name
        assert kind in KINDS


def test_widths_of_letters_make_no_difference():
    assert (
        tag_names(pl.Series(["石店镇（青石县）"]))["name"].to_list()
        == tag_names(pl.Series(["石店镇(青石县)"]))["name"].to_list()
    )


def test_every_character_has_every_feature():
    texts = pl.Series(["青石县", "", "5G·"])
    column = characters(texts, cut_column(texts))
    assert len(column.codes) == sum(map(len, texts)) + GAP * (len(texts) + 1)
    assert {len(feature) for feature in column.features} == {len(column.codes)}


def test_empty_columns_have_no_names():
    assert tag_names(pl.Series([], dtype=pl.String)).is_empty()
    assert tag_names(pl.Series([None, ""], dtype=pl.String)).is_empty()


@given(WORDS, st.text(st.sampled_from("市县局长书记"), max_size=12))
def test_the_tree_of_letters_finds_the_longest_word_at_each_place(words, text):
    ordered = sorted(set(words), key=len, reverse=True)
    pattern = re.compile(any_of(words))
    for place in range(len(text)):
        wanted = next((word for word in ordered if text.startswith(word, place)), None)
        found = pattern.match(text, place)
        assert (found.group() if found else None) == wanted


@given(WORDS, st.text(st.sampled_from(LETTERS), max_size=8))
def test_word_sets_look_at_the_ends(words, text):
    known = WordSet(words)
    ordered = sorted(set(words), key=len, reverse=True)
    assert known.at_end(text) == next((word for word in ordered if text.endswith(word)), "")
    assert known.at_start(text) == next((word for word in ordered if text.startswith(word)), "")
