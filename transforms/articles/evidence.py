"""The evidence of each paragraph and its neighbours as whole numbers, one row per paragraph, ready to be weighed."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.articles.affinity import headline_affinity

# Affinity is counted in tenths, so that all evidence is in whole numbers and sums are exact on every machine.
AFFINITY_STEPS: Final = 10
# A heading is compared with this much text before and after it. More blurs: the next article would take part.
_REACH: Final = 600

_SHAPES: Final = ("heading", "text", "byline", "credit")


def add_neighbours(cues: pl.DataFrame) -> pl.DataFrame:
    """Return ``cues`` with what stands before and after each paragraph on its page (columns and furniture left out)."""
    page = "page_id"
    before, after = pl.col("shape").shift(1).over(page), pl.col("shape").shift(-1).over(page)
    has_own_byline = (pl.col("is_dateline") | pl.col("has_inline_byline")) & (pl.col("shape") == "text")
    return cues.with_columns(
        before.alias("before"),
        after.alias("after"),
        pl.col("shape").shift(-2).over(page).alias("after_next"),
        pl.col("is_dateline").shift(-1).over(page).fill_null(False).alias("next_is_dateline"),
        pl.col("is_opening").shift(-1).over(page).fill_null(False).alias("next_is_opening"),
        pl.col("is_closed").shift(1).over(page).fill_null(True).alias("prev_is_closed"),
        pl.col("has_inline_byline").shift(1).over(page).fill_null(False).alias("prev_has_inline"),
        pl.col("is_truncated").shift(1).over(page).fill_null(False).alias("prev_is_truncated"),
        pl.col("length").shift(1).over(page).fill_null(0).alias("prev_length"),
        pl.col("length").shift(-1).over(page).fill_null(0).alias("next_length"),
        (pl.col("blank_lines_before") >= 2 + pl.col("blank_lines_before").median().over(page)).alias("is_apart"),
        has_own_byline.alias("has_own_byline"),
        (has_own_byline | pl.col("shape").is_in(["byline", "credit"])).any().over(page).alias("page_is_signed"),
    )


def affinities(cues: pl.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return for each paragraph how well it fits the text before and after it, 0 to 10; 0 where it is no heading.

    The text before reaches back to the last heading, byline or dateline; the text after on to the next.
    """
    shapes, texts, pages = cues["shape"].to_list(), cues["shown"].to_list(), cues["page_id"].to_list()
    datelines = cues["is_dateline"].to_list()
    count = len(texts)
    before, after = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for i in [i for i, shape in enumerate(shapes) if shape == "heading"]:
        texts_after, j = "", i + 1
        while j < count and pages[j] == pages[i] and shapes[j] == "heading":
            j += 1
        start = j
        while j < count and pages[j] == pages[i] and shapes[j] == "text" and len(texts_after) < _REACH:
            if datelines[j] and j > start:
                break
            texts_after += "\n" + texts[j]
            j += 1
        texts_before, j = "", i - 1
        while j >= 0 and pages[j] == pages[i] and shapes[j] in ("heading", "byline", "credit") and i - j <= 2:
            j -= 1
        while j >= 0 and pages[j] == pages[i] and shapes[j] == "text" and len(texts_before) < _REACH:
            texts_before += "\n" + texts[j]
            if datelines[j]:
                break
            j -= 1
        before[i] = round(AFFINITY_STEPS * headline_affinity(texts[i], texts_before))
        after[i] = round(AFFINITY_STEPS * headline_affinity(texts[i], texts_after))
    return before, after


def evidence(cues: pl.DataFrame) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Return the names of the evidence and its values, rows as in ``cues`` (from ``add_neighbours``)."""
    length = pl.col("length")
    named = cues.select(
        pl.lit(True).alias("always"),
        *((pl.col("shape") == shape).alias(f"is_{shape}") for shape in _SHAPES),
        (length <= 6).alias("upto_6"),
        length.is_between(7, 24).alias("upto_24"),
        length.is_between(25, 34).alias("upto_34"),
        length.is_between(35, 60).alias("upto_60"),
        length.is_between(61, 120).alias("upto_120"),
        (length > 120).alias("over_120"),
        *(
            pl.col(name)
            for name in (
                "is_closed",
                "is_open",
                "has_inner_stop",
                "ends_in_colon",
                "starts_with_dash",
                "has_blank_inside",
                "is_dateline",
                "is_opening",
                "is_caption",
                "is_truncated",
                "is_apart",
                "is_after_column",
                "next_is_dateline",
                "next_is_opening",
                "prev_is_closed",
                "prev_has_inline",
                "prev_is_truncated",
            )
        ),
        (pl.col("comma_count") == 1).alias("one_comma"),
        (pl.col("comma_count") >= 2).alias("two_commas"),
        pl.col("before").is_null().alias("is_first"),
        pl.col("after").is_null().alias("is_last"),
        *((pl.col("before") == shape).fill_null(False).alias(f"before_{shape}") for shape in _SHAPES),
        *((pl.col("after") == shape).fill_null(False).alias(f"after_{shape}") for shape in _SHAPES),
        (pl.col("after_next") == "credit").fill_null(False).alias("after_next_credit"),
        (pl.col("after_next") == "byline").fill_null(False).alias("after_next_byline"),
        (pl.col("next_length") > 80).alias("next_is_long"),
        (pl.col("prev_length") > 80).alias("prev_is_long"),
    )
    before, after = affinities(cues)
    extra = {
        "fits_before": before,
        "fits_after": after,
        "fits_before_better": np.maximum(before - after - 1, 0),
        "fits_after_better": np.maximum(after - before - 1, 0),
    }
    values = np.column_stack([named.to_numpy().astype(np.int64), *extra.values()])
    return (*named.columns, *extra), values
