"""An article that goes on on another page: 下转第二版 at its end on the one, 上接第一版 at its beginning on the other."""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl
import regex

from transforms.articles.affinity import headline_affinity
from transforms.frames import Schema, conform, empty

CONTINUATIONS: Final[Schema] = {
    "article_id": pl.String,
    "continued_by": pl.String,  # the article on the other page
    "reason": pl.String,  # 'same headline', 'same column', 'page numbers', 'similar headline'
    "confidence": pl.Float64,
}

_PAGE: Final = r"(?P<page>[0-9０-９]{1,3}|[A-Z][0-9]{1,2}|[一二三四五六七八九十]{1,3})"
# A note stands at the edge of a paragraph or is a line of its own; 转 and 接 alone only in brackets.
_TO: Final = regex.compile(rf"(?:下转|紧转|[（(]\s*转)\s*第?\s*{_PAGE}\s*版")
_FROM: Final = regex.compile(rf"(?:上接|紧接|[（(]\s*接)\s*第?\s*{_PAGE}\s*版")
_EDGE: Final = 30
_DIGITS: Final = {digit: number for number, digit in enumerate("〇一二三四五六七八九")} | {"十": 10}
_NOT_WORD: Final = regex.compile(r"[\W_]+")
# A continued article repeats its headline, whole or shortened; below this share of common pairs it is another one.
_SIMILAR: Final = 0.6
# A headline of this length is that of one article; shorter ones (简讯, 天气预报) stand over many.
_LONG_HEADLINE: Final = 6


class _Note(NamedTuple):
    is_owner: bool  # the note stands at this article; else it only stands on its page
    article_id: str
    source: str
    column: str
    headline: str
    page: int | None  # the page the note names


def page_number(printed: str) -> int | None:
    """Return the number of a page as printed (二, 12, １２), None for what is no plain number (A02).

    >>> page_number("十二"), page_number("３"), page_number("A02")
    (12, 3, None)
    """
    if printed.isdecimal():
        return int(printed)
    if not set(printed) <= set(_DIGITS):
        return None
    tens, found, units = printed.rpartition("十")
    if not found:
        return int("".join(str(_DIGITS[digit]) for digit in printed))
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[units] if units else 0)


def link_continuations(
    articles: pl.DataFrame,
    article_paragraphs: pl.DataFrame,
    paragraphs: pl.DataFrame,
    pages: pl.DataFrame,
) -> pl.DataFrame:
    """Return which article is continued by which, as a frame of the schema ``CONTINUATIONS``.

    Parameters
    ----------
    articles, article_paragraphs, paragraphs
        Schemas ``ARTICLES``, ``ARTICLE_PARAGRAPHS`` and ``PARAGRAPHS``, of all pages that may belong together. A note that is
        a line of its own belongs to the article before it (下转) or after it (上接).
    pages
        ``page_id``, ``issue`` (whatever tells the issues of all papers apart, such as collection and date; a page without
        one is linked with none) and ``page_no`` (the number of the page in its issue, null where nothing gives it).

    Only articles of one issue are linked, one to one. A note 下转 is matched with a note 上接 where headlines are equal, alike
    or one within the other, or both name the page of the other, or the columns are equal; never where a note names another
    page. Of several matches the best goes first; equal ones are left unlinked. The result depends on the set of articles
    alone, not on their order.
    """
    numbers = dict(pages.select("page_id", "page_no").iter_rows())
    issues = pages.filter(pl.col("issue").is_not_null()).select("page_id", "issue")
    noted = _noted(article_paragraphs, articles, paragraphs).join(
        articles.select("article_id", "column_name", "headline"), on="article_id"
    )
    starts, ends = (_notes(noted.join(issues, on="page_id"), side) for side in ("to", "from"))
    matches = []
    for issue in sorted(set(starts) & set(ends)):
        for start in starts[issue]:
            for end in ends[issue]:
                reason, confidence = _match(start, end, numbers)
                if reason and start.source != end.source:
                    matches.append((confidence, start.article_id, end.article_id, reason))
    return _one_to_one(matches)


