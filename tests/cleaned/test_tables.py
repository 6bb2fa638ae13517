"""The bundled tables against slow readers of the same arrays, and the matching against its law."""

from __future__ import annotations

from importlib import resources

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.cleaned import ngrams, pairmodel, turns
from transforms.cleaned.matching import match
from transforms.cleaned.ngrams import BITS, Ngrams, _Places
from transforms.cleaned.pairs import Pairs
from transforms.cleaned.texts import Texts

PROSE = "会议指出要进一步提高工作站位明确责任目标推动全市经济社会高质量发展"
DATA = resources.files("transforms.cleaned") / "data"


def test_the_bundled_tables_are_small() -> None:
    sizes = [len((DATA / name).read_bytes()) for name in ("ngrams.npz", "pairs.npz", "turns.npz")]
    assert sum(sizes) <= 3_000_000


def test_each_character_is_what_it_is_by_itself() -> None:
    plain = map(ord, map(ngrams.plain_character, map(chr, range(0x10000))))
    assert ngrams.plain_codes().tolist() == list(plain)


def test_words_that_belong_together_cohere() -> None:
    table: Ngrams = ngrams.bundled()
    tails = table.encode(pl.Series(["坚持强化协", "坚持强化协"]), 3, side="tail")
    heads = table.encode(pl.Series(["同、提升", "青河县召"]), 3, side="head")
    gain = table.after_two(tails[:, 1], tails[:, 2], heads[:, 0]) - table.log_one[heads[:, 0]]
    assert gain[0] > 3 and gain[1] < 0


def test_what_follows_two_characters_adds_up_to_at_most_one() -> None:
    table = ngrams.bundled()
    every = np.arange(1, int(table.ids.max()) + 1)
    for first, second in ((PROSE[i], PROSE[i + 1]) for i in range(0, 20, 4)):
        logs = table.after_two(np.full(len(every), table.id_of(first)), np.full(len(every), table.id_of(second)), every)
        # Counts are kept as logarithms in steps, so that a sum may be a little off.
        assert 0.8 < float(np.exp(logs.astype(np.float64)).sum()) < 1.1


def test_width_digits_and_letters_are_classes() -> None:
    table = ngrams.bundled()
    assert table.id_of("，") == table.id_of(",")
    assert table.id_of("7") == table.id_of("０") == table.id_of("0")
    assert table.id_of("Q") == table.id_of("ｂ") or table.id_of("Q") == table.id_of("a")


@given(
    st.lists(st.integers(0, 2**54), min_size=1, max_size=200, unique=True), st.lists(st.integers(0, 2**54), max_size=50)
)
def test_places_are_those_of_a_dictionary(keys: list[int], others: list[int]) -> None:
    table = _Places(np.array(keys, dtype=np.int64), np.arange(len(keys), dtype=np.float32))
    places = {key: place for place, key in enumerate(keys)}
    wanted = np.array([*keys, *others], dtype=np.int64)
    at, found = table.find(wanted)
    assert found.tolist() == [key in places for key in wanted.tolist()]
    assert table.values[0][at[found]].tolist() == [places[key] for key in wanted.tolist() if key in places]


def test_every_pair_and_triple_of_the_bundled_table_is_found_at_its_own_slot() -> None:
    """Only part of a key's hash is kept: no two keys that are there may be taken for one another."""
    with (resources.files("transforms.cleaned") / "data" / "ngrams.npz").open("rb") as file, np.load(file) as arrays:
        stored = {name: arrays[name].astype(np.int64) for name in arrays.files if name != "characters"}
    second = stored["second_low"] | stored["second_high"] << 8
    fan = stored["fan_low"] | stored["fan_high"] << 8
    pairs = np.repeat(np.arange(len(fan)), fan) << BITS | second
    fan = stored["third_fan_low"] | stored["third_fan_high"] << 8
    triples = np.repeat(pairs, fan) << BITS | stored["third_low"] | stored["third_high"] << 8
    table = ngrams.bundled()
    for keys, places in ((pairs, table.pairs), (triples, table.triples)):
        slots, found = places.find(keys)
        numbered = _Places(keys, np.arange(len(keys), dtype=np.float32))
        assert found.all() and np.array_equal(numbered.marks, places.marks)
        assert np.array_equal(numbered.values[0][slots], np.arange(len(keys)))


