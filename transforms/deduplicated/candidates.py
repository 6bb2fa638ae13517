"""Which paragraphs of a page share enough characters to be looked at: whole columns, no loop over pairs."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from transforms.deduplicated.keys import Indexes, hash_grams

# Half of a paragraph may be in one paragraph and half in the next where only one of the copies was cut, and four characters
# in a hundred misread leave four 5-grams in five. .3 lost no planted copy (see benchmarks/duplicates.py).
SHARED_SHARE: Final = 0.3
# A loop of a thousand rounds, each with another number in it, would make millions of pairs: grams are thinned, by their hash,
# on a page where they would make more than this many.
PAIR_LIMIT: Final = 500_000


def find_pairs(keys: pl.Series, pages: Indexes) -> pl.DataFrame:
    """Return the pairs of texts of one page that share grams: ``left`` < ``right``, indexes into ``keys``.

    ``left_share`` and ``right_share`` are the shares of the grams of each that the other has.

    ``pages`` numbers the page of each key. Of equal keys on a page only the first is paired; texts of fewer than five
    characters are in no pair.
    """
    distinct = (
        pl.DataFrame({"key": keys, "page": pages})
        .with_row_index("row")
        .group_by("page", "key", maintain_order=True)
        .agg(pl.col("row").first())
        .sort("row")
    )
    grams = hash_grams(distinct["key"])
    page_of = distinct["page"].to_numpy()
    frame = pl.DataFrame({"hash": grams.hashes, "owner": grams.owners, "page": page_of[grams.owners]})
    counts = frame.group_by("page", "hash").agg(pl.len().cast(pl.UInt64).alias("count"))
    repeated = counts.filter(pl.col("count") > 1)
    thinning = repeated.group_by("page").agg(
        ((pl.col("count") ** 2).sum() // PAIR_LIMIT + 1).cast(pl.UInt64).alias("thinning")
    )
    thinned = frame.join(thinning, on="page").filter(pl.col("hash") % pl.col("thinning") == 0)
    sizes = thinned.group_by("owner").agg(pl.len().alias("size"))
    shared = thinned.join(repeated.select("page", "hash"), on=["page", "hash"], how="semi")
    pairs = (
        shared.join(shared, on=["page", "hash"], suffix="_right")
        .filter(pl.col("owner") < pl.col("owner_right"))
        .group_by("owner", "owner_right")
        .agg(pl.len().alias("shared"))
        .join(sizes, on="owner")
        .join(sizes.rename({"owner": "owner_right", "size": "size_right"}), on="owner_right")
        .filter(pl.col("shared") >= SHARED_SHARE * pl.min_horizontal("size", "size_right"))
    )
    rows = distinct["row"].to_numpy().astype(np.int64)
    return pl.DataFrame(
        {
            "left": rows[pairs["owner"].to_numpy()],
            "right": rows[pairs["owner_right"].to_numpy()],
            "left_share": pairs["shared"] / pairs["size"],
            "right_share": pairs["shared"] / pairs["size_right"],
        }
    ).sort("left", "right")
