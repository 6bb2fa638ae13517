"""Pages with gold as paragraphs: joins and copies taken from the gold, so that the division into articles is measured alone."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from transforms.frames import PARAGRAPHS, conform

SHARED = Path(os.environ.get("BANMIAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))


@dataclass
class Page:
    """A page: its paragraphs, and of each the article (None for strays, columns) and the part (title, body, subhead, column)."""

    name: str
    paragraphs: pl.DataFrame
    labels: list[tuple[int | None, str]]
    gold: dict[str, Any]
    lines: list[list[int]]  # gold's line numbers of each paragraph


def number_of(name: str) -> int:
    """Return the file number of a made page, dev-hard-0007 -> 7; the split into known, tune and untouched goes by it."""
    return int(name.rsplit("-", 1)[1])


def read_gold(pages: Path, gold: Path, pattern: str, *, with_copies: bool = False) -> list[Page]:
    """Return the pages whose gold is ``gold/pattern.structure.json``; copies are left out unless ``with_copies``."""
    return [_read(path, pages, with_copies=with_copies) for path in sorted(gold.glob(f"{pattern}.structure.json"))]


def _read(path: Path, pages: Path, *, with_copies: bool) -> Page:
    gold = json.loads(path.read_text(encoding="utf-8"))
    name = gold["page"]
    raw = pages.joinpath(f"{name}.txt").read_text(encoding="utf-8").split("\n")
    physical = [number for number, line in enumerate(raw, 1) if line.strip()]
    following = dict(gold["joins"])
    tails = set(following.values())
    copy_of = {copy["line"]: copy["of"] for copy in gold["duplicates"]}
    rows, labels, lines = [], [], []
    for first, line_number in enumerate(physical):
        if first in tails or (first in copy_of and not with_copies):
            continue
        chain = [first]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        rows.append(
            {
                "page_id": name,
                "paragraph_no": len(rows) + 1,
                "role": "body",
                "text": "".join(raw[physical[index] - 1].strip() for index in chain),
                "line_numbers": [physical[index] for index in chain],
                "is_truncated": chain[-1] in gold["truncated"],
                "blank_lines_before": line_number - (physical[first - 1] if first else 0) - 1,
                "is_indented": raw[line_number - 1][:1] in ("\u3000", "\t"),
            }
        )
        labels.append(_label(gold, copy_of, first))
        lines.append(chain)
    return Page(name, conform(pl.DataFrame(rows, infer_schema_length=None), PARAGRAPHS), labels, gold, lines)


def _label(gold: dict[str, Any], copy_of: dict[int, int], line: int) -> tuple[int | None, str]:
    """Return article and part of ``line``; a copy is an article of its own kind beside the one it copies."""
    original = copy_of.get(line, line)
    if line in gold["columns"]:
        return None, "column"
    if line in gold["subheads"]:
        return None, "subhead"
    for number, article in enumerate(gold["articles"]):
        for part in ("title", "body"):
            if original in article[part]:
                return number + 1000 * (line in copy_of), part
    return None, "stray"
