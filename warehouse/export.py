"""Any table or view as a file: JSON lines, Parquet or CSV, a batch of rows at a time, in an order that the rows alone decide."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.errors import UsageError
from warehouse.ask import connect, csv_text, guarded, refused
from warehouse.quoting import quoted
from warehouse.schema_docs import TableDoc, describe_schema, named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Form: TypeAlias = tuple[Literal["jsonl", "csv", "parquet"], Literal["gzip", "zstd"] | None]
# Ending of a file -> form and compression.
ENDINGS: Final[dict[str, Form]] = {
    ".jsonl": ("jsonl", None),
    ".jsonl.gz": ("jsonl", "gzip"),
    ".jsonl.zst": ("jsonl", "zstd"),
    ".csv": ("csv", None),
    ".csv.gz": ("csv", "gzip"),
    ".csv.zst": ("csv", "zstd"),
    ".parquet": ("parquet", None),
}
# Reading order for the corpus; all columns for anything else.
_ORDERS: Final = {"articles": "source, article_no", "pages": "source"}
# What DuckDB may hold; sorting goes to a temporary folder beyond it. A gigabyte holds a quarter of a million articles.
_MEMORY: Final = "1GB"
_BATCH_ROWS: Final = 2000


class Exported(NamedTuple):
    """What was written: the table, how many rows, and the facts about the warehouse that a card tells."""

    table: TableDoc
    row_count: int
    figures: dict[str, Any]


def form_and_compression(name: str) -> Form:
    """Return what the ending of the file ``name`` asks for.

    Raises
    ------
    UsageError
        If it is none of ``ENDINGS``.
    """
    for ending, form in sorted(ENDINGS.items(), key=lambda item: -len(item[0])):
        if name.lower().endswith(ending):
            return form
    raise UsageError(name, "its ending names no form of export", f"one of {', '.join(ENDINGS)}")


def export(warehouse: Path, to: Path, *, name: str, what: str, where: str | None) -> Exported:
    """Write the rows of table or view ``what`` for which the SQL condition ``where`` holds to the file ``to``.

    ``name`` is what the file will be called; its ending decides the form. Memory does not grow with the rows.

    Raises
    ------
    UsageError
        If there is no such table, if DuckDB refuses the condition, or for an ending that is not known.
    """
    form = form_and_compression(name)
    with _opened(warehouse) as connection:
        table = named(describe_schema(connection), what)
        if table.kind == "macro":
            raise UsageError(what, "is a macro, which wants an argument", "a table or view; banmian tables lists them")
        try:
            if where is not None and len(duckdb.extract_statements(f"select 1 where ({where}\n)")) != 1:
                raise UsageError("--where", "is more than a condition", "--where \"published_on >= '2024-01-01'\"")
            relation = connection.sql(
                f"select * from {table.schema}.{table.name} where ({where or 'true'}\n)"  # noqa: S608 - a reader that can only read
                f" order by {_ORDERS.get(table.full_name, 'all')}"
            )
            row_count = _write(relation.to_arrow_reader(_BATCH_ROWS), to, form)
            return Exported(table, row_count, _figures(connection))
        except duckdb.Error as error:
            raise refused(error, warehouse) from error


@contextmanager
def _opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with tempfile.TemporaryDirectory(prefix="banmian-") as spill:
        settings = (f"set memory_limit = '{_MEMORY}'", f"set temp_directory = {quoted(spill)}", "set threads = 2")
        with connect(warehouse, settings=settings) as connection:
            yield connection


def _write(reader: pa.RecordBatchReader, to: Path, form: Form) -> int:
    rows = 0
    kind, compression = form
    if kind == "parquet":
        with pq.ParquetWriter(to, reader.schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch)
                rows += batch.num_rows
        return rows
    with pa.OSFile(str(to), "wb") as plain:
        out = plain if compression is None else pa.CompressedOutputStream(plain, compression)
        if kind == "csv":
            out.write(csv_text([reader.schema.names]).encode())
        for batch in reader:
            records = batch.to_pylist()
            if kind == "csv":
                rows_read = [[guarded(_flat(value)) for value in row.values()] for row in records]
                out.write(csv_text(rows_read).encode())
            else:
                out.write("".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in records).encode())
            rows += batch.num_rows
        if out is not plain:
            out.close()
    return rows


def _flat(value: object) -> object:
    """Return a list or structure as JSON text, which a cell can hold."""
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else value


def _figures(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    cursor = connection.execute(
        """
        select
            (select count(*) from raw.pages) as page_count,
            (select list(distinct collection order by collection) from raw.pages where collection is not null) as collections,
            (select min(published_on) from raw.pages) as first_day,
            (select max(published_on) from raw.pages) as last_day,
            (select list(distinct rules_version order by rules_version) from raw.pages) as rules_versions,
            (select coalesce(sum(text_line_count), 0)::bigint from page_quality) as line_count,
            (select coalesce(sum(join_count), 0)::bigint from page_quality) as join_count,
            (select coalesce(sum(suspected_join_count), 0)::bigint from page_quality) as suspected_join_count,
            (select count(*) from deduplicated.page_duplicates) as copy_count,
            (select count(*) from deduplicated.reprints) as reprint_count,
            (select count(*) from extracted.articles) as article_count,
            (select count(*) from quality.quarantine) as quarantined_count
        """
    )
    names = [column[0] for column in cursor.description or []]
    return dict(zip(names, cursor.fetchall()[0], strict=True))
