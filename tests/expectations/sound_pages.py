"""Pages of an invented city, carried through the stages without the pipeline's own code, for all tests of the gates."""

from __future__ import annotations

from typing import NamedTuple

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
    conform,
    empty,
)

# Two articles a page. Body paragraphs end in a full stop, headlines do not.
ARTICLE_PARTS = (
    ("title", "岚州港区新码头开工"),
    ("body", "本报讯 3月{day}日，岚州港区新码头在青石湾开工，计划投资{sum}亿元，工期两年，建成后可停靠万吨级货轮。"),
    (
        "body",
        "港区负责人苏北辰说，新码头将与岚州铁路货场相连，粮食、木材和煤炭不必再绕行邻市，一年可以省下运费{sum}00万元。",
    ),
    ("title", "老城供水管网改造完工"),
    (
        "body",
        "经过{day}个月施工，岚州老城供水管网改造全部完工，更换旧管道五十公里，惠及居民{sum}万户，漏损率降到百分之八以下。",
    ),
    (
        "body",
        "家住槐荫巷的居民告诉记者，过去每到傍晚水压就低，如今六楼也能正常用水，热水器再没有熄过火，邻居们都很高兴。",
    ),
)


class Stages(NamedTuple):
    """All frames of a small, sound batch."""

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


def sound_batch(count: int) -> Stages:
    """Return a batch of ``count`` pages with nothing wrong in it, made without the pipeline's own code."""
    pages, paragraphs, pieces, articles, parts, amounts = [], [], [], [], [], []
    for number in range(count):
        page, start = page_id(number), 0
        lines = [text.format(day=number % 28 + 1, sum=number + 2) for _, text in ARTICLE_PARTS]
        for at, (line, (role, _)) in enumerate(zip(lines, ARTICLE_PARTS, strict=True)):
            no = at + 1
            article = f"{page}.{at // 3 + 1:03d}"
            key = {"page_id": page, "paragraph_no": no}
            paragraphs.append(
                {**key, "role": role, "text": line, "line_numbers": [2 * at + 1], "is_truncated": False}
                | {"blank_lines_before": 1, "is_indented": False}
            )
            span = {"char_start": 0, "char_end": len(line)}
            raw_span = {"raw_char_start": start, "raw_char_end": start + len(line)}
            pieces.append({**key, "segment_no": 1, "line_number": 2 * at + 1, **span, **raw_span})
            part = "title" if role == "title" else "body"
            parts.append({"article_id": article, "position": at % 3 + 1, "paragraph_no": no, "part": part})
            if "亿元" in line:
                said = f"{number + 2}亿元"
                place = {"char_start": line.index(said), "char_end": line.index(said) + len(said)}
                amounts.append(
                    {"article_id": article, "paragraph_no": no, **place, "text": said, "value": (number + 2) * 10**8}
                    | {"value_max": None, "currency": "CNY", "qualifier": "exact", "what": None}
                )
            start += len(line) + 2
        for at in (0, 3):
            articles.append(
                {"article_id": f"{page}.{at // 3 + 1:03d}", "page_id": page, "article_no": at // 3 + 1}
                | {"column_name": None, "kicker": None, "headline": lines[at], "subtitle": None, "byline": None}
                | {"body": "\n".join(lines[at + 1 : at + 3]), "kind": "news", "published_on": None}
                | {"published_on_source": None, "char_count": sum(map(len, lines[at + 1 : at + 3]))}
                | {"is_truncated": False}
            )
        text = "\n\n".join(lines)
        pages.append(
            {"page_id": page, "source": f"{page}.txt", "collection": None, "published_on": None}
            | {"published_on_source": None, "encoding": "utf-8", "byte_count": len(text.encode())}
            | {"sha256": f"{number:064x}", "text": text, "line_count": 2 * len(lines) - 1}
        )

    def frame(rows: list[dict[str, object]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
        return conform(pl.DataFrame(rows, infer_schema_length=None), schema)

    facts = {name: empty(schema) for name, schema in FACTS.items()}
    return Stages(
        frame(pages, PAGES),
        frame(paragraphs, PARAGRAPHS),
        frame(pieces, PARAGRAPH_LINES),
        empty(REPAIRS),
        empty(DUPLICATES),
        frame(articles, ARTICLES),
        frame(parts, ARTICLE_PARAGRAPHS),
        empty(BYLINES),
        facts | {"amounts": frame(amounts, FACTS["amounts"])},
        empty(KEYWORDS),
        empty(TERMS),
    )
