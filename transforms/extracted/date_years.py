"""Which year a date without one belongs to: from the date of the page, or from a year that the same article proves.

What proves a year (read in the development pages, 2026-11-23, and confirmed by the three annotated ones): the date of the
page; 2022年是……第一年, which speaks of the present; an event of that year in the headline or beside the date (5月29日,……
2021年招工工作会议召开); a full date as the first of the article; an explicit date before, for what goes on from it
(2021年10月开工……12月投产). A year that the article only mentions (自2019年以来, 到2025年) proves nothing, and a date without
proof keeps the form ``--05-29``.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from transforms.extracted.candidates import Hit
from transforms.extracted.date_mentions import Mention


class Present(NamedTuple):
    """The year in which an article speaks, and what proves it."""

    year: int
    proof: str


Resolved = tuple[str | None, str | None]

_RELATIVE_YEARS: Final = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1, "后年": 2}
# 2022年是建区30周年: the present. 1949年是 … is history, which the rule of the latest year keeps out.
_IS_THE_YEAR: Final = re.compile("^是")
# An event that bears its year: 2021年招工工作会议, 2021年度春季防火工作会议, 2020年第九次例会.
_EVENT: Final = re.compile(
    "^[\u4e00-\u9fff“”‘’0-9、·]{0,26}?(?:会议|大会|例会|推进会|现场会|动员会|座谈会|招聘会|联席会|调度会|培训班|培训会|论坛|活动|仪式|大赛|比赛|联赛|运动会"
    "|博览会|展销会|交易会|艺术节|文化节|行动|启动|集中开工|集中签约)"
)
# Last year is looked back on: 表彰2020年度先进, 2020年度考核, 2020年工作总结.
_LOOKS_BACK: Final = re.compile("表彰|通报|总结|回顾|公布|荣获|获得|获|评为|评选|参加|考核")
_SINCE: Final = re.compile("^(?:起|以来|前|至|开始)")
_GOAL: Final = re.compile("(?:自|从|到|至|截至|力争|预计|计划|争取|早于|展望|迈向|面向|将于|将在|于)$")
# Ceremonies named after the year before, or counted down to.
_NOT_NOW: Final = re.compile("^[^，。,]{0,20}?(?:年度人物|倒计时|十大|度盘点)")
# In December one speaks of the coming year: 2022年是……, 2022年工作会议; a meeting that is held (2021年第三次会议召开) is of now.
_IS_HELD: Final = re.compile("^[^，。,]{0,24}?(?:召开|举行|举办|次(?:会议|例会|全会))")
_NEXT_YEAR: Final = re.compile("^(?:是|[^，。,]{0,20}?(?:工作会议|谋划|动员|部署|务虚|新年|展望))")
_DECEMBER: Final = 12
_OPENING: Final = 4  # paragraphs with those of the headline: the lead and what follows it
_HOPES: Final = re.compile("(?:力争|预计|计划|确保|争取|将在|将于)$")
_DAYS_AHEAD: Final = 7  # a bare day a little ahead is the coming one, one further ahead lies in the month before
_HALF_YEAR: Final = 183


def resolve(article: Sequence[tuple[Hit, Mention]], published: datetime.date | None) -> list[Resolved]:
    """Return (iso, resolved_from) of each mention of one article, given in reading order with their hits."""
    on_page = Present(published.year, f"published_on {published}") if published else None
    proved = {} if on_page else _presents(article)
    resolved: list[Resolved] = []
    last_dated: tuple[Hit, Mention] | None = None  # the last date with a year, for what follows it
    last_day: tuple[str, str] | None = None  # the last full day, for 当日
    last_month: tuple[int | None, int, str, int, bool] | None = None
    for hit, mention in article:
        proof = f"{hit.text} in paragraph {hit.paragraph_no}"
        if mention.kind == "near_day":
            iso = str(published + datetime.timedelta(mention.shift)) if published else None
            resolved.append((iso, f"published_on {published}" if published else None))
            last_day = (iso, proof) if iso else last_day
            continue
        if mention.kind == "same_day":
            resolved.append(_shifted(last_day, mention.shift))
            continue
        if mention.kind == "only_day":
            is_near = last_month is not None and (
                last_month[3] == hit.text_no or (published is None and not last_month[4])
            )
            month_of = last_month[:3] if last_month is not None and is_near else None
            year, month, source = month_of or _month_of_page(published, mention.day_end or mention.day or 1)
            last = mention.day_end or mention.day
            # What is well ahead of a page of 1 March may be a 31st, which February has not.
            if month is None or mention.day is None or (last or 0) > _days_in(year, month):
                resolved.append((None, None))
                continue
            month_end = month if mention.day_end else None
            filled = Mention("day", year, month=month, day=mention.day, month_end=month_end, day_end=mention.day_end)
            resolved.append((_iso(filled), source))
            last_day = ((_iso(filled) or "").split("/")[-1], proof)
            continue
        present = on_page or proved.get(hit.text_no) or proved.get(None)
        if on_page and _is_ahead(hit, mention, published):
            present = Present(on_page.year + 1, on_page.proof)
        carried = _carried(last_dated, hit, mention, is_only_source=present is None)
        filled, from_what = _with_year(mention, published, present, carried)
        iso = _iso(filled)
        resolved.append((iso, from_what))
        last_day = None if filled.kind == "month" else last_day  # 当日 after 11月初 is no day known
        if mention.year is not None:
            last_dated = (hit, mention)
        if filled.month is not None and filled.kind in ("day", "numeric"):
            last_day = (iso.split("/")[-1] if iso else "", proof)
            is_history = mention.year is not None and hit is not article[0][0]
            last_year = filled.year_end or (filled.year and filled.year + _ends_in_the_next_year(filled))
            last_month = (last_year, filled.month_end or filled.month, proof, hit.text_no, is_history)
    return resolved


def _presents(article: Sequence[tuple[Hit, Mention]]) -> dict[int | None, Present]:
    """The year in which each paragraph (key: ``text_no``) speaks, where it proves one; key None holds for the article.

    A proof in the headline or the first paragraphs holds for all; further down it holds for its own paragraph only, since an
    article may be a column of short items.
    """
    past = [
        mention.year_end or mention.year
        for hit, mention in article
        if mention.year is not None and mention.kind != "years" and not _GOAL.search(hit.before)
    ]
    latest = max(past, default=None)
    dated = {hit.text_no for hit, mention in article if mention.kind == "day" and mention.year is None}
    is_december = any(
        mention.kind == "day" and mention.month == _DECEMBER and not mention.year for _, mention in article
    )
    found: dict[int | None, Present] = {}
    for hit, mention in article:
        if mention.year is None or mention.year != latest:
            continue
        if mention.kind in ("day", "numeric"):
            is_proof = hit is article[0][0] and not _GOAL.search(hit.before) and not _SINCE.match(hit.after)
        else:
            is_proof = mention.kind == "year" and _speaks_of_now(hit, hit.text_no in dated, is_december)
        if is_proof:
            scope = None if hit.part == "title" or hit.position <= _OPENING else hit.text_no
            found.setdefault(scope, Present(mention.year, f"{hit.text} in paragraph {hit.paragraph_no}"))
    return found


def _speaks_of_now(hit: Hit, is_beside_a_date: bool, is_december: bool) -> bool:
    """Whether a bare year is the present one: 2022年是……, or the year of an event in the headline or beside a date."""
    before, after = hit.before, hit.after
    if _GOAL.search(before) or (is_december and not (_IS_HELD.search(after) and not _NEXT_YEAR.match(after))):
        return False
    if _IS_THE_YEAR.match(after):
        return True
    clause = re.split("[,，。；;：:]", before)[-1]
    is_event = _EVENT.match(after) and not _LOOKS_BACK.search(clause) and not _NOT_NOW.match(after)
    return bool(is_event) and (hit.part == "title" or is_beside_a_date)


def _carried(
    last_dated: tuple[Hit, Mention] | None, hit: Hit, mention: Mention, *, is_only_source: bool
) -> Present | None:
    """The year of the date before, where the sentence goes on from it (2021年10月开工,12月投产), or the paragraph does.

    A paragraph carries the year only where nothing else gives one and the calendar goes forward.
    """
    if last_dated is None or last_dated[1].year is None:
        return None
    before, dated = last_dated
    year = Present(last_dated[1].year, f"{before.text} in paragraph {before.paragraph_no}")
    if mention.relative:  # 同年, 次年: whatever stands between
        return year if hit.text_no - before.text_no <= 1 else None
    if before.text_no != hit.text_no or not dated.month:
        return None
    gap = hit.char_start - before.char_end
    is_same_sentence = gap <= len(hit.before) and not re.search("[。！？!?]", hit.before[len(hit.before) - gap :])
    goes_on = (dated.month, dated.day or 0) <= (mention.month or 0, mention.day or 31)
    return year if goes_on and (is_same_sentence or is_only_source) else None


def _with_year(
    mention: Mention, published: datetime.date | None, present: Present | None, carried: Present | None
) -> tuple[Mention, str | None]:
    """``mention`` with its year where one is proved, and what proves it."""
    known, shift = present, 0
    if mention.year is not None or mention.is_recurring:
        known = None
    elif mention.relative in _RELATIVE_YEARS:
        shift = _RELATIVE_YEARS[mention.relative]
    elif mention.relative:  # 当年, 同年, 次年: the year just spoken of
        known, shift = carried, 1 if mention.relative in ("次年", "翌年") else 0
    elif mention.month is not None:
        if published is not None:
            present = Present(_nearest_year(mention, published), f"published_on {published}")
        known = carried or present
    return (mention, None) if known is None else (mention._replace(year=known.year + shift), known.proof)


def _is_ahead(hit: Hit, mention: Mention, published: datetime.date | None) -> bool:
    """力争一季度……, printed in December: a quarter that is over and hoped for is that of the next year."""
    is_bare = mention.kind == "quarter" and mention.year is None and mention.relative is None
    if published is None or not is_bare or not _HOPES.search(hit.before):
        return False
    return published.month > 3 * (mention.quarter or 0)


def _nearest_year(mention: Mention, published: datetime.date) -> int:
    """The year that brings the date nearest to the day of publication: a paper of January speaks of last December.

    Of a span its end does, since that is news; where it ends in the year after, its beginning, whose year it is.
    """
    month, day = mention.month_end or mention.month or 1, mention.day_end or mention.day or 15
    if _ends_in_the_next_year(mention):
        month, day = mention.month or 1, mention.day or 15
    middle = datetime.date(published.year, month, min(day, 28))
    if (middle - published).days > _HALF_YEAR:
        return published.year - 1
    return published.year + 1 if (published - middle).days > _HALF_YEAR else published.year


def _ends_in_the_next_year(mention: Mention) -> bool:
    """11月15日至次年3月15日, and 11月5日至1月3日 too: no span ends before it begins."""
    is_backwards = mention.year_end is None and (mention.month_end or _DECEMBER) < (mention.month or 0)
    return mention.rolls_over or is_backwards


def _days_in(year: int | None, month: int) -> int:
    return calendar.monthrange(year or 2000, month)[1]  # of a year that is not known, a leap year


def _month_of_page(published: datetime.date | None, day: int) -> tuple[int | None, int | None, str | None]:
    """Return year and month of a bare day, and what says so: those of the page, or the month before for one well ahead."""
    if published is None:
        return None, None, None
    month = published if day <= published.day + _DAYS_AHEAD else published.replace(day=1) - datetime.timedelta(1)
    return month.year, month.month, f"published_on {published}"


def _shifted(last_day: tuple[str, str] | None, days: int) -> Resolved:
    if last_day is None or not last_day[0]:
        return None, None
    iso, proof = last_day
    if days == 0:
        return iso, proof
    if iso.startswith("--"):
        return None, None
    try:
        return str(datetime.date.fromisoformat(iso) + datetime.timedelta(days)), proof
    except (ValueError, OverflowError):
        return None, None


def _iso(mention: Mention) -> str | None:
    first = _one(mention.year, mention.month, mention.day, mention.quarter)
    if mention.kind == "years":
        return f"{mention.year}/{mention.year_end}"
    if first is None or (mention.month_end is None and mention.day_end is None):
        return first
    year_end = mention.year_end or mention.year
    if year_end is not None and _ends_in_the_next_year(mention):
        year_end += 1
    last = _one(year_end, mention.month_end, mention.day_end, None)
    return f"{first}/{last}"


def _one(year: int | None, month: int | None, day: int | None, quarter: int | None) -> str | None:
    if quarter is not None:
        return None if year is None else f"{year}-Q{quarter}"
    if year is None and month is None:
        return None
    first = "-" if year is None else f"{year:04d}"
    if month is None:
        return first
    return f"{first}-{month:02d}" if day is None else f"{first}-{month:02d}-{day:02d}"
