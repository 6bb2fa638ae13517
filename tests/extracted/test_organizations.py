"""Organisations are found whole."""

from __future__ import annotations

from name_tables import texts

from transforms.extracted.organizations import find_organizations
from transforms.frames import ORGANIZATIONS


def test_one_row_per_organisation_with_its_first_mention():
    frame = texts(["青石县应急管理局召开会议。", "会上，县应急管理局通报了情况。"])
    found = find_organizations(frame)
    assert dict(found.schema) == dict(ORGANIZATIONS)
    assert found.rows() == [("p.1", 1, 0, 8, "青石县应急管理局", 2)]
