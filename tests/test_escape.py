"""The door to the terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from transforms.escape import for_terminal


@given(st.text())
def test_nothing_that_a_terminal_obeys_passes(text):
    shown = for_terminal(text)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in shown)


@given(st.text(alphabet=st.characters(categories=["Lo", "L", "N", "P"])))
def test_what_people_read_stays(text):
    assert for_terminal(text) == text


def test_line_ends_stay_on_request():
    assert for_terminal("一\n二\r\x1b]0;x\x07", keep_line_ends=True) == "一\n二\\r\\x1b]0;x\\x07"
