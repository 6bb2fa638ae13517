"""What a printed date says: 2021年5月29日, 5月29日, 今年10月份, 一季度, 1至9月, 2016年至2020年, “十四五”, 当日.

Durations (3到5年, 5年内), crowds (2100余人) and days of the lunar calendar are no dates.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from transforms.extracted.numerals import DIGITS, parse_number

_SP: Final = "[ \u3000]?"
_D: Final = "[0-9０-９]"
_YEAR: Final = f"(?:[12１２]{_D}{{3}}|[一二][零〇○一二三四五六七八九]{{3}})"
_RELATIVE: Final = "(?:今年|去年|明年|前年|后年|当年|同年|次年|翌年|上年|本年)"
_MONTH: Final = f"(?:{_D}{{1,2}}|十[一二]?|[一二三四五六七八九])"
_DAY: Final = f"(?:{_D}{{1,2}}|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_TO: Final = f"{_SP}(?:[至到~～-]|－|—{{1,2}}|–){_SP}"
_PART: Final = "(?:上旬|中旬|下旬|月初|月末|月底|初|底|末|中)"
_QUARTER: Final = (
    f"(?:第?[一二三四1-4]季度|前[两二三23][个]?季度|前(?:{_D}{{1,2}}|[二三四五六七八九十]|十一)个月|上半年|下半年)"
)
_SEASON: Final = "(?:年底|年初|年末|底|初|末|春季|夏季|秋季|冬季|春节|全年|以来)"
_SINCE: Final = f"(?:{_YEAR}{_SP}年度?|{_RELATIVE}度?)"

_MONTH_DAY: Final = f"(?:{_SINCE}{_SP})?{_MONTH}{_SP}月{_SP}{_DAY}{_SP}"

#: Longest first; the names of the groups say what a mention is.
_FORMS: Final = {
    "numeric": f"{_YEAR}[-./．－]{_D}{{1,2}}[-./．－]{_D}{{1,2}}",
    "days": f"{_MONTH_DAY}[日号]?{_TO}(?:(?:{_SINCE})?{_MONTH}{_SP}月{_SP})?{_DAY}{_SP}[日号]",
    "day_list": f"{_MONTH_DAY}、{_DAY}{_SP}[日号]",
    "day": f"{_MONTH_DAY}[日号]",
    "clock_day": f"{_D}{{1,2}}{_TO}{_MONTH}{_SP}月{_SP}{_DAY}{_SP}[日号]",
    "months": f"(?:{_SINCE}{_SP})?{_MONTH}{_SP}(?:月份?)?{_TO}(?:{_SINCE})?{_MONTH}{_SP}月份?",
    "month_list": f"(?:{_SINCE}{_SP})?{_MONTH}、{_MONTH}{_SP}月份?",
    "month": f"(?:{_SINCE}{_SP}{_MONTH}|{_D}{{1,2}}){_SP}月(?:份?{_PART}|份)?|{_MONTH}月(?:份|初|底|[上中下]旬)",
    "quarter": f"(?:{_SINCE}{_SP})?{_QUARTER}",
    "decade": "(?:20|二十|21|上)世纪(?:[1-9]0|[一二三四五六七八九]十)年代|(?:19|20)[0-9]0年代",
    "years": f"(?:{_YEAR}{_SP}年?{_TO}|{_YEAR}[/、]){_YEAR}{_SP}(?:年|学年|赛季|财年)",
    "year": f"{_YEAR}{_SP}年度?{_SEASON}?|{_RELATIVE}度?{_SEASON}?",
    "plan": '[“”"‘’]十[一二三四五]五[“”"‘’]|十[一二三四五]五(?:规划|期间|时期|末|以来|开局|收官)',
    "same_day": "当日|当天|同日|次日|翌日",
    "near_day": "昨日|昨天|今日|今天|前天|明天|明日",
    "only_days": f"{_D}{{1,2}}{_SP}日?{_TO}{_D}{{1,2}}{_SP}日",
    "only_day": f"{_D}{{1,2}}{_SP}日",
}
CANDIDATE: Final = "|".join(f"(?:{form})" for form in _FORMS.values())
_WHICH: Final = re.compile("|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items()))

#: The years of the five-year plans; their length is the one thing here that no page says.
_PLANS: Final = {
    **{"十一五": (2006, 2010), "十二五": (2011, 2015), "十三五": (2016, 2020)},
    **{"十四五": (2021, 2025), "十五五": (2026, 2030)},
}
_QUARTERS: Final = {"上半年": (1, 6), "下半年": (7, 12)}

_NOT_BEFORE: Final = re.compile("(?:[0-9０-９.．第]|农历|阴历|腊月|正月|近|约|过去|为期|满|连续|每|共)$")
_YEARLY: Final = ("每年", "年年")
_UP_TO: Final = re.compile("(?<![目日此提之以年月])前$")
_DURATION: Final = re.compile("^(?:历史|多|余|前|来|间|文明|文化|古|之久|的(?:历史|文明|文化|传承|古))")
_MONTH_WORD: Final = re.compile("^[龄饼光嫂球季薪租均息]")
_DAY_WORD: Final = re.compile(
    "^(?:以?内|游|均|龄|用|常|工作|元(?!旦)|间(?!隔)|之内|行程|无理由|线|滚动|移动|[^，。]{0,3}倒计时)"
)
_TIME_OF_DAY: Final = re.compile("^(?:[（(]|上午|下午|晚|早|中午|凌晨|傍晚|举行|召开|从|获悉|发布)")


class Mention(NamedTuple):
    """A date as printed. ``skip`` and ``skip_end`` are characters of the hit that do not belong to it (quotes)."""

    kind: str  # 'numeric', 'day', 'month', 'quarter', 'year', 'years', 'only_day', 'same_day', 'near_day'
    year: int | None = None
    relative: str | None = None
    month: int | None = None
    day: int | None = None
    quarter: int | None = None
    year_end: int | None = None
    month_end: int | None = None
    day_end: int | None = None
    shift: int = 0  # days from the day meant by 当日 or 今天
    is_recurring: bool = False
    rolls_over: bool = False  # 11月15日至次年3月15日
    skip: int = 0
    skip_end: int = 0


class _Printed(NamedTuple):
    """What a hit says by itself, whatever surrounds it."""

    kind: str
    plain: str  # without blanks, full width made half
    year: int | None
    relative: str | None


@lru_cache(maxsize=4096)
def _printed(hit: str) -> _Printed | None:
    which = _WHICH.fullmatch(hit)
    if which is None or which.lastgroup is None:
        return None
    plain = unicodedata.normalize("NFKC", re.sub(r"\s", "", hit))
    return _Printed(which.lastgroup, plain, *_year_and_relative(plain))


def read_mention(hit: str, before: str, after: str) -> Mention | None:
    """Return what ``hit`` says as a ``Mention``, or None where it is no date (2000年历史, 农历八月十五, 30日内)."""
    printed = _printed(hit)
    if printed is None or (printed.kind not in ("near_day", "same_day", "plan") and _NOT_BEFORE.search(before)):
        return None
    kind, plain, year, relative = printed
    match kind:
        case "day" | "days" | "day_list":
            mention = _day(kind, plain, year, relative, is_yearly=before.endswith(_YEARLY))
        case "clock_day":  # 8:00—5月12日
            start = re.match(f"{_D}{{1,2}}{_TO}", hit)
            skip = start.end() if start else 0
            mention = _day("day", unicodedata.normalize("NFKC", re.sub(r"\s", "", hit[skip:])), None, None)
            mention = mention and mention._replace(skip=skip)
        case "month" | "months" | "month_list":
            mention = None if _MONTH_WORD.match(after) else _month(kind, plain, year, relative, *_around_month(before))
        case "quarter":
            mention = _quarter(plain, year, relative)
        case "year" if relative == "上年" and after.startswith("均"):  # 在……基础上|年均增长
            mention = None
        case "year":
            is_age = year is not None and (year % 100 == 0 or year < 1400) and _DURATION.match(after)
            mention = None if is_age else Mention("year", year, relative)
        case "only_day" | "only_days" | "near_day" | "same_day":
            mention = _day_by_context(kind, plain, after)
        case _:
            mention = _years(kind, plain)
    return mention


@lru_cache(maxsize=4096)
def _years(kind: str, plain: str) -> Mention | None:
    """2021-05-29, “十四五”, 上世纪90年代, 2016年至2020年."""
    if kind == "numeric":
        numbers = [int(number) for number in re.findall(r"\d+", plain)]
        return _valid(Mention(kind, numbers[0], month=numbers[1], day=numbers[2]))
    if kind == "plan":
        ends = _PLANS[re.sub("[^一二三四五十]", "", plain)[:3]]
        skip = 0 if plain.startswith("十") else 1
        return Mention("years", ends[0], year_end=ends[1], skip=skip, skip_end=len(plain) - skip - 3)
    if kind == "decade":
        century = 0 if "世纪" not in plain else 2000 if plain.startswith("21") else 1900
        start = century + _number(re.sub("^.*世纪|年代$", "", plain))
        return Mention("years", start, year_end=start + 9)
    years = [_year(text) for text in re.findall(_YEAR, plain)]
    return Mention("years", years[0], year_end=years[1]) if years[0] < years[1] else None


def _day_by_context(kind: str, plain: str, after: str) -> Mention | None:
    """29日上午, 今天上午, 当日: days that need another date."""
    if kind == "same_day":
        return Mention(kind, shift=0 if plain in ("当日", "当天", "同日") else 1)
    if kind == "near_day":
        shift = {"昨": -1, "今": 0, "前": -2, "明": 1}[plain[0]]
        return Mention(kind, shift=shift) if _TIME_OF_DAY.match(after) else None
    if _DAY_WORD.match(after):
        return None
    days = [int(number) for number in re.findall(r"\d+", plain)]
    if len(days) > 1 and days[0] >= days[1]:
        return None
    return _valid(Mention("only_day", day=days[0], day_end=days[1] if len(days) > 1 else None))


def _year_and_relative(plain: str) -> tuple[int | None, str | None]:
    explicit = re.match(f"({_YEAR})年", plain)
    relative = re.match(_RELATIVE, plain)
    return (_year(explicit[1]) if explicit else None), (relative[0] if relative else None)


def _year(text: str) -> int:
    return int("".join(str(DIGITS.get(character, character)) for character in unicodedata.normalize("NFKC", text)))


def _number(text: str) -> int:
    number = parse_number(text)
    return int(number.low) if number is not None else 0


@lru_cache(maxsize=4096)
def _day(kind: str, plain: str, year: int | None, relative: str | None, is_yearly: bool = False) -> Mention | None:
    rest = re.sub(f"^{_SINCE}", "", plain)
    parts = re.split("[至到~、-]|—+|–", rest, maxsplit=1)
    first = re.fullmatch(f"({_MONTH})月({_DAY})[日号]?", parts[0])
    if first is None:
        return None
    is_recurring = is_yearly and year is None
    mention = Mention("day", year, relative, month=_number(first[1]), day=_number(first[2]), is_recurring=is_recurring)
    if kind in ("days", "day_list"):
        last = re.fullmatch(f"(?:({_YEAR})年|({_RELATIVE}))?(?:({_MONTH})月)?({_DAY})[日号]", parts[-1])
        if last is None:
            return None
        month_end = _number(last[3]) if last[3] else mention.month
        year_end = _year(last[1]) if last[1] else None
        mention = mention._replace(month_end=month_end, day_end=_number(last[4]), year_end=year_end)
        mention = mention._replace(rolls_over=last[2] in ("次年", "翌年"))
    return _valid(mention)


def _around_month(before: str) -> tuple[bool, bool]:
    return before.endswith(_YEARLY), _UP_TO.search(before) is not None


@lru_cache(maxsize=4096)
def _month(
    kind: str, plain: str, year: int | None, relative: str | None, is_yearly: bool, is_up_to: bool
) -> Mention | None:
    rest = re.sub(f"^{_SINCE}", "", plain)
    months = [_number(text) for text in re.findall(f"({_MONTH})(?=月|[至到~、—–-])", rest)]
    if not months or (kind != "month" and len(months) < 2):
        return None
    later = re.search(f"({_YEAR})年", rest)
    is_recurring = is_yearly and year is None
    mention = Mention("month", year, relative, month=months[0], is_recurring=is_recurring)
    if kind == "month" and len(months) == 1 and rest.endswith("月") and is_up_to:
        return _valid(mention._replace(month=1, month_end=months[0]))  # 前4月
    if kind != "month":
        mention = mention._replace(month_end=months[-1], year_end=_year(later[1]) if later else None)
        if later is None and months[0] >= months[-1]:
            return None
    return _valid(mention)


@lru_cache(maxsize=4096)
def _quarter(plain: str, year: int | None, relative: str | None) -> Mention | None:
    rest = re.sub(f"^{_SINCE}", "", plain)
    if rest in _QUARTERS:
        first, last = _QUARTERS[rest]
        return Mention("month", year, relative, month=first, month_end=last)
    digit = re.search("[一二三四两1-4]", rest)
    number = _number(digit[0]) if digit else 0
    if rest.endswith("个月"):
        return _valid(Mention("month", year, relative, month=1, month_end=_number(rest[1:-2])))
    if rest.startswith("前"):
        return Mention("month", year, relative, month=1, month_end=3 * number)
    return Mention("quarter", year, relative, quarter=number)


def _valid(mention: Mention) -> Mention | None:
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    for month, day in ((mention.month, mention.day), (mention.month_end, mention.day_end)):
        if month is not None and not 1 <= month <= 12:
            return None
        if day is not None and not 1 <= day <= longest.get(month or 1, 31):
            return None
    return mention
