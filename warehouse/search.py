"""search(query) for a program: the results with what they are shown by, and where in them the query's words stand."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from transforms.variants import fold
from warehouse.ask import connect
from warehouse.quoting import quoted

if TYPE_CHECKING:
    from pathlib import Path

# The kinds of pieces that are looked for in a text, and not beside it.
_IN_TEXT: Final = ("phrase", "headline", "person", "organization", "place", "project")


class Result(NamedTuple):
    """An article found. ``score`` is 0 where nothing but fields was asked for."""

    article_id: str
    headline: str | None
    score: float
    snippet: str
    published_on: datetime.date | None
    collection: str | None
    source: str


class Answer(NamedTuple):
    """The results, best first; what to mark in them (folded); and the pieces that look like fields and are none."""

    results: list[Result]
    marked: list[str]
    misread: list[str]


def search(path: Path, query: str, *, limit: int) -> Answer:
    """Return the ``limit`` best articles of the warehouse at ``path`` for ``query``. Read-only.

    Raises
    ------
    UsageError
        If there is no such warehouse.
    """
    with connect(path) as connection:
        # Written into the SQL: to bind a parameter, DuckDB's Python client imports pandas, which takes a second and a half.
        asked = quoted(query)
        found = connection.execute(f"from search({asked}, max_results := {limit:d})").fetchall()
        ids = ", ".join(quoted(row[0]) for row in found)
        where = connection.execute(
            "select article.article_id, article.published_on, page.collection, page.source"  # noqa: S608 - quoted
            " from extracted.all_articles as article join raw.pages as page using (page_id)"
            f" where list_contains([{ids}]::text[], article.article_id)"
        ).fetchall()
        place = {article_id: rest for article_id, *rest in where}
        words = [term for (term,) in connection.execute(f"select term from search.words({asked})").fetchall()]  # noqa: S608 - quoted
        pieces = connection.execute(f"select kind, text, key, is_excluded from search.pieces({asked})").fetchall()  # noqa: S608 - quoted
    named = [key for kind, _, key, is_excluded in pieces if kind in _IN_TEXT and not is_excluded]
    misread = [text for kind, text, *_ in pieces if kind == "word" and text.partition(":")[0] in ("after", "before")]
    return Answer(
        [Result(*row, *place[row[0]]) for row in found],
        sorted({*named, *words}, key=lambda key: (-len(key), key)),
        misread,
    )


def marked_spans(text: str, keys: list[str]) -> list[tuple[int, int]]:
    """Return the spans of ``text``, from 0 and half open, that hold one of the folded ``keys``; those that touch are one.

    >>> marked_spans("臺灣的創業貸款", ["创业", "贷款"])
    [(3, 7)]
    """
    folded, marks = fold(text), [False] * len(text)
    for key in filter(None, keys):
        at = folded.find(key)
        while at >= 0:
            marks[at : at + len(key)] = [True] * len(key)
            at = folded.find(key, at + 1)
    spans: list[tuple[int, int]] = []
    for place, is_marked in enumerate(marks):
        if is_marked and spans and spans[-1][1] == place:
            spans[-1] = (spans[-1][0], place + 1)
        elif is_marked:
            spans.append((place, place + 1))
    return spans
