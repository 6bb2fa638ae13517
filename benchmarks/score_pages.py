"""Run the pure stages over a folder of pages and score the result against gold, without flow or warehouse.

    python benchmarks/score_pages.py PAGES_DIR GOLD_DIR [--score SCORE_PY] [--name GLOB] [--misses] [--keep FILE.duckdb]

The quick way to see what a change to a rule does. SCORE_PY is any program that takes a warehouse, a folder of gold and a
folder of pages; the one beside the development data is the default. The full way is `banmian run` and the same program.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import polars as pl

from transforms.cleaned import clean
from transforms.deduplicated import deduplicate, find_reprints, leave_as_printed
from transforms.extracted import extract
from transforms.frames import PAGES, conform
from transforms.raw.decode import decode

SHARED = Path(os.environ.get("BANMIAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def read_pages(paths: list[Path]) -> pl.DataFrame:
    """Return the pages in ``paths`` as a frame of the schema ``PAGES``, dates unknown."""
    rows = []
    for path in paths:
        data = path.read_bytes()
        decoded = decode(data)
        rows.append(
            {
                "page_id": hashlib.blake2b(path.name.encode(), digest_size=10).hexdigest(),
                "source": path.name,
                "collection": None,
                "published_on": None,
                "published_on_source": None,
                "encoding": decoded.encoding,
                "byte_count": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "text": decoded.text,
                "line_count": decoded.text.count("\n") + 1,
            }
        )
    return conform(pl.DataFrame(rows, infer_schema_length=None), PAGES)


def build_warehouse(pages: pl.DataFrame, path: Path) -> None:
    """Write the public tables that scoring reads, made of ``pages``, to a new DuckDB file at ``path``."""
    repaired = clean(pages)
    cleaned = leave_as_printed(pages, *repaired, found=deduplicate(repaired.paragraphs))
    kept = cleaned.paragraphs.join(cleaned.duplicates, on=["page_id", "paragraph_no"], how="anti")
    extracted = extract(pages, kept)
    found = find_reprints(extracted.articles, extracted.article_paragraphs, cleaned.paragraphs, sources=pages)

    def once(frame: pl.DataFrame) -> pl.DataFrame:
        """Leave out the rows of articles printed again, as the views of the warehouse do."""
        return frame.join(found.reprints, on="article_id", how="anti")

    tables = {
        "raw.pages": pages,
        "cleaned.paragraphs": cleaned.paragraphs,
        "cleaned.paragraph_lines": cleaned.paragraph_lines,
        "cleaned.repairs": cleaned.repairs,
        "deduplicated.duplicates": pl.concat([cleaned.duplicates, found.duplicates]),
        "deduplicated.suspected_duplicates": cleaned.suspected_duplicates,
        "extracted.articles": once(extracted.articles),
        "extracted.article_paragraphs": once(extracted.article_paragraphs),
        "extracted.bylines": once(extracted.bylines),
        "extracted.keywords": once(extracted.keywords),
        **{f"extracted.{name}": once(frame) for name, frame in extracted.facts.items()},
    }
    with duckdb.connect(str(path)) as connection:
        for schema in ("raw", "cleaned", "deduplicated", "extracted"):
            connection.execute(f"create schema {schema}")
        for name, frame in tables.items():
            connection.register("frame", frame.to_arrow())
            connection.execute(f"create table {name} as from frame")
            connection.unregister("frame")


def main() -> int:
    """Score the pages named on the command line."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("pages", type=Path)
    cli.add_argument("gold", type=Path)
    cli.add_argument("--score", type=Path, default=SHARED / "bench" / "score.py")
    cli.add_argument("--name", default="*", help="only gold whose file name matches, e.g. 'dev-hard-00[0-3]*'")
    cli.add_argument("--misses", action="store_true")
    cli.add_argument("--keep", type=Path, help="leave the warehouse here")
    args = cli.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        gold = Path(scratch, "gold")
        gold.mkdir()
        for path in sorted(args.gold.glob(f"{args.name}.structure.json")):
            gold.joinpath(path.name).write_bytes(path.read_bytes())
            facts = path.with_name(path.name.replace(".structure.", ".facts."))
            if facts.exists():
                gold.joinpath(facts.name).write_bytes(facts.read_bytes())
        names = [path.name.removesuffix(".structure.json") for path in sorted(gold.glob("*.structure.json"))]
        warehouse = args.keep or Path(scratch, "scored.duckdb")
        warehouse.unlink(missing_ok=True)
        build_warehouse(read_pages([args.pages / f"{name}.txt" for name in names]), warehouse)
        command = [sys.executable, str(args.score), str(warehouse), str(gold), str(args.pages)]
        return subprocess.run(command + ["--misses"] * args.misses, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
