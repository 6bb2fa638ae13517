"""Corpora of made articles: texts of random characters, printed again in every way, on pages that arrive in any order."""

from __future__ import annotations

import datetime as dt
import random
from typing import NamedTuple

import polars as pl

from transforms.frames import ARTICLE_PARAGRAPHS, ARTICLES, PARAGRAPHS, conform

CHARACTERS = (
    "山水云石田林川河湖海风雨雪霜春夏秋冬花草树木鸟鱼虫马牛羊米麦豆茶瓜果菜盐糖油灯火门窗桥路车船城乡镇村街巷楼亭"
)


class Corpus(NamedTuple):
    articles: pl.DataFrame
    article_paragraphs: pl.DataFrame
    paragraphs: pl.DataFrame
    sources: pl.DataFrame


def only(corpus: Corpus, page_ids: list[str]) -> Corpus:
    articles = corpus.articles.filter(pl.col("page_id").is_in(page_ids))
    return Corpus(
        articles,
        corpus.article_paragraphs.join(articles.select("article_id"), on="article_id", how="semi"),
        corpus.paragraphs.filter(pl.col("page_id").is_in(page_ids)),
        corpus.sources.filter(pl.col("page_id").is_in(page_ids)),
    )


def _print_again(source: random.Random, text: str, filler: str) -> str:
    way = source.choice(("same", "same", "misread", "cut", "inside", "number", "plus"))
    if way == "misread":
        return "".join(source.choice(CHARACTERS) if source.random() < 0.02 else character for character in text)
    if way == "cut":
        return text[: int(len(text) * source.choice((0.6, 0.85, 0.93)))]
    if way == "inside":
        return filler[:40] + text + filler[40:]
    if way == "number":
        return text[:20] + source.choice("123456789") + text[21:]
    return text + filler[:30] if way == "plus" else text


def make_corpus(seed: int, *, page_count: int = 8, text_count: int = 4) -> Corpus:
    """Return pages that print a few texts again and again."""
    source = random.Random(seed)
    fillers = ["".join(source.choices(CHARACTERS, k=90)) for _ in range(text_count)]
    originals = ["".join(source.choices(CHARACTERS, k=source.choice((60, 150, 260)))) for _ in range(text_count)]
    texts = originals + [_print_again(source, text, filler) for text, filler in zip(originals, fillers, strict=True)]
    articles, parts, paragraphs, sources = [], [], [], []
    for page in range(page_count):
        page_id = f"page{source.randrange(10**6):06}-{page}"
        sources.append((page_id, f"2024/{page:02}.txt"))
        number = 0
        for article_no in range(1, source.randint(1, 3) + 1):
            text = source.choice(texts)
            article_id = f"{page_id}.{article_no}"
            headline = source.choice((None, "山水之间"))
            articles.append(
                {
                    "article_id": article_id,
                    "page_id": page_id,
                    "article_no": article_no,
                    "headline": headline,
                    "byline": source.choice((None, "记者 司马远")),
                    "is_truncated": source.random() < 0.2,
                    "published_on": source.choice(
                        (None, *(dt.date(2024, 1, 1) + dt.timedelta(days) for days in (0, 0, 3, 4, 9, 31, 32, 150)))
                    ),
                }
            )
            cut = source.randrange(10, 40)
            pieces = [("title", headline)] if headline else []
            for position, (part, words) in enumerate([*pieces, ("body", text[:cut]), ("body", text[cut:])], 1):
                number += 1
                parts.append((article_id, position, number, part))
                paragraphs.append((page_id, number, part, words, [number], False, 0, False))
    frame = pl.DataFrame(articles, schema_overrides={"published_on": pl.Date}, infer_schema_length=None)
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in ARTICLES.items() if name not in frame.columns]
    return Corpus(
        conform(frame.with_columns(missing), ARTICLES),
        pl.DataFrame(parts, schema=ARTICLE_PARAGRAPHS, orient="row"),
        pl.DataFrame(paragraphs, schema=PARAGRAPHS, orient="row"),
        pl.DataFrame(sources, schema={"page_id": pl.String, "source": pl.String}, orient="row"),
    )
