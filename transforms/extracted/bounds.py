"""Words around a number that say "about", "over" or "under": 近300亿元, 过亿元, 不足50万元, 98%以上, 2100余人."""

from __future__ import annotations

import re
from typing import Final

_UNDER: Final = (
    "不足",
    "不到",
    "不超过",
    "不超",
    "不高于",
    "低于",
    "少于",
    "小于",
    "未达",
    "最多",
    "至多",
    "将近",
    "接近",
    "逼近",
    "近",
)
_OVER: Final = (
    "超过",
    "突破",
    "不低于",
    "不少于",
    "不小于",
    "高于",
    "多于",
    "大于",
    "至少",
    "最少",
    "超",
    "过",
    "逾",
    "破",
    "上",
)
_ABOUT: Final = ("大约", "约合", "约为", "大概", "估计", "约")

#: 50万元(含)以上
INCLUDED: Final = "(?:[(（]含[)）])?"
BEFORE: Final = f"(?:{'|'.join((*_ABOUT, *_UNDER, *_OVER))})"
AFTER: Final = f"(?:{INCLUDED}(?:及?以上|及?以下|以内|左右|上下|不等))"

# 节约, 签约, 通过, 最近, 附近, 以上, 线上: the last character of a word, not "about" or "over".
_ENDS_A_WORD: Final = {
    "约": "节签预合契条大特邀制简相失违毁履续",
    "近": "最附邻临靠走亲贴远",
    "过": "通经渡度越胜路不",
    "超": "赶反高",
    "破": "突攻打",
    "上": "以之网线身加晚早马路地市县",
}
#: 百, 千万, 亿: a round number without a digit; 十万 is one with it.
BARE_NUMBER: Final = re.compile("[百千万亿萬億佰仟]+")


def is_bound(word: str | None, before: str, number: str) -> bool:
    """Whether ``word`` before ``number`` is a bound, and not the end of another word (节约300万元, 线上50万元).

    上 and 破 are bounds of round numbers only: 上千万元, but not 在此基础上300万元.
    """
    if word is None or (before and before[-1] in _ENDS_A_WORD.get(word, "")):
        return False
    return word not in ("上", "破") or BARE_NUMBER.fullmatch(number) is not None


def qualifier_of(before: str | None, after: str | None) -> str | None:
    """Return 'under', 'over' or 'about' for the words around a number, or None where there is none.

    近 is "under", as annotators of such pages have it: 近30年 is less than 30.
    """
    before, after = before or "", after or ""
    if before in _UNDER or after.endswith(("以下", "以内")):
        return "under"
    if before in _OVER or after.endswith("以上"):
        return "over"
    return "about" if before or after.endswith(("左右", "上下")) else None
