"""Corrupt repaired pages in known ways and print what the quality gates catch.

    python benchmarks/gates.py PAGES... [--pages N] [--seed S] [--batch 1000] [--clean-only]

PAGES are folders of text pages, or JSON Lines with one page a record (`text`) or one article a record (`title`,
`paragraphs`, `date`; the articles of one date make a page). The pages go through the pipeline; what comes out, copies removed,
is written down as a new page and is the clean page. Printed for each corruption, one defect a page:

* recall: share of pages, not named by the same rules when clean, that are named by a failing expectation afterwards;
* held back: share of the corrupted pages that a gate holds back;
* batch: probability that at least one page of a batch of which 1 % is corrupted so is named.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import polars as pl
from gate_corruptions import (
    RAW_CORRUPTIONS,
    TEXT_CORRUPTIONS,
    Page,
    Paragraph,
    lose_character,
    one_row_per_page,
)

from expectations import Measured, judge, measure_cleaned, measure_deduplicated, measure_extracted, measure_raw
from expectations.check import TABLES, measure_tables
from expectations.gate import held_pages
from expectations.rules import PAGE_RULES, STAGES, Stage
from transforms.cleaned import clean
from transforms.deduplicated import deduplicate
from transforms.extracted import extract
from transforms.frames import DUPLICATES, PAGES, PARAGRAPH_LINES, PARAGRAPHS, REPAIRS, conform, empty
from transforms.raw.decode import decode


class Frames(NamedTuple):
    """The frames that the measures read."""

    pages: pl.DataFrame
    paragraphs: pl.DataFrame
    paragraph_lines: pl.DataFrame
    repairs: pl.DataFrame
    duplicates: pl.DataFrame


def read_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of each page under ``path``."""
    if path.is_dir():
        for file in sorted(path.rglob("*.txt")):
            yield file.stem, decode(file.read_bytes()).text
        return
    days: dict[str, list[str]] = defaultdict(list)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        record = json.loads(line)
        if "text" in record:
            yield f"{path.stem}-{number}", record["text"]
        else:
            days[record["date"]] += [record["title"], *record["paragraphs"]]
    for day, blocks in sorted(days.items()):
        yield f"{path.stem}-{day}", "\n\n".join(blocks)


def pages_frame(texts: dict[str, str]) -> pl.DataFrame:
    """Return ``texts`` (name to text) as a frame of the schema ``PAGES``."""
    return conform(
        pl.DataFrame({"page_id": list(texts), "text": list(texts.values())}).with_columns(
            pl.col("page_id").alias("source"),
            pl.lit("utf-8").alias("encoding"),
            pl.col("text").str.len_bytes().alias("byte_count"),
            pl.col("page_id").alias("sha256"),
            (pl.col("text").str.count_matches("\n") + 1).alias("line_count"),
            *(pl.lit(None).alias(name) for name in ("collection", "published_on", "published_on_source")),
        ),
        PAGES,
    )


def repaired(texts: dict[str, str]) -> dict[str, Page]:
    """Return what the pipeline makes of ``texts``: paragraphs with their roles, copies removed."""
    cleaned = clean(pages_frame(texts))
    copies = deduplicate(cleaned.paragraphs).duplicates
    kept = cleaned.paragraphs.join(copies, on=["page_id", "paragraph_no"], how="anti")
    pages: dict[str, list[Paragraph]] = {name: [] for name in texts}
    for row in kept.sort("page_id", "paragraph_no").iter_rows(named=True):
        pages[row["page_id"]].append(Paragraph(row["role"], row["text"], row["is_truncated"]))
    return {name: tuple(page) for name, page in pages.items() if page}


def written_down(pages: dict[str, Page]) -> Frames:
    """Return the frames of pages that hold exactly these paragraphs, a blank line after each, and need no repair."""
    paragraphs, pieces, texts = [], [], {}
    for name, page in pages.items():
        start = 0
        for at, one in enumerate(page):
            key = {"page_id": name, "paragraph_no": at + 1}
            paragraphs.append(
                {
                    **key,
                    "role": one.role,
                    "text": one.text,
                    "line_numbers": [2 * at + 1],
                    "is_truncated": one.is_truncated,
                }
                | {"blank_lines_before": 1, "is_indented": False}
            )
            pieces.append(
                {**key, "segment_no": 1, "line_number": 2 * at + 1, "char_start": 0, "char_end": len(one.text)}
                | {"raw_char_start": start, "raw_char_end": start + len(one.text)}
            )
            start += len(one.text) + 2
        texts[name] = "\n\n".join(one.text for one in page)
    return Frames(
        pages_frame(texts),
        conform(pl.DataFrame(paragraphs, infer_schema_length=None), PARAGRAPHS),
        conform(pl.DataFrame(pieces, infer_schema_length=None), PARAGRAPH_LINES),
        empty(REPAIRS),
        empty(DUPLICATES),
    )


