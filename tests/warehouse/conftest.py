"""Batches for the writer, made without files or flows: a page is a list of articles, an article a headline and a body."""

from __future__ import annotations

import hashlib
from datetime import date

import polars as pl
import pytest

from transforms import frames
from transforms.deduplicated import profile_articles, sketch_bodies
from transforms.extracted.terms import count_terms
from warehouse.inputs import InputRow
from warehouse.reprints import ReprintFrames
from warehouse.writer import BATCH_FRAMES, LoadedBatch, Writer

SCHEMAS = {
    "paragraphs": frames.PARAGRAPHS,
    "paragraph_lines": frames.PARAGRAPH_LINES,
    "repairs": frames.REPAIRS,
    "duplicates": frames.DUPLICATES,
    "suspected_duplicates": frames.SUSPECTED_DUPLICATES,
    "articles": frames.ARTICLES,
    "article_paragraphs": frames.ARTICLE_PARAGRAPHS,
    "bylines": frames.BYLINES,
    "keywords": frames.KEYWORDS,
    "terms": frames.TERMS,
    **frames.FACTS,
}


def make_batch(pages: dict[str, list[tuple[str | None, str]]], *, day: date | None = None) -> LoadedBatch:
    """Return a batch of ``pages``: source -> articles (headline, body)."""
    page_rows, paragraphs, articles, parts = [], [], [], []
    for source, contents in sorted(pages.items()):
        page_id = hashlib.blake2b(source.encode(), digest_size=10).hexdigest()
        text = "\n".join(f"{headline or ''}\n{body}" for headline, body in contents)
        number = 0
        for article_no, (headline, body) in enumerate(contents, 1):
            article_id = f"{page_id}.{article_no:03d}"
            position = 0
            for part, words in (("title", headline), ("body", body)):
                if words:
                    number += 1
                    position += 1
                    paragraphs.append((page_id, number, part, words, [number], False, 1, False))
                    parts.append((article_id, position, number, part))
            articles.append(
                (
                    article_id,
                    page_id,
                    article_no,
                    None,
                    None,
                    headline,
                    None,
                    None,
                    body,
                    "news",
                    day,
                    None,
                    len(body),
                    False,
                )
            )
        page_rows.append(
            {
                "page_id": page_id, "source": source, "collection": None, "published_on": day, "published_on_source": None,
                "encoding": "utf-8", "byte_count": len(text.encode()), "sha256": hashlib.sha256(text.encode()).hexdigest(),
                "text": text, "line_count": number, "input": source,
            }
        )  # fmt: skip
    made = {name: frames.empty(schema) for name, schema in SCHEMAS.items()}
    made["pages"] = pl.DataFrame(page_rows, schema={**frames.PAGES, "input": pl.String})
    made["paragraphs"] = pl.DataFrame(paragraphs, schema=frames.PARAGRAPHS, orient="row")
    made["articles"] = pl.DataFrame(articles, schema=frames.ARTICLES, orient="row")
    made["article_paragraphs"] = pl.DataFrame(parts, schema=frames.ARTICLE_PARAGRAPHS, orient="row")
    texts = (
        made["article_paragraphs"]
        .join(made["articles"].select("article_id", "page_id"), on="article_id")
        .join(made["paragraphs"].select("page_id", "paragraph_no", "text"), on=["page_id", "paragraph_no"])
        .with_columns(pl.lit(day, dtype=pl.Date).alias("published_on"))
        .sort("article_id", "position")
    )
    made["terms"] = count_terms(frames.conform(texts, frames.ARTICLE_TEXTS))
    profiles, keys = profile_articles(
        made["articles"],
        made["article_paragraphs"],
        made["paragraphs"],
        sources=made["pages"].select("page_id", "source"),
    )
    assert made.keys() == set(BATCH_FRAMES)
    inputs = [InputRow(source, f"/x/{source}", 1, "s", "f" + source) for source in sorted(pages)]
    name = hashlib.blake2b(repr(sorted(pages)).encode(), digest_size=5).hexdigest()
    return LoadedBatch(
        name,
        made,
        ReprintFrames(profiles, *sketch_bodies(keys)),
        sorted(pages),
        inputs,
        None,
        [],
        [("cleaned", 1, 0.1)],
    )


@pytest.fixture
def writer(tmp_path):
    with Writer(tmp_path / "writer.duckdb", run_id="run-1", rules_version="rules-1") as opened:
        opened.begin_run()
        yield opened
