"""The DuckDB warehouse: its schema, its one writer, its published copy, and what people ask of it."""
