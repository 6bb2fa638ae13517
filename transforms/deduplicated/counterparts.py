"""For each paragraph of an article that goes, the paragraph of the kept one that says it."""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz

from transforms.deduplicated.cover import Text, cover
from transforms.frames import DUPLICATES

Part = tuple[int, str, Text]  # paragraph_no, part, text


def reprint_duplicates(
    reprints: pl.DataFrame, articles: pl.DataFrame, article_paragraphs: pl.DataFrame, paragraphs: pl.DataFrame
) -> pl.DataFrame:
    """Return a row (schema ``DUPLICATES``) for every paragraph of each removed article of ``reprints``.

    Headline, byline and subheads go with their article, each beside the same part of the kept one, or beside its first
    paragraph where the kept one has no such part.
    """
    concerned = set(reprints["article_id"]) | set(reprints["kept_article_id"])
    parts: dict[str, list[Part]] = {}
    pages: dict[str, str] = {}
    rows = (
        article_paragraphs.filter(pl.col("article_id").is_in(sorted(concerned)))
        .join(articles.select("article_id", "page_id"), on="article_id")
        .join(paragraphs.select("page_id", "paragraph_no", "text"), on=["page_id", "paragraph_no"])
        .sort("article_id", "position")
        .select("article_id", "page_id", "paragraph_no", "part", "text")
    )
    for article_id, page_id, paragraph_no, part, text in rows.iter_rows():
        parts.setdefault(article_id, []).append((paragraph_no, part, Text(text)))
        pages[article_id] = page_id
    found: list[tuple[object, ...]] = []
    for article_id, kept_id, kind, similarity, reason in reprints.iter_rows():
        for paragraph_no, part, text in parts.get(article_id, []):
            kept_no, share, is_same = _counterpart(part, text, parts[kept_id])
            found.append(
                (
                    pages[article_id],
                    paragraph_no,
                    pages[kept_id],
                    kept_no,
                    "exact" if is_same else ("near" if kind == "exact" else kind),
                    share if share else similarity,
                    f"article printed on another page: {reason}",
                )
            )
    return pl.DataFrame(found, schema=DUPLICATES, orient="row").sort("page_id", "paragraph_no")


def _counterpart(part: str, text: Text, kept: list[Part]) -> tuple[int, float, bool]:
    """Return the number of the kept paragraph, the similarity (0 where it is only the nearest part), whether it is equal."""
    for paragraph_no, _, other in kept:
        if other.key == text.key:
            return paragraph_no, 1.0, True
    for paragraph_no, _, other in kept:
        held = cover(text, other)
        if held:
            return paragraph_no, held.similarity, False
    same_part = [item for item in kept if item[1] == part] or kept
    best = max(same_part, key=lambda item: (fuzz.partial_ratio(text.key, item[2].key), -item[0]))
    return best[0], 0.0, False
