"""banmian export: the clean corpus, or any view, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def export(
    *,
    to: Path,
    what: str = "articles",
    where: str | None = None,
    warehouse: Path = Path("banmian.duckdb"),
    force: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Write articles, pages or any table or view to a file, with a card beside it that says what was done.

    Examples:
      banmian export --to corpus.jsonl.zst
      banmian export --to pages.parquet --what pages
      banmian export --to big.csv --what investments --where "amount >= 100000000"

    Parameters
    ----------
    to
        The file; its ending says the form: .jsonl, .jsonl.gz, .jsonl.zst, .parquet, .csv, .csv.gz or .csv.zst. The card is
        the same name with .md behind it.
    what
        articles, pages, or another table or view (banmian tables).
    where
        Only rows for which this SQL condition holds.
    warehouse
        The DuckDB file, or a lake.
    force
        Write over files that are there already.
    """
    from flows.output_file import new_file  # noqa: PLC0415
    from transforms.escape import for_terminal  # noqa: PLC0415
    from warehouse.dataset_card import dataset_card  # noqa: PLC0415
    from warehouse.export import export as write  # noqa: PLC0415
    from warehouse.export import form_and_compression  # noqa: PLC0415

    form_and_compression(to.name)
    card = to.with_name(f"{to.name}.md")
    with new_file(to, is_forced=force) as rows_path, new_file(card, is_forced=force) as card_path:
        exported = write(warehouse, rows_path, name=to.name, what=what, where=where)
        card_path.write_text(dataset_card(exported, file_name=to.name, where=where), encoding="utf-8")
    print(
        f"{exported.row_count:,} rows of {exported.table.full_name}: {for_terminal(str(to))}, {for_terminal(str(card))}"
    )
    return 0
