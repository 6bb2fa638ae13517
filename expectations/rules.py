"""What may be wrong with a page, rule by rule: the table from which the suites are built.

A rule is the name of a column of the page measures (how often the page breaks it) and of the violations that say
where. A page that breaks a ``critical`` rule is held back; ``warning`` is recorded and the page goes on; ``info`` is
measured only.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

Severity: TypeAlias = Literal["critical", "warning", "info"]
Stage: TypeAlias = Literal["raw", "cleaned", "deduplicated", "extracted"]
STAGES: Final[tuple[Stage, ...]] = ("raw", "cleaned", "deduplicated", "extracted")


class Rule(NamedTuple):
    """One expectation about a page: how often ``name`` may occur is ``limit`` times; ``expects`` says it in words."""

    name: str
    severity: Severity
    expects: str
    limit: float = 0


PAGE_RULES: Final[dict[Stage, tuple[Rule, ...]]] = {
    "raw": (
        Rule("no_text", "critical", "the page has visible characters"),
        Rule("refusal_page", "critical", "the page is no model's excuse for not reading it"),
        Rule("mojibake_page", "critical", "the page was read in the encoding it was written in"),
        Rule("flooded_page", "critical", "most of the page is not one phrase over and over"),
        Rule("mojibake_marks", "warning", "no line holds what a wrong encoding leaves behind"),
        Rule("looping_blocks", "warning", "no line says the same phrase over and over"),
        Rule("hard_wrapped", "warning", "the lines are paragraphs and not the lines of a printed column"),
        Rule("broken_line_splits", "warning", "no line stops inside a sentence that another line goes on with"),
        Rule("duplicated_blocks", "warning", "no line of thirty characters or more stands twice"),
        Rule("control_characters", "info", "the page has no control characters"),
        Rule("foreign_page", "info", "the page is in Chinese"),
    ),
    "cleaned": (
        Rule("lines_lost", "critical", "every line with a visible character is in a paragraph"),
        Rule("lines_twice", "critical", "no line is in two paragraphs"),
        Rule("lines_unknown", "critical", "no paragraph names a line that the page does not have"),
        Rule("chars_lost", "critical", "every visible character of the page is in a paragraph"),
        Rule("chars_twice", "critical", "no visible character of the page is in two paragraphs"),
        Rule("chars_changed", "critical", "a run of characters is the same on the page and in the paragraph"),
        Rule("spans_outside", "critical", "every piece lies inside its line and inside its paragraph"),
        Rule("chars_from_nowhere", "critical", "every character of a paragraph has its place on the page"),
        Rule("repeated_keys", "critical", "no key stands twice"),
        Rule("orphan_rows", "critical", "every row belongs to a paragraph or a line that exists"),
        Rule("unrepaired", "critical", "the page's paragraphs are whole for the most part"),
        Rule("hard_wrapped", "critical", "the paragraphs are not the lines of a printed column"),
        Rule("broken_line_splits", "warning", "no paragraph stops inside a sentence that another goes on with"),
        Rule("unbalanced_marks", "info", "brackets and quotation marks that open in a paragraph close in it"),
    ),
    "deduplicated": (
        Rule("repeated_keys", "critical", "no key stands twice"),
        Rule("orphan_rows", "critical", "every copy is a paragraph of its page"),
        Rule("kept_counterpart_missing", "critical", "the paragraph that was kept instead of a copy exists"),
        Rule("kept_counterpart_removed", "critical", "the paragraph that was kept instead of a copy was not removed"),
        Rule("paragraphs_lost", "critical", "every paragraph is either kept or named as a copy"),
        Rule("mostly_copies", "critical", "most of what the kept paragraphs say is said once"),
        Rule("looping_blocks", "critical", "no kept paragraph says the same phrase over and over"),
        Rule("duplicated_blocks", "warning", "no kept paragraph of thirty characters or more stands twice"),
        Rule("open_ends", "warning", "no kept body paragraph stops without an end and without being called truncated"),
    ),
    "extracted": (
        Rule("repeated_keys", "critical", "no key stands twice"),
        Rule("repeated_facts", "critical", "no fact stands twice"),
        Rule("orphan_rows", "critical", "every row belongs to an article, every article to a page"),
        Rule("span_mismatches", "critical", "the span of a fact holds its text"),
        Rule("bodies_outside_articles", "critical", "every body paragraph is in an article"),
        Rule("paragraphs_in_two_articles", "critical", "no paragraph is in two articles"),
        Rule("body_text_missing", "critical", "the body of an article holds the text of its body paragraphs"),
        Rule("implausible_amounts", "warning", "amounts are no less than nothing and no more than an economy"),
        Rule("implausible_dates", "warning", "dates lie between 1900 and a plan's distance from the page"),
        Rule("names_that_are_words", "warning", "no person's name is an everyday word"),
        Rule("articles_without_body", "warning", "every article has a body"),
        Rule("articles_without_headline", "warning", "every news article has a headline"),
    ),
}
