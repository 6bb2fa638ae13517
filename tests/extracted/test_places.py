"""Places are found from province to village."""

from __future__ import annotations

from name_tables import texts

from transforms.extracted.places import find_places
from transforms.frames import PLACES


def test_each_link_of_a_chain_is_a_place_with_its_path():
    frame = texts(["记者在云岭高新区石店镇看到，路通了。", "石店镇党委书记说，还要修桥。"])
    found = find_places(frame)
    assert dict(found.schema) == dict(PLACES)
    assert found.select("name", "full_path", "mention_count").rows() == [
        ("云岭高新区", "云岭高新区", 1),
        ("石店镇", "云岭高新区石店镇", 2),
    ]
