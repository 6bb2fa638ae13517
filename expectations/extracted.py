"""Measures of extracted pages: does every fact stand where it says, and belong to an article that is there?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

from expectations.articles import articles_violations, plausibility_violations
from expectations.measures import (
    Measured,
    assemble,
    frame_measures,
    lacks_columns,
    repeated_keys,
    unmeasured,
    violation_rows,
)
from expectations.repeats import normal_key
from expectations.settings import DEFAULTS, Settings
from transforms.frames import (
    ARTICLE_PARAGRAPHS,
    ARTICLES,
    BYLINES,
    FACTS,
    KEYWORDS,
    PAGES,
    PARAGRAPHS,
    TERMS,
    Schema,
)

SCHEMAS: Final[dict[str, Schema]] = {
    "pages": PAGES,
    "paragraphs": PARAGRAPHS,
    "articles": ARTICLES,
    "article_paragraphs": ARTICLE_PARAGRAPHS,
    "bylines": BYLINES,
    "keywords": KEYWORDS,
    "terms": TERMS,
    **FACTS,
}
NUMERAL: Final = "[0-9０-９〇零一二三四五六七八九十百千万亿两几数多余]"
SPAN_KEY: Final = ["article_id", "paragraph_no", "char_start", "char_end"]
KEYS: Final[dict[str, list[str]]] = {
    "pages": ["page_id"],
    "paragraphs": ["page_id", "paragraph_no"],
    "articles": ["article_id", "page_id"],
    "article_paragraphs": ["article_id", "position", "paragraph_no"],
    "bylines": ["article_id"],
    "keywords": ["article_id", "rank"],
    "terms": ["article_id", "term"],
    **{name: SPAN_KEY for name in FACTS},
}
REQUIRED: Final[dict[str, list[str]]] = {
    **{name: [] for name in SCHEMAS},
    "articles": ["body"],
    "amounts": ["value", "text"],
    "people": ["name"],
}


def measure_extracted(
    pages: pl.DataFrame,
    paragraphs: pl.DataFrame,
    articles: pl.DataFrame,
    article_paragraphs: pl.DataFrame,
    bylines: pl.DataFrame,
    facts: Mapping[str, pl.DataFrame],
    keywords: pl.DataFrame | None = None,
    terms: pl.DataFrame | None = None,
    *,
    settings: Settings = DEFAULTS,
) -> Measured:
    """Return the measures of the extracted stage; ``paragraphs`` are the kept ones, ``facts`` has the keys of
    ``frames.FACTS``.

    So ``measure_extracted(pages, paragraphs, *extract(pages, paragraphs))`` measures what ``extract`` made.
    """
    given = {
        "pages": pages,
        "paragraphs": paragraphs,
        "articles": articles,
        "article_paragraphs": article_paragraphs,
        "bylines": bylines,
        **({} if keywords is None else {"keywords": keywords}),
        **({} if terms is None else {"terms": terms}),
        **{name: facts[name] for name in FACTS if name in facts},
    }
    page_ids = pages["page_id"] if "page_id" in pages.columns else None
    frames = frame_measures(given, SCHEMAS, KEYS, page_ids, REQUIRED)
    absent = [name for name in FACTS if name not in facts]
    if absent:
        gaps = [{"frame": name, "row_count": 0, "missing_columns": len(FACTS[name])} for name in absent]
        frames = pl.concat([frames, pl.DataFrame(gaps, schema=frames.schema).fill_null(0)])
    if lacks_columns(frames):
        return unmeasured("extracted", frames)
    owners = articles.select("article_id", "page_id").unique("article_id", maintain_order=True)
    parts = article_paragraphs.join(owners, on="article_id", how="left").with_columns(_page_id())
    facts_of = {name: given[name] for name in FACTS}
    located = pl.concat([_located(name, frame) for name, frame in facts_of.items()])
    located = located.join(owners, on="article_id", how="left", maintain_order="left").with_columns(_page_id())
    counts = articles.group_by("page_id").agg(
        pl.len().cast(pl.Int64).alias("articles"), pl.col("is_truncated").sum().cast(pl.Int64).alias("truncations")
    )
    said = located.group_by("page_id").agg((pl.col("frame") == name).sum().cast(pl.Int64).alias(name) for name in FACTS)
    violations = [
        *_keys_and_orphans(given, owners, parts, paragraphs),
        *articles_violations(articles, parts, paragraphs),
        *plausibility_violations(pages, facts_of, owners, settings=settings),
        *_facts(located, parts, paragraphs),
    ]
    return assemble("extracted", pages["page_id"], [counts, said], violations, frames, settings=settings)


def _page_id() -> pl.Expr:
    """Return the page of a row; where its article is unknown, the page that the article's key begins with."""
    return pl.col("page_id").fill_null(pl.col("article_id").str.split(".").list.first())


