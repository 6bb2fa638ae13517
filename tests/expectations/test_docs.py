"""Data Docs ask nothing of the network, hold no text of a page, and leave the gate working."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from expectations.docs import render_docs, self_contained
from expectations.rules import STAGES
from tests.expectations.sound_pages import Stages
from tests.expectations.test_gate import measure, verdict


class Reader(HTMLParser):
    """Collect what a page would run or fetch, and where it links to."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "link", "img"}:
            self.faults.append(tag)
        for name, value in attrs:
            if name.startswith("on") or "//" in (value or "").replace("http-equiv", ""):
                self.faults.append(f"{tag} {name}={value}")
            if name == "href" and value and not value.startswith("#"):
                self.links.append(value)

    def handle_data(self, data: str) -> None:
        if "http" in data or "url(" in data:
            self.faults.append(data.strip()[:80])


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.fixture(scope="module")
def site(gx: object, batch: Stages, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    folder.mkdir()
    folder.joinpath("old.html").write_text("from the run before")
    return render_docs({stage: measure(stage, batch) for stage in STAGES}, folder).parent


def test_nothing_is_fetched_and_nothing_runs(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) == 1 + 2 * 2 * len(STAGES)
    assert {str(page): faults for page in pages if (faults := read(page.read_text("utf-8")).faults)} == {}


def test_every_link_of_the_index_leads_to_a_page(site: Path) -> None:
    links = read(site.joinpath("index.html").read_text("utf-8")).links
    assert len(links) == 2 * 2 * len(STAGES)
    assert all(site.joinpath(link).is_file() for link in links)


def test_no_text_of_a_page_is_in_them(site: Path, batch: Stages) -> None:
    whole = "".join(page.read_text("utf-8") for page in site.rglob("*.html"))
    assert batch.pages["text"].str.contains(r"\p{Han}").all()
    assert not re.search("[\u3400-\u9fff]", whole)


def test_docs_of_the_run_before_are_gone(site: Path) -> None:
    assert not site.joinpath("old.html").exists()


def test_gate_judges_on_after_docs_were_rendered(site: Path, batch: Stages) -> None:
    assert not verdict("cleaned", batch).is_closed


@pytest.mark.parametrize(
    "hostile",
    [
        '<script src="//x.example/a.js"></script>',
        "<SCRIPT>alert(1)</SCRIPT >",
        '<img\nsrc="https://x.example/t.png">',
        "<link rel=stylesheet href=https://x.example/a.css>",
        '<a href="https://x.example/">out</a>',
        "<p style=\"background: url('https://x.example/l.png')\">b</p>",
        '<b onclick="go()">b</b>',
    ],
)
def test_what_would_fetch_or_run_is_taken_out(hostile: str) -> None:
    page = self_contained(f"<html><head></head><body>{hostile}</body></html>")
    assert read(page).faults == []
