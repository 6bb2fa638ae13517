"""What the finders of names share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transforms.extracted.name_mentions import EDGES, Span, strip_edges


@given(st.text(alphabet=st.sampled_from([*EDGES, *"栗湾镇a"]), max_size=12), st.data())
def test_edges_are_stripped_as_python_strips_characters(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = strip_edges(text, Span(start, end))
    assert start <= found.start <= found.end <= end
    assert text[found.start : found.end] == text[start:end].strip(EDGES)