def _noted(article_paragraphs: pl.DataFrame, articles: pl.DataFrame, paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return the notes with their article: ``page_id``, ``article_id``, ``side`` (``to`` or ``from``), ``note``, ``is_owner``.

    A note stands beside each other article of its page too, not as its owner: where columns were read across, or the note was
    set at the foot of the page, the article before it is not the one that goes on.
    """
    owned = article_paragraphs.join(articles.select("article_id", "page_id"), on="article_id").select(
        "page_id", "paragraph_no", "article_id"
    )
    shown = (
        paragraphs.select("page_id", "paragraph_no", "text")
        .join(owned, on=["page_id", "paragraph_no"], how="left")
        .sort("page_id", "paragraph_no")
    )
    to = shown.with_columns(
        pl.col("article_id").forward_fill().over("page_id"),
        pl.lit("to").alias("side"),
        pl.col("text").str.tail(_EDGE).alias("note"),
    )
    come = shown.with_columns(
        pl.col("article_id").backward_fill().over("page_id"),
        pl.lit("from").alias("side"),
        pl.col("text").str.head(_EDGE).alias("note"),
    )
    own = pl.concat([to, come]).filter(
        pl.col("article_id").is_not_null(),
        pl.col("note").str.contains("[转接].{0,6}版"),
    )
    others = (
        own.drop("article_id")
        .join(articles.select("page_id", "article_id"), on="page_id")
        .join(own, on=["page_id", "paragraph_no", "side", "article_id"], how="anti")
    )
    return pl.concat(
        [own.with_columns(pl.lit(True).alias("is_owner")), others.with_columns(pl.lit(False).alias("is_owner"))],
        how="diagonal",
    )


def _notes(noted: pl.DataFrame, side: str) -> dict[str, list[_Note]]:
    """Return the notes of one side by issue, one for each article."""
    pattern = _TO if side == "to" else _FROM
    found: dict[str, dict[str, _Note]] = {}
    for row in (
        noted.filter(pl.col("side") == side).sort("is_owner", "article_id", "paragraph_no").iter_rows(named=True)
    ):
        note = pattern.search(row["note"])
        if note:
            found.setdefault(str(row["issue"]), {})[row["article_id"]] = _Note(
                row["is_owner"],
                row["article_id"],
                row["page_id"],
                _key(row["column_name"]),
                _key(row["headline"]),
                page_number(note["page"]),
            )
    return {issue: list(notes.values()) for issue, notes in found.items()}


def _key(text: str | None) -> str:
    """Return ``text`` without notes, blanks and punctuation, by which headlines are compared."""
    return str(_NOT_WORD.sub("", _FROM.sub("", _TO.sub("", text or ""))))


def _match(start: _Note, end: _Note, numbers: dict[str, int | None]) -> tuple[str | None, float]:
    """Return why ``end`` goes on with ``start`` and how sure that is, (None, 0) if nothing speaks for it."""
    told = [
        note.page == numbers.get(other.source)
        for note, other in ((start, end), (end, start))
        if note.page is not None and numbers.get(other.source) is not None
    ]
    if not all(told):
        return None, 0.0  # a note names another page
    are_owners = start.is_owner and end.is_owner
    if start.headline == end.headline and len(start.headline) >= (1 if are_owners else _LONG_HEADLINE):
        return "same headline", 1.0 if are_owners else 0.95
    if not are_owners:
        return None, 0.0
    if _are_alike(start.headline, end.headline):
        return "similar headline", 0.9
    if len(told) == 2:
        return "page numbers", 0.8
    return ("same column", 0.7) if start.column and start.column == end.column else (None, 0.0)


def _are_alike(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=lambda headline: (len(headline), headline))
    return len(short) >= 4 and (short in long or headline_affinity(short, long) >= _SIMILAR)


def _one_to_one(matches: list[tuple[float, str, str, str]]) -> pl.DataFrame:
    """Return the best links in which no article is continued, or continues, twice; a tie links none of its articles."""
    rows = []
    used_starts: set[str] = set()
    used_ends: set[str] = set()
    for level in sorted({confidence for confidence, *_ in matches}, reverse=True):
        open_now = [
            match
            for match in matches
            if match[0] == level and match[1] not in used_starts and match[2] not in used_ends
        ]
        for confidence, start, end, reason in sorted(open_now, key=lambda match: match[1:3]):
            rivals = [match for match in open_now if (match[1] == start) != (match[2] == end)]
            if not rivals:
                rows.append((start, end, reason, confidence))
        used_starts.update(match[1] for match in open_now)
        used_ends.update(match[2] for match in open_now)
    if not rows:
        return empty(CONTINUATIONS)
    return conform(
        pl.DataFrame(sorted(rows), schema=list(CONTINUATIONS), orient="row"),
        CONTINUATIONS,
    )
