"""The deduplicated stage, inside a page: paragraphs in, the copies among them out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from transforms.deduplicated.candidates import find_pairs
from transforms.deduplicated.decide import decide
from transforms.deduplicated.items import make_items
from transforms.deduplicated.keys import match_key
from transforms.frames import DUPLICATES, SUSPECTED_DUPLICATES, conform


class Deduplicated(NamedTuple):
    """The copies found on the pages of a batch (removed), and those only suspected (kept)."""

    duplicates: pl.DataFrame
    suspected_duplicates: pl.DataFrame


def deduplicate(paragraphs: pl.DataFrame) -> Deduplicated:
    """Return the copies among ``paragraphs`` (schema ``PARAGRAPHS``, roles filled, pages whole), page by page.

    What is said of a page depends on that page alone.
    """
    keyed = (
        paragraphs.select("page_id", "paragraph_no", "role", "text", match_key(pl.col("text")).alias("key"))
        .sort("page_id", "paragraph_no")
        .with_columns(pl.col("page_id").rle_id().alias("page"))
    )
    prose = keyed.with_row_index("row").filter(pl.col("key") != "")
    pairs = find_pairs(prose["key"], prose["page"].to_numpy().astype(np.int64))
    rows = prose["row"].to_numpy().astype(np.int64)
    suspicious = (
        pl.concat(
            [
                prose.filter(pl.col("row").is_in(rows[pairs["left"].to_numpy()].tolist())).select("page"),
                prose.filter(pl.struct("page", "key").is_duplicated()).select("page"),
            ]
        )
        .unique()
        .sort("page")["page"]
        .to_list()
    )
    pairs_of: dict[int, list[tuple[int, int]]] = {}
    page_of = keyed["page"].to_numpy()
    starts = np.searchsorted(page_of, np.arange(page_of[-1] + 2)) if len(page_of) else np.zeros(1, dtype=np.int64)
    for left, right in zip(
        rows[pairs["left"].to_numpy()].tolist(), rows[pairs["right"].to_numpy()].tolist(), strict=True
    ):
        page = int(page_of[left])
        pairs_of.setdefault(page, []).append((left - int(starts[page]), right - int(starts[page])))
    removed: list[tuple[object, ...]] = []
    suspected: list[tuple[object, ...]] = []
    for page in suspicious:
        part = keyed.slice(int(starts[page]), int(starts[page + 1] - starts[page]))
        items = make_items(part.select("role", "text").iter_rows())
        verdict = decide(items, pairs_of.get(page, []))
        numbers = part["paragraph_no"].to_list()
        page_id = part["page_id"][0]
        for source, target in ((verdict.removed, removed), (verdict.suspected, suspected)):
            target.extend(
                (page_id, numbers[copy.place], page_id, numbers[copy.kept], copy.kind, copy.similarity, copy.reason)
                for copy in source
            )
    return Deduplicated(
        conform(pl.DataFrame(removed, schema=list(DUPLICATES), orient="row"), DUPLICATES),
        conform(pl.DataFrame(suspected, schema=list(DUPLICATES), orient="row"), SUSPECTED_DUPLICATES),
    )
