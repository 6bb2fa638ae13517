"""Pages of an object store are read many at once, each in one request, and end as they do from a folder."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import fsspec
import pytest

from flows.discovery import discover
from flows.landing import LandingOptions, PlacedFile, land_files
from flows.naming import Placed
from flows.remote import read_beginnings

pytestmark = pytest.mark.slow
OPTIONS = LandingOptions("text", "date", "collection", 200, 1000, 1_000_000)
# Names that are patterns to who expands them.
TEXTS = {f"{number:03d}.txt": f"第{number}版 要闻\n今日{number}条。" for number in range(70)} | {
    "[ab].txt": "方括号一页。", "a.txt": "另一页。", "x?y.txt": "问号一页。", "空 格.txt": "空格一页。",
}  # fmt: skip


@pytest.fixture
def archive(s3, tmp_path, monkeypatch):
    """Two inputs, a folder and the same on an object store."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "read"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "large.txt").write_text("大" * 100, encoding="utf-8")
    bucket = f"reading-{uuid.uuid4().hex}"
    s3.make_bucket(bucket)
    s3.put(folder, f"{bucket}/read")
    return folder, f"s3://{bucket}/read"


def placed(inputs):
    return [PlacedFile(file, Placed(None, None), "path", "") for file in discover([Path(inputs)], None).files]


def test_a_store_gives_the_pages_of_the_folder(archive):
    here, there = map(placed, archive)
    assert len(here) == len(there) == len(TEXTS) + 2
    expected, found = land_files(here, OPTIONS), land_files(there, OPTIONS)
    assert dict(found.pages.select("source", "text").rows()) == dict(expected.pages.select("source", "text").rows())
    assert {name.rpartition("/")[2]: text for name, text in found.pages.select("source", "text").rows()} == TEXTS
    assert found.refusals == expected.refusals
    assert [one.reason for one in found.refusals] == ["empty", "too large"]


def test_each_file_is_asked_for_once_and_no_more_than_its_beginning(archive, monkeypatch):
    files, _ = fsspec.url_to_fs(archive[1])
    asked = []
    call = type(files)._call_s3

    async def counted(self, method, *args, **kwargs):
        asked.append((method, kwargs.get("Range")))
        return await call(self, method, *args, **kwargs)

    monkeypatch.setattr(type(files), "_call_s3", counted)
    urls = [f"{archive[1]}/{number:03d}.txt" for number in range(70)]
    found = list(read_beginnings(urls, 6))
    assert found == [TEXTS[url.rpartition("/")[2]].encode()[:6] for url in urls]
    assert asked == [("get_object", "bytes=0-5")] * 70


def test_one_that_is_gone_spares_the_others(archive):
    found = placed(archive[1])
    gone = [one for one in found if re.search(r"/00[3-5]\.txt$", one.file.path)]
    files, _ = fsspec.url_to_fs(archive[1])
    files.rm([one.file.path for one in gone])
    landed = land_files(found, OPTIONS)
    assert landed.pages.height == len(TEXTS) - 3
    assert [one.reason for one in landed.refusals] == ["cannot be read"] * 3 + ["empty", "too large"]
