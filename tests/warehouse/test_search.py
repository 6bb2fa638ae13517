"""search(query): what is found, in what order, and that the index follows the articles."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.conftest import make_batch
from warehouse.canonical import fingerprints
from warehouse.quoting import quoted
from warehouse.search_index import settle
from warehouse.writer import Writer

PAGES = {
    "a.txt": [
        ("创业贷款送到田头", "苇湾镇信用社为返乡青年发放创业贷款，创业贷款一季度共发放三百笔。"),
        ("春耕备耕忙", "苇湾镇的农机手检修农机，镇里备足种子。有人用上了创业担保贴息。"),
    ],
    "b.txt": [
        ("银行发放贷款", "多家银行向企业发放贷款，支持购置设备，其中有一家创业园里的企业。"),
        (None, "全镇GDP增长6%，5G基站建成十二座，比分定格在3:2。"),
    ],
    "c.txt": [("臺灣茶農談豐收", "茶農說，今年的春茶產量與去年相當，經濟發展靠品質。")],
}


def load(writer):
    for source, contents in PAGES.items():
        writer.load(make_batch({source: contents}, day=date(2024, 5, 18)))
    return writer.connection


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """An index to ask; not to be changed."""
    with Writer(tmp_path_factory.mktemp("search") / "w.duckdb", run_id="run-1", rules_version="rules-1") as opened:
        yield load(opened)


def headlines(db, query, **limits):
    named = "".join(f", {name} := {value}" for name, value in limits.items())
    return [row[0] for row in db.execute(f"select headline from search(?{named})", [query]).fetchall()]


def test_the_article_that_says_it_most_comes_first(index):
    assert headlines(index, "创业贷款") == ["创业贷款送到田头", "银行发放贷款", "春耕备耕忙"]
    assert headlines(index, "创业贷款", max_results=1) == ["创业贷款送到田头"]
    assert headlines(index, "春耕") == ["春耕备耕忙"]


def test_scores_are_bm25(index):
    """Against the formula, word by word, in plain Python."""
    rows = index.execute("select article_id, term, occurrence_count from search.article_terms").fetchall()
    counts = {}
    for article_id, term, count in rows:
        counts.setdefault(article_id, Counter())[term] = count
    lengths = {article_id: sum(terms.values()) for article_id, terms in counts.items()}
    mean = sum(lengths.values()) / len(lengths)
    words = [row[0] for row in index.execute("select term from search.words('创业贷款')").fetchall()]
    assert set(words) == {"创业", "贷款"}
    wanted = {}
    for term in words:
        holding = [article_id for article_id, terms in counts.items() if terms[term]]
        weight = math.log(1 + (len(counts) - len(holding) + 0.5) / (len(holding) + 0.5))
        for article_id in holding:
            n = counts[article_id][term]
            score = weight * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * lengths[article_id] / mean))
            wanted[article_id] = wanted.get(article_id, 0) + score
    found = dict(index.execute("select article_id, score from search('创业贷款')").fetchall())
    assert found == {article_id: pytest.approx(score, abs=1e-4) for article_id, score in wanted.items()}
    assert list(found.values()) == sorted(found.values(), reverse=True)


@pytest.mark.parametrize(
    "query", ["台湾茶农", "臺灣茶農", "經濟發展", "经济发展", '"产量与去年"', '"產量與去年"', "headline:丰收"]
)
def test_traditional_and_simplified_find_each_other(index, query):
    assert headlines(index, query) == ["臺灣茶農談豐收"]


def test_a_traditional_query_finds_simplified_text(index):
    assert headlines(index, "創業貸款") == headlines(index, "创业贷款")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"创业贷款"', ["创业贷款送到田头"]),
        ("“发放贷款”", ["银行发放贷款"]),
        ('"业贷款一"', ["创业贷款送到田头"]),  # a phrase may cut words
        ("贷款 -银行", ["创业贷款送到田头"]),
        ('创业 -"创业贷款"', ["银行发放贷款", "春耕备耕忙"]),
        ("headline:贷款", ["创业贷款送到田头", "银行发放贷款"]),
        ("标题：贷款 银行", ["银行发放贷款"]),
        ("page:b.txt 贷款", ["银行发放贷款"]),
        ("gdp", [None]),
        ("ＧＤＰ", [None]),
        ("5g基站", [None]),
        ("gd", []),
        ("比分 3:2", [None]),
        ("after:2024-05-18 春耕", ["春耕备耕忙"]),
        ("after:2024-05-19 春耕", []),
        ("before:2024 春耕", ["春耕备耕忙"]),
        ("before:2024-04 春耕", []),
        ("飞船 春耕", ["春耕备耕忙"]),
        ("飞船", []),
    ],
)
def test_queries(index, query, found):
    assert sorted(headlines(index, query), key=str) == sorted(found, key=str)


def test_phrases_are_found_as_a_plain_scan_finds_them(index):
    """The oracle reads every text; search.texts_to_read leaves out those that cannot hold the phrase."""
    texts = index.execute("select doc_no, coalesce(folded, text) from search.documents").fetchall()
    cut = sorted({text[at : at + n] for _, text in texts for n in (1, 2, 3, 5) for at in range(len(text) - n)})
    phrases = [phrase for phrase in cut if phrase.strip() == phrase and "\n" not in phrase]
    read = 0
    for phrase in random.Random(3).sample(phrases, 40):
        piece = (
            f"[{{piece_no: 1, kind: 'phrase', text: {quoted(phrase)}, key: {quoted(phrase)},"
            " is_excluded: false, day: null::date}]"
        )
        found = index.execute(f"select doc_no from search.found_in_texts({piece}, null)").fetchall()
        assert sorted(found) == sorted((doc_no,) for doc_no, text in texts if phrase in text), phrase
        read += index.execute(f"select count(*) from search.texts_to_read({piece}, null)").fetchall()[0][0]
    assert read < 40 * len(texts) / 2  # it does leave texts out


def test_queries_that_only_leave_out_find_the_rest(index):
    assert sorted(headlines(index, "-贷款"), key=str) == [None, "春耕备耕忙", "臺灣茶農談豐收"]


STRANGE = ["", " ", "，。！", "'", '"', '""', "“", "-", "--", "%", "\x00", "a:", ":", "after:", "after:昨天", "person:", "\\", "(", "[", "💥",
           "'; drop table raw.pages; --", "x" * 5000, "贷" * 5000, '"' * 300, "headline:" * 40]  # fmt: skip


@pytest.mark.parametrize("query", [*STRANGE, None])
def test_strange_queries_are_answered(index, query):
    assert isinstance(headlines(index, query), list)


def test_queries_that_ask_nothing_find_nothing(index):
    assert headlines(index, "") == headlines(index, None) == headlines(index, "，。！") == []


@given(st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_any_text_is_a_query(index, query):
    assert isinstance(headlines(index, query), list)


def test_snippets_show_where(index):
    rows = dict(index.execute("select headline, snippet from search('贴息')").fetchall())
    assert "创业担保贴息" in rows["春耕备耕忙"]
    assert "\n" not in rows["春耕备耕忙"]


def test_order_of_batches_and_merging_change_nothing(index, tmp_path):
    with Writer(tmp_path / "other.duckdb", run_id="run-1", rules_version="rules-1") as other:
        for source in reversed(PAGES):
            other.load(make_batch({source: PAGES[source]}, day=date(2024, 5, 18)))
        assert settle(other.connection, max_runs=0)
        assert not settle(other.connection)
        assert fingerprints(other.connection) == fingerprints(index)
        for query in ("创业贷款", "镇", '"发放贷款"'):
            asked = "select article_id, score, snippet from search(?)"
            assert other.connection.execute(asked, [query]).fetchall() == index.execute(asked, [query]).fetchall()
        assert other.connection.execute(
            "select count(*) from duckdb_columns() where table_name = 'postings' and comment is null"
        ).fetchall() == [(0,)]
        # Sorted, so that a word stands in few blocks.
        words = [row[0] for row in other.connection.execute("select term_no from search.postings").fetchall()]
        assert words == sorted(words)


def test_what_goes_is_found_no_more(writer):
    index = load(writer)
    writer.remove(["a.txt"])
    assert headlines(index, "创业贷款") == ["银行发放贷款"]
    writer.load(make_batch({"b.txt": [("养蜂人", "养蜂人追着花期走。")]}))
    assert headlines(index, "贷款") == []
    shown = index.execute("select headline, snippet from search('花期')").fetchall()
    assert shown == [("养蜂人", "养蜂人追着花期走。")]
    settle(index, max_runs=0)
    assert index.execute("select count(*) from search.terms anti join search.postings using (term_no)").fetchall() == [
        (0,)
    ]


def test_the_index_of_an_older_warehouse_is_carried_over(tmp_path):
    """A warehouse from before the index had numbers has the words of each article by its id."""
    from warehouse.migrate import migrate, migrations

    with duckdb.connect(str(tmp_path / "old.duckdb")) as old:
        steps = migrations()
        (before,) = (step.number - 1 for step in steps if step.name.endswith("search_index"))
        for step in steps[:before]:
            old.execute("create schema if not exists ops")
            old.execute(step.sql)
        old.execute(
            "create table ops.migrations (number integer, name text, applied_at timestamptz);"
            f" insert into ops.migrations select range, '', now() from range(1, {before + 1});"
            " insert into extracted.all_articles (article_id, page_id, article_no, headline, body, kind, char_count, is_truncated)"
            " values ('p.001', 'p', 1, '春耕备耕忙', '农机手检修农机。', 'news', 8, false);"
            " insert into search.postings values ('春耕', 'p.001', 1), ('农机', 'p.001', 2);"
            " insert into search.documents values ('p.001', 3)"
        )
        migrate(old, where="old")
        assert old.execute("select headline, snippet from search('农机')").fetchall() == [
            ("春耕备耕忙", "农机手检修农机。")
        ]
        assert old.execute("select headline from search('headline:备耕')").fetchall() == [("春耕备耕忙",)]
        assert old.execute("select headline from search('headline:农机手')").fetchall() == []
