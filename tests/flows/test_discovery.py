"""Which files a run is about, whatever strangers called them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.discovery import discover
from transforms.errors import UsageError


def write(path, data=b"\xe6\x98\xa5"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def sources(found):
    return [file.input for file in found.files]


def test_folders_are_walked_and_sorted(tmp_path):
    for name in (
        "b/2.txt",
        "b/1.TXT",
        "a/3.md",
        "a/r.jsonl.gz",
        "c.parquet",
        ".hidden/x.txt",
        ".x.txt",
        "cover.png",
        "README.md",
    ):
        write(tmp_path / "pages" / name)
    found = discover([tmp_path / "pages"], None)
    assert sources(found) == ["pages/a/3.md", "pages/a/r.jsonl.gz", "pages/b/1.TXT", "pages/b/2.txt", "pages/c.parquet"]
    assert [file.is_container for file in found.files] == [False, True, False, False, True]
    assert found.skipped == ["pages/README.md", "pages/cover.png"]
    assert found.folders == ["pages"]


def test_a_file_has_one_name_however_it_is_given(tmp_path, monkeypatch):
    page = write(tmp_path / "pages" / "1.txt")
    monkeypatch.chdir(tmp_path / "pages")
    ways = [[Path("1.txt")], [Path(".")], [page], [tmp_path / "pages", page], [Path("../pages/./1.txt")]]
    assert [sources(discover(way, None)) for way in ways] == [["pages/1.txt"]] * len(ways)


def test_two_files_of_one_name_are_refused(tmp_path):
    one = write(tmp_path / "x" / "pages" / "1.txt", b"1")
    other = write(tmp_path / "y" / "pages" / "1.txt", b"2")
    with pytest.raises(UsageError) as error:
        discover([one, other], None)
    assert str(error.value) == (
        f"pages/1.txt: two inputs have this name: {one} and {other}\nTry: --root FOLDER with a folder that holds both"
    )
    assert sources(discover([one, other], tmp_path)) == ["x/pages/1.txt", "y/pages/1.txt"]


def test_what_is_not_there_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="there is no such file or folder"):
        discover([tmp_path / "none"], None)


@pytest.mark.parametrize(
    "name",
    [
        "*.txt",
        "[ab].txt",
        "x'; drop table t; --.txt",
        "a\nb.txt",
        "a\u202eb.txt",
        "-rf.txt",
        "é" * 100 + ".txt",
        "{date}.txt",
    ],
)
def test_names_are_names_and_no_patterns(tmp_path, name):
    write(tmp_path / "pages" / name)
    write(tmp_path / "pages" / "a.txt")
    found = discover([tmp_path / "pages" / name], None)
    assert [os.path.basename(file.path) for file in found.files] == [name]
    assert len(discover([tmp_path / "pages"], None).files) == 2


def test_a_name_that_is_no_text_is_written_out(tmp_path):
    folder = os.fsencode(tmp_path / "pages")
    os.mkdir(folder)
    with open(folder + b"/\xff\xfe.txt", "wb") as file:
        file.write(b"x")
    assert sources(discover([tmp_path / "pages"], None)) == ["pages/\\xff\\xfe.txt"]


def test_links_and_pipes_do_not_hang(tmp_path):
    pages = tmp_path / "pages"
    write(pages / "1.txt")
    os.symlink(pages, pages / "loop")
    os.symlink(pages / "1.txt", pages / "2.txt")
    os.symlink(pages / "gone.txt", pages / "3.txt")
    os.mkfifo(pages / "4.txt")
    found = discover([pages], None)
    assert sources(found) == ["pages/1.txt", "pages/2.txt"]
    assert found.skipped == ["pages/loop"]
    assert [(refusal.source, refusal.reason) for refusal in found.refusals] == [
        ("pages/3.txt", "cannot be read"),
        ("pages/4.txt", "not a regular file"),
    ]


def test_a_named_file_of_another_kind_is_refused_with_a_hint(tmp_path):
    (refusal,) = discover([write(tmp_path / "cover.pdf")], None).refusals
    assert refusal.reason == "unknown kind of file"
    assert "Try: rename it to .txt if it is the text of a page" in refusal.detail


def test_manifests_above_and_below_are_found(tmp_path):
    page = write(tmp_path / "archive" / "2021" / "1.txt")
    above = write(tmp_path / "archive" / "manifest.csv")
    below = write(tmp_path / "archive" / "2021" / "manifest.csv")
    for given in (page, page.parent, tmp_path / "archive"):
        assert set(discover([given], None).manifests) >= {str(above), str(below)}
