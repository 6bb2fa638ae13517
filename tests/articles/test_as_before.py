"""How pages are divided, over hundreds of them, written, made and spoilt (tests/varied.py, tests/as_before.py)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from tests import as_before
from tests.articles.pages import paragraphs
from tests.varied import Chance, pages, sentences, sentences_about
from transforms.articles import (
    assign_roles,
    find_bylines,
    headline_affinities,
    link_continuations,
    segment,
)
from transforms.frames import ARTICLE_TEXTS, ROLES

PINNED = Path(__file__).with_name("as_before.toml")
COUNT = 800


@cache
def found() -> dict[str, pl.DataFrame]:
    roles = assign_roles(
        pl.concat([paragraphs(page, page_id=f"p{number:04}") for number, page in enumerate(pages(COUNT))])
    )
    articles, parts = segment(roles)
    # Some paragraphs gone, as copies go, and some with a role that is not theirs.
    chance = Chance(9)
    kept = pl.Series([chance.below(8) > 0 for _ in range(roles.height)])
    others = pl.Series([chance.of(("", "", "", "", *ROLES)) for _ in range(roles.height)])
    given = roles.with_columns(pl.when(others == "").then("role").otherwise(others).alias("role")).filter(kept)
    other_articles, other_parts = segment(given)
    return {
        "other_articles": other_articles.select("page_id", pl.exclude("page_id", "body")),
        "other_parts": other_parts.select(pl.col("article_id").str.head(5), pl.exclude("article_id")),
        "roles": roles.select("page_id", "role"),
        "articles": articles.select("page_id", pl.exclude("page_id", "body")),
        "parts": parts.select(pl.col("article_id").str.head(5), pl.exclude("article_id")),
    }


@pytest.mark.parametrize("table", ["roles", "articles", "parts", "other_articles", "other_parts"])
def test_rows_are_as_before(table):
    page_ids = [f"p{number:04}" for number in range(len(pages(COUNT)))]
    as_before.check(PINNED, table, pages(COUNT), as_before.rows_of(found()[table], page_ids))


def test_bylines_are_as_before():
    texts = (*sentences(3000), *sentences_about("run", 1200))
    rows = [
        (f"p{number:04}.001", f"p{number:04}", 1, 1, ("byline", "body", "body", "title")[number % 4], text, None)
        for number, text in enumerate(texts)
    ]
    bylines = find_bylines(pl.DataFrame(rows, schema=ARTICLE_TEXTS, orient="row"))
    as_before.check(PINNED, "bylines", texts, as_before.rows_of(bylines, [article_id for article_id, *_ in rows]))


def test_continuations_are_as_before():
    """Fronts and inside pages of thirty issues, with notes that agree, that do not, and that name no page."""
    chance = Chance(6)
    notes = (
        "(下转第二版)",
        "下转第3版",
        "(上接第一版)",
        "上接第１版",
        "上接A02版",
        "(转二版)",
        "(接一版)",
        "下转十二版",
        "紧接第3版",
        "",
        "",
    )
    heads = ("青河大桥合龙", "柳湾镇把粮仓建到村口", "简讯", "柳湾镇把粮仓建到家门口", "一桥飞架", "青河大桥顺利合龙")
    texts = sentences(600)
    made, numbers = [], []
    for issue in range(40):
        for page in range(3):
            lines = []
            for _ in range(1 + chance.below(3)):
                first, last = chance.of(notes), chance.of(notes)
                body = "".join(chance.of(texts) for _ in range(2))
                lines += [
                    chance.of(heads),
                    "",
                    *[first, ""] * chance.below(2),
                    chance.of(("", first)) + body + chance.of(("", last)),
                ]
                lines += ["", chance.of(texts) + last, "", *[last, ""] * chance.below(2)]
            page_id = f"p{len(made):04}"
            made.append("\n".join(lines))
            number = (page + 1) if chance.below(4) else None
            numbers.append(
                (page_id, str(dt.date(2021, 3, 1) + dt.timedelta(issue)) if chance.below(9) else None, number)
            )
    roles = assign_roles(
        pl.concat([paragraphs(page, page_id=page_id) for page, (page_id, *_) in zip(made, numbers, strict=True)])
    )
    listed = pl.DataFrame(numbers, schema={"page_id": pl.String, "issue": pl.String, "page_no": pl.Int32}, orient="row")
    links = link_continuations(*segment(roles), roles, listed)
    by_page = defaultdict(list)
    for row in links.rows():
        by_page[row[0][:5]].append(row)
    assert links.height > 10
    as_before.check(PINNED, "continuations", made, [by_page[page_id] for page_id, *_ in numbers])


def test_affinities_are_as_before():
    texts = sentences(600)
    heads = [text[:12] for text in texts[1:]] + [""]
    bodies = [texts[number + number % 2] for number in range(len(texts))]
    found = headline_affinities(pl.Series(heads), pl.Series(bodies)).round(6)
    as_before.check(PINNED, "affinities", heads, found.to_list())
