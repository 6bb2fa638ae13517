"""How fast division and extraction are, beside JioNLP's money, time, location and key phrases on the same text.

    PYTHONPATH=. python benchmarks/extraction_speed.py [--texts N]

JioNLP is an optional extra of this benchmark (`pip install jionlp`), never of the product. Both are warm when the clock
starts, run in one process in turns, each in one thread, and are measured in processor time; JioNLP on a sample of the texts,
since it is slow. The pages of a round are one batch, of 1,200 pages and 4.4 MB; a run's batches have up to 2,000 and 8 MB.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from flows.pool import collect_rarely
from transforms.articles import assign_roles
from transforms.cleaned import clean
from transforms.extracted import extract

SHARED = Path(os.environ.get("BANMIAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))

WARM_UP = 1000  # texts of the first batch
ROUNDS = 3
# Threads that wait for one another count as work. Both are read when the libraries are loaded.
ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
THEIR_TEXTS = 150  # texts of a round for JioNLP: some seconds


def read_texts(count: int) -> list[str]:
    """Return ``count`` paragraphs of clean news, drawn by a fixed seed."""
    path = SHARED / "dev-data" / "clean_news" / "xinwenlianbo.dev.jsonl"
    paragraphs = [
        text for line in path.open(encoding="utf-8") for text in json.loads(line)["paragraphs"] if len(text) > 60
    ]
    random.Random(5).shuffle(paragraphs)  # noqa: S311
    return paragraphs[:count]


def megabytes(texts: list[str]) -> float:
    """Return the size of ``texts`` in UTF-8."""
    return sum(len(text.encode()) for text in texts) / 1e6


def make_pages(texts: list[str]) -> pl.DataFrame:
    """Return pages of ten of ``texts`` each."""
    return pl.DataFrame(
        {
            "page_id": [f"p{start:06d}" for start in range(0, len(texts), 10)],
            "text": ["\n\n".join(texts[start : start + 10]) for start in range(0, len(texts), 10)],
        }
    ).with_columns(pl.lit(None, dtype=pl.Date).alias("published_on"), pl.lit(None).alias("published_on_source"))


def measure_ours(texts: list[str]) -> float:
    """Return MB/s of roles, segmentation and all extraction of ``texts`` as one batch."""
    pages = make_pages(texts)
    paragraphs = clean(pages).paragraphs
    started = time.process_time()
    extract(pages, assign_roles(paragraphs))
    return megabytes(texts) / (time.process_time() - started)


def jionlp_extractors() -> dict[str, Callable[[str], object]]:
    """Return JioNLP's four extractors by name.

    Raises
    ------
    ImportError
        If JioNLP is not installed.
    """
    with contextlib.redirect_stdout(io.StringIO()):
        import jionlp
    now = time.time()
    return {
        "money": jionlp.ner.extract_money,
        "time": lambda text: jionlp.ner.extract_time(text, time_base=now),
        "location": jionlp.recognize_location,
        "key phrases": jionlp.keyphrase.extract_keyphrase,
    }


def seconds_of(extract_one: Callable[[str], object], texts: list[str]) -> float:
    """Return the seconds of processor that ``extract_one`` takes for ``texts``; what it prints and raises is passed over."""
    started = time.process_time()
    for text in texts:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
            extract_one(text)
    return time.process_time() - started


def told(values: list[float], digits: int) -> str:
    """Return the median of ``values``, and the lowest and the highest."""
    low, middle, high = (f"{value:,.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return f"{middle:>9} ({low} to {high})"


def main() -> int:
    """Print both speeds and their ratio, both measured in turns on fresh texts."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--texts", type=int, default=12_000, help="of a round")
    args = cli.parse_args()
    logging.disable(logging.CRITICAL)
    collect_rarely()  # as the workers of a run do; JioNLP has it too
    texts = read_texts(ROUNDS * args.texts + WARM_UP)
    measure_ours(texts[ROUNDS * args.texts :])  # a run has many batches: the first one loads what all need
    try:
        extractors = jionlp_extractors()
    except ImportError:
        print("  JioNLP is not installed: no ratio")
        extractors = {}
    for extract_one in extractors.values():
        seconds_of(extract_one, texts[-1:])  # warm: dictionaries are read on the first call
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in extractors}
    for start in range(0, ROUNDS * args.texts, args.texts):
        ours.append(measure_ours(texts[start : start + args.texts]))
        some = texts[start : start + THEIR_TEXTS]
        for name, extract_one in extractors.items():
            theirs[name].append(seconds_of(extract_one, some) / megabytes(some))
    print(f"  ours, all of it     {told(ours, 4)} MB/s")
    for name, seconds in theirs.items():
        print(f"  JioNLP {name:12} {told([1 / one for one in seconds], 4)} MB/s")
    if theirs:
        whole = [sum(seconds) for seconds in zip(*theirs.values(), strict=True)]
        print(f"  JioNLP, all of it   {told([1 / one for one in whole], 4)} MB/s")
        print(f"  ratio               {told([mine * other for mine, other in zip(ours, whole, strict=True)], 1)}")
    return 0


if __name__ == "__main__":
    if not ONE_THREAD.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_THREAD)  # noqa: S606
    raise SystemExit(main())