def measure(stage: Stage, frames: Frames) -> Measured:
    """Return the measures of ``stage``."""
    if stage == "raw":
        return measure_raw(frames.pages)
    if stage == "cleaned":
        return measure_cleaned(*frames[:4])
    if stage == "deduplicated":
        return measure_deduplicated(frames.paragraphs, frames.duplicates)
    return measure_extracted(frames.pages, frames.paragraphs, *extract(frames.pages, frames.paragraphs))


def named(measured: Measured, stage: Stage, *, least: str = "warning") -> dict[str, dict[str, float]]:
    """Return for each page how often it breaks each rule that is at least a warning."""
    rules = [rule.name for rule in PAGE_RULES[stage] if rule.severity != "info"]
    return {
        row["page_id"]: {name: row[name] for name in rules if row[name]} for row in measured.pages.iter_rows(named=True)
    }


def batch_recall(pages: int, caught: int, drawn: int) -> float:
    """Return the probability that of ``drawn`` pages out of ``pages`` at least one is among the ``caught``."""
    drawn = min(drawn, pages)
    if pages - caught < drawn:
        return 1.0
    return 1 - math.exp(math.log(math.comb(pages - caught, drawn)) - math.log(math.comb(pages, drawn)))


def wilson_upper(hits: int, trials: int) -> float:
    """Return the upper end of Wilson's 95 % interval for a share of which ``hits`` of ``trials`` were seen (Wilson, 1927)."""
    z = 1.96
    middle = hits + z * z / 2
    half = z * math.sqrt(hits * (trials - hits) / trials + z * z / 4)
    return (middle + half) / (trials + z * z)


class Report:
    """The table, printed row by row."""

    def __init__(self, batch: int) -> None:
        self.drawn = max(1, batch // 100)
        print(f"{'corruption':44} {'pages':>5} {'recall':>7} {'held':>6} {'batch':>7}  named by")

    def row(self, name: str, stages: dict[Stage, tuple[Measured, Measured]], touched: set[str]) -> None:
        """Print how many of the ``touched`` pages are named after the corruption and were not before."""
        caught: set[str] = set()
        held: set[str] = set()
        rules: dict[str, int] = defaultdict(int)
        for stage, (before, after) in stages.items():
            clean_names = named(before, stage)
            for page, broken in named(after, stage).items():
                new = [rule for rule, count in broken.items() if count > clean_names.get(page, {}).get(rule, 0)]
                if new and page in touched:
                    caught.add(page)
                    for rule in new:
                        rules[rule] += 1
            held |= set(held_pages(stage, after)["page_id"]) - set(held_pages(stage, before)["page_id"])
        share = len(caught) / max(1, len(touched))
        by = ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items(), key=lambda item: -item[1])[:4])
        batch = batch_recall(len(touched), len(caught), self.drawn) if touched else 0.0
        print(
            f"{name:44} {len(touched):5} {share:7.3f} {len(held & touched) / max(1, len(touched)):6.3f} {batch:7.4f}  {by}"
        )


def text_corruptions(pages: dict[str, Page], before: dict[Stage, Measured], report: Report, seed: int) -> None:
    """Print the corruptions of text."""
    for name, corrupt in TEXT_CORRUPTIONS.items():
        random = Random(f"{seed}{name}")  # noqa: S311
        corrupted = {page: changed for page, content in pages.items() if (changed := corrupt(content, random))}
        frames = written_down({page: corrupted.get(page, content) for page, content in pages.items()})
        stages: tuple[Stage, ...] = ("cleaned", "deduplicated")
        report.row(name, {stage: (before[stage], measure(stage, frames)) for stage in stages}, set(corrupted))


def raw_corruptions(frames: Frames, before: Measured, report: Report, seed: int) -> None:
    """Print the corruptions of whole pages."""
    for name, corrupt in RAW_CORRUPTIONS.items():
        random = Random(f"{seed}{name}")  # noqa: S311
        texts = [corrupt(text, random) for text in frames.pages["text"]]
        after = measure_raw(frames.pages.with_columns(pl.Series("text", texts)))
        report.row(name, {"raw": (before, after)}, set(frames.pages["page_id"]))


def frame_corruptions(frames: Frames, before: dict[Stage, Measured], report: Report, seed: int) -> None:
    """Print the corruptions of ledgers."""
    random = Random(seed)  # noqa: S311
    everyone = set(frames.pages["page_id"])
    lost = one_row_per_page(frames.paragraphs, random)
    gone = frames.paragraphs.with_row_index("at").filter(pl.col("at").is_in(lost)).select("page_id", "paragraph_no")
    fewer = frames._replace(
        paragraphs=frames.paragraphs.join(gone, on=["page_id", "paragraph_no"], how="anti"),
        paragraph_lines=frames.paragraph_lines.join(gone, on=["page_id", "paragraph_no"], how="anti"),
    )
    report.row("block lost", {"cleaned": (before["cleaned"], measure("cleaned", fewer))}, everyone)
    paragraphs, pieces = lose_character(frames.paragraphs, frames.paragraph_lines, random)
    after = measure("cleaned", frames._replace(paragraphs=paragraphs, paragraph_lines=pieces))
    report.row("character lost, spans moved", {"cleaned": (before["cleaned"], after)}, everyone)
    after = measure("cleaned", frames._replace(paragraphs=paragraphs))
    report.row("character lost, spans as they were", {"cleaned": (before["cleaned"], after)}, everyone)
    made = extract(frames.pages, frames.paragraphs)
    for name, facts in made.facts.items():
        owners = facts.join(made.articles.select("article_id", "page_id"), on="article_id", maintain_order="left")
        rows = one_row_per_page(owners, random)
        if not rows:
            continue
        shift = pl.when(pl.int_range(pl.len()).is_in(rows)).then(random.choice([-2, -1, 1, 2, 5])).otherwise(0)
        moved = facts.with_columns(pl.col("char_start") + shift, pl.col("char_end") + shift)
        after = measure_extracted(
            frames.pages, frames.paragraphs, *made[:3], {**made.facts, name: moved}, made.keywords, made.terms
        )
        report.row(
            f"fact moved off its span: {name}", {"extracted": (before["extracted"], after)}, set(owners["page_id"])
        )


