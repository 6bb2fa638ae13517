"""A page as `banmian explain` draws it: raw lines on the left, what became of them on the right.

With colours, copies are struck out and facts underlined; without (no terminal, or NO_COLOR), copies stand between ~~ and
facts between [ and ]. Every piece of page text goes through the terminal's door by itself, so that marks stay in place.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from transforms.escape import for_terminal

if TYPE_CHECKING:
    from warehouse.explain import Explained, Fact, Paragraph, Part

# Narrower than this, two columns of Chinese are no longer read: the right one goes below the left.
_SIDE_BY_SIDE_CELLS: Final = 90
PLAIN_WIDTH: Final = 110


def print_explained(explained: Explained, console: Console) -> None:
    """Draw the page on ``console``."""
    has_colour = console.is_terminal and not console.no_color
    day = explained.published_on or "no date"
    console.print(Text(f"{for_terminal(explained.source)}  {day}  {explained.page_id}", style="bold"), soft_wrap=True)
    for part in explained.parts:
        console.print()
        console.print(_heading(part), soft_wrap=True)
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 1, 0), expand=True)
        if console.width >= _SIDE_BY_SIDE_CELLS:
            table.add_column(ratio=1, overflow="fold")
            table.add_column(ratio=1, overflow="fold")
            for paragraph in part.paragraphs:
                table.add_row(_raw(paragraph, has_colour=has_colour), _repaired(paragraph, has_colour=has_colour))
        else:
            table.add_column(overflow="fold")
            for paragraph in part.paragraphs:
                table.add_row(_raw(paragraph, has_colour=has_colour))
                table.add_row(_repaired(paragraph, has_colour=has_colour))
        console.print(table)


def _heading(part: Part) -> Text:
    if part.article_id is None:
        return Text("In no article", style="bold cyan")
    text = Text(for_terminal(part.headline or "(no headline)"), style="bold cyan")
    text.append(f"  {for_terminal(part.article_id)}", style="dim")
    if part.kept_article_id is not None:
        text.append(f"  left out: a reprint of {for_terminal(part.kept_article_id)}", style="red")
    return text


def _raw(paragraph: Paragraph, *, has_colour: bool) -> Text:
    text = Text()
    for line in paragraph.lines:
        raw = for_terminal(line.text.strip())
        text.append(f"{line.line_number:>4}  ", style="dim")
        if line.fate in ("copy", "reprint"):
            text.append(raw if has_colour else f"~~{raw}~~", style="strike dim")
        else:
            text.append(raw)
        text.append("\n")
        sure = "" if line.join_confidence is None else f"{line.join_confidence:.2f}, "
        if line.joined_to_line is not None:
            text.append(f"      ↑ joined to {line.joined_to_line}: {sure}{line.join_reason}\n", style="green")
        elif line.suspected_join_to_line is not None:
            text.append(
                f"      ? may go on from {line.suspected_join_to_line}, left alone: {sure}{line.join_reason}\n",
                style="yellow",
            )
    text.rstrip()
    return text


def _repaired(paragraph: Paragraph, *, has_colour: bool) -> Text:
    if paragraph.copy is not None:
        copy = paragraph.copy
        kept = ", ".join(map(str, copy.kept_lines or []))
        return Text(
            f"removed: {copy.kind} copy ({copy.similarity:.2f}) of lines {kept} of {for_terminal(copy.kept_source or '')}:"
            f" {for_terminal(copy.reason)}",
            style="red",
        )
    text = Text(f"{paragraph.part or paragraph.role}  ", style="dim")
    body = Text(style="default not dim")
    for start, end in pairwise(_edges(paragraph)):
        piece = for_terminal(paragraph.text[start:end])
        is_fact = any(fact.char_start <= start and end <= fact.char_end for fact in paragraph.facts)
        if not is_fact:
            body.append(piece)
        else:
            body.append(piece if has_colour else f"[{piece}]", style="underline")
    text.append_text(body)
    if paragraph.is_truncated:
        text.append("  ✂ stops here, its rest is nowhere on the page", style="yellow")
    for fact in _told_once(paragraph.facts):
        text.append(f"\n  {fact.kind}  {for_terminal(fact.text)}", style="dim")
        text.append(
            f" → {for_terminal(fact.reading)}" if fact.reading and fact.reading != fact.text else "", style="blue"
        )
    return text


def _edges(paragraph: Paragraph) -> list[int]:
    """Return where the text is cut so that each piece lies wholly inside or outside the facts, which may overlap."""
    covered: list[list[int]] = []
    for fact in sorted(paragraph.facts, key=lambda fact: fact.char_start):
        if covered and fact.char_start <= covered[-1][1]:
            covered[-1][1] = max(covered[-1][1], fact.char_end)
        else:
            covered.append([fact.char_start, fact.char_end])
    return sorted({0, len(paragraph.text), *(edge for span in covered for edge in span)})


def _told_once(facts: list[Fact]) -> list[Fact]:
    return list({(fact.kind, fact.text, fact.reading): fact for fact in facts}.values())
