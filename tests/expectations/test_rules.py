"""Every rule is broken by exactly what it guards against, on one page, and the expectation made from it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from expectations import Settings, judge, measure_deduplicated
from expectations.rules import PAGE_RULES, STAGES, Stage
from tests.expectations.sound_pages import Parts, Stages, batch_of, page_id, sound_parts
from tests.expectations.test_gate import measure
from transforms.frames import BYLINES, DUPLICATES, FACTS

COUNT, BAD = 12, 7
STRICT = Settings(max_held_share=0, max_held_share_raw=0, held_pages_always_allowed=0)
ON_BAD = pl.col("page_id") == page_id(BAD)
SOUND = sound_parts(BAD)
LONG = SOUND[1][1]


def parts(change: Callable[[Parts], Parts]) -> Stages:
    """Return a batch whose bad page holds other paragraphs, all ledgers right."""
    return batch_of([change(sound_parts(n)) if n == BAD else sound_parts(n) for n in range(COUNT)])


def page_text(change: Callable[[str], str]) -> Stages:
    """Return a sound batch but for the raw text of the bad page."""
    batch = parts(list)
    texts = [change(t) if n == BAD else t for n, t in enumerate(batch.pages["text"])]
    return batch._replace(pages=batch.pages.with_columns(pl.Series("text", texts)))


def rows(name: str, where: pl.Expr, **values: Any) -> Stages:
    """Return a sound batch but for ``values`` in the rows of one frame."""
    batch = parts(list)
    old: pl.DataFrame = getattr(batch, name)
    new = [
        pl.when(where)
        .then(pl.lit(value) if not isinstance(value, pl.Expr) else value)
        .otherwise(pl.col(column))
        .alias(column)
        for column, value in values.items()
    ]
    return batch._replace(**{name: old.with_columns(new).cast(dict(old.schema))})


def without(name: str, where: pl.Expr) -> Stages:
    batch = parts(list)
    return batch._replace(**{name: getattr(batch, name).filter(~where)})


def more(name: str, *new: dict[str, Any]) -> Stages:
    batch = parts(list)
    old: pl.DataFrame = getattr(batch, name)
    added = pl.DataFrame([dict.fromkeys(old.columns) | row for row in new], schema=old.schema)
    return batch._replace(**{name: pl.concat([old, added])})


def facts(table: str, **fact: Any) -> Stages:
    """Return a sound batch with one fact more on the bad page."""
    batch = parts(list)
    place = {"article_id": f"{page_id(BAD)}.001", "paragraph_no": 3, "char_start": 0, "char_end": 2}
    row = pl.DataFrame([dict.fromkeys(FACTS[table]) | place | fact], schema=FACTS[table])
    return batch._replace(facts=batch.facts | {table: pl.concat([batch.facts[table], row])})


def moved_amount(batch: Stages, **columns: pl.Expr) -> Stages:
    on_bad = pl.col("article_id") == f"{page_id(BAD)}.001"
    amounts = batch.facts["amounts"]
    new = amounts.with_columns(
        pl.when(on_bad).then(value).otherwise(pl.col(name)).cast(amounts.schema[name]).alias(name)
        for name, value in columns.items()
    )
    return batch._replace(facts=batch.facts | {"amounts": new})


def copied(number: int, kept: tuple[int, int]) -> dict[str, Any]:
    return {"page_id": page_id(BAD), "paragraph_no": number, "kept_page_id": page_id(kept[0])} | {
        "kept_paragraph_no": kept[1],
        "kind": "exact",
        "similarity": 1.0,
        "reason": "made up",
    }


def wrapped(page: Parts) -> Parts:
    text = "".join(text for _, text in page if text.endswith("。"))
    return [("body", text[at : at + 13]) for at in range(0, len(text), 13)]


def unrepaired(page: Parts) -> Parts:
    long = [text for role, text in page if role == "body"]
    return [("body", piece) for text in long for piece in (text[:21], text[21:35], text[35:])]


def looped(page: Parts) -> Parts:
    return [*page, ("body", "雨下得很大，" + "河水一直在涨，" * 20 + "大家都出来了。")]


BREAKERS: dict[tuple[Stage, str], Callable[[], Stages]] = {
    ("raw", "no_text"): lambda: page_text(lambda _: "\n\u3000 \n\u200b\n"),
    ("raw", "refusal_page"): lambda: page_text(lambda _: "I'm sorry, but I can't read this page."),
    ("raw", "mojibake_page"): lambda: page_text(lambda t: t.encode("gb18030").decode("big5", "replace")),
    ("raw", "flooded_page"): lambda: page_text(lambda t: t + "\n" + "一" * 900),
    ("raw", "mojibake_marks"): lambda: page_text(lambda t: t + "\n锟斤拷锟斤拷"),
    ("raw", "looping_blocks"): lambda: parts(looped),
    ("raw", "hard_wrapped"): lambda: parts(wrapped),
    ("raw", "broken_line_splits"): lambda: parts(
        lambda p: [*p[:2], ("body", p[2][1][:20]), ("body", p[2][1][20:]), *p[3:]]
    ),
    ("raw", "duplicated_blocks"): lambda: parts(lambda p: [*p, p[1]]),
    ("raw", "control_characters"): lambda: page_text(lambda t: t + "\x07"),
    ("raw", "foreign_page"): lambda: page_text(lambda _: "The harbour of the town was opened in spring. " * 12),
    ("cleaned", "lines_lost"): lambda: without("paragraphs", ON_BAD & (pl.col("paragraph_no") == 2)),
    ("cleaned", "lines_twice"): lambda: rows(
        "paragraphs", ON_BAD & (pl.col("paragraph_no") == 2), line_numbers=pl.lit(pl.Series([[3, 5]])).first()
    ),
    ("cleaned", "lines_unknown"): lambda: rows(
        "paragraphs", ON_BAD & (pl.col("paragraph_no") == 2), line_numbers=pl.lit(pl.Series([[3, 99]])).first()
    ),
    ("cleaned", "chars_lost"): lambda: rows(
        "paragraph_lines",
        ON_BAD & (pl.col("paragraph_no") == 2),
        char_start=pl.col("char_start") + 1,
        raw_char_start=pl.col("raw_char_start") + 1,
    ),
    ("cleaned", "chars_twice"): lambda: more(
        "paragraph_lines",
        {"page_id": page_id(BAD), "paragraph_no": 1, "segment_no": 2, "line_number": 1}
        | {"char_start": 0, "char_end": 2, "raw_char_start": 0, "raw_char_end": 2},
    ),
    ("cleaned", "chars_changed"): lambda: rows(
        "paragraphs", ON_BAD & (pl.col("paragraph_no") == 2), text=pl.col("text").str.replace("9", "6", literal=True)
    ),
    ("cleaned", "spans_outside"): lambda: rows(
        "paragraph_lines", ON_BAD & (pl.col("paragraph_no") == 2), char_end=pl.col("char_end") + 4
    ),
    ("cleaned", "chars_from_nowhere"): lambda: rows(
        "paragraphs", ON_BAD & (pl.col("paragraph_no") == 2), text=pl.col("text") + "完"
    ),
    ("cleaned", "repeated_keys"): lambda: rows("paragraphs", ON_BAD & (pl.col("paragraph_no") == 2), paragraph_no=1),
    ("cleaned", "orphan_rows"): lambda: rows(
        "paragraph_lines", ON_BAD & (pl.col("paragraph_no") == 2), paragraph_no=77
    ),
    ("cleaned", "unrepaired"): lambda: parts(unrepaired),
    ("cleaned", "hard_wrapped"): lambda: parts(wrapped),
    ("cleaned", "broken_line_splits"): lambda: parts(
        lambda p: [*p[:2], ("body", p[2][1][:20]), ("body", p[2][1][20:]), *p[3:]]
    ),
    ("deduplicated", "open_ends"): lambda: parts(lambda p: [*p[:5], ("body", p[5][1][:-9])]),
    ("cleaned", "unbalanced_marks"): lambda: parts(lambda p: [*p[:5], ("body", "“" + p[5][1])]),
    ("deduplicated", "repeated_keys"): lambda: more("duplicates", copied(2, (BAD, 1)), copied(2, (BAD, 3))),
    ("deduplicated", "orphan_rows"): lambda: more("duplicates", copied(99, (BAD, 1))),
    ("deduplicated", "kept_counterpart_missing"): lambda: more("duplicates", copied(2, (3, 99))),
    ("deduplicated", "kept_counterpart_removed"): lambda: more("duplicates", copied(2, (BAD, 3)), copied(3, (BAD, 2))),
    ("deduplicated", "mostly_copies"): lambda: parts(lambda p: [*p, *p]),
    ("deduplicated", "looping_blocks"): lambda: parts(looped),
    ("deduplicated", "duplicated_blocks"): lambda: parts(lambda p: [*p, p[1]]),
    ("extracted", "repeated_keys"): lambda: rows(
        "article_paragraphs", pl.col("article_id") == f"{page_id(BAD)}.001", position=1
    ),
    ("extracted", "repeated_facts"): lambda: facts(
        "amounts", paragraph_no=2, text="9亿元", char_start=LONG.index("9亿元"), char_end=LONG.index("9亿元") + 3
    ),
    ("extracted", "orphan_rows"): lambda: facts("people", article_id=f"{page_id(BAD)}.009", name="港区"),
    ("extracted", "span_mismatches"): lambda: facts("people", name="苏北辰", char_start=4, char_end=7),
    ("extracted", "bodies_outside_articles"): lambda: without(
        "article_paragraphs", (pl.col("article_id") == f"{page_id(BAD)}.001") & (pl.col("position") == 3)
    ),
    ("extracted", "paragraphs_in_two_articles"): lambda: more(
        "article_paragraphs", {"article_id": f"{page_id(BAD)}.001", "position": 4, "paragraph_no": 5, "part": "subhead"}
    ),
    ("extracted", "body_text_missing"): lambda: rows("articles", ON_BAD, body=pl.col("body").str.slice(1)),
    ("extracted", "implausible_amounts"): lambda: moved_amount(parts(list), value=-pl.col("value")),
    ("extracted", "implausible_dates"): lambda: facts("dates", text="港区", iso="1023-03-08"),
    ("extracted", "names_that_are_words"): lambda: facts("people", name="负责人", char_start=2, char_end=5),
    ("extracted", "articles_without_body"): lambda: rows("articles", ON_BAD & (pl.col("article_no") == 1), body="  "),
    ("extracted", "articles_without_headline"): lambda: rows("articles", ON_BAD, headline=""),
}


@pytest.mark.parametrize("stage", STAGES)
def test_every_rule_has_a_page_that_breaks_it(stage: Stage) -> None:
    tested = {rule for of, rule in BREAKERS if of == stage} | (
        {"paragraphs_lost"} if stage == "deduplicated" else set()
    )
    assert tested == {rule.name for rule in PAGE_RULES[stage]}


@pytest.mark.usefixtures("gx")
@pytest.mark.parametrize(("stage", "rule"), list(BREAKERS))
def test_rule_names_the_page_and_its_expectation_fails(stage: Stage, rule: str) -> None:
    measured = measure(stage, BREAKERS[stage, rule]())
    broken = measured.pages.filter(pl.col(rule) > 0)
    assert broken["page_id"].to_list() == [page_id(BAD)]
    assert set(measured.violations.filter(pl.col("rule") == rule)["page_id"]) == {page_id(BAD)}
    judgement = judge(stage, measured, settings=STRICT)
    failed = judgement.checks.filter(~pl.col("success"))["expectation"].to_list()
    assert f"expect_column_values_to_be_between({rule})" in failed
    severity = next(one.severity for one in PAGE_RULES[stage] if one.name == rule)
    assert page_id(BAD) in judgement.held_pages["page_id"] or severity != "critical"
    assert judgement.is_closed or severity != "critical"


@pytest.mark.usefixtures("gx")
def test_paragraph_neither_kept_nor_removed_is_lost() -> None:
    batch = parts(list)
    kept = batch.paragraphs.filter(~(ON_BAD & (pl.col("paragraph_no") == 2)))
    measured = measure_deduplicated(batch.paragraphs, batch.duplicates, kept)
    assert measured.pages.filter(pl.col("paragraphs_lost") > 0)["page_id"].to_list() == [page_id(BAD)]
    judgement = judge("deduplicated", measured, settings=STRICT)
    failed = judgement.checks.filter(~pl.col("success"))["expectation"].to_list()
    assert "expect_column_values_to_be_between(paragraphs_lost)" in failed


FRAME_BREAKERS: dict[str, Callable[[Stages], Stages]] = {
    "missing_columns": lambda b: b._replace(repairs=b.repairs.drop("reason")),
    "wrong_types": lambda b: b._replace(paragraphs=b.paragraphs.cast({"paragraph_no": pl.String})),
    "null_keys": lambda b: b._replace(
        paragraphs=b.paragraphs.with_columns(pl.col("page_id").replace(page_id(BAD), None))
    ),
    "empty_columns": lambda b: b._replace(paragraphs=b.paragraphs.with_columns(pl.lit(None, pl.String).alias("role"))),
    "strangers": lambda b: b._replace(
        paragraphs=b.paragraphs.with_columns(pl.col("page_id").replace(page_id(BAD), "elsewhere"))
    ),
    "is_empty": lambda b: b._replace(paragraph_lines=b.paragraph_lines.clear()),
}


@pytest.mark.usefixtures("gx")
@pytest.mark.parametrize("fault", list(FRAME_BREAKERS))
def test_fault_of_a_frame_closes_the_gate_at_once(fault: str) -> None:
    judgement = judge("cleaned", measure("cleaned", FRAME_BREAKERS[fault](parts(list))))
    failed = judgement.checks.filter(~pl.col("success"))["expectation"].to_list()
    assert f"expect_column_values_to_be_between({fault})" in failed
    assert judgement.is_closed


@pytest.mark.usefixtures("gx")
def test_bylines_of_no_article_are_orphans() -> None:
    batch = parts(list)
    alone = pl.DataFrame([dict.fromkeys(BYLINES) | {"article_id": f"{page_id(BAD)}.044"}], schema=BYLINES)
    measured = measure("extracted", batch._replace(bylines=alone))
    assert measured.pages.filter(pl.col("orphan_rows") > 0)["page_id"].to_list() == [page_id(BAD)]


def test_duplicate_of_a_page_elsewhere_is_not_judged_here() -> None:
    elsewhere = pl.DataFrame([copied(2, (BAD, 1)) | {"kept_page_id": "another batch"}], schema=DUPLICATES)
    measured = measure("deduplicated", parts(list)._replace(duplicates=elsewhere))
    assert measured.pages["kept_counterpart_missing"].sum() == 0
