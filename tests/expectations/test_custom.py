"""The expectations that others may put into their own suites."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.expectations.sound_pages import sound_parts

LONG = sound_parts(3)[1][1]
OTHER = sound_parts(3)[4][1]
FIRST, SECOND = LONG[:17], LONG[17:]


def validate(expectation: Any, frame: pd.DataFrame) -> Any:
    from expectations.suites import batch_of_frame

    result_format = {"result_format": "COMPLETE", "unexpected_index_column_names": ["key"]}
    return batch_of_frame(frame).validate(expectation, result_format=result_format)


def frame(*texts: str | None, pages: str | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": range(len(texts)),
            "page": list(pages or "a" * len(texts)),
            "text": list(texts),
            "no": range(len(texts), 0, -1),
        }
    )


def unexpected_keys(result: Any) -> list[int]:
    return sorted(row["key"] for row in result.result.get("unexpected_index_list") or [])


CASES = [
    ("ExpectNoBrokenLineSplits", {}, (LONG, OTHER), []),
    ("ExpectNoBrokenLineSplits", {}, (OTHER, FIRST, SECOND), [1]),
    ("ExpectNoBrokenLineSplits", {}, (OTHER, None, FIRST, None, SECOND), [2]),
    ("ExpectNoDuplicatedBlocks", {}, (LONG, OTHER), []),
    ("ExpectNoDuplicatedBlocks", {}, (LONG, OTHER, LONG), [2]),
    ("ExpectNoDuplicatedBlocks", {}, (LONG[:40], OTHER, LONG), [0]),
    ("ExpectNoDuplicatedBlocks", {"min_chars": 200}, (LONG, OTHER, LONG), []),
    ("ExpectNoLoopingBlocks", {}, (LONG, "河水一直在涨，" * 12), [1]),
    ("ExpectNoLoopingBlocks", {}, (LONG, "河水一直在涨，河水还在涨。"), []),
    ("ExpectNoMojibake", {}, (LONG, LONG.encode().decode("gb18030", "replace"), "锟斤拷"), [1, 2]),
    ("ExpectNoMojibake", {"max_share": 1.0}, (LONG, "鐨勬槸鏄"), []),
    ("ExpectNoMojibake", {}, (LONG, "鐨勬槸鏄"), [1]),
    (
        "ExpectNoRefusals",
        {},
        (LONG, "I'm sorry, I cannot transcribe this image.", "抱歉，我无法识别图片中的文字。"),
        [1, 2],
    ),
]


@pytest.mark.usefixtures("gx")
@pytest.mark.parametrize(("name", "parameters", "texts", "expected"), CASES)
def test_unexpected_rows_are_named_by_their_keys(
    name: str, parameters: dict[str, Any], texts: tuple[str | None, ...], expected: list[int]
) -> None:
    from expectations import custom

    result = validate(getattr(custom, name)(column="text", **parameters), frame(*texts))
    assert unexpected_keys(result) == expected
    assert result.success is not bool(expected)


@pytest.mark.usefixtures("gx")
def test_pages_and_order_are_respected() -> None:
    from expectations.custom import ExpectNoBrokenLineSplits, ExpectNoDuplicatedBlocks

    halves = frame(OTHER, FIRST, SECOND, pages="aab")
    assert validate(ExpectNoBrokenLineSplits(column="text", page_column="page"), halves).success
    turned = frame(SECOND, FIRST, OTHER)
    assert unexpected_keys(validate(ExpectNoBrokenLineSplits(column="text", order_column="no"), turned)) == [1]
    copies = frame(LONG, LONG, pages="ab")
    assert validate(ExpectNoDuplicatedBlocks(column="text", page_column="page"), copies).success
    assert not validate(ExpectNoDuplicatedBlocks(column="text"), copies).success


@pytest.mark.usefixtures("gx")
def test_mostly_forgives() -> None:
    from expectations.custom import ExpectNoDuplicatedBlocks

    texts = frame(LONG, LONG, *(f"第{n}号告示：{OTHER}" for n in range(1)), *("短句。",) * 7)
    assert not validate(ExpectNoDuplicatedBlocks(column="text"), texts).success
    assert validate(ExpectNoDuplicatedBlocks(column="text", mostly=0.8), texts).success
