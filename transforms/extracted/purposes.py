"""What a sum of money is for, in the page's own words: 计划总投资, 合同投资额, 税收, 创业担保贷款."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from transforms.words import cut

# The word that says what kind of sum it is; what qualifies it (创业担保|贷款) comes along, up to _LONGEST characters.
_HEADS: Final = frozenset(
    """
    投资 总投资 投资额 贴息 贷款 产值 总产值 增加值 总值 生产总值 总额 收入 营业收入 销售收入 销售额 零售额 营收
    税收 税金 利税 利润 补贴 补助 资金 奖金 奖励 进出口 进出口额 出口额 进口额 出口 进口 外资 成交额 交易额 营业额
    金额 价值 造价 成本 预算 支出 经费 罚款 捐款 赔偿 债务 负债 融资 拨款 售价 单价 均价 票房 工资 月薪 年薪 费用 费
    款 价格 投入 债券 国债 基金 保费 余额 资产 总资产 损失 消费 规模 市值 储备 限额 赤字 顺差 逆差 标准 门槛
    注册资本 资本 负担 增收 订单 款物 善款 房租 租金 学费 押金 债权 存款
    """.split()
)
#: Compounds that jieba keeps whole: 利用外资, 业务收入.
_ENDINGS: Final = (*sorted(_HEADS), "额", "费", "款", "金", "价")
# Words that stand between the phrase and the sum, or before the phrase, and are no part of it.
_SMALL_WORDS: Final = frozenset(
    """
    总值 总额 总量 共 共计 合计 累计 总计 已 已经 将 可 预计 约 近 超 超过 达到 达 为 是 完成 实现 突破 发放 高达 了
    人民币 到 由 从 的 就 也 均 都 仅 增加 增长 增至 至 有 主要 建成 后 年可 其中 获得 获 申请 争取 落实 下达 拨付
    筹集 募集 安排 去年 今年 全年 每年 年 月 日 以 向 对 把 使 让 于 和 与 及 或 新增 推进 在谈 签约 新 新签约
    新开工 开工 续建 要 力争 计划 每 每月 每人 提供 支持 投放 发行 带动 减少 节约 再 又 目前 我国 全国 首次 上半年
    季度 一季度 前三季度 本 该 此 这 各 等 在 中 上 下 里 用 用于 给予 提高 降低 规划 拟
    """.split()
)
#: Verbs that belong to the phrase before 投资: 计划总投资 is not yet spent.
_KEPT_BEFORE: Final = {"计划": ("总投资", "投资"), "合同": ("总投资", "投资", "投资额")}
_LONGEST: Final = 10
_CLAUSE: Final = re.compile("[。！？!?；;，,、“”《》（）()：:\\s]")


def purpose_of(before: str, after: str) -> str | None:
    """Return what the sum between ``before`` and ``after`` is for, as printed, or None where the clause does not say.

    The phrase before the sum goes first (总投资173亿元), then the one after it (1.2亿元税收), both within the clause.
    """
    return _purpose(_CLAUSE.split(before)[-1], _CLAUSE.split(after, maxsplit=1)[0])


@lru_cache(maxsize=4096)
def _purpose(before: str, after: str) -> str | None:
    """Return what a sum is for between the two parts of its clause."""
    words = [word for word in cut(before) if word.strip()]
    while words and words[-1] in _SMALL_WORDS and words[-1] not in _HEADS and not _is_total(words):
        words.pop()
    found = _phrase(words)
    if found is None:
        following = cut(after)
        while following and following[0] in ("的", "多", "余", "左右", "以上", "人民币"):
            following.pop(0)
        ends = [number for number, word in enumerate(following[:5], 1) if word.endswith(_ENDINGS)]
        found = _phrase(following[: ends[0]]) if ends else None
    return found


def _is_total(words: list[str]) -> bool:
    """总额, 总值: part of the phrase where a word for money stands before (进出口总额)."""
    return words[-1] in ("总值", "总额", "总量") and len(words) > 1


def _phrase(words: list[str]) -> str | None:
    """The phrase at the end of ``words``: a word for money and what qualifies it, back to the first small word."""
    if not words or not (_is_total(words) or words[-1].endswith(_ENDINGS)):
        return None
    phrase = words[-1]
    for word in reversed(words[:-1]):
        is_kept = phrase in _KEPT_BEFORE.get(word, ())
        if (
            (word in _SMALL_WORDS and not is_kept)
            or len(word) + len(phrase) > _LONGEST
            or re.search("[0-9年月日]", word)
        ):
            break
        phrase = word + phrase
    return phrase
