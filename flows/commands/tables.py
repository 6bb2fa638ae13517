"""banmian tables: what the warehouse holds, in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from warehouse.schema_docs import TableDoc


def tables(
    name: str | None = None,
    *,
    warehouse: Path = Path("banmian.duckdb"),
    json: Annotated[bool, Parameter(negative=())] = False,
    markdown: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """List the tables, views and macros with what a row of each is, or the columns of one.

    Examples:
      banmian tables
      banmian tables investments
      banmian tables --markdown > schema.md

    Parameters
    ----------
    name
        A table, view or macro, with or without its schema. [default: all]
    warehouse
        The DuckDB file, or a lake.
    json
        Print as JSON, columns included.
    markdown
        Print as Markdown, columns included.
    """
    from warehouse.ask import connect  # noqa: PLC0415
    from warehouse.schema_docs import describe_schema, named, schema_markdown  # noqa: PLC0415

    with connect(warehouse) as connection:
        found = describe_schema(connection)
    if name is not None:
        found = [named(found, name)]
    if json:
        from json import dumps  # noqa: PLC0415

        shown = [{**table._asdict(), "columns": [column._asdict() for column in table.columns]} for table in found]
        print(dumps(shown, ensure_ascii=False, indent=1))
    elif markdown:
        print(schema_markdown(found))
    else:
        _print(found, has_columns=name is not None)
    return 0


def _print(found: list[TableDoc], *, has_columns: bool) -> None:
    import shutil  # noqa: PLC0415
    import textwrap  # noqa: PLC0415

    from transforms.escape import for_terminal  # noqa: PLC0415

    width = max(60, shutil.get_terminal_size((120, 25)).columns)

    def print_rows(rows: list[tuple[str, str]]) -> None:
        indent = min(36, max(len(left) for left, _ in rows)) + 2
        for left, right in rows:
            lines = textwrap.wrap(for_terminal(right), width - indent) or [""]
            print(f"{left:<{indent}}{lines[0]}".rstrip())
            for line in lines[1:]:
                print(" " * indent + line)

    if has_columns:
        (table,) = found
        print(f"{table.full_name} ({table.kind})")
        print("\n".join(textwrap.wrap(for_terminal(table.comment), width)))
        if table.columns:
            print()
            print_rows([(f"{for_terminal(name)}  {kind}", comment) for name, kind, comment in table.columns])
        return
    for schema in dict.fromkeys(table.schema for table in found):
        print(f"{schema}:")
        print_rows([(f"  {for_terminal(table.full_name)}{'()' if table.kind == 'macro' else ''}", table.comment)
                    for table in found if table.schema == schema])  # fmt: skip
    print("\nbanmian tables NAME lists the columns of one.")
