"""People and their posts."""

from __future__ import annotations

import polars as pl
from name_tables import texts

from transforms.extracted.people import find_people
from transforms.frames import PEOPLE


def test_titles_stand_apart_and_later_mentions_count():
    frame = texts(["近日，云山区委书记、区长石向前到青河镇调研。", "石向前强调，要抓好秋收。"])
    found = find_people(frame)
    assert dict(found.schema) == dict(PEOPLE)
    assert found.select("paragraph_no", "name", "titles").rows() == [
        (1, "石向前", ["云山区委书记", "区长"]),
        (2, "石向前", []),
    ]
    text = dict(frame.select("paragraph_no", "text").rows())
    assert all(
        text[no][start:end] == name
        for no, start, end, name in found.select("paragraph_no", "char_start", "char_end", "name").rows()
    )


def test_anonymised_names_are_marked():
    found = find_people(texts(["民警将嫌疑人丁某抓获，丁某供认不讳。"]))
    assert found.select("name", "is_anonymised").rows() == [("丁某", True), ("丁某", True)]


def test_bylines_are_left_out():
    assert find_people(texts(["记者 石向前 通讯员 何小满"], part="byline")).is_empty()
    assert find_people(pl.DataFrame(schema=texts([]).schema)).is_empty()
