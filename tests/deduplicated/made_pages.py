"""A page as tests write it: one paragraph a line, its role before a bar; with ``>`` after the role it goes on below the next."""

from __future__ import annotations

import polars as pl

from transforms.frames import PARAGRAPHS, conform

ROLES = {"T": "title", "S": "subhead", "B": "body", "Y": "byline", "C": "column", "P": "caption"}


def make_page(page_id: str, text: str) -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    line_number, going_on = 0, 0
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        mark, _, words = line.partition("|")
        line_number += 1
        line_numbers = [line_number, line_number + 2] if mark.endswith(">") else [line_number]
        line_number, going_on = line_number + going_on, int(mark.endswith(">"))
        rows.append(
            {
                "page_id": page_id,
                "paragraph_no": len(rows) + 1,
                "role": ROLES[mark.rstrip(">")],
                "text": words,
                "line_numbers": line_numbers,
                "is_truncated": False,
                "blank_lines_before": 0,
                "is_indented": False,
            }
        )
    return conform(pl.DataFrame(rows, infer_schema_length=None), PARAGRAPHS)
