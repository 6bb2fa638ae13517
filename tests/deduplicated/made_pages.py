"""A page as tests write it: one paragraph a line, its role before a bar."""

from __future__ import annotations

import polars as pl

from transforms.frames import PARAGRAPHS, conform

ROLES = {"T": "title", "S": "subhead", "B": "body", "Y": "byline", "C": "column", "P": "caption"}


def make_page(page_id: str, text: str) -> pl.DataFrame:
    rows = []
    for number, line in enumerate(filter(None, (line.strip() for line in text.split("\n"))), 1):
        mark, _, words = line.partition("|")
        rows.append(
            {
                "page_id": page_id,
                "paragraph_no": number,
                "role": ROLES[mark],
                "text": words,
                "line_numbers": [number],
                "is_truncated": False,
                "blank_lines_before": 0,
                "is_indented": False,
            }
        )
    return conform(pl.DataFrame(rows, infer_schema_length=None), PARAGRAPHS)
