"""The partition and clustering steps of a large load, on made signatures: time, memory and bytes, and a check of what is found.

    python benchmarks/partitions.py [--bodies N] [--grams N] [--parts N] [--folder DIR]

A body is a number; its sketch are hashes of the number. One body in ten is a copy that shares nine in ten grams with another, so
it is known which pairs have to come out. Nothing is kept in memory but one partition; peak memory is this process's own.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from flows.linking import count_partition, sum_partition
from warehouse.reprints import label_components

Hashes = npt.NDArray[np.uint64]
_CHUNK = 200_000


def mix(values: Hashes) -> Hashes:
    """Return a well mixed 64-bit hash of each value (splitmix64: Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        values = values + np.uint64(0x9E3779B97F4A7C15)
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = values ^ (values >> np.uint64(31))
    return mixed


def write_sketches(folder: Path, body_count: int, gram_count: int, part_count: int) -> int:
    """Write the sketches of ``body_count`` bodies, parted by gram; return the rows. Every tenth body copies the one before."""
    row_count = 0
    for start in range(0, body_count, _CHUNK):
        bodies = np.arange(start, min(start + _CHUNK, body_count), dtype=np.uint64)
        owners = np.repeat(bodies, gram_count)
        places = np.tile(np.arange(gram_count, dtype=np.uint64), len(bodies))
        is_copied = (owners % np.uint64(10) == 9) & (places * np.uint64(10) >= np.uint64(gram_count))
        said_by = np.where(is_copied, owners - np.uint64(1), owners)
        grams = mix(said_by * np.uint64(1000) + places)
        frame = pl.DataFrame(
            {
                "gram_hash": grams,
                "body_hash": mix(owners),
                "body_length": np.full(len(owners), 400, dtype=np.int32),
                "coarse_count": np.full(len(owners), gram_count, dtype=np.int32),
                "gram_count": np.full(len(owners), gram_count, dtype=np.int32),
                "is_new": np.ones(len(owners), dtype=np.bool_),
            }
        ).with_columns((pl.col("gram_hash") % part_count).alias("part"))
        for (part,), rows in frame.partition_by("part", as_dict=True, include_key=False).items():
            place = folder / "sketches" / f"part={part}"
            place.mkdir(parents=True, exist_ok=True)
            rows.write_parquet(place / f"{start}.parquet", compression="zstd", compression_level=1)
        row_count += frame.height
    return row_count


def _files(folder: str, part: int) -> list[str]:
    return sorted(map(str, Path(folder, "sketches", f"part={part}").glob("*.parquet")))


def main() -> None:
    """Print the table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--bodies", type=int, default=1_000_000)
    cli.add_argument("--grams", type=int, default=45, help="rows of a sketch; 45 is that of a median article")
    cli.add_argument("--parts", type=int, default=0, help="partitions; by default one for each 4 million rows")
    cli.add_argument("--folder", type=Path, default=None)
    args = cli.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as scratch:
        parts = args.parts or max(1, -(-args.bodies * args.grams // 4_000_000))
        steps = {
            "write sketches": partial(write_sketches, Path(scratch), args.bodies, args.grams, parts),
            "count in partitions": lambda: [
                count_partition(scratch, part, _files(scratch, part), min(parts, 64)) for part in range(parts)
            ],
            "sum by pair": lambda: [sum_partition(scratch, part, parts) for part in range(min(parts, 64))],
            "components": partial(cluster, scratch),
        }
        print(f"{args.bodies:,} bodies, {args.bodies * args.grams:,} rows of sketches, {parts} partitions\n")
        print(f"{'step':22} {'s':>8} {'cpu s':>8} {'s per partition':>16} {'peak MB':>8} {'MB on disk':>11}")
        for name, step in steps.items():
            started, busy = time.perf_counter(), time.process_time()
            found = step()
            took, busy = time.perf_counter() - started, time.process_time() - busy
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            disk = sum(path.stat().st_size for path in Path(scratch).rglob("*.parquet")) / 2**20
            print(f"{name:22} {took:8.1f} {busy:8.1f} {took / parts:16.2f} {peak:8.0f} {disk:11.0f}", flush=True)
        expected = args.bodies // 10
        print(f"\npairs found {found[0]:,} of {expected:,} planted, components {found[1]:,}")


def cluster(folder: str) -> tuple[int, int]:
    """Return how many pairs came out, and how many connected components of more than one body they make."""
    with duckdb.connect(config={"memory_limit": "1GB", "temp_directory": f"{folder}/spill"}) as db:
        db.execute("create schema deduplicated")
        pairs = f"read_parquet('{folder}/pairs/*.parquet')"
        names = "left_hash as inner_hash, right_hash as outer_hash"
        db.execute(f"create table deduplicated.body_links as select {names} from {pairs}")  # noqa: S608 - a folder of our own
        db.execute(
            "create temp table component as select body_hash, body_hash as label from"
            " (select inner_hash as body_hash from deduplicated.body_links"
            " union select outer_hash from deduplicated.body_links)"
        )
        label_components(db)
        (pair_count,) = db.execute("select count(*) from deduplicated.body_links").fetchall()[0]
        (components,) = db.execute("select count(distinct label) from component").fetchall()[0]
        return int(pair_count), int(components)


if __name__ == "__main__":
    main()
