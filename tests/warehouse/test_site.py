"""The report as files: what is in them, what is not, and what they refuse to replace. How it behaves is in tests/flows/test_report.py."""

from __future__ import annotations

import ast
import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.conftest import make_batch
from tests.warehouse.hostile import HOSTILE, PAGE_ID, make_hostile
from transforms.errors import UsageError, WarehouseDamaged
from warehouse.site import write_site
from warehouse.site.charts import HEIGHT, MAX_SERIES, column_chart, name_series, sparkline
from warehouse.site.write import LIST_CHUNK_PAGES, read_words

ROOM = Path(__file__).resolve().parents[2] / "warehouse" / "site"
SCRIPT_CALL = re.compile(r'banmian\.receive\("(\w+)", "([\w-]+)", (.*)\);\n', re.DOTALL)


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    write_site(make_hostile(folder / "news.duckdb"), folder / "report")
    return folder / "report"


@pytest.fixture
def small(writer, tmp_path):
    """A warehouse of three pages, published."""
    writer.load(
        make_batch(
            {f"daily/{number}.txt": [(f"标题{number}", "正文。" * number)] for number in (1, 2, 3)},
            day=date(2024, 5, 1),
        )
    )
    writer.publish(tmp_path / "news.duckdb")
    return tmp_path / "news.duckdb"


def known(path):
    """The data in a script of the report."""
    call = SCRIPT_CALL.fullmatch(path.read_text(encoding="utf-8"))
    assert call, path
    return json.loads(call[3])


