"""Keys and values in order, against Python's own sort."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.extracted.word_counts import in_order

SMALL = st.integers(0, 20)
LARGE = st.integers(0, 2**62)  # key and value do not fit one number


@given(st.lists(st.tuples(SMALL | LARGE, SMALL | LARGE), max_size=20))
def test_keys_are_in_order_with_their_values(pairs):
    keys, values = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True)) if pairs else ([], [])
    found = in_order(np.asarray(keys, dtype=np.int64), np.asarray(values, dtype=np.int64))
    assert list(zip(*(column.tolist() for column in found), strict=True)) == sorted(pairs)
