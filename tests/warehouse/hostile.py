"""A warehouse in which every text, of pages and of our own, is an attack on whoever shows it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.migrate import migrate

PAGE_ID = "0123456789abcdef0123"
# Ends of scripts, attributes, comments and strings; markup that runs; templates; terminal escapes; a change of direction.
HOSTILE = (
    "</script><script>window.pwned = 1</script>"
    '"><img src=x onerror="window.pwned = 2"><svg onload=window.pwned=3>'
    "' autofocus onfocus='window.pwned = 4' x='<!-- --> ]]> {{ 7 * 7 }} {% raw %} ${7*7} `\\u003c` \\"
    "\x1b[31m\x07\u202e\u2066\u200b\u2028\u2029\ufeff\x7f javascript:window.pwned=5 &lt;b&gt; https://evil.invalid/x.js 江 𠮷\n第二行"
)
SCHEMAS = ("raw", "cleaned", "deduplicated", "extracted", "quality", "ops")
FIXED = {
    "page_id": PAGE_ID,
    "kept_page_id": PAGE_ID,
    "article_id": f"{PAGE_ID}.001",
    "kept_article_id": f"{PAGE_ID}.001",
    "other_article_id": f"{PAGE_ID}.001",
    "continued_by": f"{PAGE_ID}.001",
}
VALUES = {
    "VARCHAR": HOSTILE, "VARCHAR[]": [HOSTILE, HOSTILE], "INTEGER": 1, "BIGINT": 1, "UBIGINT": 1, "DOUBLE": 0.5,
    "BOOLEAN": True, "INTEGER[]": [1, 2], "DATE": "2024-05-18", "TIMESTAMP WITH TIME ZONE": "2024-05-18 01:00:00+00",
}  # fmt: skip


def make_hostile(path: Path, *, page_id: str = PAGE_ID) -> Path:
    """Write a warehouse with one row in every table, all its texts hostile, to ``path``."""
    fixed = {name: value.replace(PAGE_ID, page_id) for name, value in FIXED.items()}
    with duckdb.connect(str(path)) as connection:
        migrate(connection, where=str(path))
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where list_contains(?, schema_name)", [list(SCHEMAS)]
        ).fetchall()
        for schema, table in tables:
            if (schema, table) == ("ops", "migrations"):
                continue
            columns = connection.execute(
                "select column_name, data_type from duckdb_columns() where schema_name = ? and table_name = ?"
                " order by column_index",
                [schema, table],
            ).fetchall()
            row = [
                fixed.get(name, VALUES.get(kind, 1 if kind.startswith("DECIMAL") else None)) for name, kind in columns
            ]
            connection.execute(f"insert into {schema}.{table} values ({', '.join('?' * len(row))})", row)
        connection.execute("update cleaned.repairs set is_applied = false")
        connection.execute(
            "insert into cleaned.repairs select * replace (true as is_applied, 2 as repair_no) from cleaned.repairs"
        )
        connection.execute("update ops.runs set status = 'done'")
        connection.execute(
            "update cleaned.paragraph_lines set char_start = 0, char_end = 40, raw_char_start = 0, raw_char_end = 40"
        )
        for (table,) in connection.execute(
            "select table_name from duckdb_columns() semi join duckdb_tables() using (schema_name, table_name)"
            " where schema_name = 'extracted' and column_name = 'char_end'"
        ).fetchall():
            connection.execute(f"update extracted.{table} set char_start = 3, char_end = 12")
    return path
