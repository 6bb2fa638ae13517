"""Where a Rust regex hits in a column of text, with the characters around each hit, without a Python loop.

Every extractor starts here: a wide pattern, run by Polars over all paragraphs at once, finds candidates; Python then looks at
the few hits only. Rust's regexes have no look-around, so what stands before and after a hit comes along as columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import polars as pl

CONTEXT: Final = 32  # characters kept on either side; the longest rule (what a sum is for) looks back 30
# Two of the code points that Unicode sets aside for use inside programs; in a page they would be damage.
_START: Final = "\ufdd0"
_END: Final = "\ufdd1"


class Hit(NamedTuple):
    """A place where the pattern matches, in the ``text_no``-th row of the texts, and the characters around it."""

    text_no: int
    article_id: str
    position: int
    paragraph_no: int
    part: str
    char_start: int
    char_end: int
    text: str
    before: str
    after: str


def find_candidates(texts: pl.DataFrame, pattern: str, *, context: int = CONTEXT) -> Iterator[Hit]:
    """Return every hit of ``pattern`` in titles, subheads and body paragraphs, in reading order.

    Parameters
    ----------
    texts : frame of the schema ``ARTICLE_TEXTS``.
    pattern : a Rust regex without assertions that never matches the empty string.
    context : how many characters ``before`` and ``after`` hold at most, in characters.

    Returns
    -------
    A ``Hit`` each. The time taken is linear in the text, however many hits a line has.
    """
    rows = (
        texts.lazy()
        .with_row_index("text_no")
        .filter((pl.col("part") != "byline") & pl.col("text").str.contains(pattern))
    )
    pieces = (
        rows.with_columns(
            pl.col("text")
            .str.replace_all(f"[{_START}{_END}]", "\ufffd")
            .str.replace_all(pattern, f"{_START}${{0}}{_END}")
            .str.split(_START)
            .alias("piece")
        )
        .drop("text", "page_id", "published_on")
        .explode("piece")
        .with_columns(pl.col("piece").str.split_exact(_END, 1).struct.rename_fields(["hit", "rest"]).alias("split"))
        .unnest("split")
        # The piece before a row's first hit has no end mark: all of it is "rest".
        .with_columns(
            pl.when(pl.col("rest").is_null()).then(pl.lit("")).otherwise("hit").alias("hit"),
            pl.coalesce("rest", "hit").alias("rest"),
        )
        .with_columns(
            (pl.col("hit").str.len_chars() + pl.col("rest").str.len_chars()).alias("length"),
            pl.col("hit").str.len_chars().alias("hit_length"),
            (pl.col("hit") + pl.col("rest")).str.tail(context).alias("tail"),
            pl.col("rest").str.head(context).alias("head"),
            pl.col("hit").str.head(context).alias("hit_head"),
        )
    )
    same_before = pl.col("text_no") == pl.col("text_no").shift(1)
    same_after = pl.col("text_no") == pl.col("text_no").shift(-1)
    found = (
        pieces.with_columns(
            (pl.col("length").cum_sum().over("text_no") - pl.col("length")).cast(pl.Int32).alias("char_start"),
            pl.when(same_before).then(pl.col("tail").shift(1)).otherwise(pl.lit("")).alias("before"),
            pl.when(same_after)
            .then((pl.col("head") + pl.col("hit_head").shift(-1)).str.head(context))
            .otherwise("head")
            .alias("after"),
        )
        .filter(pl.col("hit") != "")
        .select(
            "text_no",
            "article_id",
            "position",
            "paragraph_no",
            "part",
            "char_start",
            (pl.col("char_start") + pl.col("hit_length")).cast(pl.Int32).alias("char_end"),
            "hit",
            "before",
            "after",
        )
        .collect()
    )
    # Not iter_rows(): it slices the frame for every 512 rows, and a slice costs as much as the longest text is long.
    return map(Hit._make, found.rows())
