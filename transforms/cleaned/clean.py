"""The cleaned stage: pages in; paragraphs, the way back to the page, and the ledger of repairs out."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from transforms.articles import assign_roles
from transforms.cleaned import ngrams
from transforms.cleaned.joins import find_links
from transforms.cleaned.ledger import build_paragraphs, paragraph_frame, piece_frame, repair_frame
from transforms.cleaned.normalise import normalise_lines
from transforms.cleaned.shapes import add_shapes
from transforms.cleaned.texts import Texts
from transforms.cleaned.truncation import find_open_ends, mark_truncated
from transforms.cleaned.wrapping import add_widths
from transforms.frames import PARAGRAPHS, conform
from transforms.raw.lines import split_lines


class Cleaned(NamedTuple):
    """What the cleaned stage makes of a batch of pages; the schemas are the constants of that name in ``frames``."""

    paragraphs: pl.DataFrame
    paragraph_lines: pl.DataFrame
    repairs: pl.DataFrame


def clean(pages: pl.DataFrame) -> Cleaned:
    """Return the paragraphs of ``pages`` (columns ``page_id`` and ``text`` of the schema ``PAGES``).

    Every line with a visible character is in exactly one paragraph.
    """
    physical = split_lines(pages)
    normalised = normalise_lines(physical)
    texts = Texts(normalised.lines["text"])
    lines = add_widths(add_shapes(normalised.lines, texts))
    links = find_links(lines, texts)
    placed = build_paragraphs(lines, links.filter("is_applied"))
    paragraphs = paragraph_frame(placed)
    # What stops in mid-sentence is no heading, so roles rest on it; whether its rest is missing shows once they are known.
    paragraphs = assign_roles(paragraphs.with_columns(find_open_ends(paragraphs, ngrams.bundled()))).with_columns(
        pl.when(pl.col("text") == "").then(pl.lit("furniture")).otherwise("role").alias("role")
    )
    return Cleaned(
        conform(mark_truncated(paragraphs), PARAGRAPHS),
        piece_frame(placed, normalised.segments, physical),
        repair_frame(lines, links, normalised.changes),
    )
