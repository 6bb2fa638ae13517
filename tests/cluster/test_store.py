"""Pages of an object store are read many at once, each in one request, and end as they do from a folder."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import polars as pl
import pytest

from flows.discovery import discover
from flows.landing import LandingOptions, PlacedFile, land_files
from flows.naming import Placed
from flows.remote import read_beginnings
from flows.stage_files import StageFiles
from flows.transfer import get_all, put_all
from transforms.errors import StorageFailed

pytestmark = pytest.mark.slow
OPTIONS = LandingOptions("text", "date", "collection", 200, 1000, 1_000_000)
# Names that are patterns to who expands them.
TEXTS = {f"{number:03d}.txt": f"第{number}版 要闻\n今日{number}条。" for number in range(70)} | {
    "[ab].txt": "方括号一页。", "a.txt": "另一页。", "x?y.txt": "问号一页。", "空 格.txt": "空格一页。",
}  # fmt: skip


def keys_from_a_file(folder, monkeypatch):
    """Take the keys out of the environment and put them where the tools of Amazon look next."""
    keys = {name: name.lower() for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    lines = ["[default]", *(f"{name} = tests" for name in keys.values())]
    (folder / "credentials").write_text("\n".join(lines))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    for name in keys:
        monkeypatch.delenv(name)


@pytest.fixture(params=["keys in the environment", "keys in a file"])
def bucket(s3, tmp_path, monkeypatch, request):
    """A bucket whose bytes obstore moves, and one whose bytes s3fs moves."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    if request.param == "keys in a file":
        keys_from_a_file(tmp_path, monkeypatch)
    bucket = f"reading-{uuid.uuid4().hex}"
    s3.make_bucket(bucket)
    return bucket


@pytest.fixture
def archive(s3, bucket, tmp_path):
    """Two inputs, a folder and the same on an object store."""
    folder = tmp_path / "read"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "large.txt").write_text("大" * 100, encoding="utf-8")
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


class Asked(BaseHTTPRequestHandler):
    """A store that notes what it is asked for, and has all pages."""

    def do_GET(self):
        data = b"page " + self.path.encode()
        self.server.asked.append((self.path, self.headers["Range"]))
        self.send_response(206)
        self.send_header("Content-Range", f"bytes 0-{min(5, len(data) - 1)}/{len(data)}")
        for name, value in (
            ("ETag", '"1"'),
            ("Last-Modified", "Mon, 02 Nov 2026 00:00:00 GMT"),
            ("Content-Length", "6"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[:6])

    def log_message(self, *_):
        """Say nothing."""


def test_each_file_is_asked_for_once_and_no_more_than_its_beginning(s3, monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in (s3.environment | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}"}).items():
        monkeypatch.setenv(name, value)
    try:
        found = list(read_beginnings([f"s3://store/{number:03d}.txt" for number in range(70)], 6))
    finally:
        server.shutdown()
        server.server_close()
    assert found == [b"page /"] * 70
    assert sorted(server.asked) == [(f"/store/{number:03d}.txt", "bytes=0-5") for number in range(70)]


@pytest.mark.parametrize("bucket", ["keys in a file"], indirect=True)
def test_so_it_is_where_the_keys_are_elsewhere(archive, monkeypatch):
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


def test_what_is_put_is_got_and_what_is_not_there_told(bucket):
    files = {f"s3://{bucket}/版 面/{number}?#%20[a].bin": b"%d" % number * 1000 for number in range(70)}
    put_all(files)
    *found, gone = get_all([*files, f"s3://{bucket}/gone"])
    assert found == list(files.values())
    assert isinstance(gone, FileNotFoundError)
    assert get_all(list(files)[:2], 3) == [b"000", b"111"]


@pytest.mark.parametrize("bucket", ["keys in the environment"], indirect=True)
def test_stage_files_that_the_store_does_not_take_are_told(bucket):
    with pytest.raises(StorageFailed, match="stage files cannot be written .FileNotFoundError"):
        StageFiles(f"s3://{bucket}-gone/stages").write("raw", "b", {}, {})


def test_names_that_no_file_could_have_are_read_too(bucket):
    names = ["a//b.txt", "./c.txt", "d/../e.txt", "f.txt"]
    store, _ = fsspec.url_to_fs(f"s3://{bucket}")
    for name in names:
        store.call_s3("put_object", Bucket=bucket, Key=name, Body=name.encode())
    assert get_all([f"s3://{bucket}/{name}" for name in names], 100) == [name.encode() for name in names]


def test_stage_files_on_a_store(bucket):
    frames = {name: pl.DataFrame({"page_id": [name]}) for name in ("pages", "measured")}
    files = StageFiles(f"s3://{bucket}/stages")
    assert files.facts("raw", "b") is None
    files.write("raw", "b", frames, {"held": []})
    assert files.facts("raw", "b") == {"held": []}
    found = files.read_all("raw", "b", list(frames))
    assert {name: frame["page_id"].to_list() for name, frame in found.items()} == {name: [name] for name in frames}
    put_all({f"s3://{bucket}/stages/raw/b/pages.parquet": b"PAR1"})
    assert files.facts("raw", "b") is None
    with pytest.raises(StorageFailed, match="it is made anew"):
        files.read("raw", "b", "pages")
    with pytest.raises(StorageFailed, match="FileNotFoundError"):
        files.read("raw", "b", "gone")


def test_one_that_is_gone_spares_the_others(archive):
    found = placed(archive[1])
    gone = [one for one in found if re.search(r"/00[3-5]\.txt$", one.file.path)]
    files, _ = fsspec.url_to_fs(archive[1])
    files.rm([one.file.path for one in gone])
    landed = land_files(found, OPTIONS)
    assert landed.pages.height == len(TEXTS) - 3
    assert [one.reason for one in landed.refusals] == ["cannot be read"] * 3 + ["empty", "too large"]


def test_old_stage_files_of_a_store_are_found_in_few_requests(bucket, monkeypatch):
    from s3fs import S3FileSystem

    files = StageFiles(f"s3://{bucket}/stages")
    for number in range(12):
        files.write("raw", f"batch-{number:02d}", {"pages": pl.DataFrame({"page_id": [number]})})
    asked, call = [], S3FileSystem._call_s3

    async def counted(self, method, *arguments, **more):
        asked.append(method)
        return await call(self, method, *arguments, **more)

    monkeypatch.setattr(S3FileSystem, "_call_s3", counted)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert files.remove_older(tomorrow, is_dry_run=True) == 12
    assert len(asked) < 12, asked
    assert files.remove_older(tomorrow - timedelta(days=2)) == 0
    assert files.remove_older(tomorrow) == 12
    assert files.remove_older(tomorrow) == 0