@pytest.mark.parametrize("mark", ngrams.MARKS)
def test_what_stands_behind_a_mark_is_as_likely_as_the_whole_table_says(mark: str) -> None:
    table = ngrams.bundled()
    rng = np.random.default_rng(2)
    first, second = rng.integers(0, 400, 4000), rng.integers(0, 400, 4000)
    marks = np.full(len(first), table.id_of(mark))
    found = table.after_mark(mark, first, second, table.after_one(first, second))
    wanted = table.after_one(marks, first) + table.after_two(marks, first, second)
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("kind", pairmodel.KINDS)
def test_the_trees_are_those_of_a_slow_reader(kind: str) -> None:
    model = pairmodel.bundled(kind)
    rng = np.random.default_rng(0)
    measures = (rng.normal(size=(len(model.names), 40)) * 6).astype(np.float32)

    def slow(column: np.ndarray, trees: range) -> float:
        total = 0.0
        for tree in trees:
            bits = column[model.feature[tree]] > model.threshold[tree]
            total += float(model.value[tree, sum(int(bit) << level for level, bit in enumerate(bits))])
        return total

    nothing = np.zeros(40, dtype=np.int64)
    found = model.probabilities(Pairs(nothing, nothing + 1, 40, model.names, measures), 3, 40)
    for column, chance in zip(measures.T[3:], found, strict=True):
        score = model.baseline + slow(column, range(pairmodel.FIRST_TREES))
        if pairmodel.CLEAR_NO < score < pairmodel.CLEAR_YES:
            score += slow(column, range(pairmodel.FIRST_TREES, len(model.feature)))
        assert abs(1 / (1 + np.exp(-score)) - chance) < 1e-5


def test_a_sentence_that_opens_news_opens_a_paragraph() -> None:
    table, odds = ngrams.bundled(), turns.bundled()
    before = "这里的粮仓已经全部完成检修。"
    after = ["近日,青河县召开春季农业生产现场会议。", "他们还在村口立了一块新的牌子,写着名字。"]
    tails = table.encode(pl.Series([before] * len(after)), turns.TAIL, side="tail")
    opening, going_on = odds.odds(tails, table.encode(pl.Series(after), turns.HEAD, side="head")).tolist()
    assert opening > 0 > -1 > going_on


@given(st.lists(st.text(alphabet="春耕𠀀a1，\uffff", max_size=6), min_size=1, max_size=6), st.integers(1, 5))
def test_the_edges_of_lines_are_encoded_as_texts_are(lines: list[str], width: int) -> None:
    table, series = ngrams.bundled(), pl.Series(lines, dtype=pl.String)
    for side in ("head", "tail"):
        assert (table.edges(Texts(series), width, side=side) == table.encode(series, width, side=side)).all()


@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(1, 4), st.floats(0, 1, width=32)),
        max_size=30,
        unique_by=lambda p: p[:2],
    )
)
def test_matching_is_one_to_one_and_leaves_no_better_pair(pairs: list[tuple[int, int, float]]) -> None:
    first = np.array([a for a, _, _ in pairs], dtype=np.int64)
    second = np.array([a + step for a, step, _ in pairs], dtype=np.int64)
    score = np.array([s for _, _, s in pairs], dtype=np.float32)
    taken = match(first, second, score, least=0.5)
    assert len(set(first[taken].tolist())) == len(set(second[taken].tolist())) == len(taken)
    assert all(score[taken] >= 0.5)
    for i in range(len(pairs)):
        if i not in taken and score[i] >= 0.5:
            rivals = [t for t in taken if first[t] == first[i] or second[t] == second[i]]
            assert max(score[rivals]) >= score[i]
