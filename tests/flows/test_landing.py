"""Files and records become pages, or are refused with a reason."""

from __future__ import annotations

import gzip
import json
from datetime import date

import polars as pl
import pyarrow as pa
import pytest

from flows.discovery import FoundFile
from flows.landing import LandingOptions, PlacedFile, land_container, land_files
from flows.naming import Placed

OPTIONS = LandingOptions("text", "date", "collection", 10_000, 1000, 1_000_000)
TEXT = "澜江大桥昨日合龙，全长两公里。\n两岸群众齐声欢呼。\n"


def placed(path, *, is_container=False, place=None):
    file = FoundFile(f"pages/{path.name}", str(path), path.stat().st_size, is_container)
    return PlacedFile(file, place or Placed(None, None), "path", "f" * 40)


def land_one(tmp_path, data, name="1.txt", **kwargs):
    path = tmp_path / name
    path.write_bytes(data)
    return land_files([placed(path, **kwargs)], OPTIONS)


def land_records(path, options=OPTIONS, **kwargs):
    parts = list(land_container(placed(path, is_container=True, **kwargs), options))
    return pl.concat([part.pages for part in parts]), [refusal for part in parts for refusal in part.refusals]


def test_a_page(tmp_path):
    pages, refusals = land_one(tmp_path, TEXT.encode(), place=Placed("澜日报", date(2024, 5, 18)))
    assert refusals == []
    row = pages.to_dicts()[0]
    assert row["source"] == row["input"] == "pages/1.txt"
    assert (row["text"], row["line_count"], row["encoding"]) == (TEXT, 3, "utf-8")
    assert (row["collection"], row["published_on"], row["published_on_source"]) == ("澜日报", date(2024, 5, 18), "path")


@pytest.mark.parametrize(
    ("data", "reason", "detail"),
    [
        (b"", "empty", "it holds nothing. Try: look at how it was exported"),
        (b" \n\t\n", "empty", "it holds nothing. Try: look at how it was exported"),
        (b"x" * 10_001, "too large", "larger than 10,000 bytes, so hardly one page."),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "not text in a known encoding", ""),
    ],
)
def test_bad_files_are_refused(tmp_path, data, reason, detail):
    pages, refusals = land_one(tmp_path, data)
    assert pages.is_empty()
    assert [(refusal.source, refusal.reason) for refusal in refusals] == [("pages/1.txt", reason)]
    assert refusals[0].detail.startswith(detail)
    assert " Try: " in refusals[0].detail


def test_a_file_that_vanished_is_refused(tmp_path):
    path = tmp_path / "1.txt"
    path.write_text("x")
    gone = placed(path)
    path.unlink()
    assert land_files([gone], OPTIONS).refusals[0].reason == "cannot be read"


RECORDS = [
    {"text": TEXT, "date": "2024-05-18", "collection": "澜日报"},
    {"text": TEXT},
    {"body": TEXT},
    {"text": TEXT, "date": "yesterday"},
    {"text": " "},
    {"text": "x" * 10_001},
]


def check_records(pages, refusals, name):
    assert pages["source"].to_list() == [f"pages/{name}#1", f"pages/{name}#2"]
    assert pages["published_on_source"].to_list() == ["record", None]
    assert [(refusal.source, refusal.reason) for refusal in refusals] == [
        (f"pages/{name}#3", "record without text"),
        (f"pages/{name}#4", "date not understood"),
        (f"pages/{name}#5", "empty"),
        (f"pages/{name}#6", "too large"),
    ]


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz", "r.jsonl.zst", "r.NDJSON"])
def test_json_lines(tmp_path, name):
    data = "\n\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS).encode()
    if name.endswith(".gz"):
        data = gzip.compress(data)
    if name.endswith(".zst"):
        data = pa.Codec("zstd").compress(data, asbytes=True)
        with pa.CompressedOutputStream(str(tmp_path / name), "zstd") as out:
            out.write("\n\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS).encode())
    else:
        (tmp_path / name).write_bytes(data)
    check_records(*land_records(tmp_path / name), name)


def test_parquet(tmp_path):
    path = tmp_path / "r.parquet"
    pl.DataFrame(RECORDS).write_parquet(path)
    check_records(*land_records(path), "r.parquet")


def test_parquet_dates_and_other_names(tmp_path):
    path = tmp_path / "r.parquet"
    pl.DataFrame({"page": [TEXT], "day": [date(2024, 5, 18)], "paper": ["晚报"]}).write_parquet(path)
    pages, refusals = land_records(
        path, OPTIONS._replace(text_field="page", date_field="day", collection_field="paper")
    )
    assert refusals == []
    assert pages.select("published_on", "collection").rows() == [(date(2024, 5, 18), "晚报")]


def test_parquet_without_the_column_is_refused(tmp_path):
    path = tmp_path / "r.parquet"
    pl.DataFrame({"page": [TEXT]}).write_parquet(path)
    pages, refusals = land_records(path)
    assert pages.is_empty()
    assert refusals[0].detail == "there is no column 'text'; columns: page. Try: --text-field NAME"


@pytest.mark.parametrize(
    "line", [b"{not json", b"[1, 2]", b'"text"', b"[" * 100_000, b'{"text": "\\ud800"}', b"\xff\xfe"]
)
def test_a_bad_line_spares_the_others(tmp_path, line):
    good = json.dumps({"text": TEXT}).encode()
    (tmp_path / "r.jsonl").write_bytes(b"\n".join([good, line, good]))
    pages, refusals = land_records(tmp_path / "r.jsonl")
    assert pages["source"].to_list() == ["pages/r.jsonl#1", "pages/r.jsonl#3"]
    assert [refusal.source for refusal in refusals] == ["pages/r.jsonl#2"]


def test_a_container_cut_short_keeps_what_came_before(tmp_path):
    lines = "".join(json.dumps({"text": f"{TEXT}{n}" * 20}) + "\n" for n in range(500))
    data = gzip.compress(lines.encode())
    (tmp_path / "r.jsonl.gz").write_bytes(data[: len(data) // 2])
    pages, refusals = land_records(tmp_path / "r.jsonl.gz")
    assert 0 < pages.height < 500
    assert [refusal.reason for refusal in refusals] == ["container damaged"]
    assert refusals[0].source == "pages/r.jsonl.gz"


def test_batches_are_bounded_and_hold_everything(tmp_path):
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps({"text": f"{TEXT}{n}"}) + "\n" for n in range(25)), encoding="utf-8")
    parts = list(land_container(placed(path, is_container=True), OPTIONS._replace(batch_pages=10)))
    assert [part.pages.height for part in parts] == [10, 10, 5]


def test_a_line_without_end_is_not_read_into_memory(tmp_path):
    (tmp_path / "r.jsonl").write_bytes(b'{"text": "' + b"x" * 200_000)
    _, refusals = land_records(tmp_path / "r.jsonl")
    assert [refusal.reason for refusal in refusals] == ["too large"]
