"""How fast copies are found across pages, beside the programs one would take instead.

Every contestant works on the same text, in turns, each in a process of its own that is bound to one core, with one thread:
what is counted is the processor time of that process (user and system), imports left out. The first pass over the text is
printed (tables are made, memory is asked of the system) and the median of the later ones.

The peers: data-juicer's `document_minhash_deduplicator(tokenization="character")` and datasketch where they are installed (extra
`bench`), and always MinHash over characters in plain Python as most programs write it (64 permutations, 16 bands), which is so
slow that it gets every twentieth text. They stop at candidates; ours verifies what it finds, and that is in its time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from typing import Final

import polars as pl

from transforms.deduplicated import pair_bodies, sketch_bodies, verify_pairs
from transforms.deduplicated.bodies import body_key, hash_bodies
from transforms.deduplicated.reprints import Verified

OURS: Final = "banmian"
SLOWEST: Final = "MinHash in Python"
PASSES: Final = 4


def link_texts(texts: list[str]) -> tuple[pl.Series, Verified]:
    """Return the hash of each text and what is the same among them: keys, sketches, candidates, verification."""
    keys = pl.DataFrame({"text": texts}).select(body_key(pl.col("text")).alias("key"))["key"]
    bodies, sketches = sketch_bodies(keys)
    pairs = pair_bodies(bodies, sketches)
    hashes = hash_bodies(keys)
    return hashes, verify_pairs(pairs, pl.DataFrame({"body_hash": hashes, "body_key": keys}).unique("body_hash"))


def load_ours() -> Callable[[list[str]], object]:
    """Return this project's pass over the texts."""
    import numpy.ma  # noqa: F401  (Polars imports it when it first meets an array)

    return link_texts


def load_data_juicer() -> Callable[[list[str]], object]:
    """Return data-juicer's pass; it drops what it takes for copies."""
    os.environ.setdefault("TQDM_DISABLE", "1")
    from data_juicer.core.data import NestedDataset  # type: ignore[import-not-found]
    from data_juicer.ops.deduplicator.document_minhash_deduplicator import (  # type: ignore[import-not-found]
        DocumentMinhashDeduplicator,
    )
    from datasets import disable_progress_bars  # type: ignore[import-not-found]
    from loguru import logger  # type: ignore[import-not-found]

    disable_progress_bars()
    logger.disable("data_juicer")

    def work(texts: list[str]) -> int:
        operator = DocumentMinhashDeduplicator(tokenization="character")
        dataset = NestedDataset.from_list([{"text": text} for text in texts]).map(operator.compute_hash)
        kept, _ = operator.process(dataset)
        return len(texts) - len(kept)

    return work


def load_datasketch() -> Callable[[list[str]], object]:
    """Return a pass of datasketch's index of MinHash signatures."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found]

    def work(texts: list[str]) -> int:
        index = MinHashLSH(threshold=0.7, num_perm=64)
        found = 0
        for number, text in enumerate(texts):
            signature = MinHash(num_perm=64)
            signature.update_batch([text[place : place + 5].encode() for place in range(max(1, len(text) - 4))])
            found += bool(index.query(signature))
            index.insert(str(number), signature)
        return found

    return work


def load_plain_minhash() -> Callable[[list[str]], object]:
    """Return a pass of the textbook algorithm over character grams."""
    return _plain_minhash


def _plain_minhash(texts: list[str], *, permutations: int = 64, bands: int = 16, gram: int = 5) -> int:
    prime = (1 << 61) - 1
    source = random.Random(1)  # noqa: S311
    factors = [(source.randrange(1, prime), source.randrange(prime)) for _ in range(permutations)]
    buckets: dict[tuple[int, tuple[int, ...]], list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        grams = {
            int.from_bytes(hashlib.blake2b(text[place : place + gram].encode(), digest_size=4).digest(), "big")
            for place in range(max(1, len(text) - gram + 1))
        }
        signature = [min((a * value + b) % prime for value in grams) for a, b in factors]
        rows = permutations // bands
        for band in range(bands):
            buckets[band, tuple(signature[band * rows : band * rows + rows])].append(number)
    return sum(len(members) * (len(members) - 1) // 2 for members in buckets.values())


CONTESTANTS: Final = {
    OURS: load_ours,
    "data-juicer MinHash": load_data_juicer,
    "datasketch MinHash": load_datasketch,
    SLOWEST: load_plain_minhash,
}


_WORK: list[Callable[[list[str]], object]] = []  # of a process of its own: what it was started for


def _start(name: str) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with contextlib.suppress(ImportError):
        _WORK.append(CONTESTANTS[name]())


def _is_installed() -> bool:
    return bool(_WORK)


def _time_pass(texts: list[str]) -> float:
    start = time.process_time()
    _WORK[0](texts)
    return time.process_time() - start


def measure_speed(texts: list[str], peer_documents: int | None) -> None:
    """Print the speed beside that of the peers."""
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # inherited by the processes started below
    sizes: dict[str, float] = {}
    seconds: dict[str, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        processes = {
            name: stack.enter_context(
                ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_start, initargs=(name,))
            )
            for name in CONTESTANTS
        }
        processes = {name: process for name, process in processes.items() if process.submit(_is_installed).result()}
        for _ in range(PASSES):
            for name, process in processes.items():
                every = 1 if name == OURS or not peer_documents else max(1, len(texts) // peer_documents)
                sample = texts[:: 20 if name == SLOWEST else every]
                sizes[name] = sum(len(text.encode()) for text in sample) / 1e6
                seconds[name].append(process.submit(_time_pass, sample).result())
    print(
        "\nspeed, MB/s of processor time on one core: the first pass of a fresh process, and the median of the later ones"
    )
    speeds = {
        name: (sizes[name] / taken[0], sizes[name] / statistics.median(taken[1:])) for name, taken in seconds.items()
    }
    for name in CONTESTANTS:
        if name not in speeds:
            print(f"  {name:<22}not installed")
            continue
        times = [ours / theirs for ours, theirs in zip(speeds[OURS], speeds[name], strict=True)]
        beside = "" if name == OURS else "   ours is {:.1f} and {:.1f} times as fast".format(*times)
        print(f"  {name:<22}{speeds[name][0]:9.2f}{speeds[name][1]:9.2f}   ({sizes[name]:.1f} MB){beside}")
