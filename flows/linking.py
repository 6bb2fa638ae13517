"""Reprints of a large load, found in partitions on the workers: sketches → counts → candidate pairs → texts → links.

    <folder>/sketches/part=N/…      rows of sketches, parted by gram            (written by the warehouse)
    <folder>/counts/N/M.parquet     what pairs share in part N, parted by pair  (a worker per N)
    <folder>/pairs/M.parquet        candidate pairs                             (a worker per M)
    <folder>/candidates/part=K/…    the same, parted for comparison             (written by the warehouse)
    <folder>/texts/part=K/…         the texts of each part                      (written by the warehouse)
    <folder>/links/K.parquet        which of them are copies                    (a worker per K)

Each file is written by one call and read by one; a call that is made again writes the same. No rows pass through the
client. The folder goes when all is done.
"""

from __future__ import annotations

import io
from functools import partial
from typing import Final

import fsspec
import polars as pl

from flows.pool import Workers, run_all_or_raise
from flows.transfer import get_all, put_all
from transforms.deduplicated import verify_pairs
from transforms.deduplicated.bodies import body_key
from transforms.deduplicated.partitions import PAIR_COUNTS, SKETCH_ROWS, count_shared, sum_shared
from transforms.frames import conform
from warehouse.linking import LINK_ROWS, PairFiles, export_pairs, export_sketches, has_unlinked
from warehouse.writer import Writer

# Pairs are parted into so many at most: the files of the counts are as many as parts of grams times parts of pairs, and 100
# million pages have 7,000 parts of grams.
_PAIR_PARTS: Final = 64


def link_in_partitions(writer: Writer, workers: Workers, folder: str) -> None:
    """Compare what was loaded without being compared, and choose which copies stay; nothing if nothing waits."""
    if not has_unlinked(writer.connection):
        return
    _make_empty(folder)
    sketches = export_sketches(writer.connection, folder)
    pair_parts = range(min(len(sketches), _PAIR_PARTS))
    run_all_or_raise(
        workers, [partial(count_partition, folder, part, urls, len(pair_parts)) for part, urls in enumerate(sketches)]
    )
    run_all_or_raise(workers, [partial(sum_partition, folder, part, len(sketches)) for part in pair_parts])
    pairs = export_pairs(writer.connection, f"{folder}/pairs/*.parquet", folder)
    run_all_or_raise(workers, [partial(compare_partition, folder, part, files) for part, files in enumerate(pairs)])
    writer.take_links(f"{folder}/links/*.parquet" if pairs else None)
    _remove(folder)


def count_partition(folder: str, part: int, urls: list[str], pair_part_count: int) -> None:
    """Count what pairs of bodies share in partition ``part`` of the sketches, which is in ``urls``; a worker's work."""
    rows = _read(urls)
    counts = count_shared(conform(rows, SKETCH_ROWS)) if rows.height else pl.DataFrame(schema=PAIR_COUNTS)
    for number in range(pair_part_count):
        _write(
            counts.filter(pl.col("left_hash") % pair_part_count == number), f"{folder}/counts/{number}/{part}.parquet"
        )


def sum_partition(folder: str, part: int, part_count: int) -> None:
    """Add up what the pairs of partition ``part`` share in all partitions, and keep the candidates; a worker's work."""
    counts = _read([f"{folder}/counts/{part}/{number}.parquet" for number in range(part_count)])
    _write(sum_shared(counts), f"{folder}/pairs/{part}.parquet")


def compare_partition(folder: str, part: int, files: PairFiles) -> None:
    """Write the links among the candidate pairs of partition ``part``; a worker's work."""
    _write(conform(_links_among(_read(files.pairs), _read(files.texts)), LINK_ROWS), f"{folder}/links/{part}.parquet")


def _links_among(pairs: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    if pairs.is_empty():
        return pl.DataFrame(schema=LINK_ROWS)
    keys = texts.select("body_hash", body_key(pl.col("body")).alias("body_key"))
    found = verify_pairs(pairs, keys)
    return pl.concat(
        [
            links.with_columns(pl.lit(is_suspected).alias("is_suspected"))
            for links, is_suspected in zip(found, (False, True), strict=True)
        ]
    )


def _read(urls: list[str]) -> pl.DataFrame:
    frames = []
    for data in get_all(urls):
        if isinstance(data, OSError):
            raise data
        frames.append(pl.read_parquet(data))
    return pl.concat(frames) if frames else pl.DataFrame()


def _write(frame: pl.DataFrame, path: str) -> None:
    data = io.BytesIO()
    frame.write_parquet(data, compression="zstd", compression_level=1)
    put_all({path: data.getvalue()})


def _make_empty(folder: str) -> None:
    _remove(folder)
    files, path = fsspec.url_to_fs(folder)
    files.makedirs(path, exist_ok=True)


def _remove(folder: str) -> None:
    files, path = fsspec.url_to_fs(folder)
    files.invalidate_cache()
    if files.exists(path):
        files.rm(path, recursive=True)
