"""Rows 8, 9 and 10: archives, links, pipes, devices, and names made to be taken for something else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.discovery import discover
from flows.manifest import read_manifests
from tests.reliability import driver
from tests.reliability.archive import page
from transforms.escape import for_terminal
from warehouse.ask import ask, connect

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.row(8, "archives with members such as ../x", "never unpacked: no archive is a container")
@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.7z", "a.txt.gz"])
def test_archives_are_not_unpacked(tmp_path, campaign, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04../../x")
    assert discover([tmp_path], None).files == []
    (refusal,) = discover([tmp_path / name], None).refusals
    assert refusal.reason == "unknown kind of file"
    campaign.count("kinds of archive")


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


@pytest.mark.row(9, "symlink loops, pipes and devices", "each file once; no hang")
def test_a_manifest_without_end_is_refused(tmp_path, campaign):
    path = tmp_path / "manifest.csv"
    with open(path, "wb") as file:
        file.truncate(65 * 2**20)
    (refusal,) = read_manifests([str(path)], None).refusals
    assert refusal.reason == "too large"
    campaign.count("manifests")


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
    outcome = driver.run([folder], warehouse=warehouse)
    assert outcome.exit_code == 0, outcome.error
    with connect(warehouse) as connection:
        texts = dict(connection.execute("select source, text from raw.pages").fetchall())
        held = connection.execute("select source from quality.quarantine").fetchall()
    assert len(texts) == len(NAMES)
    assert held == [("pages/empty\n\x1b[31m.txt",)]
    assert sorted(texts.values()) == sorted(page(number) for number in range(len(NAMES)))
    assert texts["pages/*.txt"] == page(0)
    again = driver.run([folder], warehouse=warehouse, run_id="again")
    assert again.exit_code == 0, again.error
    shown = ask(warehouse, "select source from raw.pages union all select source from quality.quarantine")
    assert for_terminal(shown, keep_line_ends=True) == shown, "a name reached the terminal as it is"
    assert len(shown.splitlines()) == len(NAMES) + 4
    campaign.count("names", len(NAMES) + 1)
