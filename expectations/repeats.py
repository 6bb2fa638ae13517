"""What a page says twice: blocks that are copies of others, and loops inside one block.

Copies are found by shared runs of characters and not by equal clauses or hashes of whole blocks, so that this agrees with
no deduplicator by construction. Of all runs of six characters a quarter is looked at, chosen by their hash and so the
same in every copy (a FracMinHash sketch: on 3,000 documents with planted copies a sketch of character runs found 98.7 % and
more of exact, noisy, truncated and contained copies at 44 MB/s, measured 2026-11).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz

from expectations.characters import CodePoints, Offsets, code_points, look_up
from expectations.settings import Settings

RUN: Final = 6  # characters; a shorter run is often a formula (全面建成小康), a longer one misses noisy copies
MULTIPLIERS: Final = tuple(np.uint32(odd) for odd in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D))  # those of xxHash32
MIX: Final = np.uint32(0x27D4EB2F)
SAMPLED_BELOW: Final = np.uint32(2**30)  # one hash in four
PAGE_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
SHARED_BY_AT_MOST: Final = 12  # blocks of a page; a run in more of them is furniture
LONGEST_PERIOD: Final = 16  # characters; longer loops repeat enough of the sampled runs to be seen by them
LOOP_HINTS: Final = 5  # sampled runs at one distance that are looked into; a loop of 64 characters has 16 on average
STRIDE: Final = 4
STRIDES_IN_A_RUN: Final = (
    8  # 32 characters that repeat: no chant of the five sample pages or of 11,487 news articles does
)


def normal_key(text: pl.Expr) -> pl.Expr:
    """Return ``text`` reduced to its letters and digits, width folded: what two copies share."""
    return text.str.normalize("NFKC").str.replace_all(r"[^\p{L}\p{N}]+", "")


@cache
def _letters() -> npt.NDArray[np.bool_]:
    """Tell of every code point of the basic plane whether it is a letter or a digit."""
    return np.array([chr(point).isalnum() for point in range(0x10000)])


def key_points(texts: pl.Series) -> tuple[CodePoints, Offsets]:
    """Return the letters and digits of all ``texts`` one after another, and where those of each text start."""
    points, offsets = code_points(texts.str.replace_all("&nbsp;", "", literal=True))  # a residue, no phrase that loops
    kept = look_up(_letters(), points)
    before = np.zeros(len(points) + 1, dtype=np.int32)
    np.cumsum(kept, out=before[1:])
    return points[kept], before[offsets].astype(np.int64)


def sampled_runs(points: CodePoints, offsets: Offsets) -> pl.DataFrame:
    """Return the sampled runs of ``RUN`` characters that lie inside one row: ``row``, ``run`` (its hash), ``at``."""
    schema = {"row": pl.UInt32, "run": pl.UInt64, "at": pl.Int64}
    if len(points) < RUN:
        return pl.DataFrame(schema=schema)
    pair = points[:-1] * MULTIPLIERS[0] + points[1:]
    four = pair[:-2] * MULTIPLIERS[1] + pair[2:]
    run = four[: len(points) - RUN + 1] * MULTIPLIERS[2] + pair[4:]
    run ^= run >> np.uint32(15)
    run *= MULTIPLIERS[0]
    chosen = np.flatnonzero(run < SAMPLED_BELOW)
    row = np.searchsorted(offsets, chosen, side="right") - 1
    inside = chosen + RUN <= offsets[row + 1]
    chosen, row = chosen[inside], row[inside]
    # 32 bits choose, 64 tell apart.
    whole = run[chosen].astype(np.uint64) << np.uint64(32) | (four[chosen] ^ pair[chosen + 4] * MIX).astype(np.uint64)
    return pl.DataFrame({"row": row, "run": whole, "at": chosen}, schema=schema)


def long_loops(again: pl.DataFrame, points: CodePoints, offsets: Offsets, *, settings: Settings) -> pl.DataFrame:
    """Return the rows that repeat themselves at one distance: ``row``, ``chars`` (how many stand there again).

    What distinguishes a loop from a list of like titles is that the distance is always the same. ``again``, the sampled runs
    that stand in their row more than once, only says which rows and which distance to look at.
    """
    suspects = (
        again.sort("row", "run", "at")
        .with_columns(pl.col("at").diff().over("row", "run").alias("distance"))
        .drop_nulls("distance")
        .group_by("row", "distance")
        .agg(pl.len().alias("again"))
        .sort("row", "again", "distance", descending=[False, True, False])
        .unique("row", keep="first", maintain_order=True)
        .filter(pl.col("again") >= LOOP_HINTS)
    )
    chars = []
    for row, distance in suspects.select("row", "distance").iter_rows():
        text = points[offsets[row] : offsets[row + 1]]
        differs = np.flatnonzero(text[distance:] != text[:-distance])
        chars.append(float(np.diff(np.concatenate([[-1], differs, [len(text) - distance]])).max() - 1))
    return (
        suspects.select("row")
        .with_columns(pl.Series("chars", chars, dtype=pl.Float64))
        .filter(pl.col("chars") >= settings.loop_chars)
    )


def short_loops(points: CodePoints, offsets: Offsets) -> Offsets:
    """Return the rows in which a phrase of at most ``LONGEST_PERIOD`` characters is said over and over."""
    found = [np.zeros(0, dtype=np.int64)]
    for period in range(1, LONGEST_PERIOD + 1):
        same = points[:-period][::STRIDE] == points[period:][::STRIDE]
        for step in (1, 2, 4):  # true where this and the next 1, 3, 7 are true
            same = same[:-step] & same[step:]
        start = np.flatnonzero(same) * STRIDE
        row = np.searchsorted(offsets, start, side="right") - 1
        found.append(row[start + STRIDE * (STRIDES_IN_A_RUN - 1) + period < offsets[row + 1]])
    return np.unique(np.concatenate(found))


def repeats(blocks: pl.DataFrame, *, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the copies and the loops among ``blocks`` (``page_id``, ``block_no``, ``text``).

    The first frame has one row for each block of at least ``min_block_chars`` letters and digits that another block of its
    page contains: ``page_id``, ``block_no`` (of two equal blocks the later), ``other_no``, ``similarity``; a block that is no
    prose (neither full stop nor comma) is none, since headlines stand in their articles again. The second frame has one
    row for each block that loops: ``page_id``, ``block_no``, ``chars`` that are repetition.
    """
    blocks = blocks.filter(pl.col("text").str.len_chars() >= settings.min_block_chars)
    points, offsets = key_points(blocks["text"])
    length = np.diff(offsets)
    long_enough = length >= settings.min_block_chars
    points = points[np.repeat(long_enough, length)]
    offsets = np.concatenate([[0], np.cumsum(length[long_enough])])
    keyed = (
        blocks.select("page_id", "block_no", "text")
        .filter(pl.Series(long_enough))
        .with_columns(pl.Series("chars", length[long_enough]))
        .with_row_index("row")
    )
    runs = sampled_runs(points, offsets)
    is_again = pl.Series(runs["run"].to_numpy() ^ runs["row"].to_numpy().astype(np.uint64) * PAGE_MIX).is_duplicated()
    again = runs.filter(is_again)
    distinct = pl.concat([runs.filter(~is_again), again.unique(["row", "run"])]).select("row", "run")
    long = long_loops(again, points, offsets, settings=settings)
    short = pl.DataFrame({"row": short_loops(points, offsets).astype(np.uint32)}).join(long, on="row", how="anti")
    loops = pl.concat([long, short.with_columns(chars=pl.lit(float(STRIDE * STRIDES_IN_A_RUN)))]).sort("row")
    looping = keyed.join(loops, on="row").select("page_id", "block_no", "chars")
    return _copies(keyed, distinct, settings), looping


