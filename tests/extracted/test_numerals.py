from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.extracted.numeric_tables import cases
from transforms.extracted.numerals import _parse, infer_unit, parse_number

DIGITS = "零一二三四五六七八九"
FORMAL = str.maketrans("零一二三四五六七八九十百千万亿", "零壹贰叁肆伍陆柒捌玖拾佰仟萬億")


def spell(number: int) -> str:
    """A slow, obvious writer of Chinese numbers: 10,203 is 一万零二百零三."""
    if number >= 10**8:
        head, rest = divmod(number, 10**8)
        return spell(head) + "亿" + _rest(rest, 10**7)
    if number >= 10**4:
        head, rest = divmod(number, 10**4)
        return spell(head) + "万" + _rest(rest, 10**3)
    for unit, name in ((1000, "千"), (100, "百"), (10, "十")):
        if number >= unit:
            head, rest = divmod(number, unit)
            return DIGITS[head] + name + _rest(rest, unit // 10)
    return DIGITS[number]


def _rest(rest: int, place: int) -> str:
    if rest == 0:
        return ""
    return ("零" if rest < place else "") + spell(rest)


@pytest.mark.parametrize("case", cases("numerals"))
def test_numbers_are_read(case: dict[str, Any]) -> None:
    number = parse_number(case["text"])
    assert number is not None
    assert number.low == Decimal(case["low"])
    assert number.high == (Decimal(case["high"]) if "high" in case else None)
    assert number.is_over == case.get("is_over", False)


@given(st.integers(1, 10**12 - 1))
def test_a_spelled_number_reads_back(value: int) -> None:
    for text in (spell(value), spell(value).translate(FORMAL), f"{value:,}", str(value)):
        number = parse_number(text)
        assert number is not None and number.low == value and number.high is None, text


@given(
    st.integers(1, 9_999), st.sampled_from([("万", 10**4), ("亿", 10**8), ("万亿", 10**12)]), st.sampled_from("多余")
)
def test_over_is_kept_apart_from_the_value(value: int, unit: tuple[str, int], over: str) -> None:
    for text in (f"{value}{over}{unit[0]}", f"{value}{unit[0]}{over}"):
        number = parse_number(text)
        assert number is not None and (number.low, number.is_over) == (value * unit[1], True)


@given(st.text(alphabet="零一二三四五六七八九十百千万亿两点多余来几数个0123456789.,，． kw廿", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    number = parse_number(text)
    assert number is None or number.low <= Decimal(10) ** 24


@pytest.mark.parametrize(
    "text", ["", "多", "几", "数", "点", "十点", "9" * 41, "万" * 30, "1.2.3", "五点一点二", "abc", "一零百"]
)
def test_no_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("3", "5亿", "300000000"),
        ("3亿", "5亿", "300000000"),
        ("3000", "5000万", "30000000"),
        ("8500", "3万", "8500"),
        ("十八", "三十万", "180000"),
        ("一千", "两千万", "10000000"),
        ("七", "九千亿", "700000000000"),
        ("5.6", "5.78", "5.6"),
    ],
)
def test_the_first_end_of_a_range_takes_the_unit_of_the_second(low: str, high: str, expected: str) -> None:
    first, second = parse_number(low), parse_number(high)
    assert first is not None and second is not None
    assert infer_unit(first.low, low, second.low, high) == Decimal(expected)


def test_the_plain_cases_of_cn2an_read_alike(shared: Path) -> None:
    """cn2an is the oracle for the forms that it knows: plain whole numbers without a sign."""
    lines = (shared / "dev-data" / "extraction" / "cn2an.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = [
        case for case in map(json.loads, lines) if case["type"] in ("cn2an:strict_data_dict", "cn2an:normal_data_dict")
    ]
    plain = [case for case in wanted if isinstance(case["text"], str) and not set("负元圆角分") & set(case["text"])]
    assert len(plain) > 20
    wrong = []
    for case in plain:
        number = parse_number(case["text"])
        if number is None or number.low != Decimal(str(case["expected"])):
            wrong.append((case["text"], case["expected"], number))
    assert not wrong


@given(st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,6})?[万亿]?", fullmatch=True))
def test_numbers_in_digits_are_read_alike_character_by_character(text: str) -> None:
    assert str(parse_number(text)) == str(_parse(text))
