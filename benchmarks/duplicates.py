"""Plant copies in real news and count what is found, what is wrongly taken out, and how fast: the table of duplicates.

    python benchmarks/duplicates.py [--days N] [--documents N] [--seed N] [--peer-documents N]

Reads the development data (BANMIAN_SHARED or ../shared). How speed is measured, and beside what, is in
`duplicate_speed.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import polars as pl

from benchmarks.duplicate_speed import link_texts, measure_speed
from transforms.deduplicated import deduplicate
from transforms.deduplicated.bodies import body_key
from transforms.deduplicated.compare import compare
from transforms.frames import PARAGRAPHS

SHARED = Path(os.environ.get("BANMIAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
NEWS = SHARED / "dev-data" / "clean_news"
IN_PAGE = ("loop", "cut last round", "article again", "orphan run", "text without headline")
ACROSS = ("exact", "2 % changed", "5 % changed", "cut to 60 %", "inside another")
Row = tuple[str, str]  # role, text


def misread(text: str, share: float, source: random.Random, alphabet: str) -> str:
    """Exchange each character with the chance ``share`` for any other of the alphabet."""
    return "".join(source.choice(alphabet) if source.random() < share else character for character in text)


def read_days(limit: int | None) -> dict[str, list[dict]]:
    """Return the articles of each day; a day makes a page."""
    days: dict[str, list[dict]] = defaultdict(list)
    for line in (NEWS / "xinwenlianbo.dev.jsonl").open():
        article = json.loads(line)
        days[article["date"]].append(article)
    return dict(list(days.items())[:limit])


def page_rows(articles: list[dict]) -> list[list[Row]]:
    """Return headline and paragraphs of each article."""
    return [
        [("title", article["title"]), *(("body", text.strip()) for text in article["paragraphs"] if text.strip())]
        for article in articles
    ]


def as_frame(pages: dict[str, list[Row]]) -> pl.DataFrame:
    """Return the pages as paragraphs."""
    rows = [
        (page_id, number, role, text, [number], False, 0, False)
        for page_id, lines in pages.items()
        for number, (role, text) in enumerate(lines, 1)
    ]
    return pl.DataFrame(rows, schema=PARAGRAPHS, orient="row")


def plant(
    articles: list[list[Row]], kind: str, noise: Callable[[str], str], source: random.Random
) -> tuple[list[Row], set[int]]:
    """Return a page with one planted copy, and the paragraph numbers of the copy; for a whole article, of both."""
    long = [
        number
        for number, rows in enumerate(articles)
        if len(rows) >= 4 and all(len(text) > 25 for _, text in rows[-2:])
    ]
    which = source.choice(long or [max(range(len(articles)), key=lambda number: len(articles[number]))])
    tail = articles[which][-2:]
    copy: list[Row] = [(role, noise(text)) for role, text in tail]
    place = which + 1
    if kind == "cut last round":
        copy = [copy[0], ("body", copy[1][1][: len(copy[1][1]) * 3 // 5].rstrip("。！？"))]
    elif kind == "article again":
        copy = [(role, noise(text)) for role, text in articles[which]]
        place = source.randrange(len(articles) + 1)
    elif kind == "orphan run":
        copy[0] = ("body", copy[0][1][len(copy[0][1]) * 2 // 5 :])
        place = which
    elif kind == "text without headline":
        copy = [*copy, ("byline", "通讯员 卜算子 摄")]
        articles = [
            [*rows, ("byline", "通讯员 卜算子 摄")] if number == which else rows for number, rows in enumerate(articles)
        ]
        place = which
    lines: list[Row] = []
    numbers: set[int] = set()
    for number in range(len(articles) + 1):
        if number == place:
            numbers |= set(range(len(lines) + 1, len(lines) + len(copy) + 1))
            lines += copy
        if number < len(articles):
            lines += articles[number]
    return lines, numbers


def measure_in_page(days: dict[str, list[dict]], seed: int) -> None:
    """Print what is found of copies planted in pages, clean and misread."""
    source = random.Random(seed)  # noqa: S311
    alphabet = "".join(
        text for articles in list(days.values())[:30] for article in articles for text in article["paragraphs"]
    )
    print("\nin-page copies planted in real days, share found (and lines wrongly taken out)")
    print(f"{'noise':<8}" + "".join(f"{kind:>24}" for kind in IN_PAGE) + f"{'all':>10}")
    usable = {day: articles for day, articles in days.items() if len(articles) > 3}
    for share in (0.0, 0.01, 0.02, 0.04):
        pages: dict[str, list[Row]] = {}
        planted: dict[str, tuple[str, set[int], int]] = {}
        for number, (day, articles) in enumerate(usable.items()):
            kind = IN_PAGE[number % len(IN_PAGE)]
            rows = page_rows(articles)
            pages[day], numbers = plant(
                rows, kind, lambda text, share=share: misread(text, share, source, alphabet), source
            )
            planted[day] = (kind, numbers, len(numbers))
        found: Counter[str] = Counter()
        wanted: Counter[str] = Counter()
        wrong: Counter[str] = Counter()
        gone: dict[str, dict[int, int]] = defaultdict(dict)
        for page_id, number, kept in (
            deduplicate(as_frame(pages)).duplicates.select("page_id", "paragraph_no", "kept_paragraph_no").iter_rows()
        ):
            gone[page_id][number] = kept
        for day, (kind, numbers, size) in planted.items():
            # Either of two copies may go: the misread one is not always the second.
            hits = {number for number in gone[day] if number in numbers or gone[day][number] in numbers}
            found[kind] += min(len(hits), size)
            wanted[kind] += size
            wrong[kind] += len(set(gone[day]) - hits)
        cells = "".join(f"{found[kind] / wanted[kind]:>17.3f} ({wrong[kind]:>4})" for kind in IN_PAGE)
        print(f"{share:<8.0%}{cells}{sum(found.values()) / sum(wanted.values()):>10.3f}")


def measure_across(documents: int, seed: int) -> list[str]:
    """Plant copies among single documents, print how many of each kind are found, and return all texts."""
    source = random.Random(seed)  # noqa: S311
    texts = ["\n".join(article["paragraphs"]) for articles in read_days(None).values() for article in articles]
    texts = [text for text in texts if len(text) >= 80]
    source.shuffle(texts)
    texts = texts[:documents]
    alphabet = "".join(texts[:300])
    planted: list[tuple[int, str]] = []
    copies: list[str] = []
    for number in range(documents // 2):
        kind, text = ACROSS[number % len(ACROSS)], texts[number]
        if kind.endswith("changed"):
            text = misread(text, int(kind[0]) / 100, source, alphabet)
        elif kind == "cut to 60 %":
            text = text[: len(text) * 3 // 5]
        elif kind == "inside another":
            other = texts[documents - 1 - number % (documents // 3)]
            text = f"{other[: len(other) // 2]}\n{text}\n{other[len(other) // 2 :]}"
        planted.append((number, kind))
        copies.append(text)
    every = texts + copies
    hashes, verified = link_texts(every)
    linked = {frozenset(pair) for pair in verified.links.select("inner_hash", "outer_hash").iter_rows()}
    suspected = {frozenset(pair) for pair in verified.suspected.select("inner_hash", "outer_hash").iter_rows()}
    found: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for place, (number, kind) in enumerate(planted):
        pair = frozenset((hashes[number], hashes[documents + place]))
        total[kind] += 1
        found[kind] += len(pair) == 1 or pair in linked
        flagged[kind] += pair in suspected
    print(f"\ncopies planted among {documents} documents: found, and flagged only")
    for kind in ACROSS:
        print(f"  {kind:<16}{found[kind]:>5} of {total[kind]:<5}{found[kind] / total[kind]:>7.3f}{flagged[kind]:>6}")
    return every


def measure_clean(days: dict[str, list[dict]]) -> None:
    """Print how many lines go of news in which nothing is a copy."""
    frame = as_frame({day: [row for rows in page_rows(articles) for row in rows] for day, articles in days.items()})
    start = time.process_time()
    found = deduplicate(frame)
    took = time.process_time() - start
    size = frame["text"].str.len_bytes().sum() / 1e6
    print(f"\nclean news, a day as a page: {found.duplicates.height} of {frame.height} lines removed, ", end="")
    print(f"{found.suspected_duplicates.height} flagged; in-page copies {size / took:.1f} MB/s")


def measure_pairs() -> None:
    """Print what becomes of real pairs of articles that share text."""
    texts = {
        article["id"]: "\n".join(article["paragraphs"]) for articles in read_days(None).values() for article in articles
    }
    counts: Counter[tuple[str, str]] = Counter()
    for line in (NEWS / "duplicate_pairs.dev.jsonl").open():
        pair = json.loads(line)
        both = pl.DataFrame({"text": [texts[pair["a"]], texts[pair["b"]]]}).select(body_key(pl.col("text")))["text"]
        found = compare(*both) if both[0] != both[1] else None
        merged = both[0] == both[1] or (found is not None and found.kind != "other")
        counts[pair["label"], "merged" if merged else "flagged" if found else "apart"] += 1
    print(
        "\nreal pairs of articles:",
        ", ".join(f"{label} {what} {count}" for (label, what), count in sorted(counts.items())),
    )


def main() -> int:
    """Print the table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--days", type=int, help="only the first N days")
    cli.add_argument("--documents", type=int, default=3000)
    cli.add_argument("--peer-documents", type=int, help="time the peers on so many only")
    cli.add_argument("--seed", type=int, default=20261123)
    args = cli.parse_args()
    days = read_days(args.days)
    measure_clean(days)
    measure_pairs()
    measure_in_page(days, args.seed)
    measure_speed(measure_across(args.documents, args.seed), args.peer_documents)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
