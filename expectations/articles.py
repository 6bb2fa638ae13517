"""Whether articles and facts are plausible in themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl
import rjieba

from expectations.measures import violation_rows
from expectations.settings import Settings

# jieba's tags of words that name something: people, places, organisations, other names.
NAME_TAGS: Final = ("nr", "ns", "nt", "nz", "x")


def articles_violations(articles: pl.DataFrame, parts: pl.DataFrame, paragraphs: pl.DataFrame) -> list[pl.DataFrame]:
    """Return what is wrong with articles as wholes; ``parts`` are their paragraphs, with ``page_id``."""
    key = ["page_id", "paragraph_no"]
    empty_body = pl.col("body").fill_null("").str.strip_chars() == ""
    empty_headline = pl.col("headline").fill_null("").str.strip_chars() == ""
    outside = paragraphs.filter(pl.col("role") == "body").join(parts, on=key, how="anti")
    twice = parts.filter(~pl.struct(key).is_first_distinct())
    bodies = parts.filter(pl.col("part") == "body").join(
        paragraphs.select(*key, "text").unique(key), on=key, maintain_order="left"
    )
    # A body is its paragraphs one after another; only where it is something else is each paragraph looked for.
    whole = bodies.group_by("article_id").agg(pl.col("text").str.join("\n").alias("joined"))
    bodies_said = articles.select("article_id", pl.col("body").fill_null("")).unique("article_id")
    odd = bodies_said.join(whole, on="article_id").filter(pl.col("body") != pl.col("joined"))
    missing = bodies.join(odd, on="article_id").filter(~pl.col("body").str.contains(pl.col("text"), literal=True))
    return [
        violation_rows(outside, "bodies_outside_articles", paragraph="paragraph_no"),
        violation_rows(twice, "paragraphs_in_two_articles", paragraph="paragraph_no"),
        violation_rows(missing, "body_text_missing", paragraph="paragraph_no"),
        violation_rows(articles.filter(empty_body), "articles_without_body"),
        violation_rows(articles.filter(empty_headline & (pl.col("kind") == "news")), "articles_without_headline"),
    ]


def plausibility_violations(
    pages: pl.DataFrame, facts: Mapping[str, pl.DataFrame], owners: pl.DataFrame, *, settings: Settings
) -> list[pl.DataFrame]:
    """Return facts that can hardly be right; ``owners`` says on which page each article is."""
    amounts, dated, people = (
        facts[name].join(owners, on="article_id", maintain_order="left") for name in ("amounts", "dates", "people")
    )
    value, highest = pl.col("value"), pl.col("value_max")
    odd = (value < 0) | (value > settings.highest_amount) | (highest < value) | (highest > settings.highest_amount)
    dates = dated.join(pages.select("page_id", "published_on"), on="page_id", how="left")
    year = pl.col("iso").str.extract(r"^(\d{4})").cast(pl.Int32)
    latest = pl.col("published_on").dt.year().fill_null(settings.latest_page_year) + settings.plan_years
    names = [name for name in people["name"].drop_nulls().unique().to_list() if is_everyday_word(name)]
    return [
        violation_rows(amounts.filter(odd), "implausible_amounts", paragraph="paragraph_no"),
        violation_rows(
            dates.filter((year < settings.earliest_year) | (year > latest)),
            "implausible_dates",
            paragraph="paragraph_no",
        ),
        violation_rows(people.filter(pl.col("name").is_in(names)), "names_that_are_words", paragraph="paragraph_no"),
    ]


def is_everyday_word(name: str) -> bool:
    """Tell whether jieba's dictionary has ``name`` as one word that names nobody and nothing.

    >>> is_everyday_word("高兴"), is_everyday_word("苏北辰")
    (True, False)
    """
    words = rjieba.tag(name, False)
    return len(words) == 1 and not words[0][1].startswith(NAME_TAGS)
