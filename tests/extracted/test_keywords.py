"""Keywords weigh as jieba weighs them."""

from __future__ import annotations

import jieba
import jieba.analyse
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extracted.name_tables import texts
from transforms.extracted.keywords import _may_be_heaviest, find_keywords
from transforms.words import user_words

BODY = (
    "青河县把招商引资作为一号工程，全县新签约项目42个，总投资105亿元，其中装备制造项目占一半。",
    "“项目落地快，服务更要快。”青河县装备制造产业园负责人说，园区对装备制造企业实行首席服务员制度。",
)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    extractor = jieba.analyse.TFIDF()
    extractor.tokenizer = jieba.Tokenizer()
    extractor.tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    for entry in user_words():
        extractor.tokenizer.add_word(entry.word, entry.frequency, entry.tag)
    return extractor


def test_equal_to_jieba(reference):
    found = find_keywords(texts(BODY))
    wanted = [
        (word, weight)
        for word, weight in reference.extract_tags("\n".join(BODY), topK=30, withWeight=True)
        if any(character.isalpha() for character in word)
    ][: found.height]
    assert found.height == 20
    assert [weight for _, weight in wanted] == pytest.approx(found["weight"].to_list())
    assert {word for word, _ in wanted[:10]} == set(found["keyword"].to_list()[:10])


def test_equal_to_jieba_on_news(reference, shared):
    pages = sorted((shared / "seeds").glob("*.txt"))
    for page in pages:
        body = tuple(line for line in page.read_text().splitlines() if line.strip())
        ours = find_keywords(texts(body))["weight"].to_list()
        words = reference.extract_tags("\n".join(body), topK=60, withWeight=True)
        theirs = [weight for word, weight in words if any(character.isalpha() for character in word)]
        assert ours == pytest.approx(theirs[: len(ours)])


def test_bylines_are_not_read_and_articles_are_apart():
    frame = pl.concat([texts(["记者 石向前 报道"], part="byline"), texts(["装备制造园区开工"], article="p.2")])
    found = find_keywords(frame)
    assert found["article_id"].unique().to_list() == ["p.2"]
    assert found["rank"].to_list() == list(range(1, found.height + 1))
    assert "石向前" not in found["keyword"].to_list()


def test_limit_and_empty():
    assert find_keywords(texts(BODY), limit=3).height == 3
    assert find_keywords(texts([])).is_empty()
    assert find_keywords(texts([""])).is_empty()


@settings(deadline=None, max_examples=60)
@given(
    weights=st.lists(st.lists(st.floats(0, 20) | st.sampled_from([0.0, 1.0, 1.00001]), min_size=1), max_size=6),
    limit=st.integers(1, 5),
)
def test_of_the_words_left_out_before_the_sort_none_is_among_the_heaviest(weights, limit):
    article = np.repeat(np.arange(len(weights)), [len(words) for words in weights])
    weight = np.array([value for words in weights for value in words], dtype=np.float64)
    may_be = _may_be_heaviest(article, weight, limit)
    for number in range(len(weights)):
        of_article = weight[article == number]
        needed = np.sort(of_article)[::-1][:limit].min()
        assert may_be[article == number][of_article >= needed].all()


def test_few_words_are_left_to_sort():
    weight = np.linspace(1, 20, 1000)
    assert _may_be_heaviest(np.zeros(1000, dtype=np.int64), weight, 20).sum() < 30
