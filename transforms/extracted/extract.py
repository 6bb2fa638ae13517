"""The extracted stage: kept paragraphs in; articles, bylines, facts, keywords and search terms out."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from transforms.articles import find_bylines, segment
from transforms.extracted.amounts import find_amounts
from transforms.extracted.candidates import read_lines
from transforms.extracted.counts import find_counts
from transforms.extracted.dates import find_dates
from transforms.extracted.keywords import find_keywords
from transforms.extracted.mastheads import find_page_dates
from transforms.extracted.name_mentions import Readings
from transforms.extracted.organizations import find_organizations
from transforms.extracted.people import find_people
from transforms.extracted.places import find_places
from transforms.extracted.projects import find_projects
from transforms.extracted.tagger import tag_names
from transforms.extracted.terms import count_terms
from transforms.extracted.word_counts import count_words
from transforms.extracted.word_numbers import word_numbers
from transforms.frames import ARTICLE_TEXTS, ARTICLES, FACTS, conform
from transforms.words import cut_column


class Extracted(NamedTuple):
    """What the extracted stage makes of a batch of pages; ``facts`` has the keys and schemas of ``frames.FACTS``."""

    articles: pl.DataFrame
    article_paragraphs: pl.DataFrame
    bylines: pl.DataFrame
    facts: dict[str, pl.DataFrame]
    keywords: pl.DataFrame
    terms: pl.DataFrame


def article_texts(pages: pl.DataFrame, paragraphs: pl.DataFrame, segmented_paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return what the extractors of facts read, as a frame of the schema ``ARTICLE_TEXTS``.

    ``segmented_paragraphs`` is a frame of the schema ``ARTICLE_PARAGRAPHS`` with ``page_id`` beside it.
    """
    return conform(
        segmented_paragraphs.join(paragraphs.select("page_id", "paragraph_no", "text"), on=["page_id", "paragraph_no"])
        .join(pages.select("page_id", "published_on"), on="page_id")
        .sort("article_id", "position"),
        ARTICLE_TEXTS,
    )


def _with_printed_dates(pages: pl.DataFrame, paragraphs: pl.DataFrame) -> pl.DataFrame:
    """``pages`` with the date that the page itself prints, where neither record nor manifest nor path gave one."""
    printed = pages.select("page_id", "published_on", "published_on_source").join(
        find_page_dates(paragraphs), on="page_id", how="left", suffix="_printed", maintain_order="left"
    )
    is_printed = pl.col("published_on").is_null() & pl.col("published_on_printed").is_not_null()
    return printed.select(
        "page_id",
        pl.coalesce("published_on", "published_on_printed").alias("published_on"),
        pl.when(is_printed).then(pl.lit("page")).otherwise("published_on_source").alias("published_on_source"),
    )


def extract(pages: pl.DataFrame, paragraphs: pl.DataFrame) -> Extracted:
    """Return the articles and facts of ``paragraphs`` (schema ``PARAGRAPHS``, copies already removed).

    ``pages`` gives each page's date: columns ``page_id``, ``published_on``, ``published_on_source`` of the schema ``PAGES``.
    A page without one has the date that it prints beside its name, with the source 'page'.
    """
    pages = _with_printed_dates(pages, paragraphs)
    segmented = segment(paragraphs)
    articles = conform(
        segmented.articles.drop("published_on", "published_on_source").join(
            pages, on="page_id", how="left", maintain_order="left"
        ),
        ARTICLES,
    )
    with_page = segmented.article_paragraphs.join(articles.select("article_id", "page_id"), on="article_id")
    texts = article_texts(pages, paragraphs, with_page)
    words = cut_column(texts["text"])  # cut once for the names, the keywords and the search terms
    numbers = word_numbers(words.spellings)
    counts = count_words(texts, words)
    names = tag_names(texts["text"], words=words, numbers=numbers)
    readings = Readings(texts, names)
    people = find_people(texts, readings=readings)
    lines = read_lines(texts)
    amounts = find_amounts(texts, lines=lines)
    projects, project_groups = find_projects(texts, amounts, names=names, lines=lines)
    facts = {
        "amounts": amounts,
        "projects": projects,
        "project_groups": project_groups,
        "people": people,
        "organizations": find_organizations(texts, people=people, readings=readings),
        "places": find_places(texts, readings=readings),
        "dates": find_dates(texts, lines=lines),
        "counts": find_counts(texts, lines=lines),
    }
    return Extracted(
        articles,
        segmented.article_paragraphs,
        find_bylines(texts),
        {name: facts[name] for name in FACTS},
        find_keywords(texts, counts=counts, numbers=numbers),
        count_terms(texts, counts=counts),
    )
