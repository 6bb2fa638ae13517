"""banmian explain: raw lines beside the repaired article, with the reasons; tested against the samples' gold and ledgers."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest
from rich.cells import cell_len
from rich.console import Console

from flows.explain_view import print_explained
from tests.flows.asked import call_in_process
from transforms.errors import UsageError
from warehouse.explain import explain

pytestmark = pytest.mark.slow
PAGE = "rb0518-02.txt"


@pytest.fixture
def call(monkeypatch, capsys, sample_run):
    return call_in_process(monkeypatch, capsys, sample_run[1])


def drawn(explained, *, width=120, colour=False):
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, color_system="standard" if colour else None, highlight=False
    )
    print_explained(explained, console)
    return out.getvalue()


def test_every_line_with_text_is_there_once(sample_run):
    explained = explain(sample_run[1], PAGE)
    lines = [line.line_number for part in explained.parts for p in part.paragraphs for line in p.lines]
    assert len(lines) == len(set(lines)) == 22
    assert all(
        p.text[fact.char_start : fact.char_end] == fact.text
        for part in explained.parts
        for p in part.paragraphs
        for fact in p.facts
    )


def test_plain_text_tells_joins_copies_and_facts(call, sample_run):
    code, out, err = call("explain", PAGE)
    assert (code, err) == (0, "")
    assert "[132亿元]" in out
    out = drawn(explain(sample_run[1], PAGE), width=80)  # one column, so that no sentence is cut by the other
    assert "\x1b" not in out
    assert "~~" in out
    assert re.search(r"removed: loop copy \(\d\.\d\d\) of lines 35 of", re.sub(r"\s+", " ", out))
    assert "[132亿元]" in re.sub(r"\s", "", out)
    assert "amount  132亿元 → 13200000000 CNY exact" in out
    assert "✂ stops here" in re.sub(r"\s+", " ", out)


def test_every_join_is_told_where_it_was_made(sample_run):
    explained = explain(sample_run[1], "wb1122-01.txt")
    joined = [line for part in explained.parts for p in part.paragraphs for line in p.lines if line.joined_to_line]
    assert len(joined) > 10
    assert len(re.findall(r"↑ joined to \d+: [01]\.\d\d, ", drawn(explained, width=200))) == len(joined)


def test_colour_strikes_and_underlines(sample_run):
    shown = drawn(explain(sample_run[1], PAGE), colour=True)
    assert re.search(r"\x1b\[(?:\d+;)*9[;m]", shown)  # struck
    assert re.search(r"\x1b\[(?:\d+;)*4[;m]", shown)  # underlined
    assert "~~" not in shown
    assert "[132亿元]" not in shown


@pytest.mark.parametrize("width", [60, 90, 120, 200])
def test_no_row_is_wider_than_the_screen(sample_run, width):
    """Chinese characters take two cells each."""
    shown = drawn(explain(sample_run[1], PAGE), width=width)
    rows = shown.splitlines()[1:]
    assert max(cell_len(row.rstrip()) for row in rows if not re.match(r"^\S.*  [0-9a-f]{20}\.\d{3}", row)) <= width


def test_an_article_alone(sample_run):
    whole = explain(sample_run[1], PAGE)
    article = whole.parts[3]
    alone = explain(sample_run[1], article.article_id)
    assert alone.parts == [article]
    assert explain(sample_run[1], whole.page_id) == explain(sample_run[1], whole.source) == whole


def test_a_reprint_says_what_is_kept(sample_run):
    shown = drawn(explain(sample_run[1], "wb1011-02.txt"), width=200)
    assert "left out: a reprint of" in shown


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        (".txt", "several pages end so"),
        ("no-such-page", "no page and no article is called so"),
        ("", "no page and no article is called so"),
        ("'; drop table raw.pages --", "no page and no article is called so"),
    ],
)
def test_what_is_not_one_page_is_told(sample_run, asked, what):
    with pytest.raises(UsageError, match=what) as error:
        explain(sample_run[1], asked)
    assert error.value.exit_code == 2
    if asked == ".txt":
        assert "rb0312-01.txt or " in str(error.value)
        assert str(error.value).endswith(", …")


def test_a_near_name_is_offered(sample_run):
    with pytest.raises(UsageError, match="Try: samples/pages/临澜日报/2024-05-18/rb0518-02.txt"):
        explain(sample_run[1], "rb0518")


def test_page_text_cannot_reach_the_terminal(tmp_path):
    from tests.warehouse.conftest import make_batch
    from warehouse.writer import Writer

    path = tmp_path / "w.duckdb"
    with Writer(path, run_id="r", rules_version="v") as writer:
        writer.load(
            make_batch(
                {"evil\x1b[31m.txt": [("春耕[bold]\x1b]0;x\x07", "备耕\u202e忙\x1b[2J，[link=x]种子[/link]足。")]}
            )
        )
    done = subprocess.run([sys.executable, "-m", "flows.cli", "explain", "evil\x1b[31m.txt", "--warehouse", str(path)],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)
    assert "[bold]\\x1b]0;x\\x07" in done.stdout  # nor do brackets style anything
    assert "[link=x]种子[/link]" in done.stdout
