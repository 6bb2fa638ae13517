"""What a sum of money is for, in the page's own words: 总投资, 合同投资额, 税收, 创业担保贷款."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# Heads of the phrases that say what a sum is. Longest first, so that 固定资产投资 is not cut to 投资.
_HEADS: Final = (
    "合同总投资|合同投资额|固定资产投资|计划总投资|计划投资|总投资额|投资额|总投资|投资|财政贴息|贴息|贷款|产值|增加值|生产总值|营业收入|销售收入|销售额|营收|收入"
    "|税收|税金|利税|利润|补贴|补助|资金|奖金|奖励|进出口总值|进出口总额|进出口额|进出口|出口额|进口额|出口|进口|外资|成交额|交易额|总额|金额|价值|造价|成本"
    "|预算|支出|经费|罚款|捐款|赔偿|债务|融资|拨款|售价|单价|均价|票房|工资|费用|费|款|价格|投入|债券|基金|保费|余额|资产|损失|消费|规模|市值"
)
_LINKS: Final = (
    "(?:总值|总额|总量|共计|合计|累计|总计|已经|已|将|可|预计|约|近|超|达到|达|为|是|完成|实现|突破|发放|高达|共|了|人民币|到|由|从|的|就|也|均|都|仅|增加|增长|增至|超过"
    "|至|有|[:：,，“”（(]|\\s)*"
)
_LEFT: Final = re.compile(f"((?:[\u4e00-\u9fff]{{0,6}}?)(?:{_HEADS})){_LINKS}$")
_RIGHT: Final = re.compile(f"^(?:多|余)?的?((?:[\u4e00-\u9fff]{{0,6}}?)(?:{_HEADS}))")
_CLAUSE: Final = re.compile("[。！？!?；;，,、“”《》（）()：:]")
# Verbs and small words before the phrase proper: 建成后可实现|营业收入, 发放|救助资金, 主要有|投资.
_LEADING: Final = re.compile(
    "^.*(?:主要有|建成后|预计|可实现|年可|可|实现|完成|发放|其中|累计|共计|共|已|将|获得|获|达到|达|申请|争取|落实|下达|拨付|筹集|募集|安排|去年|今年|全年|每年|年|月|日|为|的"
    "|了|新增|在谈推进|新签约|签约|新开工|开工|续建|推进|有|以|从|由|向|对|把|使|让|于|和|与|及|区|市|县|镇|村)(?=.)"
)


@lru_cache(maxsize=65536)
def purpose_of(before: str, after: str) -> str | None:
    """Return what the sum between ``before`` and ``after`` is for, as printed, or None where the clause does not say.

    The phrase before the sum goes first (总投资173亿元), then the one after it (1.2亿元税收); both within the clause.
    """
    clause = _CLAUSE.split(before)[-1]
    left = _LEFT.search(clause)
    if left:
        return _LEADING.sub("", left[1])
    right = _RIGHT.match(_CLAUSE.split(after)[0])
    return _LEADING.sub("", right[1]) if right else None
