"""Rows 6 to 13 and 16 to 18: what strangers may hand in, and the doors through which their text leaves."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import resource
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

from flows.discovery import FoundFile, discover
from flows.landing import LandingOptions, PlacedFile, land_container, land_files
from flows.manifest import read_manifests
from flows.naming import Placed
from flows.settings import Settings
from tests.reliability import driver
from tests.reliability.archive import page
from transforms.errors import UndecodableText, UsageError
from transforms.escape import for_terminal
from transforms.raw.decode import decode
from warehouse.ask import ask, connect

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = LandingOptions("text", "date", "collection", 2**20, 2000, 16 * 2**20)


def _placed(path: Path, *, is_container: bool = False) -> PlacedFile:
    return PlacedFile(
        FoundFile(path.name, str(path), path.stat().st_size, is_container), Placed(None, None), "path", "f"
    )


# Row 6 ------------------------------------------------------------------------------------------------------------------


@pytest.mark.row(6, "random, mutated and valid byte strings", "nothing but UndecodableText; valid text comes back")
def test_any_bytes_are_text_or_are_refused(campaign):
    chance = random.Random(campaign.seed)
    sound = [page(number) for number in range(8)]
    kinds = ("random", "mutated", "cut", "valid")
    count = 20_000 if campaign.is_full else 600
    for number in range(count):
        encoding = chance.choice(("utf-8", "gb18030", "big5hkscs", "utf-16"))
        text = chance.choice(sound)[: chance.randint(40, 400)]
        data = bytearray(text.encode(encoding, "replace"))
        kind = kinds[number % 4]
        if kind == "random":
            data = bytearray(chance.randbytes(chance.randint(0, 200)))
        elif kind == "mutated":
            for _ in range(chance.randint(1, 20)):
                data[chance.randrange(len(data))] = chance.randrange(256)
        elif kind == "cut":
            del data[: chance.randint(0, 3)], data[len(data) - chance.randint(1, 3) :]
        try:
            read = decode(bytes(data))
        except UndecodableText:
            assert kind != "valid" or encoding == "big5hkscs", f"{encoding} text was refused"
            continue
        read.text.encode()  # no lone surrogate
        if kind == "valid" and encoding in ("utf-8", "utf-16"):
            assert read.text == text
    campaign.count("byte strings", count)


# Row 7 ------------------------------------------------------------------------------------------------------------------


def _write_bomb(folder: Path, kind: str) -> Path:
    if kind == "gzip":
        path = folder / "bomb.jsonl.gz"
        with gzip.open(path, "wb") as file:
            for _ in range(256):
                file.write(bytes(2**20))
    elif kind == "gzip of records":
        path = folder / "bomb.jsonl.gz"
        with gzip.open(path, "wb") as file:
            line = json.dumps({"text": "栗" * 100_000}).encode() + b"\n"
            for _ in range(500):
                file.write(line)
    elif kind == "zstd":
        path = folder / "bomb.jsonl.zst"
        with pa.CompressedOutputStream(str(path), "zstd") as file:
            for _ in range(256):
                file.write(bytes(2**20))
    elif kind == "one parquet value":
        path = folder / "bomb.parquet"
        table = pa.table({"text": pa.array(["a" * (256 * 2**20)])})
        pa.parquet.write_table(table, path, compression="zstd", use_dictionary=False)
    else:
        path = folder / "bomb.parquet"
        column = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["a" * 900_000]))
        pa.parquet.write_table(pa.table({"text": column}), path, compression="zstd")
    return path


LAND = """
import resource, sys, json
from pathlib import Path
from tests.reliability.test_hostile import OPTIONS, _placed
from flows.landing import land_container
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in sys.argv[1:]:
    reasons, pages = [], 0
    for landed in land_container(_placed(Path(name), is_container=True), OPTIONS):
        pages += landed.pages.height
        reasons += [refusal.reason for refusal in landed.refusals]
        if pages > 200: break
    print(json.dumps([pages, sorted(set(reasons))]))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
BOMBS = ("gzip", "gzip of records", "zstd", "one parquet value", "one value, named 20,000 times")
BOMB = "containers that unpack to a thousand times their size"
BOMB_MARK = "refused above 100:1; less than 200 MB more memory"


