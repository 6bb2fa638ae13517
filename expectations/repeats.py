"""What a page says twice: blocks that are copies of others, and loops inside one block.

Copies are found by shared runs of characters and not by equal clauses or hashes of whole blocks, so that this agrees with
no deduplicator by construction. Of all runs of six characters a quarter is looked at, chosen by their hash and so the
same in every copy (a FracMinHash sketch: on 3,000 documents with planted copies a sketch of character runs found 98.7 % and
more of exact, noisy, truncated and contained copies at 44 MB/s, measured 2026-11).
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz

from expectations.characters import CodePoints, Offsets, basic_plane, code_points, keep, look_up, rank, rows_of
from expectations.settings import Settings

RUN: Final = 6  # characters; a shorter run is often a formula (全面建成小康), a longer one misses noisy copies
MULTIPLIERS: Final = tuple(np.uint32(odd) for odd in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D))  # those of xxHash32
MIX: Final = np.uint32(0x27D4EB2F)
SAMPLED_BELOW: Final = np.uint32(2**30)  # one hash in four
PIECE: Final = 1 << 16  # characters hashed at a time
_RESIDUE: Final = [ord(char) for char in "&nbsp;"]
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
    return np.fromiter(map(str.isalnum, basic_plane()), dtype=np.bool_, count=0x10000)


def letters_of(points: CodePoints) -> npt.NDArray[np.bool_]:
    """Tell of each of ``points`` whether it is a letter or a digit; the residue ``&nbsp;``, no phrase that loops, has none."""
    found = look_up(_letters(), points)
    for start in np.flatnonzero(points == ord("&")).tolist():
        if points[start : start + len(_RESIDUE)].tolist() == _RESIDUE:
            found[start : start + len(_RESIDUE)] = False
    return found


class Runs(NamedTuple):
    """Sampled runs that stand on their page more than once, ordered by run and place; and how many each row has."""

    row: Offsets
    run: npt.NDArray[np.uint64]  # equal for equal runs of one page, and else not
    at: Offsets  # where the run starts among the letters of all rows
    distinct: Offsets  # of each row: its sampled runs, those said twice once


def repeated_runs(points: CodePoints, offsets: Offsets, page: npt.NDArray[np.uint32]) -> Runs:
    """Return the sampled runs of ``RUN`` characters inside one row that their ``page`` (one number a row) has again."""
    chosen, run, check = _sampled_runs(points)
    row = rows_of(chosen, offsets)
    inside = chosen + RUN <= offsets[row + 1]
    chosen, run, check, row = chosen[inside], run[inside], check[inside], row[inside]
    # A hash above and the position below make one number, so that plain sorting, which is fast, brings equal runs together.
    mixed = (run ^ page[row] * MULTIPLIERS[1]) * MULTIPLIERS[2]
    order = np.sort(mixed.astype(np.uint64) << np.uint64(32) | np.arange(len(mixed), dtype=np.uint64))
    high = order >> np.uint64(32)
    same = high[1:] == high[:-1]
    again = np.zeros(len(order), dtype=np.bool_)
    again[1:] |= same
    again[:-1] |= same
    at = (order[again] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    # 32 bits find, 64 tell apart.
    whole = high[again] << np.uint64(32) | check[at].astype(np.uint64)
    order = np.argsort(whole, kind="stable")  # those of one run stand in order
    at, whole = at[order], whole[order]
    said_again = (whole[1:] == whole[:-1]) & (row[at[1:]] == row[at[:-1]])
    distinct = np.bincount(row, minlength=len(offsets) - 1)
    distinct -= np.bincount(row[at[1:][said_again]], minlength=len(offsets) - 1)
    return Runs(row[at], whole, chosen[at], distinct)


def _sampled_runs(
    points: CodePoints,
) -> tuple[Offsets, npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return where the sampled runs start, and two hashes of each; piece by piece, so that the numbers stay in the cache."""
    found = []
    for first in range(0, max(0, len(points) - RUN + 1), PIECE):
        some = points[first : first + PIECE + RUN - 1]
        pair = some[:-1] * MULTIPLIERS[0] + some[1:]
        four = pair[:-2] * MULTIPLIERS[1] + pair[2:]
        run = four[: len(some) - RUN + 1] * MULTIPLIERS[2] + pair[4:]
        run ^= run >> np.uint32(15)
        run *= MULTIPLIERS[0]
        chosen = np.flatnonzero(run < SAMPLED_BELOW)
        found.append((chosen + first, run[chosen], four[chosen] ^ pair[chosen + 4] * MIX))
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.uint32)
    starts, runs, checks = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return starts, runs, checks


