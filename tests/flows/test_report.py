"""The report in a real browser, opened from its folder: it shows what the warehouse holds, by mouse and by keys, and obeys no page."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from tests.browser import open_browser
from tests.warehouse.hostile import PAGE_ID, make_hostile
from warehouse.site import write_site

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    with open_browser(language="en-US") as opened:
        yield opened


@pytest.fixture(scope="module")
def report(sample_run, tmp_path_factory):
    _, warehouse = sample_run
    return write_site(warehouse, tmp_path_factory.mktemp("report 报告 #1 %20") / "site").parent


@pytest.fixture(scope="module")
def page_ids(sample_run):
    """Pages of the samples by the name of their file."""
    _, warehouse = sample_run
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute("select source, page_id from raw.pages").fetchall()
    return {Path(source).stem if "#" not in source else source.rsplit("/", 1)[1]: page_id for source, page_id in rows}


@pytest.fixture
def quiet(browser):
    """The browser; at the end of the test, nothing was complained of and nothing was fetched from elsewhere."""
    browser.resize(1400, 900)
    browser.complaints(), browser.requests()
    yield browser
    assert browser.complaints() == []
    assert [address for address in browser.requests() if not address.startswith(("file:", "data:", "about:"))] == []


@pytest.fixture
def inspect(quiet, report, page_ids):
    def inspect(name):
        quiet.open(report / "page.html", page_ids[name])
        quiet.wait("document.querySelector('#texts .para') && document.querySelector('#threads path')")
        return quiet

    return inspect


def source(browser):
    return browser.run("return document.getElementById('source').textContent")


def detail(browser):
    return browser.run("return document.getElementById('detail').textContent")


def is_in_view(browser, selector):
    return browser.run(
        "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
        "const pane = document.querySelector(arguments[0]).closest('.pane').getBoundingClientRect();"
        "return box.bottom > pane.top && box.top < pane.bottom",
        selector,
    )


# ---- overview and list ----


def test_overview_adds_up(quiet, report, sample_run):
    summary, _ = sample_run
    quiet.open(report / "index.html")
    numbers = [int(text.replace(",", "")) for text in quiet.texts(".flow b")]
    assert numbers[0] == summary.changes.new == 18
    pages, _, _, facts = (int(text.replace(",", "")) for text in quiet.texts(".chart figcaption b"))
    assert (pages, facts) == (numbers[0], numbers[4])
    assert len(quiet.all(".chart svg rect")) >= 20


def test_language_is_changed_and_remembered(quiet, report, page_ids):
    quiet.open(report / "index.html")
    assert quiet.one("h1").text == "What became of the pages"
    quiet.one("#language").click()
    assert (quiet.one("h1").text, quiet.run("return document.documentElement.lang")) == ("版面整理总览", "zh-Hans")
    quiet.open(report / "page.html", page_ids["rb0312-01"])
    quiet.wait("document.querySelector('.seam')")
    quiet.point_at(quiet.one(".seam"))
    assert "一个词跨在断口两边" in detail(quiet)
    quiet.one("#language").click()
    quiet.point_at(quiet.one(".line"))
    quiet.point_at(quiet.one(".seam"))
    assert "a word lies across the cut" in detail(quiet)


def test_a_chinese_reader_gets_chinese(report):
    with open_browser(language="zh-CN") as chinese:
        chinese.open(report / "pages.html")
        chinese.wait("document.querySelectorAll('#pages tbody tr').length")
        assert chinese.one("h1").text == "版面列表"


def test_list_is_searched_filtered_and_sorted(quiet, report):
    quiet.open(report / "pages.html")
    quiet.wait("document.querySelectorAll('#pages tbody tr').length === 18")
    looks = [int(cell.text.split("\n")[0]) for cell in quiet.all('#pages td[data-label="To look at"]')]
    assert looks == sorted(looks, reverse=True) and looks[0] > 0
    quiet.press("/")
    quiet.one("#search").send_keys("豆腐节")
    quiet.wait("document.querySelectorAll('#pages tbody tr').length === 2")
    assert quiet.one("#found").text == "2 of 18 pages"
    quiet.one("#search").clear()
    quiet.one("#search").send_keys("\ue007")
    quiet.one("#doubtful").click()
    quiet.wait("document.querySelectorAll('#pages tbody tr').length < 18")
    quiet.one("#doubtful").click()
    quiet.one('[data-key="fact_count"]').click()
    facts = [int(cell.text) for cell in quiet.all('#pages td[data-label="Facts"]')]
    assert facts == sorted(facts, reverse=True)
    assert quiet.one('#pages [aria-sort="descending"]').text.startswith("Facts")
    first, second = (name for name in quiet.texts("#pages tbody b")[:2])
    quiet.one("#pages tbody a").click()
    quiet.wait("document.querySelector('#texts .para')")
    assert source(quiet) == first
    quiet.press("→")
    quiet.wait(f"document.getElementById('source').textContent === {json.dumps(second)}")
    quiet.press("←")
    quiet.wait(f"document.getElementById('source').textContent === {json.dumps(first)}")
    assert quiet.run("return document.getElementById('previous').hasAttribute('href')") is False


# ---- the inspector ----


def test_every_line_is_shown_and_leads_somewhere(inspect, sample_run, page_ids):
    _, warehouse = sample_run
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        texts = dict(connection.execute("select page_id, text from raw.pages").fetchall())
    for name in ("rb0312-01", "wb0520-03", "scans.jsonl#1", "wb0601-04"):
        browser = inspect(name)
        lines = [line for line in re.split(r"\r\n|\n|\r", texts[page_ids[name]]) if line.strip()]
        shown = browser.texts(".line .text")
        assert [re.sub(r"U\+[0-9A-F]{4,6}", "", text) for text in shown] == lines, name
        numbers = set(browser.run("return [...document.querySelectorAll('.line')].map((line) => line.dataset.line)"))
        led = set(browser.run("return [...document.querySelectorAll('.frag')].map((frag) => frag.dataset.line)"))
        assert numbers == led, name


def test_pointing_at_a_line_shows_where_it_went_and_why(inspect):
    browser = inspect("rb0312-01")
    browser.point_at(browser.one("#l13"))
    assert "Line 13 → paragraph 5 in article 1 body" in detail(browser)
    assert re.search(r"11 ⌢ 13 a word lies across the cut · \d+% sure", detail(browser))
    assert browser.run("return document.querySelector('.frag.is-hot').textContent.startsWith('域,其中投资12亿元')")
    browser.wait("document.querySelectorAll('#threads .is-hot').length === 1")
    browser.point_at(browser.one("h1"))
    browser.wait("document.querySelectorAll('.is-hot').length === 0")


def test_a_fact_and_its_row_and_its_characters(inspect):
    browser = inspect("rb0312-01")
    browser.point_at(browser.one("#texts mark.k-project"))
    assert "霁岚药业高端制剂 = 1,200,000,000 CNY" in detail(browser)
    assert browser.run("return document.querySelector('.line mark').textContent") == "霁岚药业高端制剂"
    browser.one("#texts mark.k-project").click()
    browser.wait("document.activeElement.matches('tr[data-fact].k-project.is-hot')")
    assert browser.one(".facts").get_attribute("open")
    browser.point_at(browser.one("tr.k-person"))
    assert browser.run("return document.querySelector('mark.k-person.is-hot').textContent") == "佟砚秋"
    browser.press("⏎")
    browser.wait("document.activeElement.matches('.para')")


def test_the_characters_of_every_fact_are_found_on_the_page(inspect):
    for name in ("rb0312-01", "wb0601-04", "scans.jsonl#2"):
        browser = inspect(name)
        pairs = browser.run(
            """return [...document.querySelectorAll('tr[data-fact]')].map((row, index) => {
                row.dispatchEvent(new PointerEvent('pointermove', {bubbles: true, pointerType: 'mouse', screenX: index + 1}));
                const marks = [...document.querySelectorAll('.line mark')].map((mark) => mark.textContent);
                return [row.cells[1].textContent, marks.join('')];
            })"""
        )
        assert len(pairs) >= 10
        wide = str.maketrans(
            {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {ord(space): None for space in " \u3000"}
        )
        for fact, marked in pairs:
            assert marked.translate(wide) == fact.translate(wide), name


def test_copies_lead_to_what_is_kept(inspect):
    browser = inspect("wb0520-03")
    copy = browser.one(".line.is-copy")
    browser.point_at(copy)
    assert "copy, removed exact kept: paragraph 9" in detail(browser)
    assert (
        browser.run("return getComputedStyle(document.querySelector('.line.is-copy .text')).textDecorationLine")
        == "line-through"
    )
    copy.click()
    browser.wait("document.querySelector('#p9.is-hot')")
    assert is_in_view(browser, "#p9")
    browser.one('#detail [data-go="p9"]').click()
    browser.wait("document.activeElement.id === 'p9'")


def test_reprints_lead_to_the_other_page(inspect):
    browser = inspect("wb1011-02")
    assert browser.one("#a1.is-reprint .link.kept_elsewhere").text.startswith("Reprint; kept:")
    browser.one("#a1 .link.kept_elsewhere a").click()
    browser.wait("document.getElementById('source').textContent === 'rb1010-01.txt'")
    assert browser.all(".link.printed_again")


def test_suspected_joins_are_dashed_and_d_leads_from_doubt_to_doubt(inspect):
    browser = inspect("rb0705-06")
    assert browser.all("#threads .arc.suspected")
    seen = []
    for _ in range(4):
        browser.press("d")
        seen.append(browser.run("return document.activeElement.id"))
        assert "sure" in detail(browser) or "stops in mid-sentence" in detail(browser)
    assert len(set(seen)) == 4


def test_keys_lead_through_the_page(inspect):
    browser = inspect("rb0312-01")
    browser.press("↓", "↓", "↓")
    assert browser.run("return document.activeElement.id") == "l7"
    browser.press("⏎")
    assert browser.run("return document.activeElement.id") == "p3"
    browser.press("↓")
    assert browser.run("return document.activeElement.id") == "p4"
    browser.press("⏎")
    assert browser.run("return document.activeElement.id") == "l9"
    browser.press("f")
    assert browser.run("return getComputedStyle(document.querySelector('mark.fact')).boxShadow") == "none"
    browser.press("?")
    assert browser.one("#keys").is_displayed()
    browser.press("⎋")
    assert not browser.one("#keys").is_displayed()
    browser.press("l")
    browser.wait("location.pathname.endsWith('/pages.html')")


def test_panes_keep_together(inspect):
    browser = inspect("rb0312-01")
    browser.run(
        "document.getElementById('raw').dispatchEvent(new WheelEvent('wheel')); document.getElementById('raw').scrollTop = 400"
    )
    browser.wait("document.getElementById('articles').scrollTop > 150")


def test_no_such_page(quiet, report):
    quiet.open(report / "page.html", "../../../etc/passwd")
    quiet.wait("!document.getElementById('problem').hidden")
    assert quiet.one("#problem").text == "There is no such page in this report. All pages"


# ---- on a phone, on paper, for everybody ----


@pytest.mark.parametrize("name", ["index.html", "pages.html", "page.html"])
def test_nothing_is_wider_than_a_phone(quiet, report, page_ids, name):
    quiet.resize(360, 740, is_phone=True)
    quiet.open(report / name, page_ids["wb0520-03"] if name == "page.html" else "")
    quiet.wait(
        "document.querySelector({'page.html': '.para', 'pages.html': 'tbody tr', 'index.html': '.chart'}[location.pathname.split('/').pop()])"
    )
    assert quiet.run("return document.documentElement.scrollWidth") <= 360
    if name == "page.html":
        assert not quiet.one("#articles").is_displayed()
        quiet.one("#show-articles").click()
        assert quiet.one("#articles").is_displayed() and not quiet.one("#raw").is_displayed()
        quiet.one("#p9").click()
        assert "paragraph 9" in detail(quiet)


def test_paper_has_both_sides_whole(inspect):
    browser = inspect("rb0312-01")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        clipped = browser.run(
            "return ['raw', 'articles'].map((id) => { const e = document.getElementById(id); return e.scrollHeight - e.clientHeight })"
        )
        assert max(clipped) <= 1
        assert not browser.one("#threads").is_displayed() and not browser.one("#detail").is_displayed()
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("name", ["index.html", "pages.html", "page.html"])
def test_what_a_screen_reader_needs(quiet, report, page_ids, name):
    quiet.open(report / name, page_ids["rb0312-01"] if name == "page.html" else "")
    quiet.wait("document.querySelector('.para, tbody tr, .chart')")
    tree = quiet.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    for node in tree:
        role, label = node.get("role", {}).get("value"), node.get("name", {}).get("value", "")
        if role in {
            "button",
            "link",
            "textbox",
            "searchbox",
            "combobox",
            "checkbox",
            "image",
            "region",
            "navigation",
            "dialog",
        } and not node.get("ignored"):
            assert label.strip(), (role, node.get("nodeId"))
    assert len(quiet.all("h1")) == 1 and len(quiet.all("main")) == 1
    ids = quiet.run("return [...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))
    levels = quiet.run("return [...document.querySelectorAll('h1, h2, h3')].map((each) => Number(each.tagName[1]))")
    assert all(after - before <= 1 for before, after in pairwise(levels))
    stops = quiet.run(
        "return [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex=\"0\"]')].filter((each) => each.checkVisibility()).length"
    )
    assert stops <= 120 if name == "pages.html" else stops <= 60


# ---- hostile pages ----


@pytest.fixture(scope="module")
def hostile_report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    return write_site(make_hostile(folder / "news.duckdb"), folder / "report").parent


@pytest.mark.parametrize("name", ["index.html", "pages.html", "page.html"])
def test_a_hostile_page_is_shown_and_not_obeyed(quiet, hostile_report, name):
    quiet.open(hostile_report / name, PAGE_ID if name == "page.html" else "")
    quiet.wait("document.querySelector('.para, tbody tr, .cards')")
    if name == "page.html":
        for selector in (".line", ".para", "mark.fact", "tr[data-fact]", ".link", ".seam"):
            for element in quiet.all(selector)[:8]:
                quiet.run(
                    "arguments[0].dispatchEvent(new PointerEvent('pointermove', {bubbles: true, pointerType: 'mouse', screenX: performance.now()}))",
                    element,
                )
        assert "U+202E" in quiet.texts(".line .text")[0] and "</script><script>" in quiet.texts(".line .text")[0]
        quiet.one("#language").click()
        quiet.one("#language").click()
    assert quiet.run("return window.pwned") is None
    assert (
        quiet.run(
            "return document.querySelectorAll('img, iframe, script:not([src]), [onerror], [onload], [onfocus], [style]:not(html):not(body)').length"
        )
        == 0
    )
    shown = quiet.run("return document.body.textContent")
    assert not set(shown) & set("\x1b\x07\u202e\u2066\u2028\ufeff")


def test_the_policy_stops_a_script_that_got_in(browser, hostile_report):
    """What would happen if the escaping failed: the test adds a script to the document itself."""
    copy = hostile_report / "broken.html"
    text = (hostile_report / "index.html").read_text("utf-8")
    copy.write_text(
        text.replace("</main>", "<script>window.pwned = 6</script><img src=x onerror='window.pwned = 7'></main>"),
        "utf-8",
    )
    browser.open(copy)
    browser.wait("document.readyState === 'complete'")
    assert browser.run("return window.pwned") is None
    complaints = browser.complaints()
    assert any("Content Security Policy" in complaint for complaint in complaints)
    copy.unlink()
