"""What was done to a page, read off the ledgers: each paragraph with its raw lines, joins, copies and facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from transforms.errors import UsageError
from warehouse.ask import connect

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

_MOST_CANDIDATES: Final = 10


class Line(NamedTuple):
    """A raw line of a page, and the join that tied it to the line before it in its paragraph, made or only suspected."""

    line_number: int
    text: str
    fate: str  # kept, joined, copy or reprint
    joined_to_line: int | None
    suspected_join_to_line: int | None
    join_reason: str | None
    join_confidence: float | None


class Copy(NamedTuple):
    """What was kept in place of a paragraph."""

    kind: str
    similarity: float
    reason: str
    kept_source: str
    kept_lines: list[int]


class Fact(NamedTuple):
    """A fact in a paragraph: ``text[char_start:char_end]``."""

    kind: str
    char_start: int
    char_end: int
    text: str
    reading: str


class Paragraph(NamedTuple):
    """A paragraph with the raw lines that gave it, in the order in which they were joined."""

    paragraph_no: int
    role: str
    part: str | None
    text: str
    is_truncated: bool
    lines: list[Line]
    copy: Copy | None
    facts: list[Fact]


class Part(NamedTuple):
    """An article with its paragraphs in reading order; ``article_id`` is null for what stands in no article."""

    article_id: str | None
    headline: str | None
    kept_article_id: str | None  # of a reprint
    paragraphs: list[Paragraph]


class Explained(NamedTuple):
    """A page: its articles in reading order, then what stands in none."""

    page_id: str
    source: str
    published_on: str | None
    parts: list[Part]


def explain(path: Path, asked: str) -> Explained:
    """Return what was done to the page, or on the page to the article, that ``asked`` names. Read-only.

    ``asked`` is an article's id, a page's id, a page's source or the end of one.

    Raises
    ------
    UsageError
        If nothing answers to it, or several pages do, which it then lists.
    """
    with connect(path) as connection:
        page_id, article_id = _find(connection, asked)
        explained = _page(connection, page_id)
    if article_id is None:
        return explained
    parts = [part for part in explained.parts if part.article_id == article_id]
    return explained._replace(parts=parts)


def _find(connection: duckdb.DuckDBPyConnection, asked: str) -> tuple[str, str | None]:
    articles = connection.execute(
        "select page_id, article_id from extracted.all_articles where article_id = ?", [asked]
    ).fetchall()
    if articles:
        return articles[0]
    pages = connection.execute(
        "select page_id from raw.pages where page_id = ? or source = ?", [asked, asked]
    ).fetchall()
    if len(pages) == 1:
        return pages[0][0], None
    near = connection.execute(
        "select page_id, source from raw.pages where ? <> '' and ends_with(source, ?) order by source limit ?",
        [asked, asked, _MOST_CANDIDATES + 1],
    ).fetchall()
    if len(near) == 1:
        return near[0][0], None
    if near:
        shown = [source for _, source in near[:_MOST_CANDIDATES]]
        more = ", …" if len(near) > _MOST_CANDIDATES else ""
        raise UsageError(asked, "several pages end so", " or ".join(shown) + more)
    held = connection.execute(
        "select source, reason from quality.quarantine where ? <> '' and ends_with(source, ?) order by all limit 1",
        [asked, asked],
    ).fetchall()
    if held:
        raise UsageError(held[0][0], f"is held back ({held[0][1]})", 'banmian sql "from quality.quarantine"')
    holding = connection.execute(
        "select source from raw.pages where ? <> '' and contains(source, ?) order by source limit 3", [asked, asked]
    ).fetchall()
    remedy = " or ".join(source for (source,) in holding) or 'banmian sql "select page_id, source from pages"'
    raise UsageError(asked, "no page and no article is called so", remedy)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, page_id: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, [page_id])
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _page(connection: duckdb.DuckDBPyConnection, page_id: str) -> Explained:
    (source, published_on) = connection.execute(
        "select source, published_on::text from raw.pages where page_id = ?", [page_id]
    ).fetchall()[0]
    lines: dict[int, dict[str, Any]] = {}
    copies: dict[int, Copy] = {}
    for row in _rows(
        connection,
        "select line.*, kept.line_numbers as kept_lines, kept_page.source as kept_source from page_lines(?) as line"
        " left join cleaned.paragraphs as kept"
        " on kept.page_id = line.kept_page_id and kept.paragraph_no = line.kept_paragraph_no"
        " left join raw.pages as kept_page on kept_page.page_id = line.kept_page_id order by line.line_number",
        page_id,
    ):
        lines[row["line_number"]] = row
        if row["copy_kind"] is not None:
            copies[row["paragraph_no"]] = Copy(
                row["copy_kind"], row["copy_similarity"], row["copy_reason"], row["kept_source"], row["kept_lines"]
            )
    facts: dict[int, list[Fact]] = {}
    for row in _rows(
        connection,
        "select paragraph_no, kind, char_start, char_end, text, reading from extracted.all_facts where page_id = ?"
        " order by paragraph_no, char_start, char_end, kind",
        page_id,
    ):
        facts.setdefault(row.pop("paragraph_no"), []).append(Fact(**row))
    parts = {
        row["article_id"]: Part(row["article_id"], row["headline"], row["kept_article_id"], [])
        for row in _rows(
            connection,
            "select article_id, headline, kept_article_id from extracted.all_articles"
            " left join deduplicated.reprints using (article_id) where page_id = ? order by article_no",
            page_id,
        )
    }
    parts[None] = Part(None, None, None, [])
    for row in _rows(
        connection,
        "select paragraph.paragraph_no, paragraph.role, paragraph.text, paragraph.is_truncated, paragraph.line_numbers,"
        " part.article_id, part.part from cleaned.paragraphs as paragraph left join"
        " (select page_id, paragraph_no, article_id, part, position from extracted.all_article_paragraphs"
        " join extracted.all_articles using (article_id)) as part using (page_id, paragraph_no)"
        " where paragraph.page_id = ? order by part.position, paragraph.paragraph_no",
        page_id,
    ):
        number = row["paragraph_no"]
        raw = [Line(**{name: lines[line][name] for name in Line._fields}) for line in row["line_numbers"]]
        parts[row["article_id"]].paragraphs.append(
            Paragraph(
                number,
                row["role"],
                row["part"],
                row["text"],
                row["is_truncated"],
                raw,
                copies.get(number),
                facts.get(number, []),
            )
        )
    return Explained(page_id, source, published_on, [part for part in parts.values() if part.paragraphs])
