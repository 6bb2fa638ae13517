"""The schema in words: every table, view and macro with its comments, read off the warehouse itself."""

from __future__ import annotations

from typing import Final, NamedTuple

import duckdb

from transforms.errors import UsageError

# In the order of the data's path; main, which analysts ask first, before them.
SCHEMAS: Final = ("main", "raw", "cleaned", "deduplicated", "extracted", "quality", "search", "ops")


class ColumnDoc(NamedTuple):
    """A column with its DuckDB type and its comment."""

    name: str
    kind: str
    comment: str


class TableDoc(NamedTuple):
    """A table, view or macro; a macro has no columns listed, its comment names them."""

    schema: str
    name: str
    kind: str
    comment: str
    columns: list[ColumnDoc]

    @property
    def full_name(self) -> str:
        """The name as SQL wants it: the schema main is left out."""
        return self.name if self.schema == "main" else f"{self.schema}.{self.name}"


def describe_schema(connection: duckdb.DuckDBPyConnection) -> list[TableDoc]:
    """Return all tables, views and macros, by schema and name. Read-only."""
    columns: dict[tuple[str, str], list[ColumnDoc]] = {}
    for schema, table, name, kind, comment in connection.execute(
        "select schema_name, table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns()"
        " where not internal order by schema_name, table_name, column_index"
    ).fetchall():
        columns.setdefault((schema, table), []).append(ColumnDoc(name, kind, comment))
    found = connection.execute(
        "select schema_name, table_name, 'table', coalesce(comment, '') from duckdb_tables() where not internal"
        " union all select schema_name, view_name, 'view', coalesce(comment, '') from duckdb_views() where not internal"
        " union all select schema_name, function_name, 'macro', coalesce(any_value(comment), '') from duckdb_functions()"
        " where not internal group by all"
    ).fetchall()
    tables = [
        TableDoc(schema, name, kind, comment, columns.get((schema, name), []))
        for schema, name, kind, comment in found
        if schema in SCHEMAS
    ]
    return sorted(tables, key=lambda table: (SCHEMAS.index(table.schema), table.kind == "macro", table.name))


def named(tables: list[TableDoc], name: str) -> TableDoc:
    """Return the table of this name, with or without its schema.

    Raises
    ------
    UsageError
        If there is none, with the nearest name, or if tables of several schemas have it.
    """
    found = [table for table in tables if name in (table.full_name, f"{table.schema}.{table.name}")]
    found = found or [table for table in tables if name == table.name]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(name, "several tables have this name", " or ".join(table.full_name for table in found))
    import difflib  # noqa: PLC0415

    near = difflib.get_close_matches(name, [table.full_name for table in tables], n=3, cutoff=0.4)
    raise UsageError(name, "there is no such table", " or ".join(near) or "banmian tables")


def schema_markdown(tables: list[TableDoc]) -> str:
    """Return the schema as Markdown."""
    out = []
    for schema in SCHEMAS:
        here = [table for table in tables if table.schema == schema]
        if here:
            out.append(f"## {schema}\n")
        for table in here:
            out += [f"### {table.full_name}\n", f"*{table.kind}.* {_cell(table.comment)}\n"]
            if table.columns:
                out += ["| column | type | meaning |", "| --- | --- | --- |"]
                out += [
                    f"| `{_cell(name)}` | {_cell(kind)} | {_cell(comment)} |" for name, kind, comment in table.columns
                ]
                out.append("")
    return "\n".join(out)


def _cell(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("\n", " ")
