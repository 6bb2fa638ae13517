"""What the inspector knows of one page, as JSON: made for some hundred pages at once, so that memory stays bounded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import duckdb

from transforms.raw.lines import split_lines
from warehouse.site.queries import read_query

PARTS: Final = ("paragraphs", "pieces", "repairs", "copies", "articles", "facts")
# Five hundred pages of 10 kB are about 40 MB as JSON and as rows; each query costs a scan of the table's page ids.
CHUNK_PAGES: Final = 500


def read_pages(connection: duckdb.DuckDBPyConnection, page_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (page_id, JSON) for each of ``page_ids``, in their order.

    The JSON is an object with what ``raw.pages`` says of the page, its ``lines`` ([line number, place of its first character
    in the page's text, text], blank ones left out), the ``PARTS`` as their queries describe them, and the page's place in
    the order: ``rank``, ``previous`` and ``next``.
    """
    for start in range(0, len(page_ids), CHUNK_PAGES):
        asked = list(page_ids[start : start + CHUNK_PAGES])
        connection.execute("create or replace temp table asked as select unnest(?) as page_id", [asked])
        parts: dict[str, dict[str, str]] = {}
        for part in PARTS:
            parts[part] = dict(connection.execute(read_query(part)).fetchall())
        pages = {page["id"]: page for page in _read_texts(connection)}
        for rank, page_id in enumerate(asked, start + 1):
            page = {
                **pages[page_id],
                "rank": rank,
                "count": len(page_ids),
                "previous": page_ids[rank - 2] if rank > 1 else None,
                "next": page_ids[rank] if rank < len(page_ids) else None,
            }
            said = json.dumps(page, ensure_ascii=False, default=str)
            known = "".join(f',"{part}":{rows.get(page_id, "[]")}' for part, rows in parts.items())
            yield page_id, f"{said[:-1]}{known}}}"


def _read_texts(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    frame = connection.sql(
        "select page_id, source, collection, published_on, published_on_source, encoding, line_count, text"
        " from raw.pages semi join asked using (page_id)"
    ).pl()
    lines: dict[str, list[tuple[int, int, str]]] = {page_id: [] for page_id in frame["page_id"]}
    split = split_lines(frame.select("page_id", "text"))
    for page_id, number, char_start, text in split.select(
        "page_id", "line_number", "raw_char_start", "raw_text"
    ).rows():
        if text.strip():
            lines[page_id].append((number, char_start, text))
    for row in frame.drop("text").iter_rows(named=True):
        page_id = row.pop("page_id")
        yield {"id": page_id, **row, "lines": lines[page_id]}