class Elements(HTMLParser):
    """Every start tag of a document with its attributes, and the text of its scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.found, self.inline = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.found and self.found[-1][0] in ("script", "style") and data.strip():
            self.inline.append(data)


# ---- what it holds ----


def test_each_page_is_a_script_and_knows_its_neighbours(small, tmp_path):
    index = write_site(small, tmp_path / "report")
    assert index == tmp_path / "report" / "index.html"
    listed = known(index.parent / "list-1.js")
    assert (listed["chunks"], listed["count"]) == (1, 3)
    order = [row[0] for row in listed["rows"]]
    assert [row[1] for row in listed["rows"]] == ["daily/1.txt", "daily/2.txt", "daily/3.txt"]
    pages = [known(index.parent / "pages" / f"{page_id}.js") for page_id in order]
    assert [(page["rank"], page["previous"], page["next"]) for page in pages] == [
        (1, None, order[1]), (2, order[0], order[2]), (3, order[1], None),
    ]  # fmt: skip
    assert pages[1]["lines"] == [[1, 0, "标题2"], [2, 4, "正文。正文。"]]
    assert pages[1]["paragraphs"] == [[1, "title", "标题2", [1], False], [2, "body", "正文。正文。", [2], False]]
    assert pages[1]["articles"][0]["parts"] == [[1, "title"], [2, "body"]]
    assert pages[1]["published_on"] == "2024-05-01"


def test_the_same_warehouse_gives_the_same_files(small, tmp_path):
    def contents(folder):
        return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    write_site(small, tmp_path / "a")
    first = contents(tmp_path / "a")
    write_site(small, tmp_path / "a")
    write_site(small, tmp_path / "b")
    assert first == contents(tmp_path / "a") == contents(tmp_path / "b")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_the_list_comes_in_stretches(writer, tmp_path, monkeypatch):
    monkeypatch.setattr("warehouse.site.write.LIST_CHUNK_PAGES", 2)
    monkeypatch.setattr("warehouse.site.page_data.CHUNK_PAGES", 2)
    writer.load(make_batch({f"daily/{number}.txt": [("标题", f"正文{number}。")] for number in range(5)}))
    writer.publish(tmp_path / "news.duckdb")
    folder = write_site(tmp_path / "news.duckdb", tmp_path / "report").parent
    assert [len(known(folder / f"list-{number}.js")["rows"]) for number in (1, 2, 3)] == [2, 2, 1]
    assert len(list((folder / "pages").iterdir())) == 5
    assert LIST_CHUNK_PAGES >= 100


def test_an_empty_warehouse_has_a_report_too(writer, tmp_path):
    writer.publish(tmp_path / "news.duckdb")
    folder = write_site(tmp_path / "news.duckdb", tmp_path / "report").parent
    assert known(folder / "list-1.js") == {"chunks": 1, "count": 0, "rows": []}
    assert "Nothing is in doubt." in (folder / "index.html").read_text("utf-8")


# ---- hostile text ----


def test_text_comes_back_from_the_scripts_as_it_was(hostile_site):
    page = known(hostile_site / "pages" / f"{PAGE_ID}.js")
    assert page["source"] == HOSTILE
    assert page["paragraphs"][0][2] == HOSTILE
    assert page["lines"][0][2] == HOSTILE.split("\n")[0]
    assert page["facts"], "every kind of fact is there to be shown"


@pytest.mark.parametrize("name", ["index.html", "pages.html", "page.html"])
def test_no_page_text_becomes_markup(hostile_site, small, tmp_path, name):
    harmless = write_site(small, tmp_path / "report").parent
    parsed, usual = (Elements((folder / name).read_text("utf-8")) for folder in (hostile_site, harmless))
    assert parsed.inline == []
    policy = next(attributes["content"] for tag, attributes in parsed.found if attributes.get("http-equiv"))
    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe" not in policy
    for tag, attributes in parsed.found:
        assert not [each for each in attributes if each.startswith("on") or each in ("style", "srcdoc")], (
            tag,
            attributes,
        )
        for address in (attributes.get("href"), attributes.get("src")):
            assert address is None or re.fullmatch(r"[a-z]+\.(html|js|css|svg)(#[\w-]*)?|#[\w-]*", address), address
    assert {tag for tag, _ in parsed.found} <= {tag for tag, _ in usual.found} | {
        "time",
        "ul",
        "li",
        "table",
        "td",
        "code",
        "small",
    }


def test_no_data_script_can_end_a_script_element(hostile_site):
    for path in hostile_site.rglob("*.js"):
        if path.name.startswith("list-") or path.parent.name == "pages" or path.name == "words.js":
            text = path.read_text("utf-8")
            assert not set(text) & set("<>&\u2028\u2029\ufeff\x1b\x7f"), path
            assert text.count("\n") == 1


def test_a_page_id_names_no_other_file(tmp_path):
    path = make_hostile(tmp_path / "news.duckdb", page_id="../../outside")
    with pytest.raises(WarehouseDamaged) as refused:
        write_site(path, tmp_path / "deep" / "report")
    assert str(refused.value) == (
        f"{path}: '../../outside' is no page id\nTry: banmian run on its inputs publishes it anew"
    )
    assert not list(tmp_path.glob("outside*")) and not (tmp_path / "deep" / "report").exists()


def test_the_scripts_have_no_door_for_markup():
    for path in ROOM.joinpath("assets").glob("*.js"):
        text = path.read_text("utf-8")
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "fetch(",
            "XMLHttp",
            "DOMParser",
        ):
            assert word not in text, (path.name, word)
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), path.name


# ---- what it replaces ----


def test_a_folder_with_something_else_is_left_alone(small, tmp_path):
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.txt").write_text("one")
    with pytest.raises(UsageError) as refused:
        write_site(small, other)
    assert str(refused.value) == (
        f"{other}: the folder holds something else than a report, and is left alone\n"
        "Try: --to FOLDER with a new folder, or an earlier report"
    )
    assert [path.name for path in other.iterdir()] == ["chapter.txt"]
    with pytest.raises(UsageError, match="there is a file of this name"):
        write_site(small, small)


def test_an_earlier_report_and_an_empty_folder_are_replaced(small, tmp_path):
    folder = tmp_path / "report"
    folder.mkdir()
    write_site(small, folder)
    (folder / "pages" / "gone.js").write_text("of a page that was pruned")
    write_site(small, folder)
    assert not (folder / "pages" / "gone.js").exists()


def test_no_warehouse_no_report(tmp_path):
    with pytest.raises(UsageError, match="there is no such warehouse"):
        write_site(tmp_path / "none.duckdb", tmp_path / "report")
    assert list(tmp_path.iterdir()) == []


# ---- words ----


def test_every_word_is_there_in_both_languages():
    words = read_words()
    assert all(len(pair) == 2 and all(pair) for pair in words.values())
    for key, (english, chinese) in words.items():
        assert re.search(r"[\u4e00-\u9fff]", chinese), key
        assert sorted(re.findall(r"\{\w+\}|#", english)) == sorted(re.findall(r"\{\w+\}|#", chinese)), key


def test_every_word_that_is_used_is_known():
    words = read_words()
    used = set()
    for path in [*ROOM.joinpath("assets").glob("*.js"), *ROOM.joinpath("templates").glob("*.html")]:
        text = path.read_text("utf-8")
        used |= set(re.findall(r"""(?:\bsay\(|\bt\(|data-t(?:-\w+)?=)["'](\w*[a-z])["']""", text))
    assert len(used) > 60
    assert used <= words.keys(), used - words.keys()


def test_every_reason_of_the_rules_is_said_in_chinese():
    """The constants of the modules that give reasons; a new one needs its line in words.json."""
    from transforms.articles import continuation
    from transforms.cleaned import joins, normalise
    from transforms.deduplicated import compare, decide, deduplicate

    words = read_words()
    given = {
        value
        for module in (decide, deduplicate)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and " " in value
    }
    for module in (joins, compare, continuation):
        constants = (
            node.value
            for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8")))
            if isinstance(node, ast.Constant)
        )
        given |= {
            text
            for text in constants
            if isinstance(text, str) and re.fullmatch(r"(?:the|a|other|one|same|similar|page) [a-z -]+", text)
        }
    assert len(given) >= 15
    given |= {f"removed {normalise.SPACES}: #", f"removed {normalise.CONTROLS}: #"}
    assert not {reason for reason in given if f"reason_{reason}" not in words}


# ---- colours ----


def contrast(one, other):
    """WCAG 2.2, contrast ratio of two colours #rrggbb."""

    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_can_be_read(scheme):
    css = ROOM.joinpath("assets", "site.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\n\s*\}", css, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[scheme]))
    text = [("ink", ground) for ground in ("paper", "sheet", "wash", "accent-wash", "doubt-wash")]
    text += [("soft", ground) for ground in ("paper", "sheet", "wash")]
    text += [
        ("accent", "paper"),
        ("accent", "sheet"),
        ("accent", "accent-wash"),
        ("doubt", "doubt-wash"),
        ("doubt", "sheet"),
        ("copy", "wash"),
    ]
    text += [("byline", "sheet"), ("column", "sheet"), ("sheet", "accent"), ("sheet", "doubt")]
    text += [("sheet", name) for name in colours if name.startswith("k-")]  # a fact that is pointed at
    for front, ground in text:
        assert contrast(colours[front], colours[ground]) >= 4.5, (front, ground)
    shapes = [
        name for name in colours if re.fullmatch(r"s[0-5]|title|subhead|body|byline|caption|column|furniture", name)
    ]
    for name in shapes:  # WCAG 1.4.11: what is not text
        assert contrast(colours[name], colours["sheet"]) >= (2.2 if name == "s4" else 2.9), name


# ---- charts ----


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.sampled_from("甲乙丙丁戊己庚辛")),
            st.one_of(st.none(), st.dates(date(2015, 1, 1), date(2024, 12, 31))),
            st.integers(0, 10_000),
        ),
        max_size=40,
    )
)
def test_a_chart_says_what_the_pages_say(rows):
    pages = pl.DataFrame(
        rows, schema={"collection": pl.String, "published_on": pl.Date, "value": pl.Int64}, orient="row"
    )
    series = name_series(pages)
    chart = column_chart(pages, "value", series)
    total = sum(value for _, _, value in rows)
    assert len(series) <= MAX_SERIES
    assert chart.total == total == sum(bar.value for bar in chart.bars) == sum(sum(values) for _, values in chart.rows)
    assert all(0 <= bar.y and bar.y + bar.height <= HEIGHT for bar in chart.bars)
    largest = max(chart.bars, key=lambda bar: bar.value, default=None)
    for bar in chart.bars:
        assert abs(bar.height - largest.height * bar.value / largest.value) <= 0.11


def test_a_sparkline_runs_from_left_to_right():
    assert sparkline([0.0, 0.5, 1.0], width=120, height=26) == "3.0,23.0 60.0,13.0 117.0,3.0"
    assert sparkline([0.25]) == "3.0,3.0"
    assert sparkline([0.0, 0.0]) == "3.0,23.0 117.0,23.0"