def without_values(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with nothing but nulls beside its keys."""
    keys = ["page_id", "paragraph_no", "segment_no", "repair_no", "article_id", "position"]
    return frame.with_columns(
        pl.lit(None).cast(kind).alias(name) for name, kind in frame.schema.items() if name not in keys
    )


def whole_batches(frames: Frames) -> None:
    """Print what the gates say of a batch without rows, without values, and with each column missing in turn."""
    made = extract(frames.pages, frames.paragraphs)
    tables = {
        "raw.pages": frames.pages,
        "cleaned.paragraphs": frames.paragraphs,
        "cleaned.paragraph_lines": frames.paragraph_lines,
        "cleaned.repairs": frames.repairs,
        "deduplicated.paragraphs": frames.paragraphs,
        "deduplicated.duplicates": frames.duplicates,
        "extracted.articles": made.articles,
        "extracted.article_paragraphs": made.article_paragraphs,
        "extracted.bylines": made.bylines,
        "extracted.keywords": made.keywords,
        "extracted.terms": made.terms,
        **{f"extracted.{name}": facts for name, facts in made.facts.items()},
    }

    def is_closed(changed: dict[str, pl.DataFrame], stage: Stage) -> bool:
        return judge(stage, measure_tables(stage, changed)).is_closed

    print(
        "clean batch                                  closes the gate of", [s for s in STAGES if is_closed(tables, s)]
    )
    for name, change in (("empty batch", pl.DataFrame.clear), ("all-null batch", without_values)):
        changed = {table: change(frame) for table, frame in tables.items()}
        print(f"{name:44} closes the gate of", [stage for stage in STAGES if is_closed(changed, stage)])
    tried = [(stage, table, column) for stage in STAGES for table, schema in TABLES[stage].items() for column in schema]
    missed = [
        f"{stage} {table}.{column}"
        for stage, table, column in tried
        if not is_closed({**tables, table: tables[table].drop(column)}, stage)
    ]
    print(f"{'missing column':44} closes the gate for {len(tried) - len(missed)} of {len(tried)} columns", *missed)


def main() -> int:
    """Print the table for the pages named on the command line."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("pages", type=Path, nargs="+")
    cli.add_argument("--pages", dest="limit", type=int, help="take so many pages, chosen at random")
    cli.add_argument("--seed", type=int, default=1)
    cli.add_argument("--batch", type=int, default=1000, help="pages of a batch of which one in a hundred is corrupted")
    cli.add_argument("--clean-only", action="store_true", help="say only what is held back of clean pages")
    cli.add_argument("--no-batches", action="store_true", help="leave out what needs Great Expectations")
    args = cli.parse_args()
    texts = dict(pair for path in args.pages for pair in read_texts(path))
    names = sorted(texts)
    if not names:
        cli.error("no page found")
    if args.limit and args.limit < len(names):
        names = sorted(Random(args.seed).sample(names, args.limit))  # noqa: S311
    pages = repaired({name: texts[name] for name in names})
    frames = written_down(pages)
    before = {stage: measure(stage, frames) for stage in STAGES}
    held = {page for stage in STAGES for page in held_pages(stage, before[stage])["page_id"]}
    bound = wilson_upper(len(held), len(pages))
    print(
        f"clean pages: {len(pages)}, held back {len(held)} ({len(held) / len(pages):.4f}, 95 % upper bound {bound:.4f})"
    )
    for stage in STAGES:
        rules = [rule for rule in PAGE_RULES[stage] if before[stage].pages[rule.name].sum()]
        for rule in rules:
            column = before[stage].pages[rule.name]
            print(f"  {stage:12} {rule.severity:8} {rule.name:28} {(column > 0).sum():5} pages, {column.sum():6} times")
    if args.clean_only:
        return 0
    report = Report(args.batch)
    text_corruptions(pages, before, report, args.seed)
    raw_corruptions(frames, before["raw"], report, args.seed)
    frame_corruptions(frames, before, report, args.seed)
    if not args.no_batches:
        whole_batches(frames)
    return 0


if __name__ == "__main__":
    sys.exit(main())
