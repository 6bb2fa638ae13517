"""The deduplicated stage, inside a page: paragraphs in, the copies among them out."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import polars as pl

from transforms.deduplicated.candidates import find_pairs
from transforms.deduplicated.decide import decide
from transforms.deduplicated.items import make_items
from transforms.deduplicated.keys import match_key
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
    pairs = _pairs_by_page(keyed, rows)
    repeating = rows.filter(pl.struct("page", "key").is_duplicated())["page"].unique().to_list()
    removed: list[tuple[object, ...]] = []
    suspected: list[tuple[object, ...]] = []
    starts = _page_starts(keyed)
    for page in sorted(pairs.keys() | set(repeating)):
        part = keyed.slice(starts[page], starts[page + 1] - starts[page])
        verdict = decide(make_items(part.select("role", "text", "key", "is_set_in").iter_rows()), pairs.get(page, []))
        numbers = part["paragraph_no"].to_list()
        page_id = part["page_id"][0]
        for source, target in ((verdict.removed, removed), (verdict.suspected, suspected)):
            target.extend(
                (page_id, numbers[copy.place], page_id, numbers[copy.kept], copy.kind, copy.similarity, copy.reason)
                for copy in source
            )
    for index, share in find_flooded(rows["key"]).iter_rows():
        page_id, number = rows.row(index, named=True)["page_id"], rows["paragraph_no"][index]
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


def _pairs_by_page(keyed: pl.DataFrame, rows: pl.DataFrame) -> dict[int, list[Pair]]:
    """Return the pairs of paragraphs that share grams, by page, as places on the page."""
    found = find_pairs(rows["key"], rows["page"].to_numpy().astype(np.int64))
    row = rows["row"].to_numpy().astype(np.int64)
    starts = np.array(_page_starts(keyed))
    left, right = row[found["left"].to_numpy()], row[found["right"].to_numpy()]
    page = keyed["page"].to_numpy()[left].astype(np.int64)
    places = found.select(
        pl.Series("page", page),
        pl.Series("left", left - starts[page]),
        pl.Series("right", right - starts[page]),
        "left_share",
        "right_share",
    )
    pairs: dict[int, list[Pair]] = {}
    for number, *pair in places.iter_rows():
        pairs.setdefault(number, []).append(Pair(*pair))
    return pairs
