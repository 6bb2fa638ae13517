"""search(query) on many articles beside a LIKE scan of the same text: time, cold and warm, and what the index costs.

The articles are made of paragraphs drawn by lot from the clean news of the development data or, where it is absent, from
the project's own made-up prose. `python benchmarks/search.py [--articles 100000] [--keep FOLDER]`
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.prose import Prose
from transforms import frames
from transforms.extracted.terms import count_terms
from warehouse.ask import connect
from warehouse.quoting import quoted
from warehouse.search_index import index_terms, settle
from warehouse.writer import Writer

SHARED = Path(os.environ.get("BANMIAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
QUERIES = (
    "创业贷款",
    "投资 项目",
    "粮食",
    "小微企业 融资 after:2021",
    '"高质量发展"',
    "经濟發展",
    "headline:会议",
    "中国",
)
CHUNK = 10_000


def paragraphs() -> list[str]:
    """Return the paragraphs to draw from."""
    found = []
    for path in sorted((SHARED / "dev-data" / "clean_news").glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            found += [text.strip() for text in json.loads(line).get("paragraphs", []) if 40 < len(text.strip()) < 600]
    if not found:
        prose = Prose(1)
        made = (prose.article(number, "临榆", date(2024, 5, 18)) for number in range(5000))
        found = [text for article in made for text in article.paragraphs]
    return found


def make(path: Path, count: int) -> dict[str, float]:
    """Make a warehouse of ``count`` articles at ``path`` and return seconds of processor time by part."""
    texts, draw = paragraphs(), random.Random(7)  # noqa: S311 - text to test with
    spent = {"words": 0.0, "index": 0.0, "merge": 0.0}
    with Writer(path, run_id="made", rules_version="made") as writer:
        for start in range(0, count, CHUNK):
            articles = _articles(texts, draw, range(start, min(count, start + CHUNK)))
            before = time.process_time()
            terms = count_terms(_texts(articles))
            spent["words"] += time.process_time() - before
            _insert(writer.connection, articles)
            before = time.process_time()
            index_terms(writer.connection, articles, terms)
            spent["index"] += time.process_time() - before
        before = time.process_time()
        settle(writer.connection, max_runs=0)
        spent["merge"] = time.process_time() - before
        writer.connection.execute("checkpoint warehouse")
    return spent


def _articles(texts: list[str], draw: random.Random, numbers: range) -> pl.DataFrame:
    rows = []
    for number in numbers:
        drawn = [draw.choice(texts) for _ in range(4)]
        day = date(2020, 1, 1) + timedelta(days=draw.randrange(1500))
        rows.append((f"{number * 7919 % 1_000_003:020x}.001", drawn[0][:18], "\n".join(drawn), day))
    made = pl.DataFrame(rows, schema=["article_id", "headline", "body", "published_on"], orient="row")
    absent = {name: pl.lit(None, dtype=kind) for name, kind in frames.ARTICLES.items() if name not in made.columns}
    return frames.conform(
        made.with_columns(**absent).with_columns(
            pl.col("article_id").str.head(20).alias("page_id"),
            pl.lit(1).alias("article_no"),
            pl.lit("news").alias("kind"),
            pl.col("body").str.len_chars().alias("char_count"),
            pl.lit(value=False).alias("is_truncated"),
        ),
        frames.ARTICLES,
    )


def _texts(articles: pl.DataFrame) -> pl.DataFrame:
    parts = [
        articles.select(
            "article_id",
            "page_id",
            pl.lit(number).alias("position"),
            pl.lit(number).alias("paragraph_no"),
            pl.lit(part).alias("part"),
            pl.col(column).alias("text"),
            "published_on",
        )
        for number, (part, column) in enumerate((("title", "headline"), ("body", "body")), 1)
    ]
    return frames.conform(pl.concat(parts).sort("article_id", "position"), frames.ARTICLE_TEXTS)


def _insert(db: duckdb.DuckDBPyConnection, articles: pl.DataFrame) -> None:
    db.register("loading", articles.to_arrow())
    db.execute("insert into extracted.all_articles by name select * from loading")
    db.unregister("loading")


def timed(db: duckdb.DuckDBPyConnection, sql: str, parameters: list[str], *, rounds: int) -> tuple[float, float, int]:
    """Return the median wall time and processor time in ms, and the rows."""
    walls, cpus, rows = [], [], 0
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        rows = len(db.execute(sql, parameters).fetchall())
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return statistics.median(walls), statistics.median(cpus), rows


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="folder for the warehouse, used again if it is there")
    parser.add_argument("--cold", help=argparse.SUPPRESS)
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"search-{given.articles}.duckdb"
    if given.cold:  # a process of its own, so that nothing is in memory but what the operating system keeps
        with connect(path) as db:
            # Written into the SQL: to bind a parameter, DuckDB's Python client imports pandas, which takes a second and a half.
            asked = f"from search({quoted(given.cold)}, max_results := 10)"  # as banmian search asks
            wall = time.perf_counter()
            db.execute(asked).fetchall()
            print((time.perf_counter() - wall) * 1000)
        return
    if not path.exists():
        spent = make(path, given.articles)
        told = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in spent.items())
        print(
            f"processor time: {told}; the index is {(spent['index'] + spent['merge']) / spent['words']:.0%} of the words'"
        )
    with connect(path) as db:
        (postings,) = db.execute("select count(*) from search.postings").fetchall()[0]
        print(f"{given.articles:,} articles, {postings:,} postings, {path.stat().st_size / 1e6:,.0f} MB")
        print(
            f"{'query':<28}{'cold ms':>9}{'warm ms':>9}{'cpu ms':>8}{'LIKE ms':>9}{'cpu ms':>8}{'rows':>7}{'of LIKE':>9}"
        )
        for query in QUERIES:
            command = [
                sys.executable,
                __file__,
                "--articles",
                str(given.articles),
                "--keep",
                str(folder),
                "--cold",
                query,
            ]
            cold = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            warm, cpu, _ = timed(db, "from search(?) limit 10", [query], rounds=9)
            _, _, rows = timed(db, "from search(?)", [query], rounds=1)
            plain = query.split()[0].strip('"').removeprefix("headline:")
            like, like_cpu, like_rows = timed(
                db,
                "select article_id, headline from extracted.all_articles where body like ? or headline like ?",
                [f"%{plain}%"] * 2,
                rounds=3,
            )
            print(
                f"{query:<28}{cold:>9.1f}{warm:>9.1f}{cpu:>8.1f}{like:>9.1f}{like_cpu:>8.1f}{rows:>7,}{like_rows:>9,}"
            )


if __name__ == "__main__":
    main()