def _pairs(runs: pl.DataFrame, page: npt.NDArray[np.uint32]) -> pl.DataFrame:
    """Return the pairs of blocks of one page that share sampled runs, both ways: ``row``, ``row_other``, ``shared``."""
    row = runs["row"].to_numpy()
    on_page = pl.Series((runs["run"].to_numpy() ^ page[row].astype(np.uint64) * PAGE_MIX) * PAGE_MIX)
    again = on_page.is_duplicated().to_numpy()
    run, row = on_page.to_numpy()[again], row[again].astype(np.int64)
    order = np.lexsort((row, run))
    run, row = run[order], row[order]
    start = np.flatnonzero(np.concatenate([[True], run[1:] != run[:-1]])) if len(run) else np.zeros(0, dtype=np.int64)
    size = np.diff(np.append(start, len(run)))
    few = np.repeat(size <= SHARED_BY_AT_MOST, size)
    run, row = run[few], row[few]
    found = []
    for step in range(1, SHARED_BY_AT_MOST):
        same = np.flatnonzero(run[:-step] == run[step:])
        found += [row[same] << 32 | row[same + step], row[same + step] << 32 | row[same]]
    pairs, shared = np.unique(np.concatenate(found), return_counts=True)
    return pl.DataFrame(
        {"row": pairs >> 32, "row_other": pairs & 0xFFFFFFFF, "shared": shared},
        schema={"row": pl.UInt32, "row_other": pl.UInt32, "shared": pl.UInt32},
    )


