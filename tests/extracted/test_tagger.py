"""The tagger against slow and obvious oracles."""

from __future__ import annotations

import itertools
import re
from unittest import mock

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extracted.name_tables import LETTERS, PAGE_TEXT
from transforms.extracted.lexicon import WordSet, any_of, read_parts
from transforms.extracted.name_features import GAP, characters, known_words
from transforms.extracted.name_scores import LABELS, prepare, score_labels
from transforms.extracted.tagger import KINDS, NAMES, best_labels, scored_places, tag_names
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


def best_sum(scores):
    """The highest sum of a lawful sequence, step by step over every label that may end a beginning."""
    best = {0: scores[0, 0]} | {label: scores[0, label] for label in range(1, LABELS) if (label - 1) % 4 in (0, 3)}
    for row in scores[1:]:
        best = {
            label: row[label] + max(total for before, total in best.items() if follows(before, label))
            for label in range(LABELS)
            if any(follows(before, label) for before in best)
        }
    return max(total for label, total in best.items() if label == 0 or (label - 1) % 4 in (2, 3))


def follows(before, label):
    is_closed = before == 0 or (before - 1) % 4 in (2, 3)
    if label == 0 or (label - 1) % 4 in (0, 3):
        return is_closed
    return not is_closed and (before - 1) // 4 == (label - 1) // 4


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(0, 120))
def test_what_is_not_searched_has_no_name(seed, length, against):
    """Most characters speak against a name, so that much is left out of the search; the sum is the best all the same."""
    scores = np.random.default_rng(seed).integers(-100, 100, (length, LABELS)).astype(np.int16)
    scores[:, 1:] -= against
    found = best_labels(scores.T, np.arange(length))
    assert is_lawful(found.tolist())
    assert sum(int(scores[place, label]) for place, label in enumerate(found)) == best_sum(scores.astype(int))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 25), min_size=1, max_size=20), st.integers(0, 30))
def test_few_clauses_are_gone_through_as_many_are(seed, lengths, against):
    scores = np.random.default_rng(seed).integers(-100, 100, (LABELS, sum(lengths))).astype(np.int16)
    scores[1:] -= against
    at = np.arange(sum(lengths)) + np.repeat(np.arange(len(lengths)), lengths)
    found = []
    for few in (0, 5, 1000):
        with mock.patch("transforms.extracted.tagger._FEW", few):
            found.append(best_labels(scores, at).tolist())
    assert found[0] == found[1] == found[2]
    bounds = np.append(0, np.cumsum(lengths)).tolist()
    alone = [best_labels(scores[:, a:b], np.arange(b - a)).tolist() for a, b in itertools.pairwise(bounds)]
    assert found[0] == list(itertools.chain.from_iterable(alone))


def test_plain_words_are_not_looked_at():
    plain, rare = read_parts("plain_words.txt")
    assert "表示" in plain
    assert not set(plain) & set(rare)
    texts = pl.Series(["霁岚药业表示"])
    words = cut_column(texts)
    known = known_words(words.spellings)
    column = characters(texts, words, known)
    assert scored_places(column).tolist() == [GAP + place for place in range(4)]
    everything = characters(texts, words, known._replace(plainness=None))
    assert scored_places(everything).tolist() == [GAP + place for place in range(6)]


def test_rare_words_are_looked_at_beside_others_only():
    _, rare = read_parts("plain_words.txt")
    word = next(word for word in rare if len(word) == 2 and "\u4e00" <= word[0])
    texts = pl.Series([word, f"宏泰{word}"])
    column = characters(texts, cut_column(texts))
    first, second = column.row_starts
    assert not set(scored_places(column)) & {first, first + 1}
    assert {second, second + 1, second + 2, second + 3} <= set(scored_places(column))


@settings(max_examples=10, deadline=None)
@given(st.lists(PAGE_TEXT, min_size=1, max_size=8))
def test_a_column_is_tagged_alike_in_portions(rows):
    column = pl.Series(rows, dtype=pl.String)
    with mock.patch("transforms.extracted.tagger._PORTION", 20):
        in_portions = tag_names(column)
    assert in_portions.equals(tag_names(column))


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


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 41, 63, 64, 127]))
def test_scores_are_the_sums_of_all_weights_however_large(seed, largest):
    weights = np.random.default_rng(seed).integers(-largest, largest, (1 << 8, 16), endpoint=True).astype(np.int8)
    weights[0] = largest  # so that sums of few are as large as they can be
    weights[1:9] = -largest
    text = pl.Series(["云山县委书记丁向前到青石镇调研。", "宏泰电子"])
    column = characters(text, cut_column(text))
    at = np.arange(len(column.codes))
    expected = sum(weights[feature & np.uint32(255)].astype(np.int64) for feature in column.features)
    assert (score_labels(column, at, prepare(weights, column.letter_codes)) == expected.T[:LABELS]).all()


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
