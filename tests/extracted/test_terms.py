"""Terms count what the search index counts."""

from __future__ import annotations

import polars as pl

from tests.extracted.name_tables import texts
from transforms.extracted.terms import count_terms, query_terms


def counts(frame):
    return dict(count_terms(frame).select("term", "occurrence_count").rows())


def test_long_words_count_whole_and_in_parts():
    found = counts(texts(["招商引资，招商", "再招商引资5G WiFi。"]))
    assert found["招商引资"] == 2
    assert found["招商"] == 3
    assert found["引资"] == 2
    assert found["5g"] == 1
    assert found["wifi"] == 1
    assert not {"，", "。", " "} & set(found)


def test_headline_counts_and_byline_does_not():
    frame = pl.concat(
        [texts(["棉纺厂投产"], part="title"), texts(["棉纺厂昨日投产"]), texts(["记者 丁一"], part="byline")]
    )
    found = counts(frame)
    assert found["投产"] == 2
    assert "记者" not in found


def test_a_query_is_cut_like_an_article():
    text = "创业担保贷款发放5G"
    assert set(query_terms(text)) == set(counts(texts([text])))
    assert query_terms("贷款 贷款") == ["贷款"]
    assert query_terms("，。") == []


def test_order_of_rows_does_not_matter():
    frame = texts(["项目开工", "项目投产", "园区开工"])
    assert count_terms(frame).equals(count_terms(frame.reverse()))
    assert count_terms(texts([])).is_empty()


def test_traditional_text_has_the_words_of_simplified_text():
    traditional, simplified = "臺灣經濟發展與創業貸款", "台湾经济发展与创业贷款"
    mixed = counts(texts([traditional, "春耕备耕", simplified]))
    assert mixed == {**{term: 2 * count for term, count in counts(texts([simplified])).items()}, "春耕": 1, "备耕": 1}
    assert query_terms(traditional) == query_terms(simplified)


def test_rows_are_sorted_where_an_article_between_others_is_cut_again():
    frame = pl.concat(
        texts([text], article=f"p.{number}")
        for number, text in enumerate(["创业贷款发放", "臺灣經濟發展", "春耕备耕"], start=1)
    )
    found = count_terms(frame)
    assert found.equals(found.sort("article_id", "term"))
    assert found["article_id"].unique().sort().to_list() == ["p.1", "p.2", "p.3"]
