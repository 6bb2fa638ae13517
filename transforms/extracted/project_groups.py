"""Groups of projects: 25个项目……总投资173亿元, 签约项目31个, 87个, 等8个项目."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from transforms.extracted.numerals import NUMBER, parse_number

# 20个项目, 5个生物医药项目, 12个招商项目
_COUNT_FIRST: Final = (
    f"(?P<count1>{NUMBER})个(?:以上)?(?!月|小时|团队)(?P<what1>[^，,。；;、0-9]{{0,14}}?(?:项目|工程))(?![部组库点师])"
)
# 项目5个, 签约过亿元项目9个, 等项目30个
_COUNT_LAST: Final = f"(?P<what2>[^，,。；;、（）()]{{0,14}}?项目)(?:共|共计|累计|达|达到)?(?P<count2>{NUMBER})个"
# 开工建设13个, 在谈50多个, 等40多个,总投资200多亿元
_COUNT_ONLY: Final = (
    f"(?P<what3>(?:新|集中)?(?:开工|签约|续建|竣工|投产|在谈)(?:建设|项目)?|等)(?P<count3>{NUMBER})个(?=[，,。；;、]|$)"
)
#: 比赛的20个项目, 非遗项目43个: numbers of other things.
PLAY: Final = re.compile(
    "比赛|竞赛|选手|参赛|角逐|亚运|奥运|冠军|金牌|奖牌|非遗|非物质|文化遗产|体验|游客|传统|绝技|课题|表演|旅游|运动|趣味"
)
_GROUP: Final = re.compile(f"{_COUNT_FIRST}|{_COUNT_LAST}|{_COUNT_ONLY}")
_TOTAL: Final = re.compile("(?:投资|投资额|总额|金额|规模)(?:约|近|达|达到|为|超|超过|共)*$")
_LEAD: Final = re.compile(
    "^(?:.*(?:等|今年|去年|年|月份|季度|计划|预计|此次|共计?|已|涉及|全国|我国|全省|全市|全区|全县|累计|批准|引进|其中|截至目前|目前)(?=.))?[将的有了]?"
)


class Group(NamedTuple):
    """A group of projects; ``start`` and ``end`` are offsets into the sentence."""

    start: int
    end: int
    size: int
    amount: tuple[Decimal, str] | None
    what: str


def find_groups(sentence: str, sums: list[tuple[int, int, Decimal, str]]) -> list[Group]:
    """Return the groups in ``sentence``, each with the sum that the sentence gives as its total.

    ``sums`` are (start, end, value, currency). A total follows its group before the next group begins, behind a word such as
    总投资, and is not the sum of one item (投资27亿元的……).
    """
    matches = []
    if PLAY.search(sentence):
        return []
    for match in _GROUP.finditer(sentence):
        number = parse_number(match["count1"] or match["count2"] or match["count3"])
        is_ordinal = sentence[: match.start()].endswith("第")
        if number is not None and number.low >= 2 and number.low == int(number.low) and not is_ordinal:
            matches.append((match, int(number.low)))
    groups = []
    for index, (match, count) in enumerate(matches):
        until = matches[index + 1][0].start() if index + 1 < len(matches) else len(sentence)
        total = next(
            (
                (value, currency)
                for start, end, value, currency in sums
                if match.end() <= start < until
                and _TOTAL.search(sentence[match.end() : start])
                and not sentence[end:].startswith("的")
            ),
            None,
        )
        what = match["what1"] or match["what2"] or match["what3"]
        lead = len(match["what2"]) - len(_LEAD.sub("", match["what2"])) if match["what2"] else 0
        groups.append(Group(match.start() + lead, match.end(), count, total, _LEAD.sub("", what) or what))
    return groups
