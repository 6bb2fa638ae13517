"""Rows 6, 7 and 16: bytes that are no text, files that unpack to too much, files without end."""

from __future__ import annotations

import gzip
import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

from flows.landing import LandingOptions, land_container, land_files
from flows.settings import Settings
from tests.reliability.archive import page
from tests.reliability.landing import OPTIONS, placed
from tests.reliability.test_time import MARK as LARGE_MARK
from tests.reliability.test_time import TIME as LARGE
from transforms.errors import UndecodableText
from transforms.raw.decode import decode

ROOT = Path(__file__).resolve().parents[2]


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


BOMB_MIB = 128  # 1,000 times what the file has, in all of these


def _write_bomb(folder: Path, kind: str) -> Path:
    if kind == "gzip":
        path = folder / "bomb.jsonl.gz"
        with gzip.open(path, "wb") as file:
            for _ in range(BOMB_MIB):
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
            for _ in range(BOMB_MIB):
                file.write(bytes(2**20))
    elif kind == "one parquet value":
        path = folder / "bomb.parquet"
        table = pa.table({"text": pa.array(["a" * (BOMB_MIB * 2**20)])})
        pa.parquet.write_table(table, path, compression="zstd", use_dictionary=False)
    else:
        path = folder / "bomb.parquet"
        column = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["a" * 900_000]))
        pa.parquet.write_table(pa.table({"text": column}), path, compression="zstd")
    return path


LAND = r"""
import re, sys, json
from pathlib import Path
from tests.reliability.landing import OPTIONS, placed
from flows.landing import land_container
def peak_kb():  # not ru_maxrss, which begins with that of the parent process
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
before = peak_kb()
for name in sys.argv[1:]:
    reasons, pages = [], 0
    for landed in land_container(placed(Path(name), is_container=True), OPTIONS):
        pages += landed.pages.height
        reasons += [refusal.reason for refusal in landed.refusals]
        if pages > 200: break
    print(json.dumps([pages, sorted(set(reasons))]))
print((peak_kb() - before) // 1024)
"""
BOMBS = ("gzip", "gzip of records", "zstd", "one parquet value", "one value, named 20,000 times")
BOMB = "containers that unpack to a thousand times their size"
BOMB_MARK = "refused above 100:1; less than 200 MB more memory"


@pytest.mark.row(7, BOMB, BOMB_MARK)
def test_bombs_do_not_go_off(tmp_path, campaign):
    paths = []
    kinds = BOMBS if campaign.is_full else (BOMBS[0], BOMBS[3])
    for number, kind in enumerate(kinds):
        (tmp_path / f"{number}").mkdir()
        paths.append(_write_bomb(tmp_path / f"{number}", kind))
        assert paths[-1].stat().st_size < 2**21
    command = [sys.executable, "-c", LAND, *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    *found, grown_mb = [json.loads(line) for line in done.stdout.splitlines()]
    for kind, (pages, reasons) in zip(kinds, found, strict=True):
        if kind == BOMBS[-1]:
            assert pages > 0  # each row is a page like any other, and they come a batch at a time
        else:
            assert reasons == ["unpacks to too much"], kind
    assert grown_mb < 200, f"{grown_mb} MB"
    campaign.count("bombs", len(kinds))
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
        for landed in land_container(placed(damaged, is_container=True), OPTIONS):
            assert all(refusal.reason for refusal in landed.refusals)
        campaign.count("damaged containers")


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
    (refusal,) = land_files([placed(path)], options).refusals
    assert refusal.reason == "too large"
    assert time.process_time() - started < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024
    campaign.measure(f"{mib} MiB line", "refused unread")


@pytest.mark.row(16, LARGE, LARGE_MARK)
def test_a_page_of_too_many_lines_is_refused(tmp_path, campaign):
    (tmp_path / "list.txt").write_text("栗湾\n" * 20_001, encoding="utf-8")
    (tmp_path / "page.txt").write_text("栗湾\r\n" * 19_999, encoding="utf-8", newline="")
    landed = land_files([placed(tmp_path / "list.txt"), placed(tmp_path / "page.txt")], OPTIONS)
    assert [refusal.detail for refusal in landed.refusals] == [
        "it has 20,002 lines, more than 20,000, so hardly one page. Try: split it into pages, or raise max_page_lines"
    ]
    assert landed.pages["line_count"].to_list() == [20_000]
    campaign.count("pages of 20,000 lines", 2)
