"""Copies inside a page: what goes, what stays."""

from __future__ import annotations

import json
import tomllib
from itertools import islice
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.deduplicated.made_pages import make_page
from transforms.deduplicated import deduplicate
from transforms.frames import DUPLICATES, PARAGRAPHS, SUSPECTED_DUPLICATES, empty

FOLDER = Path(__file__).parent


def cases(name: str) -> list[object]:
    path = FOLDER / f"cases_duplicates_{name}.toml"
    return (
        [pytest.param(case, id=case["name"]) for case in tomllib.loads(path.read_text())["case"]]
        if path.exists()
        else []
    )


def removed(case: dict) -> list[list[int]]:
    found = deduplicate(make_page("p", case["page"])).duplicates
    return [[copy, kept] for copy, kept in found.select("paragraph_no", "kept_paragraph_no").iter_rows()]


@pytest.mark.parametrize("case", cases("wild") + cases("made"))
def test_copies_go_and_name_the_copy_kept(case: dict) -> None:
    assert removed(case) == case["removed"]


@pytest.mark.parametrize("case", cases("unchanged"))
def test_what_only_looks_alike_stays(case: dict) -> None:
    assert removed(case) == []


@pytest.mark.parametrize("case", cases("known_failures"))
@pytest.mark.xfail(strict=True)
def test_known_failures(case: dict) -> None:
    assert removed(case) == case["removed"]


def test_no_paragraphs_no_copies() -> None:
    found = deduplicate(empty(PARAGRAPHS))
    assert found.duplicates.schema == pl.Schema(DUPLICATES)
    assert found.suspected_duplicates.schema == pl.Schema(SUSPECTED_DUPLICATES)
    assert found.duplicates.is_empty()


def test_flooding_is_flagged_not_removed() -> None:
    found = deduplicate(
        make_page("p", "T|好消息\nB|" + "加油加油" * 20 + "\nB|青禾县水利局昨日启动白石水库除险加固工程。")
    )
    assert found.duplicates.is_empty()
    assert found.suspected_duplicates.select("paragraph_no", "kind").rows() == [(2, "loop")]


@pytest.mark.parametrize(
    ("name", "pair", "reason"),
    [
        ("two reports of one day share a paragraph in their middle", (3, 7), "the same words in another place"),
        ("the same notice for two dates, the second at the end of the article", (4, 2), "other numbers"),
    ],
)
def test_what_nothing_proves_a_copy_is_listed_with_its_reason(name: str, pair: tuple[int, int], reason: str) -> None:
    (page,) = (case.values[0]["page"] for case in cases("unchanged") if case.values[0]["name"] == name)
    rows = deduplicate(make_page("p", page)).suspected_duplicates
    found = {
        (copy, kept): (similarity, why)
        for copy, kept, similarity, why in rows.select(
            "paragraph_no", "kept_paragraph_no", "similarity", "reason"
        ).iter_rows()
    }
    assert pair in found
    assert found[pair][0] >= 0.9
    assert found[pair][1] == reason


def test_each_removal_says_what_it_is() -> None:
    """Kind, similarity and reason of the copies of one page."""
    kinds = {
        "loop at the end of the page, lead phrase changed, last round cut off": {"loop", "exact", "truncated"},
        "the same sentence with a number that counts on": {"loop"},
        "misread copy: three characters in forty": {"loop", "exact"},  # at the end of its own article
        "orphan tail before its article, the first block cut in the middle of a sentence and with a character more": {
            "contained",
            "exact",
        },
        "copy contained in a longer paragraph of the same article, below it": {"contained"},
        "paragraph cut short, then whole": {"truncated"},
        "article printed twice, word for word and right below each other": {"exact"},
    }
    pages = {case.values[0]["name"]: case.values[0]["page"] for case in cases("wild") + cases("made")}
    for name, wanted in kinds.items():
        rows = deduplicate(make_page("p", pages[name])).duplicates
        assert set(rows["kind"]) == wanted, name
        assert rows.filter(pl.col("kind") == "exact")["similarity"].eq(1).all()


def test_what_is_said_of_a_page_depends_on_it_alone() -> None:
    pages = [
        make_page(f"p{number}", case.values[0]["page"]) for number, case in enumerate(cases("wild") + cases("made"))
    ]
    alone = [deduplicate(one) for one in pages]
    together = deduplicate(pl.concat(reversed(pages)))
    for kind in range(2):
        assert_frame_equal(together[kind], pl.concat(found[kind] for found in alone), check_row_order=False)


@pytest.mark.parametrize("rounds", [3, 300])
def test_a_loop_of_any_length_leaves_its_first_round(rounds: int) -> None:
    lines = [
        "青禾县水利局昨日启动白石水库除险加固工程,计划投资四千万元。",
        "完工后可保障下游农田灌溉,并为县城提供备用水源。",
    ]
    found = deduplicate(make_page("p", "T|水库开工\n" + "\n".join(f"B|{line}" for line in lines * rounds)))
    assert found.duplicates["paragraph_no"].to_list() == list(range(4, 2 * rounds + 2))
    assert set(found.duplicates["kept_paragraph_no"]) == {2, 3}


def test_every_row_names_a_paragraph_that_is_kept() -> None:
    for case in cases("wild") + cases("made"):
        rows = deduplicate(make_page("p", case.values[0]["page"])).duplicates
        assert not set(rows["paragraph_no"]) & set(rows["kept_paragraph_no"])
        assert rows["similarity"].is_between(0.8, 1).all()
        assert (rows["reason"] != "").all()


def test_seed_pages_lose_exactly_the_lines_of_the_gold(shared: Path) -> None:
    from transforms.cleaned import clean

    for gold_path in sorted((shared / "gold").glob("*.structure.json")):
        gold = json.loads(gold_path.read_text())
        text = (shared / "seeds" / f"{gold['page']}.txt").read_text()
        filled = [number for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        paragraphs = clean(pl.DataFrame({"page_id": ["p"], "text": [text]})).paragraphs
        gone = paragraphs.join(deduplicate(paragraphs).duplicates, on=["page_id", "paragraph_no"], how="semi")
        lines = sorted(filled.index(number) for number in gone["line_numbers"].explode())
        assert lines == sorted(row["line"] for row in gold["duplicates"]), gold["page"]


def test_clean_news_loses_nothing(shared: Path) -> None:
    pages: dict[str, list[str]] = {}
    with (shared / "dev-data" / "clean_news" / "xinwenlianbo.dev.jsonl").open() as stream:
        for line in islice(stream, 2500):
            article = json.loads(line)
            body = [f"B|{text.strip()}" for text in article["paragraphs"] if text.strip()]
            pages.setdefault(article["date"], []).extend([f"T|{article['title']}", *body])
    frame = pl.concat(make_page(day, "\n".join(lines)) for day, lines in pages.items())
    assert frame.height > 15_000
    assert deduplicate(frame).duplicates.is_empty()
