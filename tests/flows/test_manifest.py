"""Dates and collections from manifest.csv."""

from __future__ import annotations

from datetime import date

from flows.manifest import place_key, read_manifests
from flows.naming import Placed


def test_lines_count_one_by_one(tmp_path):
    (tmp_path / "manifest.csv").write_text(
        "source,published_on,collection,note\n1.txt,2024-05-18,澜日报,x\n2.txt,20240519,,\n3.txt,gestern,晚报,\n4.txt,,晚报,\n",
        encoding="utf-8",
    )
    manifests = read_manifests([str(tmp_path / "manifest.csv")], None)
    assert manifests.places == {
        place_key(tmp_path / "1.txt"): Placed("澜日报", date(2024, 5, 18)),
        place_key(tmp_path / "2.txt"): Placed(None, date(2024, 5, 19)),
        place_key(tmp_path / "4.txt"): Placed("晚报", None),
    }
    (refusal,) = manifests.refusals
    assert refusal.source.endswith("manifest.csv:4")
    assert refusal.detail == "published_on 'gestern' is no date. Try: 2021-05-29"


def test_the_nearest_manifest_speaks(tmp_path):
    inner = tmp_path / "a"
    inner.mkdir()
    (tmp_path / "manifest.csv").write_text("source,published_on\na/1.txt,2024-01-01\n", encoding="utf-8")
    (inner / "manifest.csv").write_text("source,published_on\n1.txt,2024-02-02\n", encoding="utf-8")
    manifests = read_manifests([str(inner / "manifest.csv"), str(tmp_path / "manifest.csv")], None)
    assert manifests.places[place_key(inner / "1.txt")].published_on == date(2024, 2, 2)


def test_spreadsheets_in_gb18030_are_read(tmp_path):
    text = "source,published_on,collection\n" + "".join(
        f"{n}.txt,2024-05-18,澜江日报第{n}版的收藏\n" for n in range(20)
    )
    (tmp_path / "manifest.csv").write_bytes(text.encode("gb18030"))
    manifests = read_manifests([str(tmp_path / "manifest.csv")], None)
    assert manifests.places[place_key(tmp_path / "7.txt")].collection == "澜江日报第7版的收藏"


def test_a_manifest_without_columns_is_refused(tmp_path):
    (tmp_path / "manifest.csv").write_text("file;date\n1.txt;2024\n", encoding="utf-8")
    (refusal,) = read_manifests([str(tmp_path / "manifest.csv")], None).refusals
    assert refusal.reason == "manifest without columns"
