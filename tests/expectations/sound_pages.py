"""Pages of an invented city, carried through the stages without the pipeline's own code, for all tests of the gates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import polars as pl

from transforms.frames import (
    ARTICLE_PARAGRAPHS,
    ARTICLES,
    BYLINES,
    DUPLICATES,
    FACTS,
    KEYWORDS,
    PAGES,
    PARAGRAPH_LINES,
    PARAGRAPHS,
    REPAIRS,
    TERMS,
    Schema,
    conform,
    empty,
)

Parts: TypeAlias = list[tuple[str, str]]  # role and text of each paragraph of a page

# Two articles. Body paragraphs end in a full stop, headlines do not; {n} makes pages differ.
SOUND: Parts = [
    ("title", "岚州港区新码头开工"),
    ("body", "本报讯 3月8日，岚州港区新码头在青石湾开工，计划投资{n}亿元，工期两年，建成后可停靠万吨级货轮。"),
    (
        "body",
        "港区负责人苏北辰说，新码头将与岚州铁路货场相连，粮食、木材和煤炭不必再绕行邻市，一年可以省下运费{n}00万元。",
    ),
    ("title", "老城供水管网改造完工"),
    (
        "body",
        "经过{n}个月施工，岚州老城供水管网改造全部完工，更换旧管道五十公里，惠及居民{n}万户，漏损率降到百分之八以下。",
    ),
    (
        "body",
        "家住槐荫巷的居民告诉记者，过去每到傍晚水压就低，如今六楼也能正常用水，热水器再没有熄过火，邻居们都很高兴。",
    ),
]


class Stages(NamedTuple):
    """All frames of a small batch."""

    pages: pl.DataFrame
    paragraphs: pl.DataFrame
    paragraph_lines: pl.DataFrame
    repairs: pl.DataFrame
    duplicates: pl.DataFrame
    articles: pl.DataFrame
    article_paragraphs: pl.DataFrame
    bylines: pl.DataFrame
    facts: dict[str, pl.DataFrame]
    keywords: pl.DataFrame
    terms: pl.DataFrame


def page_id(number: int) -> str:
    return f"page{number:03d}"


def sound_parts(number: int) -> Parts:
    """Return the paragraphs of a page with nothing wrong in it."""
    return [(role, text.format(n=number + 2)) for role, text in SOUND]


def frame(rows: Sequence[dict[str, Any]], schema: Schema) -> pl.DataFrame:
    return conform(pl.DataFrame(rows, schema=list(schema), infer_schema_length=None), schema) if rows else empty(schema)


def page_rows(page: str, parts: Parts) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of all frames for one page of ``parts``, a line and a blank line each."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("paragraphs", "pieces", "parts", "articles", "amounts")
    }
    start = article_no = position = 0
    for at, (role, text) in enumerate(parts):
        if role == "title" or not article_no:
            article_no, position = article_no + 1, 0
            rows["articles"].append(
                dict.fromkeys(ARTICLES)
                | {"article_id": f"{page}.{article_no:03d}", "page_id": page, "article_no": article_no}
                | {"headline": text if role == "title" else None, "body": "", "kind": "news", "char_count": 0}
                | {"is_truncated": False}
            )
        article, position = rows["articles"][-1], position + 1
        key = {"page_id": page, "paragraph_no": at + 1}
        rows["paragraphs"].append(
            {**key, "role": role, "text": text, "line_numbers": [2 * at + 1], "is_truncated": False}
            | {"blank_lines_before": 1, "is_indented": False}
        )
        rows["pieces"].append(
            {**key, "segment_no": 1, "line_number": 2 * at + 1, "char_start": 0, "char_end": len(text)}
            | {"raw_char_start": start, "raw_char_end": start + len(text)}
        )
        part = "title" if role == "title" else "body"
        rows["parts"].append(
            {"article_id": article["article_id"], "position": position, "paragraph_no": at + 1, "part": part}
        )
        if part == "body":
            article["body"] = f"{article['body']}\n{text}".strip()
            article["char_count"] = len(article["body"])
        rows["amounts"] += [
            dict.fromkeys(FACTS["amounts"])
            | {"article_id": article["article_id"], "paragraph_no": at + 1, "text": found.group()}
            | {"char_start": found.start(), "char_end": found.end(), "value": int(found.group(1)) * 10**8}
            | {"currency": "CNY", "qualifier": "exact"}
            for found in re.finditer(r"(\d+)亿元", text)
        ]
        start += len(text) + 2
    return rows


def batch_of(pages: Sequence[Parts]) -> Stages:
    """Return the frames of a batch whose pages hold exactly these paragraphs, and whose ledgers are right."""
    rows: dict[str, list[dict[str, Any]]] = {}
    page_list = []
    for number, parts in enumerate(pages):
        for name, some in page_rows(page_id(number), parts).items():
            rows.setdefault(name, []).extend(some)
        text = "\n\n".join(text for _, text in parts)
        page_list.append(
            dict.fromkeys(PAGES)
            | {"page_id": page_id(number), "source": f"{page_id(number)}.txt", "encoding": "utf-8"}
            | {"byte_count": len(text.encode()), "sha256": f"{number:064x}", "text": text}
            | {"line_count": text.count("\n") + 1}
        )
    facts = {name: empty(schema) for name, schema in FACTS.items()}
    return Stages(
        frame(page_list, PAGES),
        frame(rows["paragraphs"], PARAGRAPHS),
        frame(rows["pieces"], PARAGRAPH_LINES),
        empty(REPAIRS),
        empty(DUPLICATES),
        frame(rows["articles"], ARTICLES),
        frame(rows["parts"], ARTICLE_PARAGRAPHS),
        empty(BYLINES),
        facts | {"amounts": frame(rows["amounts"], FACTS["amounts"])},
        empty(KEYWORDS),
        empty(TERMS),
    )


def sound_batch(count: int) -> Stages:
    """Return a batch of ``count`` pages with nothing wrong in it."""
    return batch_of([sound_parts(number) for number in range(count)])
