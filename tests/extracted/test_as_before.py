"""The rows of every extractor over thousands of texts, written, made and spoilt (tests/varied.py, tests/as_before.py)."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from tests import as_before
from tests.varied import sentences, sentences_about
from transforms.articles import find_bylines
from transforms.extracted.amounts import find_amounts
from transforms.extracted.counts import find_counts
from transforms.extracted.dates import find_dates
from transforms.extracted.keywords import find_keywords
from transforms.extracted.name_mentions import Readings
from transforms.extracted.organizations import find_organizations
from transforms.extracted.people import find_people
from transforms.extracted.places import find_places
from transforms.extracted.projects import find_projects
from transforms.extracted.tagger import tag_names
from transforms.extracted.terms import count_terms
from transforms.frames import ARTICLE_TEXTS

PINNED = Path(__file__).with_name("as_before.toml")
DAYS = (
    None,
    dt.date(2021, 5, 10),
    dt.date(2022, 1, 3),
    dt.date(2024, 2, 29),
    dt.date(2020, 12, 31),
    dt.date(2023, 7, 1),
)
PARTS = ("title", "subhead", "body", "body", "body", "byline")


@cache
def texts() -> pl.DataFrame:
    """Return articles of all kinds of sentences."""
    return articles_of(sentences(3600))


@cache
def texts_about(name: str) -> pl.DataFrame:
    return articles_of(sentences_about(name, 1500))


def articles_of(paragraphs: tuple[str, ...]) -> pl.DataFrame:
    """Return articles of one to five paragraphs, each sentence in one."""
    rows, number = [], 0
    todo = list(paragraphs)
    while todo:
        size, number = 1 + number % 5, number + 1
        for position, text in enumerate(todo[:size], 1):
            part = PARTS[(number + position) % len(PARTS)] if size > 1 and number % 2 else "body"
            rows.append((f"p{number}.001", f"p{number}", position, position, part, text, DAYS[number % len(DAYS)]))
        del todo[:size]
    return pl.DataFrame(rows, schema=ARTICLE_TEXTS, orient="row")


@cache
def found() -> dict[str, pl.DataFrame]:
    frame = texts()
    readings = Readings(frame, tag_names(frame["text"]))
    people, amounts = find_people(frame, readings=readings), find_amounts(frame)
    projects, groups = find_projects(frame, amounts)
    return {
        "amounts": amounts,
        "projects": projects,
        "project_groups": groups,
        "people": people,
        "organizations": find_organizations(frame, people=people, readings=readings),
        "places": find_places(frame, readings=readings),
        "dates": find_dates(frame),
        "counts": find_counts(frame),
        "bylines": find_bylines(frame),
        "keywords": find_keywords(frame).select("article_id", "rank", "keyword"),
        "terms": count_terms(frame).sort("article_id", "term"),
    }


@pytest.mark.parametrize("table", [
    "amounts", "projects", "project_groups", "people", "organizations", "places", "dates", "counts", "bylines", "keywords", "terms",
])  # fmt: skip
def test_rows_are_as_before(table):
    compare(table, texts(), found()[table])


@pytest.mark.parametrize("find", [find_amounts, find_counts, find_dates])
@pytest.mark.parametrize("name", ["date", "number", "year"])
def test_figures_are_as_before(find, name):
    compare(f"{find.__name__}_{name}", texts_about(name), find(texts_about(name)))


def test_projects_are_as_before():
    frame = texts_about("project")
    projects, groups = find_projects(frame, find_amounts(frame))
    compare("find_projects", frame, projects)
    compare("find_project_groups", frame, groups)


def compare(table: str, frame: pl.DataFrame, rows: pl.DataFrame) -> None:
    articles = frame.group_by("article_id", maintain_order=True).agg("text")
    as_before.check(
        PINNED, table, articles["text"].list.join("\n").to_list(), as_before.rows_of(rows, articles["article_id"])
    )