def _copies(keyed: pl.DataFrame, runs: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Return the blocks of which another block of the page holds nearly all, verified letter by letter."""
    said = pl.DataFrame({"runs": np.bincount(runs["row"].to_numpy(), minlength=keyed.height)}).with_row_index("row")
    pairs = (
        _pairs(runs, keyed["page_id"].rle_id().to_numpy())
        .join(said, on="row")
        .filter(pl.col("shared") >= pl.col("runs") * settings.copy_candidate_share)
        .join(keyed.filter(pl.col("text").str.contains("[。，,]")), on="row")
        .join(keyed.select("row", "block_no", "text", "chars"), left_on="row_other", right_on="row", suffix="_other")
        # The shorter of two is the copy; of two of one length, the later.
        .filter(
            (pl.col("chars") < pl.col("chars_other"))
            | ((pl.col("chars") == pl.col("chars_other")) & (pl.col("row") > pl.col("row_other")))
        )
        .with_columns(normal_key(pl.col("text")).alias("key"), normal_key(pl.col("text_other")).alias("key_other"))
        .sort("row", "row_other")
    )
    similarity = [
        fuzz.partial_ratio(copy, original) / 100
        for copy, original in zip(pairs["key"].to_list(), pairs["key_other"].to_list(), strict=True)
    ]
    # A number at either end may have been cut; the others must stand in the other block too.
    numbers = [pl.col(key).str.extract_all(r"\d+") for key in ("whole", "key_other")]
    foreign_number = numbers[0].list.set_difference(numbers[1]).list.len() > 0
    return (
        pairs.with_columns(
            pl.Series("similarity", similarity, dtype=pl.Float64),
            pl.col("key").str.strip_chars("0123456789").alias("whole"),
        )
        # The same words with other numbers are another piece of news.
        .filter((pl.col("similarity") >= settings.copy_similarity) & ~foreign_number)
        .unique("row", keep="first", maintain_order=True)
        .select("page_id", "block_no", pl.col("block_no_other").alias("other_no"), "similarity")
    )


def mostly_copies(blocks: pl.DataFrame, copies: pl.DataFrame, *, settings: Settings) -> pl.DataFrame:
    """Return the pages that nobody freed of copies: ``page_id``, ``share`` of their characters that are in ``copies``."""
    chars = pl.col("text").str.len_chars().sum()
    whole = blocks.group_by("page_id").agg(chars.alias("chars"))
    return (
        blocks.join(copies, on=["page_id", "block_no"], how="semi")
        .group_by("page_id")
        .agg(pl.len().alias("copies"), chars.alias("copied"))
        .join(whole, on="page_id")
        .with_columns((pl.col("copied") / pl.col("chars")).alias("share"))
        .filter((pl.col("copies") >= settings.min_copies) & (pl.col("share") >= settings.copied_share))
    )