@pytest.mark.row(7, BOMB, BOMB_MARK)
def test_bombs_do_not_go_off(tmp_path, campaign):
    paths = []
    for number, kind in enumerate(BOMBS):
        (tmp_path / f"{number}").mkdir()
        paths.append(_write_bomb(tmp_path / f"{number}", kind))
        assert paths[-1].stat().st_size < 2**21
    command = [sys.executable, "-c", LAND, *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    *found, grown_mb = [json.loads(line) for line in done.stdout.splitlines()]
    for kind, (pages, reasons) in zip(BOMBS, found, strict=True):
        if kind == BOMBS[-1]:
            assert pages > 0  # each row is a page like any other, and they come a batch at a time
        else:
            assert reasons == ["unpacks to too much"], kind
    assert grown_mb < 200, f"{grown_mb} MB"
    campaign.count("bombs", len(BOMBS))
    campaign.measure("most memory", f"{grown_mb} MB")


@pytest.mark.row(7, BOMB, BOMB_MARK)
@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.zst", ".parquet"])
def test_a_damaged_container_gives_what_came_before_and_never_an_exception(tmp_path, campaign, suffix):
    chance = random.Random(campaign.seed)
    lines = b"".join(json.dumps({"text": page(n)}, ensure_ascii=False).encode() + b"\n" for n in range(300))
    path = tmp_path / f"sound{suffix}"
    if suffix == ".parquet":
        pl.DataFrame({"text": [page(n) for n in range(300)]}).write_parquet(path)
    elif suffix == ".jsonl.gz":
        path.write_bytes(gzip.compress(lines))
    else:
        with pa.CompressedOutputStream(str(path), "zstd") as file:
            file.write(lines)
    sound = path.read_bytes()
    for number in range(300 if campaign.is_full else 15):
        data = bytearray(sound)
        if number % 3:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        else:
            del data[chance.randrange(len(data)) :]
        damaged = tmp_path / f"damaged{suffix}"
        damaged.write_bytes(data)
        for landed in land_container(_placed(damaged, is_container=True), OPTIONS):
            assert all(refusal.reason for refusal in landed.refusals)
        campaign.count("damaged containers")


# Row 8 ------------------------------------------------------------------------------------------------------------------


@pytest.mark.row(8, "archives with members such as ../x", "never unpacked: no archive is a container")
@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.7z", "a.txt.gz"])
def test_archives_are_not_unpacked(tmp_path, campaign, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04../../x")
    assert discover([tmp_path], None).files == []
    (refusal,) = discover([tmp_path / name], None).refusals
    assert refusal.reason == "unknown kind of file"
    campaign.count("kinds of archive")


# Row 9 ------------------------------------------------------------------------------------------------------------------


@pytest.mark.row(9, "symlink loops, pipes and devices", "each file once; no hang")
def test_nothing_that_is_no_file_is_opened(tmp_path, campaign):
    """In a process of its own with a time limit, since reading a pipe would wait for ever."""
    (tmp_path / "pages" / "deep").mkdir(parents=True)
    (tmp_path / "pages" / "deep" / "1.txt").write_text(page(1), encoding="utf-8")
    os.symlink(".", tmp_path / "pages" / "loop")
    os.symlink("../..", tmp_path / "pages" / "deep" / "loop")
    os.symlink("self.txt", tmp_path / "pages" / "self.txt")
    os.symlink("/dev/zero", tmp_path / "pages" / "zero.txt")
    os.symlink("/dev/zero", tmp_path / "pages" / "deep" / "manifest.csv")
    os.mkfifo(tmp_path / "pages" / "pipe.txt")
    os.mkfifo(tmp_path / "pages" / "pipe.jsonl")
    os.mkfifo(tmp_path / "pages" / "manifest.csv")
    code = (
        "import sys, pathlib; from flows.discovery import discover; from flows.manifest import read_manifests\n"
        "found = discover([pathlib.Path(sys.argv[1])], None); read_manifests(found.manifests, None)\n"
        "print(*(file.input for file in found.files)); print(len(found.refusals))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "pages")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["pages/deep/1.txt", "6"]
    campaign.count("links, pipes and devices", 8)


# Row 10 -----------------------------------------------------------------------------------------------------------------

NAMES = [
    b"*.txt", b"[ab].txt", b"a.txt", b"b.txt", b"?.txt", b"x'; drop table t; --.txt", b'"; drop table t; --.txt',
    b"two\nlines.txt", b"back\rwards.txt", "\u202etxt.exe.txt".encode(), b"\x1b[31mred\x1b[0m.txt", b"tab\there.txt",
    b"a" * 251 + b".txt", b"\xff\xfe.txt", b"\xc3(.txt", b"-rf.txt", b"--help.txt", b"~.txt", b"$(id).txt", b"%s%n.txt",
    b"{{7*7}}.txt", b"<script>alert(1)<.txt", b"a::b.txt", b"s3:x.txt", b" .txt", "\u3000.txt".encode(), b"=1+1.txt",
    "e\u0301.txt".encode(), b"CON.txt", b"a#1.txt", b"[bold].txt",
]  # fmt: skip


@pytest.mark.row(10, "hostile file names", "one row per file; nothing leaks; shown escaped")
def test_a_file_name_is_a_name_and_nothing_else(tmp_path, campaign):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:
            file.write(page(number).encode())
    with open(os.fsencode(folder) + b"/empty\n\x1b[31m.txt", "wb"):
        pass
    warehouse = tmp_path / "news.duckdb"
    outcome = driver.run([folder], warehouse=warehouse, batch_pages=8)
    assert outcome.exit_code == 0, outcome.error
    with connect(warehouse) as connection:
        texts = dict(connection.execute("select source, text from raw.pages").fetchall())
        held = connection.execute("select source from quality.quarantine").fetchall()
    assert len(texts) == len(NAMES)
    assert held == [("pages/empty\n\x1b[31m.txt",)]
    assert sorted(texts.values()) == sorted(page(number) for number in range(len(NAMES)))
    assert texts["pages/*.txt"] == page(0)
    again = driver.run([folder], warehouse=warehouse, batch_pages=8, run_id="again")
    assert again.exit_code == 0, again.error
    shown = ask(warehouse, "select source from raw.pages union all select source from quality.quarantine")
    assert for_terminal(shown, keep_line_ends=True) == shown, "a name reached the terminal as it is"
    assert len(shown.splitlines()) == len(NAMES) + 4
    campaign.count("names", len(NAMES) + 1)


# Rows 11 and 12 ---------------------------------------------------------------------------------------------------------

SCRIPTS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></table><svg onload=alert(1)>", "{{7*7}}", "$PARAM",
    "javascript:alert(1)", "\"><iframe src=//example.org>", "]]>", "<!--", "${jndi:ldap://example.org}", "[a](javascript:b)",
)  # fmt: skip
FORMULAS = ("=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", '=HYPERLINK("x")')


class _Finder(HTMLParser):
    """What in a page of HTML could act or call out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "base"):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith(
                ("javascript:", "http:", "https:", "//")
            ):
                self.found.append(f"{tag} {name}={value}")


def hostile_archive(folder: Path) -> Path:
    """Write pages whose text, headlines, names, papers and dates are all hostile."""
    for number, script in enumerate((*SCRIPTS, *FORMULAS)):
        paper = folder / "pages" / script.replace("/", "∕").replace("\r", "").replace("\n", "") / "2023-09-14"
        paper.mkdir(parents=True, exist_ok=True)
        text = (
            f"{script}\n\n{page(number).replace('栗湾镇', f'栗湾镇{script}')}\n\n{script}栗湾镇今年计划投资320万元。\n"
        )
        (paper / f"{number}.txt").write_text(text, encoding="utf-8", newline="")
    return folder / "pages"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    outcome = driver.run([hostile_archive(folder)], warehouse=folder / "news.duckdb")
    assert outcome.exit_code == 0, outcome.error
    return folder / "news.duckdb"


HTML = "scripts in text, headlines, names and papers, at every door that writes HTML"
HTML_MARK = "0 script elements, 0 handlers, 0 addresses elsewhere"


@pytest.mark.row(11, HTML, HTML_MARK)
def test_data_docs_hold_no_text_of_a_page(hostile, tmp_path, campaign):
    from expectations import combine
    from expectations.docs import render_docs
    from flows.stage_files import StageFiles, read_measured

    files = StageFiles(f"{hostile}.work/stages")
    batch_ids = sorted(path.name for path in Path(f"{hostile}.work/stages/raw").iterdir())
    stages = ("raw", "cleaned", "deduplicated", "extracted")
    render_docs(
        {stage: combine([read_measured(files, stage, batch) for batch in batch_ids]) for stage in stages},
        tmp_path / "docs",
    )
    htmls = [path.read_text(encoding="utf-8") for path in (tmp_path / "docs").rglob("*.html")]
    assert htmls
    for html in htmls:
        finder = _Finder()
        finder.feed(html)
        assert finder.found == []
        assert not [script for script in (*SCRIPTS[:3], "栗湾") if script in html]
    campaign.count("pages of HTML", len(htmls))


@pytest.mark.row(12, "cells that a spreadsheet takes for formulas, at every door that writes CSV", "each is prefixed")
def test_no_cell_of_a_csv_is_a_formula(hostile, campaign):
    for query in (
        "select collection, source from raw.pages",
        "select text from cleaned.paragraphs",
        "select headline from articles",
    ):
        rows = list(csv.reader(io.StringIO(ask(hostile, query, output="csv"), newline="")))
        for cell in [cell for row in rows[1:] for cell in row]:
            assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠")), cell
        campaign.count("cells", sum(map(len, rows)))
    for formula in FORMULAS:
        out = ask(hostile, f"select chr({ord(formula[0])}) || '1+1' as x", output="csv")
        assert next(csv.reader(io.StringIO(out.split("\n", 1)[1], newline="")))[0].startswith("'"), formula


@pytest.mark.row(11, HTML, HTML_MARK)
@pytest.mark.parametrize("output", ["table", "markdown"])
def test_no_escape_sequence_reaches_a_terminal(hostile, campaign, output):
    evil = "'\x1b]0;title\x07' || chr(8238) || chr(155) || '31m'"
    shown = ask(hostile, f"select {evil} as cell", output=output)
    assert for_terminal(shown, keep_line_ends=True) == shown
    campaign.count("terminal outputs")


# Row 13 -----------------------------------------------------------------------------------------------------------------


@pytest.mark.row(
    13, "statements that would read files, write, load, attach or unlock", "each is refused, the file is as it was"
)
@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')", "select * from read_text('/etc/passwd')", "from '/etc/passwd'",
        "select * from glob('/etc/*')", "copy (select 1) to '/tmp/x.csv'", "copy raw.pages from '/etc/passwd'",
        "attach '/tmp/x.duckdb' as x", "attach ':memory:' as x; create table x.t as select 1; from read_blob('/etc/passwd')",
        "install httpfs", "load httpfs", "load '/tmp/x.so'", "set enable_external_access = true",
        "set lock_configuration = false", "reset enable_external_access", "pragma enable_external_access = true",
        "set allowed_directories = ['/']", "create table t (x int)", "drop table raw.pages", "delete from raw.pages",
        "update raw.pages set text = ''", "insert into ops.runs select * from ops.runs", "export database '/tmp/x'",
        "import database '/tmp/x'", "select * from read_parquet('https://example.org/x.parquet')", "checkpoint",
        "set home_directory = '/'", "call pragma_storage_info('/etc/passwd')", "select getenv('HOME')",
    ],
)  # fmt: skip
def test_sql_can_only_read_the_warehouse(hostile, campaign, statement):
    before = hostile.read_bytes()
    try:
        out = ask(hostile, statement)
    except UsageError as error:
        out = str(error)
    else:
        assert statement.startswith(("checkpoint", "call pragma_storage_info")), out
    assert "root:" not in out
    assert hostile.read_bytes() == before
    campaign.count("statements")


# Rows 16 and 18 ---------------------------------------------------------------------------------------------------------

LARGE = "lines made to keep a rule busy, one twice as long as the other"
LARGE_MARK = "time(2n) / time(n) < 2.5 for decode, clean, deduplicate and extract"


@pytest.mark.row(16, LARGE, LARGE_MARK)
@pytest.mark.parametrize("mib", [64, 300, 1024])
def test_a_huge_line_is_refused_by_its_size(tmp_path, campaign, mib):
    path = tmp_path / "huge.txt"
    with open(path, "wb") as file:
        file.truncate(mib * 2**20)  # a sparse file: it is never read
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    settings = Settings()
    options = LandingOptions(**{name: getattr(settings, name) for name in LandingOptions._fields})
    (refusal,) = land_files([_placed(path)], options).refusals
    assert refusal.reason == "too large"
    assert time.process_time() - started < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024
    campaign.measure(f"{mib} MiB line", "refused unread")


@pytest.mark.row(16, LARGE, LARGE_MARK)
def test_a_page_of_too_many_lines_is_refused(tmp_path, campaign):
    (tmp_path / "list.txt").write_text("栗湾\n" * 20_001, encoding="utf-8")
    (tmp_path / "page.txt").write_text("栗湾\r\n" * 19_999, encoding="utf-8", newline="")
    landed = land_files([_placed(tmp_path / "list.txt"), _placed(tmp_path / "page.txt")], OPTIONS)
    assert [refusal.detail for refusal in landed.refusals] == [
        "it has 20,002 lines, more than 20,000, so hardly one page. Try: split it into pages, or raise max_page_lines"
    ]
    assert landed.pages["line_count"].to_list() == [20_000]
    campaign.count("pages of 20,000 lines", 2)


@pytest.mark.row(9, "symlink loops, pipes and devices", "each file once; no hang")
def test_a_manifest_without_end_is_refused(tmp_path, campaign):
    path = tmp_path / "manifest.csv"
    with open(path, "wb") as file:
        file.truncate(65 * 2**20)
    (refusal,) = read_manifests([str(path)], None).refusals
    assert refusal.reason == "too large"
    campaign.count("manifests")
