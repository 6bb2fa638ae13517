"""Candidate pairs of bodies found in partitions, for a corpus whose sketches no one process can hold.

Rows of the sketches are parted by the hash of their gram. Two bodies share a gram in exactly one partition, so each partition
counts alone what its rows share (``count_shared``), and the sums over all partitions are what ``pair_bodies`` counts at once
(``sum_shared``, parted by pair). Which pairs come out does not depend on the number of partitions.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.deduplicated.bodies import LEAST_SHARE, SHORT
from transforms.deduplicated.body_pairs import BODY_PAIRS
from transforms.frames import Schema, conform

SKETCH_ROWS: Final[Schema] = {
    "gram_hash": pl.UInt64,
    "body_hash": pl.UInt64,
    "body_length": pl.Int32,
    "coarse_count": pl.Int32,
    "gram_count": pl.Int32,
    "is_new": pl.Boolean,  # a body not compared yet; two old ones are not compared again
}
PAIR_COUNTS: Final[Schema] = {
    "left_hash": pl.UInt64,  # the smaller one
    "right_hash": pl.UInt64,
    "shared_count": pl.Int32,  # grams that both have, in one partition
    "least_count": pl.Int32,  # grams of the smaller sketch, as pair_bodies counts them
}
# Pairs of rows that a join makes at a time: some hundred megabytes.
_PAIRS_AT_ONCE: Final = 4_000_000


def count_shared(sketches: pl.DataFrame, *, pairs_at_once: int = _PAIRS_AT_ONCE) -> pl.DataFrame:
    """Return how many grams each pair of bodies shares in one partition (schema ``PAIR_COUNTS``), sorted.

    ``sketches`` has the schema ``SKETCH_ROWS``. Memory is bounded by ``pairs_at_once`` rows and what is returned.
    """
    gram = pl.col("gram_hash")
    # Sorted, grams that one body alone has show by their neighbours; a window over millions of groups takes ten times as long.
    rows = (
        sketches.sort("gram_hash", "body_hash")
        .with_columns((gram == gram.shift(1)).fill_null(False).alias("is_repeated"))
        .filter(pl.col("is_repeated") | pl.col("is_repeated").shift(-1, fill_value=False))
        .drop("is_repeated")
    )
    sizes = rows.group_by("gram_hash", maintain_order=True).agg((pl.len().cast(pl.Int64) ** 2).alias("squares"))
    sliced = sizes.with_columns((pl.col("squares").cum_sum() // pairs_at_once).alias("slice")).drop("squares")
    counts = [
        _count(part)
        for part in rows.join(sliced, on="gram_hash", maintain_order="left").partition_by(
            "slice", include_key=False, maintain_order=True
        )
    ]
    if not counts:
        return pl.DataFrame(schema=PAIR_COUNTS)
    summed = pl.concat(counts).group_by("left_hash", "right_hash", "least_count").agg(pl.col("shared_count").sum())
    return conform(summed.sort("left_hash", "right_hash"), PAIR_COUNTS)


def sum_shared(counts: pl.DataFrame) -> pl.DataFrame:
    """Return the candidate pairs (schema ``BODY_PAIRS``) among ``counts``, the rows of ``PAIR_COUNTS`` of all partitions."""
    least = pl.col("least_count").clip(lower_bound=1)
    summed = counts.group_by("left_hash", "right_hash").agg(pl.col("shared_count").sum(), pl.col("least_count").first())
    pairs = summed.filter(pl.col("shared_count") >= LEAST_SHARE * least)
    return conform(pairs.sort("left_hash", "right_hash"), BODY_PAIRS)


def _count(rows: pl.DataFrame) -> pl.DataFrame:
    both_short = (pl.col("body_length") < SHORT) & (pl.col("body_length_right") < SHORT)
    least = (
        pl.when(both_short)
        .then(pl.min_horizontal("gram_count", "gram_count_right"))
        .otherwise(pl.min_horizontal("coarse_count", "coarse_count_right"))
    )
    return (
        rows.join(rows, on="gram_hash")
        .filter((pl.col("body_hash") < pl.col("body_hash_right")) & (pl.col("is_new") | pl.col("is_new_right")))
        .group_by(
            pl.col("body_hash").alias("left_hash"),
            pl.col("body_hash_right").alias("right_hash"),
            least.alias("least_count"),
        )
        .agg(pl.len().cast(pl.Int32).alias("shared_count"))
    )
