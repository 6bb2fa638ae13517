"""The sample pages: gold is well formed and covers every line, every defect is there, and the stages reach their floors."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from benchmarks.score_samples import SAMPLES, Sample, Scores, page_frame, read_samples, score
from transforms.errors import UndecodableText
from transforms.raw.decode import decode

ALL = {sample.name: sample for sample in read_samples()}
LINES = {name: [line for line in decode(s.data).text.split("\n") if line.strip()] for name, s in ALL.items()}
NAMED = pytest.mark.parametrize("sample", ALL.values(), ids=ALL.keys())
TESTS = Path(__file__).parent
FLOORS = tomllib.loads(Path(__file__).with_name("floors_samples.toml").read_text("utf-8"))


def test_there_are_pages_enough_in_all_containers() -> None:
    suffixes = Counter(Path(sample.source.partition("#")[0]).suffix for sample in ALL.values())
    assert len(ALL) >= 14
    assert suffixes.keys() == {".txt", ".md", ".jsonl"}
    gold = {path.name.partition(".")[0] for path in SAMPLES.glob("gold/*.json")}
    assert gold == set(ALL)


def test_pages_and_gold_are_what_the_sources_say() -> None:
    build = subprocess.run(
        [sys.executable, SAMPLES / "author" / "build.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (build.returncode, build.stdout, build.stderr) == (0, "nothing to change\n", "")


def test_encodings() -> None:
    encodings = {name: decode(sample.data).encoding for name, sample in ALL.items()}
    assert encodings.pop("rb0830-01") == "gb18030"
    assert encodings.pop("rb0830-04") == "utf-16-le"
    assert set(encodings.values()) == {"utf-8"}
    assert ALL["wb0912-02"].data.startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        ALL["wb1011-02"].data.decode("utf-8")


@NAMED
def test_each_line_is_in_exactly_one_place(sample: Sample) -> None:
    gold = sample.structure
    places = Counter(line for a in gold["articles"] for line in [*a["title"], *a["body"]])
    places.update([*gold["subheads"], *gold["columns"], *gold["furniture"], *(d["line"] for d in gold["duplicates"])])
    assert gold["line_count"] == len(LINES[sample.name])
    assert places == dict.fromkeys(range(gold["line_count"]), 1)


@NAMED
def test_joins_and_copies_are_possible(sample: Sample) -> None:
    gold, lines = sample.structure, LINES[sample.name]
    article = {line: n for n, a in enumerate(gold["articles"]) for line in [*a["title"], *a["body"]]}
    firsts, seconds = [a for a, _ in gold["joins"]], [b for _, b in gold["joins"]]
    assert len(set(firsts)) == len(firsts)
    assert len(set(seconds)) == len(seconds)
    for first, second in gold["joins"]:
        assert first < second
        assert article.get(first) == article.get(second)
    # A paragraph that stops for good is not gone on with, and does not end as a sentence does.
    for line in gold["truncated"]:
        assert line not in firsts
        assert lines[line].rstrip()[-1] not in "。！？!?”"
    copied = {d["line"] for d in gold["duplicates"]}
    for copy in gold["duplicates"]:
        assert copy["of"] not in copied
        if copy["kind"] == "exact":
            assert lines[copy["line"]] == lines[copy["of"]]


@NAMED
def test_facts_stand_where_gold_says(sample: Sample) -> None:
    lines, facts = [plain(line) for line in LINES[sample.name]], sample.facts
    after = dict(sample.structure["joins"])

    def paragraph(line: int) -> str:
        text = lines[line]
        while line in after:
            line = after[line]
            text += lines[line]
        return text

    for table in ("amounts", "dates", "counts", "traps"):
        for fact in facts[table]:
            assert plain(fact["text"]) in paragraph(fact["line"])
    for fact in facts["people"]:
        assert plain(fact["name"]) in paragraph(fact["line"])
    count = len(sample.structure["articles"])
    assert all(0 <= fact["article"] < count for table in facts.values() if isinstance(table, list)
               for fact in table if isinstance(fact, dict) and "article" in fact)  # fmt: skip


def plain(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\u200b\u00ad]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("sample", [s for s in ALL.values() if s.structure["cross_page"]], ids=lambda s: s.name)
def test_articles_on_two_pages(sample: Sample) -> None:
    for entry in sample.structure["cross_page"]:
        here = "".join(plain(LINES[sample.name][n]) for n in entry["lines"])
        there = "".join(plain(LINES[entry["other"]][n]) for n in entry["other_lines"])
        assert (here == there) == (entry["kind"] == "exact")
        optional = [a["optional"] for a in sample.structure["articles"] if a["body"] == entry["lines"]]
        assert optional == [entry["kind"] != "numbers_changed"]


# -- every defect is there ---------------------------------------------------------------------------------------------


class Place:
    """A line that the table of defects names, with what the tests of a defect look at."""

    def __init__(self, name: str, line: int) -> None:
        self.line, self.gold, self.facts, self.lines = line, ALL[name].structure, ALL[name].facts, LINES[name]
        self.text = self.lines[line]
        self.joined = dict(self.gold["joins"])
        self.copies = {d["line"]: d for d in self.gold["duplicates"]}

    @property
    def rest(self) -> str:
        return self.lines[self.joined[self.line]]

    @property
    def before(self) -> str:
        """The paragraph up to and with this line."""
        back = {second: first for first, second in self.joined.items()}
        text, line = self.text, self.line
        while line in back:
            line = back[line]
            text = self.lines[line] + text
        return text

    def paragraph(self) -> list[int]:
        back = {second: first for first, second in self.joined.items()}
        line = self.line
        while line in back:
            line = back[line]
        out = [line]
        while line in self.joined:
            line = self.joined[line]
            out.append(line)
        return out

    def article(self) -> dict:
        return next(a for a in self.gold["articles"] if self.line in [*a["title"], *a["body"]])

    def of(self) -> str:
        return self.lines[self.copies[self.line]["of"]]

    def is_between_halves(self) -> bool:
        return any(first < self.line < second for first, second in self.joined.items())

    def is_in(self, part: str) -> bool:
        return any(self.line in article[part] for article in self.gold["articles"])


def opens(text: str, left: str, right: str) -> bool:
    return text.count(left) > text.count(right)


DEFECTS = {
    "cut inside a word": lambda p: re.search(r"\w$", p.text) and re.match(r"[^\W\d]", p.rest),
    "cut between words": lambda p: re.search(r"\w$", p.text) and re.match(r"[^\W\d]", p.rest),
    "cut after a comma": lambda p: p.rest and p.text[-1] in ",，",
    "cut after an enumeration comma": lambda p: p.rest and p.text[-1] == "、",
    "cut after a semicolon": lambda p: p.rest and p.text[-1] in ";；",
    "cut inside a quotation": lambda p: p.rest and opens(p.before, "“", "”"),
    "cut inside a sum": lambda p: re.search(r"\d$", p.text) and re.match(r"[\d.]+[万亿]元", p.rest),
    "cut inside a date": lambda p: re.search(r"\d$", p.text) and re.match(r"\d+年", p.rest),
    "cut inside brackets": lambda p: p.rest and opens(p.text, "(", ")"),
    "cut inside a book title": lambda p: p.rest and opens(p.text, "《", "》"),
    "cut before a short last half": lambda p: len(p.rest) <= 3,
    "cut after a short first half": lambda p: p.rest and len(p.text) <= 8,
    "two cuts in one paragraph": lambda p: len(p.paragraph()) == 3,
    "three cuts in one paragraph": lambda p: len(p.paragraph()) == 4,
    "heading between two halves": lambda p: (
        p.is_between_halves() and (p.is_in("title") or p.line in p.gold["subheads"])
    ),
    "body of another article between two halves": lambda p: p.is_between_halves() and p.is_in("body"),
    "article interrupted by another": lambda p: (
        not set(range(min(p.article()["body"]), max(p.article()["body"]))).issubset(
            {*p.article()["body"], *p.gold["subheads"], *p.gold["furniture"]}
        )
    ),
    "wrapped column without blank lines": lambda p: p.rest and 20 <= len(p.text) <= 24,
    "wrapped column with blank lines": lambda p: p.rest and 18 <= len(p.text) <= 22,
    "wrapped column with indents": lambda p: p.text.startswith("　　") and 16 <= len(p.text) <= 20,
    "loop with a changed lead phrase": lambda p: p.text != p.of() and p.text[5:] in p.of(),
    "loop cut in its last round": lambda p: p.text != p.of() and p.of().startswith(p.text),
    "loop of identical blocks": lambda p: p.text == p.of(),
    "loop with a counting number": lambda p: p.text[1] != p.of()[1] and p.text[2:] == p.of()[2:],
    "caption three times": lambda p: p.lines.count(p.text) == 3,
    "copy without its headline": lambda p: p.text == p.of() and p.line - 1 not in p.copies,
    "copy with its headline": lambda p: p.text == p.of() and p.line + 1 in p.copies,
    "orphan tail with a character more": lambda p: p.line < p.copies[p.line]["of"] and len(p.text) == len(p.of()) + 1,
    "headline after its body": lambda p: p.line in p.article()["title"] and p.line > max(p.article()["body"]),
    "headline over two lines": lambda p: {p.line - 1, p.line} <= set(p.article()["title"]),
    "headline longer than 32 characters": lambda p: p.is_in("title") and len(p.text) > 32,
    "headline that its body repeats": lambda p: (
        p.is_in("title") and p.text in "".join(p.lines[n] for n in p.article()["body"]) + p.text
    ),
    "two photo texts under one heading": lambda p: p.article()["kind"] == "photo" and not p.article()["title"],
    "photo story without headline": lambda p: p.article()["kind"] == "photo" and not p.article()["title"],
    "equal credits under two photos": lambda p: p.text.endswith("摄") and p.lines.count(p.text) >= 2,
    "stray subhead": lambda p: p.line in p.gold["subheads"],
    "subhead with a full stop": lambda p: p.line in p.gold["subheads"] and p.text[-1] == "。",
    "subhead without a full stop": lambda p: p.line in p.gold["subheads"] and p.text[-1] != "。",
    "page that is one article without headline": lambda p: [a["title"] for a in p.gold["articles"]] == [[]],
    "byline inside a paragraph": lambda p: re.search(r"[。”].*(记者|通讯员) \w+ ?[\w ]*$", p.text),
    "byline of its own": lambda p: re.fullmatch(r"[(]?记者 [\w ]+[)]?", p.text),
    "two outlets in a byline": lambda p: re.search(r"\w+·\w+记者", p.text),
    "dateline": lambda p: re.match(r"本报讯[(]", p.text),
    "column name": lambda p: p.line in p.gold["columns"],
    "subtitle": lambda p: p.is_in("title") and p.text.startswith("——"),
    "kicker": lambda p: p.line == p.article()["title"][0] and p.text.endswith(":"),
    "furniture": lambda p: p.line in p.gold["furniture"],
    "jump to another page": lambda p: "下转" in p.text and p.gold["continues"],
    "jump from another page": lambda p: "上接" in p.text,
    "list that stays apart": lambda p: p.text[:2] in ("一是", "二是") and p.text[-1] == ";" and p.line not in p.joined,
    "verse": lambda p: len(p.text) == 6 and p.line not in p.joined,
    "name list": lambda p: re.fullmatch(r"\w{2,4} \w+", p.text),
    "table": lambda p: re.fullmatch(r"\w+( \d+)+", p.text),
    "truncated before a heading": lambda p: (
        p.line in p.gold["truncated"] and any(p.line + 1 in a["title"] for a in p.gold["articles"])
    ),
    "truncated at the end of an article": lambda p: (
        p.line in p.gold["truncated"] and p.line == max(p.article()["body"])
    ),
    "final punctuation lost": lambda p: (
        p.is_in("body")
        and re.search(r"[\w%”]$", p.text)
        and p.line not in p.gold["truncated"]
        and p.line not in p.joined
    ),
    "spaces inside words": lambda p: re.search(r"\w \w ", p.text),
    "space inside a sum": lambda p: re.search(r"\d [万亿]元", p.text),
    "full-width digits": lambda p: re.search(r"[０-９]亿", p.text),
    "invisible characters": lambda p: re.search(r"[\x00-\x1f\u200b\u00ad]", p.text),
    "damaged bytes": lambda p: "�" in p.text,
    "half-width punctuation": lambda p: "," in p.text and "，" not in p.text,
    "full-width punctuation": lambda p: "，" in p.text and "," not in p.text,
    "article printed on two pages": lambda p: p.line in _crossing(p, "exact"),
    "article printed on two pages with small differences": lambda p: p.line in _crossing(p, "near"),
    "same words about something else": lambda p: any(_is_template(p, s) for s in ALL.values()),
    "formula paragraph of two articles": lambda p: p.lines.count(p.text) == 2 and p.is_in("body"),
    "person without a name": lambda p: any(q.get("anonymised") and q["line"] == p.line for q in p.facts["people"]),
    "rare surname": lambda p: any(q["name"][0] in "宓养诸" and q["line"] == p.line for q in p.facts["people"]),
    "person with two posts": lambda p: any(len(q["titles"]) == 2 and q["line"] == p.line for q in p.facts["people"]),
    "sums of every form": lambda p: any(
        a["line"] == p.line and (a["qualifier"], a["currency"]) != ("exact", "CNY") for a in p.facts["amounts"]
    ),
    "numbers that are no facts": lambda p: any(t["line"] == p.line for t in p.facts["traps"]),
}


def _crossing(place: Place, kind: str) -> list[int]:
    return [line for entry in place.gold["cross_page"] if entry["kind"] == kind for line in entry["lines"]]


def _is_template(place: Place, sample: Sample) -> bool:
    return any(
        entry["kind"] == "numbers_changed"
        and entry["other"] == place.gold["page"]
        and place.line in entry["other_lines"]
        for entry in sample.structure["cross_page"]
    )


def told_defects() -> dict[str, list[tuple[str, int]]]:
    rows = re.findall(r"^\| ([^|]+) \| ((?:\S+:\d+ ?)+) \|$", SAMPLES.joinpath("README.md").read_text("utf-8"), re.M)
    return {name: [(w.rpartition(":")[0], int(w.rpartition(":")[2])) for w in where.split()] for name, where in rows}


def test_the_table_of_defects_is_whole() -> None:
    assert told_defects().keys() == DEFECTS.keys()


@pytest.mark.parametrize(
    ("defect", "name", "line"), [(d, n, i) for d, where in told_defects().items() for n, i in where]
)
def test_defect_is_where_the_table_says(defect: str, name: str, line: int) -> None:
    assert DEFECTS[defect](Place(name, line)), LINES[name][line]


def test_amounts_of_every_qualifier_and_currency() -> None:
    amounts = [a for sample in ALL.values() for a in sample.facts["amounts"]]
    assert {a["qualifier"] for a in amounts} == {"exact", "about", "over", "under", "range", "order-of-magnitude"}
    assert {a["currency"] for a in amounts} == {"CNY", "USD"}
    statuses = {p["status"] for sample in ALL.values() for p in sample.facts["projects"]}
    assert statuses >= {"signed", "started", "continued", "in_production", "under_negotiation"}
    posts = [(s.facts["published_on"], t) for s in ALL.values() for p in s.facts["people"]
             if p["name"] == "佟砚秋" for t in p["titles"]]  # fmt: skip
    assert {title for day, title in posts if day < "2024-10"} == {"市开发区党工委书记", "管委会主任"}
    assert {title for day, title in posts if day >= "2024-10"} >= {"市委常委", "副市长"}


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(UndecodableText):
        decode(TESTS.joinpath("refused", "scan.txt").read_bytes())
    assert TESTS.joinpath("refused", "empty.txt").read_bytes() == b""
    assert not re.search(r"[\u4e00-\u9fff]", TESTS.joinpath("refused", "refusal.txt").read_text("utf-8"))
    stuck = TESTS.joinpath("refused", "stuck.txt").read_text("utf-8")
    assert re.search(r"(\w{10}、)\1{10}", stuck)
    assert re.search(r"(\w)\1{50}", stuck)


def test_dates_and_collections_come_from_path_manifest_or_record() -> None:
    from flows.discovery import discover
    from flows.landing import LandingOptions, PlacedFile, land_container, land_files
    from flows.manifest import place_key, read_manifests
    from flows.naming import PathPattern, Placed
    from flows.settings import Settings

    found = discover([SAMPLES / "pages"], None)
    manifests = read_manifests(found.manifests, None)
    assert (found.refusals, manifests.refusals, found.skipped) == ([], [], [])
    settings = Settings()
    pattern = PathPattern(settings.path_pattern)
    options = LandingOptions(*(getattr(settings, name) for name in LandingOptions._fields))
    told: dict[str, tuple[str | None, str | None, str | None]] = {}
    for file in found.files:
        written = manifests.places.get(place_key(Path(file.path)))
        placed = PlacedFile(file, written or pattern.read(file.input), "manifest" if written else "path", "")
        landed = list(land_container(placed, options)) if file.is_container else [land_files([placed], options)]
        for part in landed:
            assert part.refusals == []
            for row in part.pages.iter_rows(named=True):
                day = row["published_on"].isoformat() if row["published_on"] else None
                told[row["source"]] = (day, row["published_on_source"], row["collection"])
    assert told.keys() == {f"pages/{sample.source}" for sample in ALL.values()}
    for sample in ALL.values():
        day, by, collection = told[f"pages/{sample.source}"]
        assert day == sample.facts["published_on"]
        assert by == (None if day is None else sample.facts["evidence"].split()[-1].removesuffix(".csv"))
        assert (collection is None) == (sample.name == "undated-07")
    assert Placed(None, None) in [pattern.read(source) for source in told]


# -- what the stages make of them --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scores() -> Scores:
    samples = list(ALL.values())
    return score(samples, page_frame(samples))


@pytest.mark.parametrize(("measure", "floor"), FLOORS["f1"].items())
def test_measure_is_at_its_floor(scores: Scores, measure: str, floor: float) -> None:
    got = scores[measure]
    told = [f"missed {m}" for m in got.missed] + [f"wrong {w}" for w in got.wrong]
    assert got.f1 >= floor, "\n".join(told)


def test_every_measure_has_a_floor(scores: Scores) -> None:
    assert scores.keys() == FLOORS["f1"].keys()


def test_scores_are_those_of_the_other_scorer(shared: Path, scores: Scores, tmp_path: Path) -> None:
    """The samples' own scorer and the one beside the development data count the same, optional articles left out."""
    from benchmarks.score_pages import build_warehouse

    pages = page_frame(list(ALL.values()))
    build_warehouse(pages, tmp_path / "w.duckdb")
    for name, text in pages.select("page_id", "text").iter_rows():
        tmp_path.joinpath(f"{name}.txt").write_text(text.replace("\r", ""), "utf-8")
    told = subprocess.run(
        [sys.executable, shared / "bench" / "score.py", tmp_path / "w.duckdb", SAMPLES / "gold", tmp_path, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stderr == ""
    theirs = json.loads(told.stdout)
    same = {
        "conservation: every line in a paragraph": "lines kept",
        "line joins": "line joins",
        "duplicate lines": "duplicate lines",
        "article bodies, exact": "article bodies",
        "titles on the right article, exact": "titles on the right article",
        "truncated paragraphs": "truncated paragraphs",
        "amounts (value, currency)": "amounts",
        "people (name)": "people",
        "people with all titles exact": "people, titles exact",
        "projects (name, amount)": "projects",
        "dates (iso)": "dates",
        "counts (value, unit)": "counts",
    }
    for measure, mine in same.items():
        got = scores[mine]
        assert [theirs[measure][k] for k in ("hits", "found", "gold")] == [got.hits, got.found, got.gold], measure


def test_page_order_does_not_matter() -> None:
    samples = list(ALL.values())[:7]
    pages = page_frame(samples)
    first, again = (score(samples, frame) for frame in (pages, pl.concat([pages[4:], pages[:4]])))
    assert {m: (s.hits, s.found) for m, s in first.items()} == {m: (s.hits, s.found) for m, s in again.items()}