def long_loops(again: Runs, points: CodePoints, offsets: Offsets, *, settings: Settings) -> pl.DataFrame:
    """Return the rows that repeat themselves at one distance: ``row``, ``chars`` (how many stand there again).

    What distinguishes a loop from a list of like titles is that the distance is always the same. ``again``, the sampled
    runs that stand on their page more than once, only says which rows and which distance to look at.
    """
    in_row = np.flatnonzero((again.run[1:] == again.run[:-1]) & (again.row[1:] == again.row[:-1]))
    distances = again.at[in_row + 1] - again.at[in_row]
    suspects = (
        pl.DataFrame({"row": again.row[in_row], "distance": distances}, schema={"row": pl.UInt32, "distance": pl.Int64})
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
    phases = [np.ascontiguousarray(points[phase::STRIDE]) for phase in range(STRIDE)]
    for period in range(1, LONGEST_PERIOD + 1):
        later = phases[period % STRIDE][period // STRIDE :]
        same = phases[0][: len(later)] == later
        for step in (1, 2, 4):  # true where this and the next 1, 3, 7 are true
            same = same[:-step] & same[step:]
        start = np.flatnonzero(same) * STRIDE
        row = rows_of(start, offsets)
        found.append(row[start + STRIDE * (STRIDES_IN_A_RUN - 1) + period < offsets[row + 1]])
    return np.unique(np.concatenate(found))


def repeats(
    blocks: pl.DataFrame, *, settings: Settings, characters: tuple[CodePoints, Offsets] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the copies and the loops among ``blocks`` (``page_id``, ``block_no``, ``text``; page after page).

    The first frame has one row for each block of at least ``min_block_chars`` letters and digits that another block of its
    page contains: ``page_id``, ``block_no`` (of two equal blocks the later), ``other_no``, ``similarity``; a block that is no
    prose (neither full stop nor comma) is none, since headlines stand in their articles again. The second frame has one
    row for each block that loops: ``page_id``, ``block_no``, ``chars`` that are repetition. ``characters`` are those of the
    texts, and where each begins, if they are known; what stands between the texts must be no letters then.
    """
    points, offsets = characters if characters is not None else code_points(blocks["text"])
    is_letter = letters_of(points)
    length = np.diff(rank(is_letter, offsets))
    long_enough = length >= settings.min_block_chars
    is_letter &= np.repeat(long_enough, np.diff(offsets))
    points = keep(points, is_letter)
    offsets = np.concatenate([[0], np.cumsum(length[long_enough])])
    keyed = (
        blocks.select("page_id", "block_no", "text")
        .filter(pl.Series(long_enough))
        .with_columns(pl.Series("chars", length[long_enough]))
    )
    again = repeated_runs(points, offsets, keyed["page_id"].rle_id().to_numpy())
    long = long_loops(again, points, offsets, settings=settings)
    short = pl.DataFrame({"row": short_loops(points, offsets).astype(np.uint32)}).join(long, on="row", how="anti")
    loops = pl.concat([long, short.with_columns(chars=pl.lit(float(STRIDE * STRIDES_IN_A_RUN)))]).sort("row")
    looping = keyed[loops["row"]].select("page_id", "block_no").with_columns(loops["chars"])
    return _copies(keyed, again, settings), looping


def _pairs(runs: Runs) -> tuple[Offsets, Offsets, Offsets]:
    """Return the pairs of blocks of one page that share sampled runs, both ways: row, other row, how many they share."""
    first = np.ones(len(runs.run), dtype=np.bool_)  # of its row
    first[1:] = (runs.run[1:] != runs.run[:-1]) | (runs.row[1:] != runs.row[:-1])
    run, row = runs.run[first], runs.row[first]
    start = np.flatnonzero(np.concatenate([[True], run[1:] != run[:-1]])) if len(run) else np.zeros(0, dtype=np.int64)
    size = np.diff(np.append(start, len(run)))
    few = np.repeat((size > 1) & (size <= SHARED_BY_AT_MOST), size)
    run, row = run[few], row[few]
    found = []
    for step in range(1, SHARED_BY_AT_MOST):
        same = np.flatnonzero(run[:-step] == run[step:])
        found += [row[same] << 32 | row[same + step], row[same + step] << 32 | row[same]]
    pairs, shared = np.unique(np.concatenate(found), return_counts=True)
    return pairs >> 32, pairs & 0xFFFFFFFF, shared


def _copies(keyed: pl.DataFrame, runs: Runs, settings: Settings) -> pl.DataFrame:
    """Return the blocks of which another block of the page holds nearly all, verified letter by letter."""
    row, other, shared = _pairs(runs)
    chars = keyed["chars"].to_numpy()
    # The shorter of two is the copy; of two of one length, the later.
    likely = (shared >= runs.distinct[row] * settings.copy_candidate_share) & (
        (chars[row] < chars[other]) | ((chars[row] == chars[other]) & (row > other))
    )
    row, other = row[likely], other[likely]
    text = keyed["text"]
    is_prose = text.gather(row).str.contains("[。，,]")
    row, other = row[is_prose], other[is_prose]
    is_equal = (text.gather(row) == text.gather(other)).to_numpy()
    equal = pl.DataFrame({"row": row[is_equal], "other": other[is_equal]}).with_columns(similarity=pl.lit(1.0))
    found: pl.DataFrame = (
        pl.concat([equal, _verified(text, row[~is_equal], other[~is_equal], settings)])
        .sort("row", "other")
        .unique("row", keep="first", maintain_order=True)
    )
    return keyed[found["row"]].select(
        "page_id",
        "block_no",
        keyed["block_no"].gather(found["other"]).alias("other_no"),
        found["similarity"],
    )


def _verified(text: pl.Series, row: Offsets, other: Offsets, settings: Settings) -> pl.DataFrame:
    """Return those of the pairs of which the first text is in the second: ``row``, ``other``, ``similarity``."""
    rows = np.unique(np.concatenate([row, other]))
    keys = text.gather(rows).to_frame("key").select(normal_key(pl.col("key"))).to_series()
    pairs = pl.DataFrame(
        {
            "row": row,
            "other": other,
            "key": keys.gather(np.searchsorted(rows, row)),
            "key_other": keys.gather(np.searchsorted(rows, other)),
        }
    )
    similarity = [
        1.0 if copy in original else fuzz.partial_ratio(copy, original) / 100
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
        .filter(pl.col("similarity") >= settings.copy_similarity)
        # The same words with other numbers are another piece of news.
        .filter(~foreign_number)
        .select("row", "other", "similarity")
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
