"""Which lines are halves of one paragraph."""

from __future__ import annotations

import polars as pl
import rjieba

from transforms.cleaned.ledger import LINKS
from transforms.frames import conform


def find_links(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the joins (schema ``LINKS``) between ``lines``, the normalised lines with their shapes, pages whole."""
    rows = lines.with_row_index("row").with_columns(
        pl.col("text").str.tail(6).alias("tail"), pl.col("text").str.head(6).alias("head")
    )
    can_open = (
        ~pl.col("ends_sentence")
        & ~pl.col("is_byline")
        & ~pl.col("ends_byline")
        & (pl.col("han_count") >= 2)
        & ((pl.col("length") > 32) | pl.col("ends_clause"))
    )
    can_follow = ~pl.col("is_byline") & ~pl.col("is_lead") & (pl.col("han_count") >= 1)
    links = []
    used: set[int] = set()
    for step in (1, 2):
        pairs = rows.with_columns(
            *(
                pl.col(name).shift(-step).over("page_id").alias(f"next_{name}")
                for name in ("row", "head", "length", "has_sentence", "begins_inside", "is_byline", "is_lead")
            ),
            can_follow.shift(-step).over("page_id").alias("can_follow"),
            pl.col("is_heading_like").shift(-1).over("page_id").alias("is_heading_between"),
        ).filter(can_open & pl.col("can_follow"))
        for row in pairs.iter_rows(named=True):
            straddles = crosses_word(row["tail"], row["next_head"])
            adjacent_shape = step == 1 and row["length"] > 32 and row["next_has_sentence"] and row["ends_clause"]
            if step == 2 and not row["is_heading_between"]:
                continue
            if row["row"] in used or not (straddles or adjacent_shape or (step == 1 and row["next_begins_inside"])):
                continue
            used.add(row["row"])
            reason = "a word lies across the line end" if straddles else "the sentence goes on"
            links.append((row["row"], row["next_row"], "join", reason, 0.9, True))
    frame = conform(pl.DataFrame(links, schema=LINKS, orient="row"), LINKS)
    return frame.unique("next_row", keep="first", maintain_order=True).sort("row")


def crosses_word(tail: str, head: str) -> bool:
    """Tell whether a word of jieba's dictionary lies across the cut between ``tail`` and ``head``."""
    position = 0
    for word in rjieba.cut(tail + head, False):
        if position < len(tail) < position + len(word):
            return True
        position += len(word)
    return False
