"""Removed copies are left as the page printed them: the lines apart, the joins named as not made, nothing lost."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from expectations.characters import code_points
from expectations.conservation import character_ledger, line_ledger
from expectations.page_lines import lines_of as page_lines
from tests.cleaned.test_laws import BATCHES, frame
from transforms.cleaned import Cleaned, clean
from transforms.cleaned.ledger import LINKS, build_paragraphs, paragraph_frame, piece_frame, repair_frame
from transforms.cleaned.normalise import normalise_lines
from transforms.cleaned.undo import account, normalised_pages
from transforms.deduplicated import Deduplicated, deduplicate, leave_as_printed
from transforms.deduplicated.as_printed import LEFT
from transforms.frames import DUPLICATES, empty
from transforms.raw.lines import split_lines

STORY = [
    "近日,青禾县交警大队在县城六处路口开展电动车头盔佩戴宣传,向过往群众发放宣传册,活动得",
    "到群众欢迎,现场累计发放宣传册600余份。",
]
PAGE = "\n".join(
    [
        "青禾交警宣传戴头盔",
        *STORY,
        "通讯员 夏小满 摄",
        "青禾县图书馆新馆开放",
        "本报讯(记者 闻人静)11月2日,青禾县图书馆新馆向市民开放,首日接待读者2300人次。",
        "青禾交警宣传戴头盔",
        STORY[0],
        "",
        "\u3000\u3000" + STORY[1],
        "通讯员 夏小满 摄",
    ]
)


def copied(pairs: list[tuple[str, int, int]]) -> Deduplicated:
    """Say that paragraph ``copy`` of a page goes for ``kept``: (page, copy, kept)."""
    rows = [(page, copy, page, kept, "exact", 1.0, "a test says so") for page, copy, kept in pairs]
    return Deduplicated(pl.DataFrame(rows, schema=DUPLICATES, orient="row"), empty(DUPLICATES))


def test_a_copy_stands_line_by_line_and_its_join_is_named_as_not_made() -> None:
    pages = frame([PAGE])
    cleaned = clean(pages)
    assert cleaned.paragraphs["line_numbers"].to_list() == [[1], [2, 3], [4], [5], [6], [7], [8, 10], [11]]
    left = leave_as_printed(pages, *cleaned, found=deduplicate(cleaned.paragraphs))
    assert left.paragraphs["line_numbers"].to_list() == [[1], [2, 3], [4], [5], [6], [7], [8], [10], [11]]
    assert left.duplicates.select("paragraph_no", "kept_paragraph_no", "kind").rows() == [
        (6, 1, "exact"),
        (7, 2, "contained"),
        (8, 2, "contained"),
        (9, 3, "exact"),
    ]
    lines = left.paragraphs.filter(pl.col("paragraph_no").is_in([7, 8]))
    columns = ["text", "role", "is_truncated", "blank_lines_before", "is_indented"]
    assert lines.select(columns).rows() == [
        (STORY[0], "body", False, 0, False),
        (STORY[1], "body", False, 1, True),
    ]
    joins = left.repairs.filter(pl.col("kind") == "join")
    assert joins.select("line_numbers", "is_applied").rows() == [([2, 3], True), ([8, 10], False)]
    assert joins["reason"][1].startswith(f"{LEFT}; ")


def test_a_page_without_a_copy_of_several_lines_comes_back_as_it_was() -> None:
    pages = frame([PAGE, "\n".join(PAGE.split("\n")[:6])])
    cleaned = clean(pages)
    left = leave_as_printed(pages, *cleaned, found=deduplicate(cleaned.paragraphs))
    for before, after in zip(cleaned, left, strict=False):
        assert_frame_equal(after.filter(pl.col("page_id") == "p1"), before.filter(pl.col("page_id") == "p1"))
    untouched = copied([("p0", 1, 6)])
    assert [part.rows() for part in leave_as_printed(pages, *cleaned, found=untouched)] == [
        part.rows() for part in (*cleaned, *untouched)
    ]


def test_other_rows_follow_the_new_numbers() -> None:
    pages = frame([PAGE])
    cleaned = clean(pages)
    suspected = pl.DataFrame([("p0", 8, "p0", 7, "near", 0.9, "a test says so")], schema=DUPLICATES, orient="row")
    found = copied([("p0", 2, 7)])._replace(suspected_duplicates=suspected)
    left = leave_as_printed(pages, *cleaned, found=found)
    assert left.duplicates.select("paragraph_no", "kept_paragraph_no").rows() == [(2, 8), (3, 8)]
    assert left.suspected_duplicates.select("paragraph_no", "kept_paragraph_no").rows() == [(9, 8)]


def test_a_line_end_that_had_become_a_space_is_a_line_end_again() -> None:
    halves = ["青河县与来访的 Green River Farming", "Company of Canada 签署合作协议,共同建设智能温室,预计明年投产。"]
    pages = frame(["\r\n\r\n".join([*halves, "其他消息见后,请读者留意,谢谢。"])])
    physical = split_lines(pages)
    normalised = normalise_lines(physical)
    links = pl.DataFrame([(0, 1, "join", "a test says so", 1.0, True)], schema=LINKS, orient="row")
    placed = build_paragraphs(normalised.lines, links)
    cleaned = Cleaned(
        paragraph_frame(placed),
        piece_frame(placed, normalised.segments, physical),
        repair_frame(normalised.lines, links, normalised.changes),
    )
    assert cleaned.paragraphs["text"][0] == " ".join(halves)
    left = leave_as_printed(pages, *cleaned, found=copied([("p0", 1, 2)]))
    assert left.paragraphs["text"].to_list()[:2] == halves
    assert account(pages, *left[:3])["is_conserved"].all()


@settings(max_examples=25, deadline=None)
@given(BATCHES, st.randoms(use_true_random=False))
def test_nothing_is_lost_whatever_goes(texts: list[str], rng) -> None:
    pages = frame(texts)
    cleaned = clean(pages)
    gone = [
        (page, number, 1)
        for page, number in cleaned.paragraphs.select("page_id", "paragraph_no").iter_rows()
        if number > 1 and rng.random() < 0.5
    ]
    found = copied(gone)
    left = leave_as_printed(pages, *cleaned, found=found)
    for before, after in zip((*cleaned, *found), left, strict=True):
        assert after.schema == before.schema
    # Every line in one paragraph, numbered by first lines; those that go are the lines that went before.
    for _, page in left.paragraphs.group_by("page_id", maintain_order=True):
        assert page["paragraph_no"].to_list() == list(range(1, page.height + 1))
        assert page["line_numbers"].list.first().is_sorted()
    assert sorted(lines_of(left.paragraphs)) == sorted(lines_of(cleaned.paragraphs))
    on = ["page_id", "paragraph_no"]
    for how in ("semi", "anti"):
        after = left.paragraphs.join(left.duplicates, on=on, how=how)
        before = cleaned.paragraphs.join(found.duplicates, on=on, how=how)
        assert sorted(lines_of(after)) == sorted(lines_of(before))
        if how == "anti":
            assert after.drop("paragraph_no").rows() == before.drop("paragraph_no").rows()
        else:
            assert (after["line_numbers"].list.len() == 1).all()
    # The way back leads to the same page, and every character is accounted for.
    assert normalised_pages(pages, *left[:2]).rows() == normalised_pages(pages, *cleaned[:2]).rows()
    assert account(pages, *left[:3])["is_conserved"].all()
    # The ledger names exactly the joins that were made, and still every join that was found.
    applied = left.repairs.filter((pl.col("kind") != "normalise") & pl.col("is_applied"))
    made = {
        (page, pair)
        for page, numbers in left.paragraphs.select("page_id", "line_numbers").iter_rows()
        for pair in pairwise(numbers)
    }
    assert {(page, tuple(numbers)) for page, numbers in applied.select("page_id", "line_numbers").iter_rows()} == made
    assert left.repairs.select("page_id", "repair_no", "line_numbers").rows() == (
        cleaned.repairs.select("page_id", "repair_no", "line_numbers").rows()
    )
    # What judges the cleaned stage sees nothing lost, changed or said twice.
    ordered = pages.sort("page_id")
    physical = page_lines(ordered["text"])
    own = code_points(left.paragraphs["text"])
    for ledger in (line_ledger(ordered, physical, left[0]), character_ledger(ordered, physical, *left[:2], own)):
        assert [rule.rows() for rule in ledger if rule.height] == []


def lines_of(paragraphs: pl.DataFrame) -> list[tuple[str, int]]:
    return [(page, n) for page, ns in paragraphs.select("page_id", "line_numbers").iter_rows() for n in ns]
