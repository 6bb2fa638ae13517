"""The card beside an exported file: what the rows are, what was done to them, and what nobody has settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.escape import for_terminal
from warehouse.ask import for_markdown

if TYPE_CHECKING:
    from warehouse.export import Exported


def dataset_card(exported: Exported, *, file_name: str, where: str | None) -> str:
    """Return the card as Markdown. It says nothing of the clock or the machine: equal exports have equal cards."""
    table, figures = exported.table, exported.figures
    days = f"{figures['first_day']} to {figures['last_day']}" if figures["first_day"] else "no date is known"
    papers = ", ".join(figures["collections"] or []) or "not named"
    lines = [
        f"# {_safe(file_name)}",
        "",
        f"{exported.row_count:,} rows of `{table.full_name}`: {_safe(table.comment)}",
        *([f"Only rows for which `{_safe(where).replace('`', '')}` holds."] if where else []),
        "",
        "## Where it comes from",
        "",
        f"{figures['page_count']:,} newspaper pages ({_safe(papers)}; {days}), text only, as OCR or export left it, "
        f"{figures['quarantined_count']:,} more held back because they could not be read or did not pass the checks.",
        "",
        "## What was done",
        "",
        "| step | figure |",
        "| --- | --- |",
        f"| lines with text | {figures['line_count']:,} |",
        f"| line ends mended, so that cut paragraphs are whole | {figures['join_count']:,} |",
        f"| line ends that may be broken and were left alone | {figures['suspected_join_count']:,} |",
        f"| paragraphs removed as copies on their own page | {figures['copy_count']:,} |",
        f"| articles left out as reprints of an article on another page | {figures['reprint_count']:,} |",
        f"| articles that remain | {figures['article_count']:,} |",
        "",
        "Characters are normalised in width (digits and Latin letters), spaces inside Chinese are removed; no word is",
        "rewritten, added or translated. Every change is a row in the warehouse that it was exported from.",
        f"Rules: {', '.join(f'`{version}`' for version in figures['rules_versions'] or []) or 'none'}.",
        "",
        "## What to know before use",
        "",
        "The text is a machine's reading of print: characters may be wrong, and what is missing on the page is missing here.",
        "Two people of one name are one name. People are named as the papers named them.",
        "",
        "## Licence",
        "",
        "The rights in the texts are their publishers'; this file grants none. Settle them before you pass it on, and write",
        "the licence here.",
        "",
        "## Columns",
        "",
        "| column | type | meaning |",
        "| --- | --- | --- |",
        *(f"| `{_safe(name)}` | {_safe(kind)} | {_safe(comment)} |" for name, kind, comment in table.columns),
        "",
    ]
    return "\n".join(lines)


def _safe(text: str) -> str:
    return for_markdown(for_terminal(text))
