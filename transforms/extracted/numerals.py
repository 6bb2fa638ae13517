"""Numbers as newspapers print them: 1,111.35, １２, 十二亿五千万, 壹佰贰拾, 3千万, 69.27万亿, 210余万, 数十亿, 七八千, 三到五万.

cn2an, the well-kept library for Chinese numerals, raises on 3000多万, 百亿, 3.5万亿, 1,034 and 千亿级 (measured 2026-11-22),
which are daily bread here; its test cases are read as an oracle for the plain forms that both know.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    **{"两": 2, "兩": 2, "貳": 2, "參": 3, "叄": 3, "陸": 6, "○": 0},
}
MULTIPLIERS: Final = {
    **{"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000},
    **{"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "k": 1000, "K": 1000, "w": 10**4, "W": 10**4},
}
_MYRIAD: Final = 10**4
# Longer or larger is damage (a bar code, a row of 万): a state budget has 13 digits, and a column of money holds 36.
_LONGEST: Final = 40
_LARGEST: Final = Decimal(10) ** 24

# Pieces of patterns, for Rust's regexes and Python's alike.
SPACE: Final = "[ \u3000\u00a0]"
_DIGIT: Final = "[0-9０-９]"
_GROUPED: Final = f"{_DIGIT}{{1,3}}(?:(?:[,，]{_DIGIT}{{3}})+|(?: {_DIGIT}{{3}})+)"
_ARABIC: Final = f"(?:{_GROUPED}(?:[.．·]{_DIGIT}+)?|{_DIGIT}+(?:[.．·]{SPACE}?{_DIGIT}+)?)"
_DIGITS: Final = "零〇○一二三四五六七八九两兩壹贰貳叁參叄肆伍陆陸柒捌玖"
_UNITS: Final = "十百千拾佰仟万亿萬億"
#: The characters of which numbers are made that are not written in digits.
CHARACTERS: Final = f"{_DIGITS}{_UNITS}几数廿卅"
_CHINESE_DIGIT: Final = f"[{_DIGITS}]"
_UNIT: Final = f"[{_UNITS}]"
_CHINESE: Final = f"(?:[{CHARACTERS}]+(?:点{_CHINESE_DIGIT}+{_UNIT}*)?)"
_APART: Final = f"(?:{SPACE}{{1,2}}[多余来]?{SPACE}{{0,2}}{_UNIT}+|[多余来]{SPACE}{{0,2}}{_UNIT}+|个[亿億])"
#: A number, with 多/余/来 inside (3000多万), a unit apart by spaces (17.7 亿) and further steps (1亿5000万, 3亿零500万). Each
#: character can be read in one way only, so that Python's engine, too, needs time linear in the length.
NUMBER: Final = (
    f"(?:{_ARABIC}(?:{SPACE}{{0,2}}[多余来几]?{SPACE}{{0,2}}(?:个[亿億]|{_UNIT}+)(?:[多余来]{_UNIT}+)?"
    f"(?:零?{_ARABIC}{_UNIT}+){{0,3}}(?:零?{_CHINESE_DIGIT}{_CHINESE})?)?"
    f"|{_CHINESE}{_APART}?)[多余来]?"
)
#: A number that ends in 万 or 亿.
LARGE_NUMBER: Final = f"(?:(?:{_ARABIC}|{_CHINESE}){SPACE}{{0,2}}[多余来几]?[十百千拾佰仟]?[万亿萬億]+[多余来]?)"
#: What stands between the two ends of a range.
RANGE: Final = f"{SPACE}?(?:[到至~～\\-—–－]{{1,2}}|—{{2}}){SPACE}?"

# Nine in ten numbers; what remains is read character by character (``_parse``), to the same value.
_IN_DIGITS: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)([万亿]?)")
_APPROXIMATE_PAIR: Final = re.compile("([一二两三四五六七八九])([二两三四五六七八九])(?=[十百千万亿]|$)")


class Number(NamedTuple):
    """A number as read: ``high`` only where two ends are meant (七八千, 数十); ``is_over`` for 多, 余, 来 (3000多万)."""

    low: Decimal
    high: Decimal | None = None
    is_over: bool = False
    is_vague: bool = False  # 数十, 几万: only the order of magnitude is said


@lru_cache(maxsize=4096)
def parse_number(text: str) -> Number | None:
    """Return what ``text`` says, or None where it is no number.

    >>> parse_number("十二亿五千万").low
    Decimal('1250000000')
    >>> parse_number("3000多万")
    Number(low=Decimal('30000000'), high=None, is_over=True, is_vague=False)
    """
    if len(text) > _LONGEST:
        return None
    if (plain := _IN_DIGITS.fullmatch(text)) and (value := Decimal(plain[1])):
        return Number(value * MULTIPLIERS[plain[2]] if plain[2] else value)
    number = _parse(re.sub(r"[\s,个]", "", unicodedata.normalize("NFKC", text).replace("·", ".")))
    return None if number is None or max(number.low, number.high or 0) > _LARGEST else number


def _parse(plain: str) -> Number | None:
    bare = re.sub("[多余来]", "", plain)
    is_over = bare != plain
    bare = bare.replace("廿", "二十").replace("卅", "三十")
    if "几" in bare or "数" in bare:
        # 几十万 is ten to a hundred of 万; 十几 is ten to twenty.
        low = _plain_value(re.sub("^[几数](?=.)", "一", re.sub("[几数]$", "", bare)))
        if bare[:1] in "几数" and len(bare) > 1 and low is not None:
            return Number(low, low * 10, is_over, True)
        if bare[-1:] in "几数" and low is not None and low % 10 == 0:
            return Number(low, low + 10, is_over)
        inner = re.fullmatch("(.*[十百千])[几](万|亿|万亿)", bare)
        if inner and (start := _plain_value(inner[1] + inner[2])) and (step := _plain_value("一" + inner[2])):
            return Number(start, start + 10 * step, is_over)
        return None
    pair = _APPROXIMATE_PAIR.search(bare)
    if pair and _is_pair(bare, pair):
        low = _plain_value(bare[: pair.end(1)] + bare[pair.end(2) :])
        high = _plain_value(bare[: pair.start(1)] + bare[pair.start(2) :])
        if low is not None and high is not None and low < high:
            return Number(low, high, is_over)
    value = _plain_value(bare)
    return None if value is None else Number(value, None, is_over)


def _is_pair(text: str, pair: re.Match[str]) -> bool:
    """七八千, 三五百, 十五六 say a range; 二〇二一 and 一二三 are digits in a row."""
    first, second = DIGITS[pair[1]], DIGITS[pair[2]]
    is_alone = not re.search("[零〇一二三四五六七八九]", text[: pair.start()][-1:])
    return second - first in ((1, 2) if pair.end() < len(text) else (1,)) and is_alone


def _plain_value(text: str) -> Decimal | None:  # noqa: PLR0912 - one branch per kind of character
    """The value of a number without vague words; trailing digits count in the place below (一万二 is 12,000)."""
    total, section = Decimal(0), Decimal(0)
    number: Decimal | None = None
    last_unit, after_zero, is_digit_row = 0, False, False
    position = 0
    while position < len(text):
        arabic = re.compile(r"[0-9]+(?:\.[0-9]+)?").match(text, position)
        character = text[position]
        if arabic:
            number, last_unit = Decimal(arabic[0]), 0
            position = arabic.end()
            continue
        position += 1
        if character in DIGITS:
            digit = DIGITS[character]
            if number is not None:
                if character in "两兩":
                    return None  # 三两元 is two or three
                is_digit_row = True
                number = number * 10 + digit
            elif digit == 0 and (total or section):
                after_zero = True
            else:
                number = Decimal(digit)
        elif character == "点":
            fraction = re.compile("[零〇○一二三四五六七八九]+").match(text, position)
            if fraction is None or text.count("点") > 1:
                return None
            places = "".join(str(DIGITS[digit]) for digit in fraction[0])
            number = (number or Decimal(0)) + Decimal("0." + places)
            position = fraction.end()
        elif character in MULTIPLIERS:
            unit = MULTIPLIERS[character]
            if is_digit_row and number is not None and number >= 10 and unit < _MYRIAD:
                return None  # 一二十 and the like: no number
            if unit < _MYRIAD:
                section += (Decimal(1) if number is None else number) * unit
            else:
                section += number or 0
                if section == 0:
                    total = total * unit if total else Decimal(unit)
                elif total >= unit:
                    total += section * unit
                else:
                    total = (total + section) * unit
                section = Decimal(0)
            number, last_unit, after_zero, is_digit_row = None, unit, False, False
        else:
            return None
    if number is not None:
        is_short = last_unit >= 100 and not after_zero and number < 10 and text[-1] in DIGITS
        section += number * (last_unit // 10) if is_short else number
    return total + section if text else None


def infer_unit(low: Decimal, low_text: str, high: Decimal, high_text: str) -> Decimal:
    """Return the first end of a range, with the unit of the second where only that is printed (3至5亿: three 亿).

    The largest of the second end's trailing units is taken that keeps the first below the second: 七到九千亿 begins at
    七千亿, 一千到两千万 at 一千万, 8500到3万 at 8500.
    """
    if re.search("[万亿萬億kKwW]", low_text) or low >= high:
        return low
    trailing = re.search("[十百千拾佰仟万亿萬億kKwW]+$", re.sub(r"[多余来\s]", "", high_text))
    units = trailing[0] if trailing else ""
    for cut in range(len(units)):
        factor = _plain_value(units[cut:].replace("拾", "十").replace("佰", "百").replace("仟", "千"))
        if factor is not None and low * factor < high:
            return low * factor
    return low
