"""What can be seen of each paragraph by itself and beside its neighbours: the evidence for roles and boundaries."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.articles.patterns import (
    CAPTION,
    CLOSER,
    COLUMN,
    CREDIT_LINE,
    ENDS_IN_PHOTO,
    FURNITURE,
    MAY_SIGN,
    NUMBERED,
    OPENING,
    STOP,
    without_limits,
)
from transforms.articles.signed import signed_columns

# Longest line that may be a heading; of 11,487 broadcast-news titles 99 % are shorter, and regional papers print up to 30
# characters. Which of them is one is for the weights to say.
HEADING_LENGTH: Final = 64
_LINE_LENGTH: Final = 70  # bylines of six names, furniture and headings are shorter

_MARK: Final = r"^\s*#{1,6}\s+"
_MARKUP: Final = r"^(?:</?[A-Za-z]|\||```|\$)"  # tables, code and formulas as a vision model writes them
_REMARK: Final = r"^[（(][^（()）]*[)）]?$|[0-9]{7}"  # in brackets as a whole, or with a telephone number or time stamp
# No heading begins with a word that only goes on with what was said, and a comma.
_ADVERB: Final = (
    "^(?:据悉|据了解|据介绍|据统计|下一步|目前|此外|同时|与此同时|当日|当天|随后|会上|截至目前|接下来|其中|另外|"
    "会议(?:指出|要求|强调))[,，]"
)
_CREDIT: Final = without_limits(CREDIT_LINE)
_ASKING_LENGTH: Final = 40  # headings with a question or a cry inside are short
_STOPPED_SUBHEAD: Final = "^[^。｡]{4,20}[。｡]$"  # 抓住农时，种好每亩田。


def cue_columns(paragraphs: pl.DataFrame) -> pl.DataFrame:
    """Return ``paragraphs`` (schema ``PARAGRAPHS``, sorted by page and number) with the columns of cues added.

    ``shape`` is what the paragraph can be by its own spelling: ``byline``, ``credit``, ``furniture``,
    ``heading`` (short, without an inner full stop) or ``text``. The other cues are Booleans, and ``length`` in characters.
    """
    # A vision model marks headings as Markdown does.
    text = pl.col("text").str.strip_chars().str.replace(_MARK, "")
    with_text = paragraphs.with_columns(text.alias("shown")).with_columns(
        pl.col("shown").str.len_chars().cast(pl.Int32).alias("length")
    )
    # Most rules are about short lines or edges: the expressions see no more of a long paragraph than they need.
    line = pl.when(pl.col("length") <= _LINE_LENGTH).then(pl.col("shown")).otherwise(pl.lit(""))
    edges = with_text.with_columns(
        line.alias("line"),
        pl.col("shown").str.head(90).alias("head"),
        pl.col("shown").str.tail(70).alias("tail"),
    ).with_columns(
        # The patterns of bylines are costly, and few lines hold a post or the word for a picture.
        *(
            pl.when(pl.col(name).str.contains(MAY_SIGN))
            .then(pl.col(name))
            .otherwise(pl.lit(""))
            .alias(f"signing_{name}")
            for name in ("line", "head", "tail")
        ),
    )
    seen = edges.with_columns(
        *signed_columns(edges),
        pl.col("signing_line").str.contains(_CREDIT).alias("is_credit"),
        pl.col("signing_line").str.contains(ENDS_IN_PHOTO).alias("ends_in_photo"),
        ((pl.col("length") <= 12) & pl.col("line").str.contains(COLUMN)).alias("is_column"),
        pl.col("line").str.contains(FURNITURE).alias("is_furniture"),
        pl.col("head").str.contains(OPENING).alias("is_opening"),
        pl.col("head").str.contains(CAPTION).alias("is_caption"),
        pl.col("tail").str.contains(f"[{STOP}][{CLOSER}]*$").alias("is_closed"),
        pl.col("tail").str.contains("[,，、;；]$").alias("is_open"),
        pl.col("line").str.contains(f"[{STOP}].").alias("has_inner_stop"),
        pl.col("line").str.count_matches("[,，;；]").cast(pl.Int32).alias("comma_count"),
        pl.col("tail").str.contains("[:：]$").alias("ends_in_colon"),
        pl.col("head").str.contains("^(?:—|–|-|──){1,2}").alias("starts_with_dash"),
        pl.col("line").str.contains(r"\p{Han}\s+\p{Han}").alias("has_blank_inside"),
        pl.col("head").str.contains(NUMBERED).alias("is_numbered"),
        pl.col("text").str.head(12).str.contains(_MARK).alias("is_marked"),
        # The lengths of the clauses but the last: 四字，四字，… stands for a row of subheads cast in one mould.
        pl.when(pl.col("line").str.contains(r"[,，;；、\s]"))
        .then(pl.col("line"))
        .otherwise(pl.lit(""))
        .str.replace_all(r"[^,，;；、\s]", "字")
        .str.strip_chars_end("字")
        .str.head(-1)
        .alias("outline"),
    )
    is_heading = (
        (pl.col("length") <= HEADING_LENGTH)
        & (pl.col("length") >= 2)
        & (~pl.col("has_inner_stop") | (pl.col("length") <= _ASKING_LENGTH))
        & (~pl.col("line").str.contains("[。｡]") | pl.col("line").str.contains(_STOPPED_SUBHEAD))
        & ~pl.col("is_open")
        & (pl.col("comma_count") <= 3)
        & ~pl.col("is_dateline")
        & pl.col("line").str.contains(r"\p{L}")
        & ~pl.col("line").str.contains(f"{_MARKUP}|{_REMARK}|{_ADVERB}")
    )
    return seen.with_columns(
        pl.when("is_furniture")
        .then(pl.lit("furniture"))
        .when("is_credit")
        .then(pl.lit("credit"))
        .when(pl.col("is_byline") & pl.col("ends_in_photo"))
        .then(pl.lit("credit"))
        .when("is_byline")
        .then(pl.lit("byline"))
        .when(is_heading)
        .then(pl.lit("heading"))
        .otherwise(pl.lit("text"))
        .alias("shape")
    )
