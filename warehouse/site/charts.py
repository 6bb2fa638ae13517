"""Charts as plain SVG: here the geometry, in ``templates/charts.html`` the drawing.

Why not a chart library: four bar charts and a row of sparklines are a page of arithmetic, and what is drawn here is text that
a screen reader, a printer and a style sheet can read, without a script and without a megabyte of one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import polars as pl

WIDTH: Final = 520  # units of the view box, not pixels
HEIGHT: Final = 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 8, 12, 26
_MAX_MONTHS: Final = 36  # more than three years of columns are too thin to point at: years then
_MAX_LABELS: Final = 8
_MAX_COLUMN: Final = 44
_LABEL_WIDTH: Final = 54  # of 2024-12 in the font of the style sheet
MAX_SERIES: Final = 6  # as many colours as a legend can be read by; the rest is one more series


class Bar(NamedTuple):
    """One block of a column: its place in the view box, the number of its series, and what it says."""

    x: float
    y: float
    width: float
    height: float
    series: int
    period: str
    name: str | None
    value: int


class Tick(NamedTuple):
    """A label on an axis."""

    position: float
    text: str


class Chart(NamedTuple):
    """A column chart. ``periods`` and ``rows`` say the same as a table: a name and its values, one per period."""

    bars: list[Bar]
    columns: list[Tick]
    levels: list[Tick]
    periods: list[str]
    rows: list[tuple[str | None, list[int]]]
    total: int


def name_series(pages: pl.DataFrame) -> list[str | None]:
    """Return the collections that get a series of their own, the largest first; null stands for pages without one.

    ``pages`` has a column ``collection``. Where there are more than ``MAX_SERIES``, the rest is left out here and drawn as
    one more series.
    """
    counts = pages.group_by("collection").len().sort(["len", "collection"], descending=[True, False], nulls_last=True)
    return counts["collection"].head(MAX_SERIES).to_list()


def column_chart(pages: pl.DataFrame, value: str, series: Sequence[str | None]) -> Chart:
    """Return the chart of the sum of ``value`` by month (or year, for a long time) and collection.

    ``pages`` has ``collection``, ``published_on`` and ``value``; pages without a date are the last column, whose period is
    the empty text.
    """
    months = pages.select(pl.col("published_on").dt.strftime("%Y-%m").drop_nulls().n_unique()).item()
    period = pl.col("published_on").dt.strftime("%Y-%m" if months <= _MAX_MONTHS else "%Y").fill_null("")
    number = {name: place for place, name in enumerate(series)}
    sums = (
        pages.with_columns(
            period.alias("period"),
            pl.col("collection")
            .map_elements(lambda name: number.get(name, MAX_SERIES), return_dtype=pl.Int64, skip_nulls=False)
            .alias("series"),
        )
        .group_by("period", "series")
        .agg(pl.col(value).sum().alias("value"))
    )
    found = {(row["period"], row["series"]): int(row["value"]) for row in sums.iter_rows(named=True)}
    periods = sorted({period for period, _ in found}, key=lambda name: (name == "", name))
    used = sorted({place for _, place in found})
    height = max((sum(found.get((each, place), 0) for place in used) for each in periods), default=0)
    top, step = _scale(height)
    room = HEIGHT - _TOP - _BOTTOM
    slot = (WIDTH - _LEFT - _RIGHT) / max(len(periods), 1)
    width = min(slot * 0.72, _MAX_COLUMN)
    bars, columns = [], []
    every = math.ceil(len(periods) / _MAX_LABELS)
    is_beside = every * slot < _LABEL_WIDTH * 2  # then the label before the undated pages would touch theirs
    for place, each in enumerate(periods):
        middle = _LEFT + slot * (place + 0.5)
        is_last_dated = place == len(periods) - 2 and periods[-1] == "" and every > 1 and is_beside
        if (place % every == 0 and not is_last_dated) or each == "":
            columns.append(Tick(round(middle, 1), each))
        y: float = HEIGHT - _BOTTOM
        for index in used:
            count = found.get((each, index), 0)
            if not count:
                continue
            tall = room * count / top
            name = series[index] if index < len(series) else None
            y_top = y - tall
            bars.append(
                Bar(round(middle - width / 2, 1), round(y_top, 1), round(width, 1), round(tall, 1), index, each, name, count)
            )  # fmt: skip
            y = y_top
    levels = [
        Tick(round(HEIGHT - _BOTTOM - room * level / top, 1), f"{level:,}") for level in range(0, int(top) + 1, step)
    ]
    rows = [
        (series[index] if index < len(series) else None, [found.get((each, index), 0) for each in periods])
        for index in used
    ]
    return Chart(bars, columns, levels, periods, rows, sum(found.values()))


def _scale(height: int) -> tuple[int, int]:
    """Return a round number at or above ``height`` and the step that cuts it in two to five."""
    if height <= 5:
        return max(height, 1), 1
    magnitude = 10 ** math.floor(math.log10(height))
    for tenths, parts in ((10, 5), (15, 3), (20, 4), (25, 5), (30, 3), (40, 4), (50, 5), (60, 3), (80, 4), (100, 5)):
        top = tenths * magnitude // 10
        if top >= height and tenths * magnitude % 10 == 0 and top % parts == 0:
            return top, top // parts
    raise AssertionError(height)  # ten times the magnitude is above any height and can be cut in five


def sparkline(shares: Sequence[float], *, width: int = 120, height: int = 26) -> str:
    """Return the points of a polyline that draws ``shares`` (0 to 1) from left to right, the scale being their greatest."""
    top = max(*shares, 1e-9) if len(shares) > 1 else max(shares[0], 1e-9)
    step = (width - 6) / max(len(shares) - 1, 1)
    return " ".join(
        f"{3 + step * place:.1f},{height - 3 - (height - 6) * share / top:.1f}" for place, share in enumerate(shares)
    )
