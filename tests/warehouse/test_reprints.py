"""Reprints, batch by batch: any history ends in what one look at all pages finds."""

from __future__ import annotations

import random
from functools import cache

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.conftest import make_batch
from tests.warehouse.test_writer import BRIDGE, HARVEST, SCHOOL
from transforms.deduplicated import find_reprints
from warehouse import reprints
from warehouse.canonical import fingerprints
from warehouse.writer import Writer

LONG = (
    "临澜城南水厂扩建",
    "临澜城南水厂扩建工程昨天开工，工程总投资三点二亿元，建成以后每天可以供水二十万吨。水务公司经理祁望川说，"
    "工程分两期进行，一期明年六月通水，二期后年年底完工。城南的老住户盼这一天已经盼了十几年，夏天用水高峰再也不用半夜起来接水。"
    "施工期间，滨河路半幅封闭，公交五路、九路绕行，市民出行请留意沿路的指示牌。",
)
MEETING = "{}镇昨天召开防汛工作会议，镇长{}主持会议，会议要求各村落实责任，备足物资，加强巡查，遇到险情第一时间上报，全镇出动干部{}人。"
PAGES = {
    "01.txt": [LONG, HARVEST],
    "02.txt": [("水厂扩建开工", LONG[1]), BRIDGE],  # the same text under another headline
    "03.txt": [
        (LONG[0], LONG[1].replace("祁望川", "祁望州").replace("盼这一天", "盼这一夭"))
    ],  # two characters misread
    "04.txt": [(None, LONG[1][:90])],  # cut short, without headline
    "05.txt": [SCHOOL, (None, MEETING.format("石柳", "顾长河", 120))],
    "06.txt": [("防汛", MEETING.format("栗湾", "鲁一禾", 86)), HARVEST],  # a formula with other facts; and a reprint
    "07.txt": [BRIDGE],
}


@cache
def batch_of(*sources):
    """Return the batch of some of ``PAGES``; many histories have the same."""
    return make_batch({source: PAGES[source] for source in sources})


@cache
def changed_batch(source):
    return make_batch({source: [("试刊", LONG[1][:60] + "试刊号的文字与正式的不同，后来换过了。")]})


def load(path, groups, changed=()):
    with Writer(path, run_id="run", rules_version="rules") as writer:
        for source in changed:  # pages that came with another text at first
            writer.load(changed_batch(source))
        for group in groups:
            writer.load(batch_of(*sorted(group)))
        found = {
            name: writer.connection.sql(f"from deduplicated.{name} order by all").pl()
            for name in ("reprints", "reprint_duplicates", "suspected_reprints")
        }
        return found, fingerprints(writer.connection)


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    return load(tmp_path_factory.mktemp("once") / "w.duckdb", [sorted(PAGES)])


def test_it_finds_what_the_pure_function_finds(at_once):
    batch = make_batch(PAGES).frames
    oracle = find_reprints(
        batch["articles"],
        batch["article_paragraphs"],
        batch["paragraphs"],
        sources=batch["pages"].select("page_id", "source"),
    )
    found, _ = at_once
    assert found["reprints"].rows() == oracle.reprints.sort(pl.all()).rows()
    assert found["suspected_reprints"].rows() == oracle.suspected.sort(pl.all()).rows()
    columns = oracle.duplicates.columns
    assert found["reprint_duplicates"].select(columns).sort(pl.all()).rows() == oracle.duplicates.sort(pl.all()).rows()
    assert found["reprints"].height >= 4


def test_how_many_bodies_are_read_at_once_changes_nothing(at_once, tmp_path, monkeypatch):
    monkeypatch.setattr(reprints, "_BODIES_AT_ONCE", 2)
    found, tables = load(tmp_path / "few.duckdb", [sorted(PAGES)])
    assert tables == at_once[1]
    assert found["reprints"].height >= 4


