"""Dates: 2021年5月29日, 5月29日, 今年10月份, 一季度, 1至9月, 2016年至2020年, “十四五”, 当日.

A mention is read in ``date_mentions`` and given its year in ``date_years``.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final

import polars as pl

from transforms.extracted.candidates import Lines, find_candidates
from transforms.extracted.date_mentions import CANDIDATE, read_mention
from transforms.extracted.date_years import resolve
from transforms.frames import DATES, frame_of

_BACKWARD: Final = ("当年", "同年", "次年", "翌年")


def find_dates(texts: pl.DataFrame, *, lines: Lines | None = None) -> pl.DataFrame:
    """Return the dates in ``texts`` (schema ``ARTICLE_TEXTS``, bylines left out) as a frame of the schema ``DATES``.

    ``iso`` holds as much as the page proves: ``2021-05-29``, ``2021-05``, ``2021``, ``2021-Q1``, ``2021/2025`` (also
    ``2021-01/2021-09``), ``--05-29`` without a year, null where nothing is known (今年 on a page without year).
    Measured on 2026-11-23 (``benchmarks/facts.py``): all 34 dates of the annotated pages; in broadcast news, with the day of
    the broadcast withheld, a year was given to 431 of 14,732 dates without one (untouched half), 21 times not the true one.

    ``resolved_from`` says what gave the missing part, and is null where nothing was missing or nothing gave it.
    """
    published = dict(texts.select("article_id", "published_on").unique().iter_rows())
    mentions = []
    for hit in find_candidates(texts, CANDIDATE, lines=lines):
        mention = read_mention(hit.text, hit.before[-4:], hit.after[:16])
        if mention is not None:
            mentions.append((hit, mention))
    rows: list[tuple[Any, ...]] = []
    for article_id, group in groupby(mentions, key=lambda pair: pair[0].article_id):
        article = list(group)
        for (hit, mention), (iso, source) in zip(article, resolve(article, published[article_id]), strict=True):
            if iso is None and (mention.kind in ("same_day", "near_day") or mention.relative in _BACKWARD):
                continue  # 当日 of a day, 同年 of a year that the page does not name says nothing
            start = hit.char_start + mention.skip
            text = hit.text[mention.skip : len(hit.text) - mention.skip_end]
            rows.append((article_id, hit.paragraph_no, start, start + len(text), text, iso, source))
    return frame_of(rows, DATES)
