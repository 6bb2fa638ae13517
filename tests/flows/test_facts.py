"""Facts in one shape, and the way from a fact or a line back to the page: laws over the samples' warehouse."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from transforms.frames import FACTS
from transforms.raw.lines import split_lines

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def news(sample_run):
    with duckdb.connect(str(sample_run[1]), read_only=True) as connection:
        yield connection


def test_every_fact_is_there_once_with_a_key(news):
    counted = dict(news.execute("select kind, count(*) from extracted.all_facts group by kind").fetchall())
    kinds = {"people": "person", "project_groups": "project_group"}
    for table in FACTS:
        (count,) = news.execute(f"select count(*) from extracted.all_{table}").fetchone()
        assert counted[kinds.get(table, table.removesuffix("s"))] == count > 0
    assert news.execute("select count(*) - count(distinct fact_id) from extracted.all_facts").fetchone() == (0,)
    kept = "select count(*) from facts where article_id in (select article_id from deduplicated.reprints)"
    assert news.execute(kept).fetchone() == (0,)
    assert news.execute(kept.replace("from facts", "from extracted.all_facts")).fetchone() > (0,)


def test_a_fact_reads_for_people(news):
    rows = news.execute(
        "select kind, text, reading from facts where source like '%rb0518-02%' and text in ('21亿元', '尉迟岚') order by kind"
    ).fetchall()
    assert rows[0] == ("amount", "21亿元", "2100000000 CNY exact (投资)")
    assert rows[1] == ("person", "尉迟岚", "望鹤县委副书记、县长")


def test_trace_leads_to_the_very_characters(news):
    """For every fact: the raw characters are on the line that is named, where it is named, and say what the fact says."""
    lines = split_lines(news.sql("select page_id, text from raw.pages").pl())
    at = {(page, line): text for page, line, text in lines.select("page_id", "line_number", "raw_text").iter_rows()}
    facts = news.execute("select fact_id, kind, text from extracted.all_facts order by fact_id").fetchall()
    traced = 0
    for fact_id, kind, text in facts[::7]:
        cursor = news.execute("select * from trace(?)", [fact_id])
        names = [column[0] for column in cursor.description]
        pieces = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        assert pieces, fact_id
        for piece in pieces:
            line = at[piece["page_id"], piece["line_number"]]
            assert line[piece["line_char_start"] : piece["line_char_end"]] == piece["raw_text"]
        assert {(piece["fact_id"], piece["kind"]) for piece in pieces} == {(fact_id, kind)}
        traced += "".join(piece["raw_text"] for piece in pieces) == text
    assert traced / len(facts[::7]) > 0.9  # the others stand where normalisation wrote other characters


def test_a_fact_over_a_cut_leads_to_both_lines(news):
    """In rb0830-01 a sum is cut between two lines."""
    rows = news.execute(
        "select fact.text, list(piece.line_number), string_agg(piece.raw_text, '' order by piece.segment_no)"
        " from facts as fact, trace(fact.fact_id) as piece where fact.kind = 'amount' and fact.source like '%rb0830-01%'"
        " group by all having count(distinct piece.line_number) > 1"
    ).fetchall()
    assert rows
    for text, line_numbers, raw_text in rows:
        assert len(line_numbers) == 2
        assert raw_text == text


@pytest.mark.parametrize("asked", ["' or 1 = 1 --", "", "no:such:fact:1-2", None])
def test_trace_of_nothing_is_nothing(news, asked):
    assert news.execute("select * from trace(?)", [asked]).fetchall() == []


def test_page_lines_are_the_lines_of_the_page(news):
    pages = news.sql("select page_id, source, text from raw.pages").pl()
    lines = split_lines(pages)
    for page_id, source in pages.select("page_id", "source").iter_rows():
        shown = news.execute("select line_number, text, fate, paragraph_no from page_lines(?)", [page_id]).fetchall()
        expected = lines.filter(pl.col("page_id") == page_id).select("line_number", "raw_text").rows()
        assert [row[:2] for row in shown] == expected, source
        for _, text, fate, paragraph_no in shown:
            assert (fate == "blank") == (paragraph_no is None)
            assert (fate == "blank") or text.strip()
    assert news.execute("select count(*) from page_lines('no such page')").fetchone() == (0,)


def test_page_lines_say_what_became_of_each(news):
    """Against the ledgers: every join made, every copy and every reprint is told at its line."""
    sources = [source for (source,) in news.execute("select source from raw.pages order by all").fetchall()]
    fates, joins = {}, 0
    for source in sources:
        for fate, joined_to in news.execute("select fate, joined_to_line from page_lines(?)", [source]).fetchall():
            fates[fate] = fates.get(fate, 0) + 1
            joins += joined_to is not None
    (applied,) = news.execute(
        "select count(*) from cleaned.repairs where is_applied and kind in ('join', 'unwrap')"
    ).fetchone()
    assert joins == applied
    copied = (
        "select sum(len(line_numbers)) from cleaned.paragraphs semi join deduplicated.{} using (page_id, paragraph_no)"
    )
    assert fates["copy"] == news.execute(copied.format("page_duplicates")).fetchone()[0]
    assert fates["reprint"] == news.execute(copied.format("reprint_duplicates")).fetchone()[0]
    by_end = news.execute("select count(distinct page_id), min(source) from page_lines('rb0518-02.txt')").fetchone()
    assert by_end[0] == 1
    assert by_end[1].endswith("/rb0518-02.txt")