def test_reprints_leave_the_public_views(tmp_path):
    with Writer(tmp_path / "w.duckdb", run_id="run", rules_version="rules") as writer:
        writer.load(make_batch(PAGES))
        ask = writer.connection.execute
        printed = ask("select count(*) from extracted.all_articles").fetchall()[0][0]
        kept = ask("select count(*) from extracted.articles").fetchall()[0][0]
        gone = ask("select count(*) from deduplicated.reprints").fetchall()[0][0]
        assert (printed, kept + gone) == (sum(map(len, PAGES.values())), printed)
        kept_paragraphs = ask("select count(*) from deduplicated.paragraphs").fetchall()[0][0]
        all_paragraphs = ask("select count(*) from cleaned.paragraphs").fetchall()[0][0]
        removed = ask("select count(*) from deduplicated.duplicates").fetchall()[0][0]
        assert kept_paragraphs + removed == all_paragraphs
        # what stands in place of a copy is itself kept
        orphans = ask(
            "select count(*) from deduplicated.duplicates as copy anti join deduplicated.paragraphs as kept"
            " on kept.page_id = copy.kept_page_id and kept.paragraph_no = copy.kept_paragraph_no"
        ).fetchall()[0][0]
        assert orphans == 0
        found = ask("select headline from search('城南水厂')").fetchall()
        assert len(found) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_any_split_into_runs_gives_the_same_tables(at_once, tmp_path_factory, seed):
    chance = random.Random(seed)
    sources = chance.sample(sorted(PAGES), len(PAGES))
    cuts = sorted(chance.sample(range(1, len(PAGES)), chance.randint(0, len(PAGES) - 1)))
    groups = [sources[start:end] for start, end in zip([0, *cuts], [*cuts, len(PAGES)], strict=True)]
    changed = chance.sample(sources, chance.randint(0, 3))
    assert load(tmp_path_factory.mktemp("split") / "w.duckdb", groups, changed)[1] == at_once[1]


@pytest.mark.parametrize("later", ["04.txt", "01.txt"])
def test_of_two_runs_the_better_copy_is_kept_whichever_came_first(tmp_path, later):
    """04 has the text of 01 cut short and without its headline."""
    sources = ["01.txt", "04.txt"] if later == "04.txt" else ["04.txt", "01.txt"]
    page_of = {source: make_batch({source: PAGES[source]}).frames["pages"]["page_id"][0] for source in sources}
    for number, source in enumerate(sources):
        with Writer(tmp_path / "w.duckdb", run_id=f"run-{number}", rules_version="rules") as writer:
            writer.load(make_batch({source: PAGES[source]}))
            gone = writer.connection.execute("select page_id, kept_page_id from deduplicated.duplicates").fetchall()
            shown = writer.connection.execute("select page_id from extracted.articles order by article_id").fetchall()
            if number == 0:
                assert gone == []
    assert gone == [(page_of["04.txt"], page_of["01.txt"])]
    assert {page_id for (page_id,) in shown} == {page_of["01.txt"]}


def test_each_removal_says_what_it_is_and_each_suspicion_why(at_once):
    found, _ = at_once
    gone = found["reprint_duplicates"]
    assert set(gone["kind"]) <= {"exact", "near", "contained", "truncated"}
    assert gone["similarity"].is_between(0.8, 1).all()
    for frame in (gone, found["suspected_reprints"]):
        assert (frame["reason"] != "").all()
    # the two meetings in the words of one formula stay both, and are listed
    assert set(found["suspected_reprints"]["kind"]) == {"other"}
    assert not set(found["suspected_reprints"]["article_id"]) & set(found["reprints"]["article_id"])


def test_a_removed_best_copy_hands_over(tmp_path, at_once):
    with Writer(tmp_path / "w.duckdb", run_id="run", rules_version="rules") as writer:
        writer.load(make_batch(PAGES))
        writer.remove(["01.txt"])
        with Writer(tmp_path / "fresh.duckdb", run_id="run", rules_version="rules") as fresh:
            fresh.load(make_batch({source: PAGES[source] for source in PAGES if source != "01.txt"}))
            assert fingerprints(writer.connection) == fingerprints(fresh.connection)


def test_links_that_older_rules_found_do_not_stay(tmp_path, at_once):
    """A warehouse from before migration 15, with a link that today's sketches do not find, ends as a new one does."""
    path = tmp_path / "w.duckdb"
    with Writer(path, run_id="run", rules_version="older rules") as writer:
        writer.load(make_batch(PAGES))
        writer.connection.execute(
            "insert into deduplicated.body_links select min(body_hash), max(body_hash), 'near', .9, 'older rules', false"
            " from deduplicated.bodies"
        )
        writer.connection.execute("alter table search.documents drop column headline")  # migration 17 brings it
        writer.connection.execute(  # migration 18 numbers the words of the index
            "create table search.by_word as select term, doc_no, occurrence_count"
            " from search.postings join search.terms using (term_no);"
            " drop table search.postings; alter table search.by_word rename to postings;"
            " alter table search.terms drop column term_no"
        )
        writer.connection.execute("delete from ops.migrations where number >= 15")
    with Writer(path, run_id="run", rules_version="rules") as writer:
        writer.load(make_batch(PAGES))
        assert fingerprints(writer.connection) == at_once[1]
