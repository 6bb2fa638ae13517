"""Reprints of a large load, found in partitions on the workers: sketches → counts → candidate pairs → texts → links.

    <folder>/sketches/part=N/…      rows of sketches, parted by gram            (written by the warehouse)
    <folder>/counts/N/M.parquet     what pairs share in part N, parted by pair  (a worker per N)
    <folder>/pairs/M.parquet        candidate pairs                             (a worker per M)
    <folder>/texts/part=K/…         their texts                                 (written by the warehouse)
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
from warehouse.linking import LINK_ROWS, SKETCHES, TEXTS, export_sketches, export_texts, has_unlinked
from warehouse.writer import Writer

# Pairs are parted into so many at most: the files of the counts are as many as parts of grams times parts of pairs, and 100
# million pages have 7,000 parts of grams.
_PAIR_PARTS: Final = 64


def link_in_partitions(writer: Writer, workers: Workers, folder: str) -> None:
    """Compare what was loaded without being compared, and choose which copies stay; nothing if nothing waits."""
    if not has_unlinked(writer.connection):
        return
    _make_empty(folder)
    part_count = export_sketches(writer.connection, folder)
    parts = range(part_count)
    pair_parts = range(min(part_count, _PAIR_PARTS))
    run_all_or_raise(workers, [partial(count_partition, folder, part, len(pair_parts)) for part in parts])
    run_all_or_raise(workers, [partial(sum_partition, folder, part, part_count) for part in pair_parts])
    text_count = export_texts(writer.connection, f"{folder}/pairs/*.parquet", folder)
    compare = [partial(compare_partition, folder, part) for part in range(text_count)]
    run_all_or_raise(workers, compare)
    writer.take_links(f"{folder}/links/*.parquet" if text_count else None)
    _remove(folder)


def count_partition(folder: str, part: int, pair_part_count: int) -> None:
    """Count what pairs of bodies share in partition ``part`` of the sketches; a worker's work."""
    rows = _read_all(f"{folder}/{SKETCHES}/part={part}")
    counts = count_shared(conform(rows, SKETCH_ROWS)) if rows.height else pl.DataFrame(schema=PAIR_COUNTS)
    for number in range(pair_part_count):
        _write(
            counts.filter(pl.col("left_hash") % pair_part_count == number), f"{folder}/counts/{number}/{part}.parquet"
        )


def sum_partition(folder: str, part: int, part_count: int) -> None:
    """Add up what the pairs of partition ``part`` share in all partitions, and keep the candidates; a worker's work."""
    counts = pl.concat(_read([f"{folder}/counts/{part}/{number}.parquet" for number in range(part_count)]))
    _write(sum_shared(counts), f"{folder}/pairs/{part}.parquet")


def compare_partition(folder: str, part: int) -> None:
    """Write the links among the pairs of partition ``part`` of the texts; a worker's work."""
    texts = _read_all(f"{folder}/{TEXTS}/part={part}")
    _write(conform(_links_among(texts), LINK_ROWS), f"{folder}/links/{part}.parquet")


def _links_among(texts: pl.DataFrame) -> pl.DataFrame:
    if texts.is_empty():
        return pl.DataFrame(schema=LINK_ROWS)
    sides = [texts.select(body_hash=f"{side}_hash", body=f"{side}_body") for side in ("left", "right")]
    bodies = pl.concat(sides).unique("body_hash")
    keys = bodies.select("body_hash", body_key(pl.col("body")).alias("body_key"))
    found = verify_pairs(texts.select("left_hash", "right_hash"), keys)
    return pl.concat(
        [
            links.with_columns(pl.lit(is_suspected).alias("is_suspected"))
            for links, is_suspected in zip(found, (False, True), strict=True)
        ]
    )


def _read_all(folder: str) -> pl.DataFrame:
    files, path = fsspec.url_to_fs(folder)
    files.invalidate_cache()
    if not files.exists(path):
        return pl.DataFrame()
    names = sorted(files.unstrip_protocol(name) for name in files.find(path) if name.endswith(".parquet"))
    return pl.concat(_read(names)) if names else pl.DataFrame()


def _read(urls: list[str]) -> list[pl.DataFrame]:
    frames = []
    for data in get_all(urls):
        if isinstance(data, OSError):
            raise data
        frames.append(pl.read_parquet(data))
    return frames


def _write(frame: pl.DataFrame, path: str) -> None:
    data = io.BytesIO()
    frame.write_parquet(data, compression="zstd", compression_level=1)
    put_all({path: data.getvalue()})


def _make_empty(folder: str) -> None:
    _remove(folder)
    files, path = fsspec.url_to_fs(folder)
    for name in ("", f"/{TEXTS}", f"/{SKETCHES}"):
        files.makedirs(path + name, exist_ok=True)


def _remove(folder: str) -> None:
    files, path = fsspec.url_to_fs(folder)
    files.invalidate_cache()
    if files.exists(path):
        files.rm(path, recursive=True)
