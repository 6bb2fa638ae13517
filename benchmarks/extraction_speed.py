"""How fast division and extraction are, beside JioNLP's money, time, location and key phrases on the same text.

    PYTHONPATH=. python benchmarks/extraction_speed.py [--texts N]

JioNLP is an optional extra of this benchmark (`pip install jionlp`), never of the product. Both are warm when the clock
starts, run in one process, and are measured in processor time; JioNLP on a sample of the texts, since it is slow.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import os
import random
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


def measure_ours(texts: list[str], others: list[str]) -> float:
    """Return MB/s of roles, segmentation and all extraction, as the second batch of a run, of which ``others`` are the first."""
    for batch in (others, texts):
        pages = make_pages(batch)
        paragraphs = clean(pages).paragraphs
        started = time.process_time()
        extract(pages, assign_roles(paragraphs))
        seconds = time.process_time() - started
    return megabytes(texts) / seconds


def measure_jionlp(texts: list[str]) -> float:
    """Return MB/s of JioNLP's four extractors one after the other, each on as many texts as take some seconds."""
    with contextlib.redirect_stdout(io.StringIO()):
        import jionlp
    now = time.time()
    extractors: list[tuple[str, Callable[[str], object], int]] = [
        ("money", jionlp.ner.extract_money, 200),
        ("time", lambda text: jionlp.ner.extract_time(text, time_base=now), 60),
        ("location", jionlp.recognize_location, 4),
        ("key phrases", jionlp.keyphrase.extract_keyphrase, 30),
    ]
    seconds_per_megabyte = 0.0
    for name, extract_one, count in extractors:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
            extract_one(texts[-1])  # warm: dictionaries are read on the first call
        started = time.process_time()
        for text in texts[:count]:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
                extract_one(text)
        rate = (time.process_time() - started) / megabytes(texts[:count])
        print(f"  JioNLP {name:12} {1 / rate:9.4f} MB/s")
        seconds_per_megabyte += rate
    return 1 / seconds_per_megabyte


def main() -> int:
    """Print both speeds and their ratio."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--texts", type=int, default=4000)
    args = cli.parse_args()
    logging.disable(logging.CRITICAL)
    collect_rarely()  # as the workers of a run do; JioNLP has it too
    texts = read_texts(args.texts + WARM_UP)
    texts, others = texts[: args.texts], texts[args.texts :]
    ours = measure_ours(texts, others)
    print(f"  ours, all of it     {ours:9.4f} MB/s")
    try:
        theirs = measure_jionlp(texts)
    except ImportError:
        print("  JioNLP is not installed: no ratio")
        return 0
    print(f"  JioNLP, all of it   {theirs:9.4f} MB/s; ratio {ours / theirs:,.0f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
