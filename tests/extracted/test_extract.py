from __future__ import annotations

import datetime
from typing import Any

import polars as pl
import pytest

from transforms.extracted import extract
from transforms.extracted.mastheads import find_page_dates
from transforms.frames import ARTICLE_PARAGRAPHS, ARTICLES, BYLINES, FACTS, KEYWORDS, PARAGRAPHS, TERMS, conform

PAGE = (
    ("furniture", "云溪日报 第2版 2021年5月31日 星期一"),
    ("title", "临江区集中开工25个项目"),
    (
        "body",
        "本报讯(记者 尉迟澄)5月29日,临江区25个项目集中开工,总投资17.3亿元,其中投资2.7亿元的北岗产业园建成后可容纳56家企业。",
    ),
    ("body", "临江区副区长尉迟澄出席仪式并讲话,要求各镇搞好服务,确保项目早日建成投产,让群众早日受益。"),
)
DAY = datetime.date(2021, 5, 31)


def pages(*page_ids: str, published_on: datetime.date | None = None, source: str | None = None) -> pl.DataFrame:
    schema = {"page_id": pl.String, "published_on": pl.Date, "published_on_source": pl.String}
    return pl.DataFrame([(page_id, published_on, source) for page_id in page_ids], schema=schema, orient="row")


def paragraphs(page_id: str, lines: tuple[tuple[str, str], ...] = PAGE) -> pl.DataFrame:
    rows = [
        {
            "page_id": page_id,
            "paragraph_no": number,
            "role": role,
            "text": text,
            "line_numbers": [number],
            "is_truncated": False,
            "blank_lines_before": 0,
            "is_indented": False,
        }
        for number, (role, text) in enumerate(lines, 1)
    ]
    return conform(pl.DataFrame(rows, schema=dict(PARAGRAPHS), orient="row"), PARAGRAPHS)


def test_every_frame_has_its_schema_with_and_without_pages() -> None:
    for made in (
        extract(pages("p"), paragraphs("p")),
        extract(pages(), paragraphs("p").clear()),
        extract(pages("p"), paragraphs("p").clear()),
    ):
        assert made.articles.schema == pl.Schema(ARTICLES)
        assert made.article_paragraphs.schema == pl.Schema(ARTICLE_PARAGRAPHS)
        assert made.bylines.schema == pl.Schema(BYLINES)
        assert {name: frame.schema for name, frame in made.facts.items()} == {
            name: pl.Schema(schema) for name, schema in FACTS.items()
        }
        assert list(made.facts) == list(FACTS)
        assert made.keywords.schema == pl.Schema(KEYWORDS)
        assert made.terms.schema == pl.Schema(TERMS)


def test_the_facts_of_a_page_are_traced_to_its_paragraphs() -> None:
    made = extract(pages("p"), paragraphs("p"))
    texts = {number: text for number, (_, text) in enumerate(PAGE, 1)}
    for name, column in (("amounts", "text"), ("dates", "text"), ("counts", "text"), ("projects", "name")):
        frame = made.facts[name]
        assert not frame.is_empty(), name
        for fact in frame.iter_rows(named=True):
            assert texts[fact["paragraph_no"]][fact["char_start"] : fact["char_end"]] == fact[column]
    article_ids = set(made.articles["article_id"])
    for frame in (*made.facts.values(), made.keywords, made.terms, made.bylines, made.article_paragraphs):
        assert set(frame["article_id"]) <= article_ids


def test_the_date_that_a_page_prints_dates_its_articles() -> None:
    made = extract(pages("p"), paragraphs("p"))
    assert set(made.articles.select("published_on", "published_on_source").iter_rows()) == {(DAY, "page")}
    dates = dict(made.facts["dates"].select("text", "iso").iter_rows())
    assert dates["5月29日"] == "2021-05-29"


def test_the_date_of_path_or_manifest_goes_first() -> None:
    given = datetime.date(2020, 6, 1)
    made = extract(pages("p", published_on=given, source="path"), paragraphs("p"))
    assert set(made.articles.select("published_on", "published_on_source").iter_rows()) == {(given, "path")}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((("furniture", "第2版 要闻 ２０２１年５月３１日 星期一"),), [("p", DAY)]),
        ((("furniture", "2021年5月31日"), ("furniture", "2021年 5月 31日 星期一")), [("p", DAY)]),
        ((("furniture", "2021年5月31日"), ("furniture", "2021年6月1日")), []),
        ((("furniture", "2021年2月30日 星期一"),), []),
        ((("body", "2021年5月31日,会议召开。"),), []),
    ],
)
def test_only_furniture_with_one_real_date_dates_a_page(lines: Any, expected: list[tuple[str, datetime.date]]) -> None:
    assert list(find_page_dates(paragraphs("p", lines)).iter_rows()) == expected


def test_the_order_of_pages_and_their_grouping_change_nothing() -> None:
    together = extract(pages("a", "b"), pl.concat([paragraphs("a"), paragraphs("b")]))
    turned = extract(pages("b", "a"), pl.concat([paragraphs("b"), paragraphs("a")]))
    alone = [extract(pages(page_id), paragraphs(page_id)) for page_id in ("a", "b")]
    for name in FACTS:
        key = ["article_id", "paragraph_no", "char_start", "char_end"]
        frames = [together.facts[name], turned.facts[name], pl.concat([made.facts[name] for made in alone])]
        first, *others = [frame.sort(key) for frame in frames]
        for other in others:
            assert first.equals(other), name
