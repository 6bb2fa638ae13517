"""Lines made to keep a rule busy: what each pattern or loop of the transforms would like least."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
SENTENCE = "栗湾镇今年计划投资320万元维修机耕路18公里,"


def _repeated(unit: str) -> Callable[[int], str]:
    return lambda count: (unit * (count // len(unit) + 1))[:count]


def _lines(line: str) -> Callable[[int], str]:
    return lambda count: "\n".join([line] * max(1, count // (len(line) + 1)))


def _numbered(count: int) -> str:
    # All of five digits: a line with a digit more shares more with the others, so lines 6,000 to 13,000 of a list counted from
    # 0 take the copies eight times as long as the first 6,000, however often the list is doubled after that.
    return "\n".join(f"第{10_000 + number}条" for number in range(count // 6))


def _growing(count: int) -> str:
    lines, size = [], 0
    while size < count:
        lines.append("栗" * (len(lines) + 1))
        size += len(lines)
    return "\n".join(lines)


# A name, and the text of about so many characters.
PATTERNS: Final[dict[str, Callable[[int], str]]] = {
    "one letter": _repeated("a"),
    "one character": _repeated("栗"),
    "open brackets": _repeated("("),
    "full-width brackets": _repeated("（"),
    "brackets by turns": _repeated("()"),
    "nested book titles": lambda count: "《" * (count // 2) + "》" * (count // 2),
    "open quotes": _repeated("“"),
    "quotes by turns": _repeated("“”"),
    "commas": _repeated(",，、"),
    "digits": _repeated("1234567890"),
    "one digit": _repeated("1"),
    "grouped digits": _repeated("1,234,567."),
    "numerals": _repeated("亿亿万"),
    "numerals of one kind": _repeated("亿"),
    "numeral words": _repeated("三千五百二十一万"),
    "sums": _repeated("320万元"),
    "half sums": _repeated("320万"),
    "dates": _repeated("9月14日"),
    "half dates": _repeated("2023年"),
    "surnames": _repeated(SURNAMES),
    "one surname": _repeated("王"),
    "names with titles": _repeated("镇长顾长河、"),
    "reporters": _repeated("本报记者 鲁一禾 "),
    "organisations": _repeated("栗湾县人民政府"),
    "organisation endings": _repeated("有限公司"),
    "places": _repeated("栗湾省栗湾市栗湾县栗湾镇"),
    "place endings": _repeated("省市县区镇"),
    "full stops": _repeated("。"),
    "dots": _repeated("…"),
    "dashes": _repeated("—"),
    "spaces": _repeated(" "),
    "wide spaces": _repeated("\u3000"),
    "spaced characters": _repeated("栗 "),
    "spaced letters": _repeated("a b "),
    "sentences on one line": _repeated(SENTENCE),
    "combining marks": _repeated("e\u0301"),
    "zero width": _repeated("\u200b栗"),
    "emoji": _repeated("👨\u200d👩\u200d👧"),
    "surrogates' neighbours": _repeated("\U0010ffff"),
    "line ends": _repeated("\n"),
    "short lines": _lines("栗湾"),
    "one-character lines": _lines("栗"),
    "equal sentences": _lines(SENTENCE[:-1] + "。"),
    "equal open lines": _lines(SENTENCE[:-1]),
    "numbered lines": _numbered,
    "growing lines": _growing,
    "bylines": _lines("本报记者 鲁一禾 通讯员 顾长河"),
    "headlines": _lines("栗湾镇部署秋收工作"),
    "tables": _lines("1 2 3 4 5 6 7 8"),
    "verse": _lines("栗湾秋色好,望溪稻花香。"),
}
