"""What the division into articles was trained to see (tests/features.py)."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tests.articles.pages import paragraphs
from tests.features import PAGES, checksum
from transforms.articles import arrange
from transforms.articles.evidence import add_neighbours, evidence


def test_what_the_division_into_articles_sees():
    seen = arrange.see(
        pl.concat([paragraphs(page, page_id=f"p{number}", role=None) for number, page in enumerate(PAGES)])
    )
    names, values = evidence(add_neighbours(seen.filter(~pl.col("is_outside"))))
    assert checksum(names, np.ascontiguousarray(values, dtype=np.int64)) == "455eabb0b439e7da"


BRIDGE = "青河大桥合龙,两岸群众过河时间将由四十分钟缩短到五分钟,预计年底通车。"


@pytest.mark.parametrize(
    ("page", "before", "after"),
    [
        (["青河大桥合龙", BRIDGE], 0, 10),
        (["青河大桥合龙", f"据了解,{BRIDGE}"], 0, 10),
        (["——青河大桥合龙:", BRIDGE], 0, 10),
        ([BRIDGE, "青河大桥合龙"], 10, 0),
        (["青河大桥合龙", BRIDGE.replace("大桥", "长桥")], 0, 0),
        # What every text around it says tells nothing.
        (["青河大桥合龙", *[BRIDGE] * 2], 0, 10),
        (["青河大桥合龙", *[BRIDGE] * 3], 0, 0),
    ],
)
def test_a_heading_is_quoted_where_a_text_beside_it_says_its_words(page: list[str], before: int, after: int) -> None:
    seen = arrange.see(paragraphs("\n\n".join(page), role=None))
    names, values = evidence(add_neighbours(seen))
    heading = seen["shape"].to_list().index("heading")
    assert [values[heading, names.index(f"is_quoted_{side}")] for side in ("before", "after")] == [before, after]
