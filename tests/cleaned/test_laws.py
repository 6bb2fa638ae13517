"""What holds of the cleaned stage whatever the page: nothing lost, everything undone, nothing borrowed from other pages."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.cleaned import Cleaned, clean
from transforms.cleaned.normalise import normalise_lines
from transforms.cleaned.undo import account, normalised_pages
from transforms.frames import PARAGRAPH_LINES, PARAGRAPHS, REPAIRS
from transforms.raw.lines import split_lines

# Fragments that pages are broken into: halves of sentences, headings, bylines, lists, odd characters, line ends of every kind.
FRAGMENTS = st.sampled_from(
    [
        "青河县召开春季农业生产现场会",
        "本报讯(通讯员 甲小明)会议提出,要坚持强化协",
        "同,今天能办的手续不拖到明天,工期都写在墙上。",
        "据介绍,今年全县计划投资１７",
        ".7 亿元,新建高标准农田三万亩，群众增收有了保障。",
        "记者 乙天 摄",
        "他说:“我们把书包带接起来扔过去,",
        "一是抓好春季田间管理;",
        "The new bridge over the river",
        "will be open by the end of the year",
        "　　近日,柳湾镇开展义诊活动",
        "农业\u200b生产",
        "\ufeff",
        "经 济 社 会",
        "",
        "",
        "\u3000 ",
    ]
)
LINE_ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])
PAGES = st.lists(st.tuples(FRAGMENTS, LINE_ENDS), max_size=14).map(
    lambda parts: "".join(text + end for text, end in parts)
)
BATCHES = st.lists(PAGES, min_size=1, max_size=4)


def frame(texts: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {"page_id": [f"p{i}" for i in range(len(texts))], "text": texts},
        schema={"page_id": pl.String, "text": pl.String},
    )


def of_page(cleaned: Cleaned, page_id: str) -> list[list[tuple[object, ...]]]:
    return [part.filter(pl.col("page_id") == page_id).rows() for part in cleaned]


@settings(max_examples=20, deadline=None)
@given(BATCHES)
def test_every_visible_line_is_in_exactly_one_paragraph(texts: list[str]) -> None:
    pages = frame(texts)
    cleaned = clean(pages)
    for page_id, lines in split_lines(pages).group_by("page_id", maintain_order=True):
        shown = [number for number, text in lines.select("line_number", "raw_text").iter_rows() if text.strip()]
        paragraphs = cleaned.paragraphs.filter(pl.col("page_id") == page_id[0])
        assert sorted(number for numbers in paragraphs["line_numbers"].to_list() for number in numbers) == shown
        firsts = [numbers[0] for numbers in paragraphs["line_numbers"].to_list()]
        assert firsts == sorted(firsts)
        assert paragraphs["paragraph_no"].to_list() == list(range(1, len(firsts) + 1))


@settings(max_examples=20, deadline=None)
@given(BATCHES)
def test_undoing_all_joins_gives_the_normalised_page(texts: list[str]) -> None:
    pages = frame(texts)
    cleaned = clean(pages)
    undone = normalised_pages(pages, cleaned.paragraphs, cleaned.paragraph_lines)
    normalised = {
        (page_id, number): text
        for page_id, number, text in normalise_lines(split_lines(pages))
        .lines.select("page_id", "line_number", "text")
        .iter_rows()
    }
    for page_id, text in undone.iter_rows():
        for number, line in enumerate(text.split("\n"), 1):
            assert line == normalised.get((page_id, number), "")


@settings(max_examples=20, deadline=None)
@given(BATCHES)
def test_every_character_is_accounted_for(texts: list[str]) -> None:
    pages = frame(texts)
    cleaned = clean(pages)
    counts = account(pages, cleaned.paragraphs, cleaned.paragraph_lines, cleaned.repairs)
    assert counts["is_conserved"].all()
    assert counts["char_count"].to_list() == [len(text) for text in texts]


@settings(max_examples=12, deadline=None)
@given(BATCHES)
def test_pieces_cover_the_paragraph_and_share_its_characters(texts: list[str]) -> None:
    pages = frame(texts)
    cleaned = clean(pages)
    raw = dict(pages.iter_rows())
    wanted = {
        (page, no): text for page, no, text in cleaned.paragraphs.select("page_id", "paragraph_no", "text").iter_rows()
    }
    for (page, no), pieces in cleaned.paragraph_lines.group_by("page_id", "paragraph_no", maintain_order=True):
        position = 0
        for piece in pieces.iter_rows(named=True):
            assert piece["char_start"] == position
            position = piece["char_end"]
            new = wanted[page, no][piece["char_start"] : piece["char_end"]]
            old = raw[page][piece["raw_char_start"] : piece["raw_char_end"]]
            assert old == new or len(new) == 1
        assert position == len(wanted[page, no])


@settings(max_examples=12, deadline=None)
@given(BATCHES, st.randoms(use_true_random=False))
def test_a_page_does_not_depend_on_its_company(texts: list[str], rng) -> None:
    pages = frame(texts)
    together = clean(pages)
    shuffled = clean(pages.sample(fraction=1, shuffle=True, seed=rng.randint(0, 99)))
    for page_id in pages["page_id"]:
        alone = clean(pages.filter(pl.col("page_id") == page_id))
        assert of_page(alone, page_id) == of_page(together, page_id) == of_page(shuffled, page_id)


@settings(max_examples=12, deadline=None)
@given(BATCHES)
def test_the_ledger_names_each_join_once_and_says_why(texts: list[str]) -> None:
    cleaned = clean(frame(texts))
    made = {
        (page_id, pair)
        for page_id, numbers in cleaned.paragraphs.select("page_id", "line_numbers").iter_rows()
        for pair in pairwise(numbers)
    }
    joins = cleaned.repairs.filter(pl.col("kind") != "normalise")
    applied = joins.filter("is_applied")
    assert {
        (page_id, tuple(numbers)) for page_id, numbers in applied.select("page_id", "line_numbers").iter_rows()
    } == made
    assert applied.height == len(made)
    assert joins.filter(~pl.col("confidence").is_between(0, 1) | (pl.col("reason") == "")).is_empty()


@settings(max_examples=12, deadline=None)
@given(BATCHES)
def test_a_repaired_page_needs_no_more_joins_inside_its_paragraphs(texts: list[str]) -> None:
    """Repairing the repaired page again keeps every line whole: a join is never undone by the next run."""
    once = clean(frame(texts)).paragraphs
    again = once.group_by("page_id", maintain_order=True).agg(pl.col("text").str.join("\n"))
    if again.height:
        second = clean(again).paragraphs
        lines = {line for text in again["text"] for line in text.split("\n") if line.strip()}
        whole = "\n".join(second["text"].to_list())
        assert all(line in whole for line in lines)


def test_no_pages_and_empty_pages() -> None:
    for pages in (frame([]), frame([""]), frame(["\n\r\n\u3000\n"])):
        cleaned = clean(pages)
        assert [part.height for part in cleaned] == [0, 0, 0]
        assert [dict(part.schema) for part in cleaned] == [
            dict(pl.DataFrame(schema=schema).schema) for schema in (PARAGRAPHS, PARAGRAPH_LINES, REPAIRS)
        ]


def test_a_phrase_of_latin_words_keeps_its_space() -> None:
    pages = frame(
        ["青河县与来访的 Green River Farming\nCompany of Canada 签署合作协议,共同建设智能温室,预计明年投产。"]
    )
    cleaned = clean(pages)
    texts = cleaned.paragraphs["text"].to_list()
    if len(texts) == 1:
        assert "Green River Farming Company of Canada" in texts[0]
        gap = cleaned.paragraph_lines.filter(pl.col("raw_char_end") - pl.col("raw_char_start") == 1).row(0, named=True)
        assert pages["text"][0][gap["raw_char_start"]] == "\n" and texts[0][gap["char_start"]] == " "
