"""The deduplicated stage, inside a page: paragraphs in, the copies among them out."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import polars as pl

from transforms.deduplicated.candidates import PageGrams, count_grams, find_pairs, gram_pages
from transforms.deduplicated.decide import decide
from transforms.deduplicated.items import make_items
from transforms.deduplicated.keys import Indexes, match_key
from transforms.deduplicated.loops import find_flooded
from transforms.deduplicated.runs import Pair
from transforms.frames import DUPLICATES, SUSPECTED_DUPLICATES, conform

FLOOD: Final = "one phrase again and again inside the paragraph"


class Deduplicated(NamedTuple):
    """The copies found on the pages of a batch (removed), and those only suspected (kept)."""

    duplicates: pl.DataFrame
    suspected_duplicates: pl.DataFrame


def deduplicate(paragraphs: pl.DataFrame) -> Deduplicated:
    """Return the copies among ``paragraphs`` (schema ``PARAGRAPHS``, roles filled, pages whole), page by page.

    What is said of a page depends on that page alone.
    """
    keyed = (
        paragraphs.select(
            "page_id", "paragraph_no", "role", "text", "line_numbers", match_key(pl.col("text")).alias("key")
        )
        .sort("page_id", "paragraph_no")
        .with_columns(pl.col("page_id").rle_id().alias("page"), _is_set_in())
    )
    rows = keyed.with_row_index("row").filter(pl.col("key") != "")
    # Of equal paragraphs on a page the first stands for all.
    distinct = rows.unique(["page", "key"], keep="first", maintain_order=True)
    pages = distinct["page"].to_numpy().astype(np.int64)
    grams = gram_pages(distinct["key"], pages)
    pairs = _pairs_by_page(keyed, distinct["row"].to_numpy().astype(np.int64), grams, pages)
    repeating = rows.filter(pl.struct("page", "key").is_duplicated())["page"].unique().to_list()
    removed: list[tuple[object, ...]] = []
    suspected: list[tuple[object, ...]] = []
    starts = _page_starts(keyed)
    shown = keyed.select("role", "text", "key", "is_set_in").rows()
    all_numbers = keyed["paragraph_no"].to_list()
    for page in sorted(pairs.keys() | set(repeating)):
        here = slice(starts[page], starts[page + 1])
        verdict = decide(make_items(shown[here]), pairs.get(page, []))
        numbers = all_numbers[here]
        page_id = keyed["page_id"][starts[page]]
        for source, target in ((verdict.removed, removed), (verdict.suspected, suspected)):
            target.extend(
                (page_id, numbers[copy.place], page_id, numbers[copy.kept], copy.kind, copy.similarity, copy.reason)
                for copy in source
            )
    flooded = distinct.select("page", "key").with_columns(find_flooded(distinct["key"], count_grams(grams, len(pages))))
    for page_id, number, share in (
        rows.join(flooded.drop_nulls("new_share"), on=["page", "key"], maintain_order="left")
        .select("page_id", "paragraph_no", "new_share")
        .iter_rows()
    ):
        suspected.append((page_id, number, page_id, number, "loop", round(1 - share, 4), FLOOD))
    return Deduplicated(
        conform(pl.DataFrame(removed, schema=list(DUPLICATES), orient="row"), DUPLICATES),
        conform(pl.DataFrame(suspected, schema=list(DUPLICATES), orient="row"), SUSPECTED_DUPLICATES).sort(
            "page_id", "paragraph_no"
        ),
    )


def _is_set_in() -> pl.Expr:
    """Tell of each paragraph whether one that began before it goes on below it."""
    lines = pl.col("line_numbers").list
    last_before = lines.last().cum_max().shift(1).over("page_id")
    return (lines.first() < last_before).fill_null(False).alias("is_set_in")


def _page_starts(keyed: pl.DataFrame) -> list[int]:
    """Return the first row of each page, and the number of rows."""
    starts: list[int] = keyed["page"].rle().struct.field("len").cast(pl.Int64).cum_sum().to_list()
    return [0, *starts]


def _pairs_by_page(keyed: pl.DataFrame, row: Indexes, grams: PageGrams, pages: Indexes) -> dict[int, list[Pair]]:
    """Return the pairs of paragraphs that share ``grams``, by page, as places on the page.

    ``row`` is the row in ``keyed`` of each text that has grams, ``pages`` its page.
    """
    found = find_pairs(grams, pages)
    starts = np.array(_page_starts(keyed))
    lefts, rights = found["left"].to_numpy(), found["right"].to_numpy()
    page = pages[lefts]
    places = found.select(
        pl.Series("page", page),
        pl.Series("left", row[lefts] - starts[page]),
        pl.Series("right", row[rights] - starts[page]),
        "left_share",
        "right_share",
    )
    pairs: dict[int, list[Pair]] = {}
    for number, *pair in places.iter_rows():
        pairs.setdefault(number, []).append(Pair(*pair))
    return pairs
