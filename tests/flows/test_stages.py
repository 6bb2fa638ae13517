"""Stage files and the isolation of pages on which a rule fails."""

from __future__ import annotations

import functools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.isolating import isolate
from flows.slices import SLICE_BYTES, in_slices
from flows.stage_files import StageFiles
from transforms.errors import StorageFailed


class Poison(Exception):
    """What a rule raises on a page that it cannot bear."""


def shout(frames):
    if frames["pages"]["text"].str.contains("毒").any():
        raise Poison
    return {"out": frames["pages"].with_columns(pl.col("text") + "！")}


@given(st.lists(st.booleans(), max_size=12))
def test_exactly_the_poisoned_pages_are_held_back(poisoned):
    pages = pl.DataFrame(
        {"page_id": [f"p{n}" for n in range(len(poisoned))], "text": ["毒" if bad else "好" for bad in poisoned]},
        schema={"page_id": pl.String, "text": pl.String},
    )
    made, failures = isolate(shout, {"pages": pages})
    told = "a rule raised Poison on this page. Try: report the page; every other page is unharmed"
    assert sorted(failures) == sorted((f"p{n}", "rule failed", told) for n, bad in enumerate(poisoned) if bad)
    assert sorted(made["out"]["page_id"]) == sorted(f"p{n}" for n, bad in enumerate(poisoned) if not bad)


@given(st.lists(st.tuples(st.integers(0, 2 * SLICE_BYTES), st.booleans()), max_size=8))
def test_slices_make_what_the_whole_batch_makes(drawn):
    pages = pl.DataFrame(
        {
            "page_id": [f"p{number * 7 % 10}" for number in range(len(drawn))],
            "byte_count": [size for size, _ in drawn],
            "text": ["毒" if bad else "好" for _, bad in drawn],
        },
        schema={"page_id": pl.String, "byte_count": pl.Int64, "text": pl.String},
    )
    rows = pl.concat([pages.select("page_id", n=pl.lit(n)) for n in range(2)]).sort("page_id", maintain_order=True)
    seen = []

    def work(frames):
        if frames["pages"].height > 1:
            seen.append(frames["pages"]["byte_count"][:-1].sum())
        assert set(frames["rows"]["page_id"]) == set(frames["pages"]["page_id"])
        return shout(frames) | {"rows": frames["rows"]}

    made, failures = in_slices(functools.partial(isolate, work), {"pages": pages, "rows": rows})
    sound = pages.filter(pl.col("text") == "好")
    assert sorted(page_id for page_id, *_ in failures) == sorted(pages.filter(pl.col("text") == "毒")["page_id"])
    assert sorted(made["out"]["page_id"]) == sorted(sound["page_id"])
    assert sorted(made["rows"].rows()) == sorted(rows.join(sound, on="page_id", how="semi").rows())
    assert all(size < 2 * SLICE_BYTES for size in seen)
    if not failures:
        assert made["out"]["page_id"].to_list() == pages["page_id"].to_list()


def test_a_rule_that_fails_on_nothing_is_a_bug():
    def broken(frames):
        raise Poison

    with pytest.raises(Poison):
        isolate(broken, {"pages": pl.DataFrame({"page_id": ["p"], "text": ["x"]})})


FRAME = pl.DataFrame({"page_id": ["p"], "line_numbers": [[1, 2]]})


@pytest.mark.parametrize("folder", ["stages", "a::b [1]*", "版面 文件"])
def test_round_trip(tmp_path, folder):
    files = StageFiles(str(tmp_path / folder))
    assert files.facts("cleaned", "b1") is None
    files.write("cleaned", "b1", {"paragraphs": FRAME}, {"held": ["p"]})
    assert files.read("cleaned", "b1", "paragraphs").equals(FRAME)
    assert files.facts("cleaned", "b1") == {"held": ["p"]}
    assert sorted(path.name for path in (tmp_path / folder / "cleaned" / "b1").iterdir()) == [
        "complete.json",
        "paragraphs.parquet",
    ]


def test_on_another_file_system():
    files = StageFiles("memory://banmian-test/stages")
    files.write("raw", "b1", {"pages": FRAME})
    assert files.read("raw", "b1", "pages").equals(FRAME)
    assert files.facts("raw", "b1") == {}


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_without_its_marker_a_stage_counts_for_nothing(tmp_path, damage):
    files = StageFiles(str(tmp_path))
    files.write("raw", "b1", {"pages": FRAME})
    marker = tmp_path / "raw" / "b1" / "complete.json"
    if damage == "gone":
        marker.unlink()
    else:
        marker.write_bytes(marker.read_bytes()[:5])
    assert files.facts("raw", "b1") is None


@pytest.mark.parametrize("damage", ["gone", "cut short", "one bit"])
def test_a_damaged_stage_file_counts_for_nothing(tmp_path, damage):
    """After a power cut a file may be shorter than its marker says; it is made anew instead of being read."""
    files = StageFiles(str(tmp_path))
    files.write("raw", "b1", {"pages": FRAME})
    path = tmp_path / "raw" / "b1" / "pages.parquet"
    data = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    elif damage == "cut short":
        path.write_bytes(data[:-7])
    else:
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    assert files.facts("raw", "b1") is None


def test_a_stage_file_that_is_damaged_while_the_run_goes_on_is_told(tmp_path):
    files = StageFiles(str(tmp_path))
    files.write("raw", "b1", {"pages": FRAME})
    path = tmp_path / "raw" / "b1" / "pages.parquet"
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(StorageFailed) as error:
        files.read("raw", "b1", "pages")
    assert str(error.value) == (
        f"{path}: the stage file cannot be read (ComputeError)\nTry: the same command again: it is made anew"
    )