def _located(name: str, facts: pl.DataFrame) -> pl.DataFrame:
    """Return where each of ``facts`` stands and what it says: of every kind of fact the same columns."""
    column = _said(name)
    return facts.select(
        pl.lit(name).alias("frame"), pl.lit(column).alias("is"), *SPAN_KEY, pl.col(column).alias("said")
    )


def _said(name: str) -> str:
    return next(column for column in ("text", "name", "what") if column in FACTS[name])


def _keys_and_orphans(
    given: Mapping[str, pl.DataFrame], owners: pl.DataFrame, parts: pl.DataFrame, paragraphs: pl.DataFrame
) -> list[pl.DataFrame]:
    """Return the violations of keys, and of rows without an article or a paragraph."""
    found = [
        repeated_keys(given["articles"], ["article_id"]),
        repeated_keys(parts, ["article_id", "position"]),
        violation_rows(
            parts.join(paragraphs, on=["page_id", "paragraph_no"], how="anti"), "orphan_rows", paragraph="paragraph_no"
        ),
    ]
    for name in ("bylines", "keywords", "terms", "article_paragraphs", *FACTS):
        if name in given:
            # Rows of one article follow each other: asked once an article, not once a row of its many terms.
            hashes = given[name]["article_id"].hash().to_numpy()
            first = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1])[: len(hashes)])
            if given[name].select("article_id")[first].join(owners, on="article_id", how="anti").is_empty():
                continue
            alone = given[name].join(owners, on="article_id", how="anti")
            page_id = pl.col("article_id").str.split(".").list.first().alias("page_id")
            found.append(violation_rows(alone.with_columns(page_id), "orphan_rows"))
    return found


def _facts(facts: pl.DataFrame, parts: pl.DataFrame, paragraphs: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the facts said twice, those of a paragraph that their article does not have, and those not in their span."""
    texts = paragraphs.select("page_id", "paragraph_no", pl.col("text").alias("paragraph_text"))
    placed = facts.join(parts.select("article_id", "paragraph_no"), on=["article_id", "paragraph_no"], how="anti")
    start, end, said, inside = (pl.col(name) for name in ("char_start", "char_end", "said", "inside"))
    spans = facts.join(texts, on=["page_id", "paragraph_no"]).with_columns(
        pl.col("paragraph_text").str.slice(start, (end - start).clip(0)).alias("inside"),
        ((start < 0) | (end <= start) | (end > pl.col("paragraph_text").str.len_chars())).alias("is_outside"),
    )
    exact = spans.filter((pl.col("is") == "text") & (pl.col("is_outside") | (inside != said)))
    # A name may be printed with a space or in two widths; its letters must be there all the same.
    letters = normal_key(said.fill_null(""))
    other = spans.filter((pl.col("is") == "name") & (pl.col("is_outside") | inside.ne_missing(said)))
    names = other.filter(pl.col("is_outside") | ~normal_key(inside).str.contains(letters, literal=True))
    # 25个产业项目 or 产业项目25个
    what = said.fill_null("")
    number = inside.str.strip_prefix(what).str.strip_suffix(what).str.contains(NUMERAL)
    counted = (inside.str.starts_with(what) | inside.str.ends_with(what)) & number
    counts = spans.filter(pl.col("is") == "what").filter(pl.col("is_outside") | ~counted)
    return [
        repeated_keys(facts, ["page_id", "frame", *SPAN_KEY, "said"], rule="repeated_facts"),
        violation_rows(placed, "orphan_rows", paragraph="paragraph_no"),
        *(
            violation_rows(wrong, "span_mismatches", paragraph="paragraph_no", value="char_start")
            for wrong in (exact, names, counts)
        ),
    ]
