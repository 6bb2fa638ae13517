"""Measure line repair against gold and print one line a bar.

    python benchmarks/repair.py [--half odd|even|all] [--misses]

Reads the development data from the folder in BANMIAN_SHARED (else ../shared). The odd-numbered made and OCR pages were kept out
of training, n-gram counts included, and thresholds were
chosen on the even-numbered ones and on made pages: the odd ones are the default.
A join is a pair of lines that follow each other in a paragraph. Gold names no join inside a removed copy of a paragraph, so
joins there are shown twice: counted as wrong (`as scored`), and left out (`outside copies`).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import jieba
import polars as pl
from rapidfuzz import fuzz
from shares import TEST, share

from transforms.articles import assign_roles
from transforms.cleaned import clean
from transforms.raw.decode import decode

SHARED = Path(os.environ.get("BANMIAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
Join = tuple[int, int]


class Case(NamedTuple):
    """A page with the joins that are right, the lines that belong to removed copies, and the pairs gold can decide."""

    name: str
    text: str
    joins: set[Join]
    copies: set[int]
    decidable: set[Join] | None


def structure_cases(gold: Path, pages: Path, name: str) -> list[Case]:
    """Return the cases of a folder of ``.structure.json``, line numbers made physical."""
    cases = []
    for path in sorted(gold.glob(f"{name}.structure.json")):
        structure = json.loads(path.read_text(encoding="utf-8"))
        text = decode((pages / f"{structure['page']}.txt").read_bytes()).text
        shown = [number for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        joins = {(shown[a], shown[b]) for a, b in structure["joins"]}
        copies = {shown[copy["line"]] for copy in structure["duplicates"]}
        cases.append(Case(structure["page"], text, joins, copies, None))
    return cases


def ocr_cases(folder: Path, kind: str) -> list[Case]:
    """Return the OCR pages; a pair of lines is decidable where both lines are found again in the gold text."""
    cases = []
    for path in sorted(folder.glob("*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        text = (folder / f"{gold['page']}{kind}").read_text(encoding="utf-8")
        units = [_key(text) for article in gold["articles"] for text in (article["title"], *article["paragraphs"])]
        lines = [(number, _key(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        places = {number: place for number, line in lines if (place := _place(line, units))}
        joins, decidable = set(), set()
        for (a, _), (b, _) in pairwise(lines):
            if a in places and b in places:
                follows = places[a][0] == places[b][0]
                if follows and -2 <= places[b][1] - places[a][2] <= 3:
                    joins.add((a, b))
                if not follows or (a, b) in joins:
                    decidable.add((a, b))
        cases.append(Case(gold["page"], text, joins, set(), decidable))
    return cases


def _key(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _place(line: str, units: list[str]) -> tuple[int, int, int] | None:
    """Return in which unit ``line`` stands, and where, if that is clear."""
    found = []
    for number, unit in enumerate(units):
        if 3 <= len(line) <= len(unit) + 4 and (hit := fuzz.partial_ratio_alignment(line, unit)):
            found.append((hit.score, number, hit.dest_start, hit.dest_end))
    found.sort(reverse=True)
    if not found or found[0][0] < (75 if len(line) >= 8 else 88):
        return None
    is_clear = len(found) < 2 or found[0][0] - found[1][0] >= (0.1 if len(line) >= 10 else 4)
    return found[0][1:] if is_clear else None


def clean_cases(path: Path) -> list[Case]:
    """Return one page a day, one paragraph a line: no join is right there."""
    days: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        days.setdefault(article["date"], []).extend([article["title"], *article["paragraphs"]])
    return [Case(day, "\n".join(lines), set(), set(), None) for day, lines in sorted(days.items())]


def find_joins(cases: list[Case]) -> list[set[Join]]:
    """Return the joins that repair makes on each page."""
    pages = pl.DataFrame(
        {"page_id": [f"{number:05d}" for number in range(len(cases))], "text": [case.text for case in cases]}
    )
    found: list[set[Join]] = [set() for _ in cases]
    for page, numbers in clean(pages).paragraphs.select("page_id", "line_numbers").iter_rows():
        found[int(page)] |= set(pairwise(numbers))
    return found


def report(name: str, cases: list[Case], *, misses: bool) -> None:
    """Print precision, recall and F1 over ``cases``, and recall over one stray line."""
    found = find_joins(cases)
    hits = wanted = made = outside = stray = stray_hits = 0
    for case, joins in zip(cases, found, strict=True):
        seen = joins if case.decidable is None else joins & case.decidable
        shown = [number for number, line in enumerate(case.text.split("\n"), 1) if line.strip()]
        place = {number: index for index, number in enumerate(shown)}
        hits += len(seen & case.joins)
        wanted += len(case.joins)
        made += len(seen)
        outside += sum(not (a in case.copies and b in case.copies) for a, b in seen)
        over = {(a, b) for a, b in case.joins if place[b] - place[a] == 2}
        stray, stray_hits = stray + len(over), stray_hits + len(over & seen)
        if misses:
            lines = case.text.split("\n")
            for kind, pairs in (("wrong", seen - case.joins), ("missed", case.joins - seen)):
                for a, b in sorted(pairs):
                    if not (a in case.copies and b in case.copies):
                        print(
                            f"  {kind} {case.name}:{a},{b} {lines[a - 1].strip()[-16:]} | {lines[b - 1].strip()[:16]}"
                        )
    recall = hits / wanted if wanted else 1.0

    def f1(precision: float) -> float:
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    scored, apart = hits / made if made else 1.0, hits / outside if outside else 1.0
    over_stray = f"  over one stray line {stray_hits}/{stray} = {stray_hits / stray:.3f}" if stray else ""
    print(
        f"{name:34} pages {len(cases):4}  recall {recall:.4f}  as scored: P {scored:.4f} F1 {f1(scored):.4f}  "
        f"outside copies: P {apart:.4f} F1 {f1(apart):.4f}{over_stray}"
    )


def report_clean(name: str, cases: list[Case], *, misses: bool) -> None:
    """Print how many joins are made where none is right, per hundred pages."""
    found = find_joins(cases)
    wrong = sum(map(len, found))
    print(f"{name:34} pages {len(cases):4}  false joins {wrong}, in 100 pages {100 * wrong / max(1, len(cases)):.2f}")
    for case, joins in zip(cases, found, strict=True) if misses else ():
        lines = case.text.split("\n")
        for a, b in sorted(joins):
            print(f"  wrong {case.name}:{a},{b} {lines[a - 1][-16:]} | {lines[b - 1][:16]}")


def report_speed(name: str, texts: list[str]) -> None:
    """Print how many times faster repair is than jieba over the same text, both best of three, processor time.

    ``texts`` are the same pages eight times over; jieba, whose speed does not depend on that, reads them once.
    """
    jieba.initialize()
    pages = pl.DataFrame({"page_id": [f"{number:05d}" for number in range(len(texts))], "text": texts})
    ours, theirs, roles = [], [], []
    paragraphs = clean(pages).paragraphs
    for _ in range(3):
        start = time.process_time()
        clean(pages)
        ours.append(time.process_time() - start)
        start = time.process_time()
        assign_roles(paragraphs)
        roles.append(time.process_time() - start)
        start = time.process_time()
        for text in texts[: len(texts) // 8]:
            jieba.lcut(text)
        theirs.append(8 * (time.process_time() - start))
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(
        f"{name:34} {size:.2f} MB: {size / min(ours):.2f} MB/s, jieba.lcut {size / min(theirs):.2f} MB/s, "
        f"{min(theirs) / min(ours):.1f} times as fast; without the roles of paragraphs "
        f"{min(theirs) / (min(ours) - min(roles)):.1f} times"
    )


def main() -> None:
    """Print the table of bars."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--half", choices=("odd", "even", "all"), default="odd")
    cli.add_argument("--misses", action="store_true")
    args = cli.parse_args()
    wanted = {"odd": "*[13579]", "even": "*[02468]", "all": "*"}[args.half]
    data: dict[str, Any] = {"misses": args.misses}
    synth, ocr = SHARED / "dev-data/synth", SHARED / "dev-data/ocr"
    report("seeds (gold for three)", structure_cases(SHARED / "gold", SHARED / "seeds", "*"), **data)
    for profile in ("seed", "hard", "wrap"):
        report(f"made pages, {profile}", structure_cases(synth, synth, f"dev-{profile}-{wanted}"), **data)
    both = [case for profile in ("seed", "hard") for case in structure_cases(synth, synth, f"dev-{profile}-{wanted}")]
    report("made pages, seed and hard", both, misses=False)
    for kind in (".regions.txt", ".txt"):
        cases = [
            case
            for case in ocr_cases(ocr, kind)
            if args.half == "all" or int(case.name[-1]) % 2 == (args.half == "odd")
        ]
        report(f"OCR{kind}", cases, **data)
    days = [
        case
        for case in clean_cases(SHARED / "dev-data/clean_news/xinwenlianbo.dev.jsonl")
        if share({"date": case.name, "paragraphs": []}) in TEST
    ]
    report_clean("clean news, dates kept out", days, **data)
    # Eight times the pages: a batch of the product is larger than the sample, and a call has a fixed cost.
    for kind in ("columns", "wrapped"):
        paths = [path for path in sorted(synth.glob("*.txt")) if ("wrap" in path.name) == (kind == "wrapped")]
        report_speed(f"speed, whole stage, {kind}", [path.read_text(encoding="utf-8") for path in paths] * 8)


if __name__ == "__main__":
    main()
