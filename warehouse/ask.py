"""SQL against the published warehouse: read-only and locked down, the answer escaped for where it goes.

A query can read the warehouse and nothing else: no file, no network, no extension, no setting. That is DuckDB's own
lock-down, in the order that makes it hold: the settings are changed, then locked.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import IO, Any, Final

import duckdb

from transforms.errors import UsageError, WarehouseDamaged
from transforms.escape import for_terminal
from warehouse.lake import is_lake, open_published, shown
from warehouse.storage import first_line, is_damage

OUTPUTS: Final = ("table", "csv", "json", "markdown", "parquet")
LOCK_DOWN: Final = (
    "set timezone = 'UTC'",
    "set enable_external_access = false",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set lock_configuration = true",
)
# A cell that begins with one of these is a formula to a spreadsheet (OWASP, CSV Injection), their full-width forms too.
_FORMULA_STARTS: Final = tuple("=+-@\t\r\n＝＋－＠")
_MAX_CELL_CHARS: Final = 60
_DAMAGED: Final = "banmian rebuild, which publishes a sound copy; or move it away, then banmian run on its inputs"


def connect(path: Path, *, settings: tuple[str, ...] = ()) -> duckdb.DuckDBPyConnection:
    """Return a connection to the warehouse at ``path`` that can do nothing but read it.

    ``settings`` are SQL statements of our own, done before the lock is.

    Raises
    ------
    UsageError
        If there is no such file.
    WarehouseDamaged
        If it is no sound DuckDB file.
    """
    if is_lake(path):
        connection = open_published(str(path))
    elif not path.is_file():
        raise UsageError(str(path), "there is no such warehouse", "banmian run FOLDER first, or --warehouse FILE")
    try:
        if not is_lake(path):
            connection = duckdb.connect(str(path), read_only=True)
        for setting in (*settings, *LOCK_DOWN):
            connection.execute(setting)
    except duckdb.Error as error:
        raise WarehouseDamaged(str(path), f"cannot be opened: {first_line(error)}", _DAMAGED) from error
    return connection


def ask(path: Path, query: str, *, output: str = "table") -> str:
    """Return the answer to ``query`` as text in the form ``output``.

    Raises
    ------
    UsageError
        If DuckDB refuses the query, with its words, or ``output`` is not one of ``OUTPUTS`` or is ``parquet``.
    WarehouseDamaged
        If the query meets a part of the file that is not what was written.
    """
    if output not in _FORMS:
        raise UsageError(f"--format {output}", "there is no such format", f"one of {', '.join(OUTPUTS)}")
    with connect(path) as connection:
        try:
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description or []]
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise refused(error, path) from error
    return _FORMS[output](names, rows)


def ask_parquet(path: Path, query: str, file: IO[bytes]) -> None:
    """Write the answer to ``query`` to ``file`` as Parquet, a batch at a time.

    Raises
    ------
    UsageError
        If DuckDB refuses the query, with its words, or if it has no answer that is a table.
    WarehouseDamaged
        If the query meets a part of the file that is not what was written.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - a third of a second that only this form needs

    with connect(path) as connection:
        try:
            relation = connection.sql(query)
            if relation is None:
                raise UsageError("the query", "it has no answer", "a query that selects something")
            reader = relation.to_arrow_reader()
            with pq.ParquetWriter(file, reader.schema, compression="zstd") as writer:
                for batch in reader:
                    writer.write_batch(batch)
        except duckdb.Error as error:
            raise refused(error, path) from error


def refused(error: duckdb.Error, path: Path) -> UsageError | WarehouseDamaged:
    """Return what a user is told of whose query on the warehouse at ``path`` DuckDB says ``error``."""
    if is_damage(error):
        return WarehouseDamaged(shown(path), f"it is damaged: {first_line(error)}", _DAMAGED)
    return UsageError(
        "the query", shown(str(error)), "banmian tables lists the tables, banmian tables NAME the columns"
    )


def form_of(output: Path | None) -> str:
    """Return the form that the ending of ``output`` says; ``table`` where it says none."""
    endings = {".csv": "csv", ".json": "json", ".md": "markdown", ".parquet": "parquet"}
    return endings.get(output.suffix.lower(), "table") if output else "table"


def _csv(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    return csv_text([[guarded(cell) for cell in row] for row in (names, *rows)]).removesuffix("\n")


def csv_text(rows: list[list[Any]]) -> str:
    """Return ``rows`` as lines of CSV.

    Python's csv does not quote a cell for a carriage return in it: what follows would be a row of its own, and could begin
    as a formula.
    """
    out = io.StringIO(newline="")
    plain = csv.writer(out, lineterminator="\n")
    quoting = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        has_return = any(isinstance(cell, str) and "\r" in cell for cell in row)
        (quoting if has_return else plain).writerow(row)
    return out.getvalue()


def guarded(value: object) -> object:
    """Return ``value`` as a cell of a CSV file that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA_STARTS) else text


def _json(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    return json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False, indent=1, default=str)


def _cells(row: tuple[Any, ...]) -> list[str]:
    return ["" if value is None else for_terminal(str(value)) for value in row]


def _markdown(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    lines = [_cells(tuple(names)), ["---"] * len(names), *(_cells(row) for row in rows)]
    return "\n".join("| " + " | ".join(for_markdown(cell) for cell in line) + " |" for line in lines)


def for_markdown(cell: str) -> str:
    """Return ``cell`` as a cell of a Markdown table that brings no column and no HTML of its own."""
    return cell.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


def drawn_table(names: list[str], rows: list[list[str]]) -> list[str]:
    """Return a table as lines for a terminal, as wide as its cells; a Chinese character takes two columns."""
    from rich.cells import cell_len  # noqa: PLC0415 - only tables need it

    lines = [names, *rows]
    widths = [max(cell_len(line[column]) for line in lines) for column in range(len(names))]
    drawn = [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    drawn.insert(1, "  ".join("─" * width for width in widths))
    return drawn


def _table(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    drawn = drawn_table(_cells(tuple(names)), [[_shortened(cell) for cell in _cells(row)] for row in rows])
    return "\n".join([*drawn, f"({len(rows):,} rows)"])


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_CELL_CHARS else text[: _MAX_CELL_CHARS - 1] + "…"


_FORMS: Final = {"table": _table, "csv": _csv, "json": _json, "markdown": _markdown}
