"""Which paragraphs of a page share enough characters to be looked at: whole columns, no loop over pairs."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from transforms.deduplicated.keys import Hashes, Indexes, hash_windows

# Half of a paragraph may be in one paragraph and half in the next where only one of the copies was cut, and four characters
# in a hundred misread leave four 5-grams in five. .3 lost no planted copy (see benchmarks/duplicates.py).
SHARED_SHARE: Final = 0.3
# A loop of a thousand rounds, each with another number in it, would make millions of pairs: grams are thinned, by their hash,
# on a page where they would make more than this many.
PAIR_LIMIT: Final = 500_000


class PageGrams(NamedTuple):
    """The grams of texts that stand on pages, repeats inside a text counted once."""

    windows: Hashes  # of all texts in order, repeats included
    owners: Indexes  # the text of each window
    repeats: pl.DataFrame  # page, hash, owner: what comes again inside its text, as often as it comes again
    shared: pl.DataFrame  # page, hash, owner, count: what several texts of a page have, and how many


def gram_pages(keys: pl.Series, pages: Indexes) -> PageGrams:
    """Return the grams of ``keys``; ``pages`` numbers the page of each, in order.

    The grams of a page are sorted and equal neighbours counted: a page's fit into the cache of a core, those of a batch do
    not. Nine grams in ten end there; only the others become rows.
    """
    windows, owners = hash_windows(keys)
    page_of = pages[owners]
    bounds = np.flatnonzero(np.diff(page_of, prepend=-1, append=-1)).tolist() if len(page_of) else []
    order = np.concatenate([start + windows[start:end].argsort() for start, end in pairwise(bounds)] or [owners])
    sorted_windows, sorted_pages = windows[order], page_of[order]
    is_new = np.ones(len(order) + 1, dtype=np.bool_)  # whether a gram is another than the one before; at the end, too
    is_new[1:-1] = (sorted_windows[1:] != sorted_windows[:-1]) | (sorted_pages[1:] != sorted_pages[:-1])
    is_repeated = ~(is_new[:-1] & is_new[1:])
    gram = np.cumsum(is_new)[:-1][is_repeated]
    again = order[is_repeated]
    rows = pl.DataFrame({"page": page_of[again], "hash": windows[again], "owner": owners[again]})
    is_first = pl.Series(gram * len(keys) + owners[again]).is_first_distinct()
    shared = rows.filter(is_first).with_columns(pl.len().over("page", "hash").cast(pl.UInt64).alias("count"))
    return PageGrams(windows, owners, rows.filter(~is_first), shared.filter(pl.col("count") > 1))


def count_grams(grams: PageGrams, count: int) -> Indexes:
    """Return how many grams each of the ``count`` texts has, repeats counted once."""
    return _count(grams.owners, count) - _count(grams.repeats["owner"].to_numpy(), count)


def _count(owners: Indexes, count: int) -> Indexes:
    return np.bincount(owners, minlength=count).astype(np.int64)


def find_pairs(grams: PageGrams, pages: Indexes) -> pl.DataFrame:
    """Return the pairs of texts of one page that share grams: ``left`` < ``right``, indexes of texts.

    ``left_share`` and ``right_share`` are the shares of the grams of each that the other has. ``pages`` numbers the page of each
    text. Texts of fewer than five characters are in no pair.
    """
    each = grams.shared.unique(["page", "hash"])
    thinning = each.group_by("page").agg(
        ((pl.col("count") ** 2).sum() // PAIR_LIMIT + 1).cast(pl.UInt64).alias("thinning")
    )
    shared = grams.shared.join(thinning, on="page").filter(pl.col("hash") % pl.col("thinning") == 0)
    sizes = pl.DataFrame({"size": _thinned_sizes(grams, pages, thinning)}).with_row_index("owner")
    sizes = sizes.with_columns(pl.col("owner").cast(pl.Int64))
    pairs = (
        shared.select("page", "hash", "owner")
        .join(shared.select("page", "hash", "owner"), on=["page", "hash"], suffix="_right")
        .filter(pl.col("owner") < pl.col("owner_right"))
        .group_by("owner", "owner_right")
        .agg(pl.len().alias("shared"))
        .join(sizes, on="owner")
        .join(sizes.rename({"owner": "owner_right", "size": "size_right"}), on="owner_right")
        .filter(pl.col("shared") >= SHARED_SHARE * pl.min_horizontal("size", "size_right"))
    )
    return pairs.select(
        pl.col("owner").alias("left"),
        pl.col("owner_right").alias("right"),
        (pl.col("shared") / pl.col("size")).alias("left_share"),
        (pl.col("shared") / pl.col("size_right")).alias("right_share"),
    ).sort("left", "right")


def _thinned_sizes(grams: PageGrams, pages: Indexes, thinning: pl.DataFrame) -> Indexes:
    """Return how many grams each text has, of those that are left where the grams of its page are thinned."""
    sizes = count_grams(grams, len(pages))
    thinned = thinning.filter(pl.col("thinning") > 1)
    for page, divisor in thinned.iter_rows():
        first, end = (int(place) for place in np.searchsorted(pages, [page, page + 1]))
        start, stop = (int(place) for place in np.searchsorted(grams.owners, [first, end]))
        is_left = grams.windows[start:stop] % np.uint64(divisor) == 0
        repeats = grams.repeats.filter((pl.col("page") == page) & (pl.col("hash") % divisor == 0))
        left = _count(grams.owners[start:stop][is_left] - first, end - first)
        sizes[first:end] = left - _count(repeats["owner"].to_numpy() - first, end - first)
    return sizes
