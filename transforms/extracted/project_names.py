"""What a project is called, and how far it has got."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from transforms.words import cut, is_word

# What stands before a name in a list or after 的 and does not belong to it.
_LEAD: Final = re.compile(
    "^.*(?:其中|通过了?|引进了?|引入了?|包括了?|包含|其中有|主要有|还有|有|以及|为了|推进了?|实施了?|签约了?|开工了?|续建|新建|竣工|投产|聚焦|围绕|抓好|加快|谋划|洽谈"
    "|对接|承接|落户|落地|打造了?|建成了?|规划|推动|依托|在谈|新开工|新签约|集中开工|位于|走进|参观了?|来到|察看了?|查看了?|视察了?|调研了?|特别是|尤其是|比如|例如|如"
    "|作为|由|从|在|对|把|将|使|让|为|以|到|于|的|了|着|向|与|和|及|是|等|启动|并|[一二三四五六七八九十0-9]个|(?:加快|推进|抓好|和)?建设(?:和运营|了)?(?=[^，、]{3}))(?=.)"
)
# Where a name ends and the sentence goes on: 北岗产业园|正式开工.
_TAIL: Final = re.compile(
    "(?:开足|车辆|近日|最近|加紧|进入|正式|顺利|成功|相继|陆续|先后|已经|已|正在|正|将|即将|在|于|举行|集中|开工|签约|落户|落地|投产|竣工|启动|奠基|建成|建设现场|进展|预计|位于|占地|是|为|由|被|及其"
    "|取得|的|也|均|全部|主体|完成|进入|加快|全面|有序|计划|可|每年|总投资|投资|等|，).*$"
)
#: Words that make no name: 重点项目, 招商引资项目, 高端装备制造项目 are kinds of projects.
_GENERIC: Final = frozenset(
    """
    一期 二期 三期 四期 重点 重大 大 好 新 优质 骨干 龙头 高质量 高端 高新 工业 产业 农业 服务业 制造业 企业 招商 引资 招商引资
    签约 开工 在建 续建 竣工 投产 新建 建设 投资 合作 合同 扶贫 惠民 民生 基础 设施 基础设施 公共 服务
    公共服务 水利 交通 能源 新能源 材料 新材料 环保 教育 卫生 医疗 文化 旅游 文旅 商贸 物流 生物 医药
    生物医药 装备 制造 装备制造 高端装备 信息 技术 新一代 信息技术 科技 研发 科技研发 器械 医疗器械 制剂
    医药制剂 体育 比赛 竞赛 各类 各 该 本 此 其 这 这些 一批 批 多 多个 个 一个 两个 这个 每个 全部 所有
    相关 有关 储备 专项 试点 示范 配套 城市 开发 城市开发 乡村 乡村振兴 农村 改造 提升 升级 技改 工程 项目
    市 县 区 省 市级 省级 县级 国家级 国家 全市 全区 全县 全省 我市 我区 我县 年度 今年 春季 外资 内资 债券
    专项债 补短板 支撑 核心 关键 亿元 万元 以上 单体 优良 具体 首批 首个 第一 第二 第三 科研 加工 深加工
    实体 落地 拟 已 在谈 意向 跨境 电商 经济 发展 性 化 类 型 高 精 尖 强 的 和 、 与 及 或 等 大型 小型
    中小 智能 绿色 数字 生态 创新 平台 载体 园区 集群 链 链条 延链 补链 强链 科目 课题 研究 活动 演出 游乐
    体验 娱乐 审批 核准 备案 更新 入库 双边 多边 产业链 技术改造 生产 众多 固定资产 保障 安置 住房 棚户区
    老旧 小区
    """.split()
)
_HEAD: Final = re.compile(
    "(?:中心|产业园|科技园|物流园|工业园|园区|基地|港|厂|广场|小镇|生产线|综合体|电站|大桥|医院|学校|街|城|湾|里|馆|库|线|园|区|院|府|谷|楼|大厦|制造|动力|药业|二期|三期|一期|改造)$"
)
_DISTRICT: Final = re.compile("^.{1,8}(?:开发区|高新区|新区|[县市镇乡]|(?<![置园小社景校厂库片港])区)")
# 现代医药港|小分子肽项目: a project inside a park or firm that has a name.
_PROPER_PART: Final = re.compile(
    "(?:产业园|科技园|工业园|园区|医药港|[^空]港|基地|中心|公司|集团|学院|大学|医院)[^的]{2,}$"
)
_NOT_A_NAME: Final = re.compile(
    "获悉|表示|该项目|他|发布|今天|总书记|数据显示|结合|听取|关注|出席|会见|严把|^提高|^提升|^完善|^这|^该|^某|^[0-9]|指出|介绍|了解到|[0-9]+(?:余|多)?(?:个|家|名|人)|^(?:企业|公司|资金|贷款|补贴|奖金|基金|债券|合同|协议|大礼包|优惠|税收|产值|设备|产品|收入)"
)

#: Verbs that say how far a project has got, the later stage first where one contains another.
_STATUSES: Final = (
    ("under_negotiation", "在谈|洽谈|拟签约|意向|对接推进"),
    ("continued", "续建|在建|加快建设|加紧建设|建设现场|正在建设|正加紧|施工现场|稳步推进"),
    ("started", "新开工|集中开工|开工|奠基|动工|破土|启动建设|开建"),
    ("in_production", "达产|投产|竣工|投用|投入使用|投入运营|建成运营|试生产|开业运营"),
    ("signed", "签约|签订|签署|落户"),
    ("planned", "拟建|规划建设|计划建设|评审通过|立项|筹备|谋划"),
)
_STATUS: Final = re.compile(
    # A look at the first letter spares most places of a sentence the branches.
    f"(?=[{''.join(sorted({word[0] for _, words in _STATUSES for word in words.split('|')}))}])(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _STATUSES)
    + ")"
)
_NOT_YET: Final = re.compile("(?:计划|预计|有望|力争|确保|推动|促|将于|将在|建成后|争取)[^，。；,;]{0,12}$")


def status_of(before: str, after: str) -> str | None:
    """Return the status of what stands between ``before`` and ``after`` in a sentence: the verb before it, else after it.

    将新开工建设 is "started", as annotators have it, but 计划年底投产 is not yet "in_production".
    """
    for text, is_before in ((before, True), (after, False)):
        verbs = [
            match
            for match in _STATUS.finditer(text)
            if match.lastgroup != "in_production" or not _NOT_YET.search(text[: match.start()])
        ]
        if verbs:
            return verbs[-1 if is_before else 0].lastgroup
    return None


def trim_name(text: str, *, keep_lead: bool = False) -> tuple[int, int]:
    """Return where the name begins and ends in ``text``: without lead verbs, quotes and what the sentence goes on with."""
    start = 0
    if not keep_lead:
        lead = _LEAD.match(text)
        start = lead.end() if lead else 0
    start += len(text[start:]) - len(text[start:].lstrip('“‘"《 \u3000'))
    tail = _TAIL.search(text, start + 2)
    end = tail.start() if tail else len(text)
    kind = text.find("项目", start + 2, end)  # 首期项目|专用网络设备进入联调
    end = end if kind < 0 else kind + 2
    end = start + len(text[start:end].rstrip('”’"》 \u3000'))
    return start, end


@lru_cache(maxsize=4096)
def is_project_name(name: str) -> bool:
    """Whether ``name`` names one project: 2 to 30 characters and not only words for kinds of projects."""
    bare = re.sub("(?:等)?(?:项目|工程)$", "", name)
    if not 2 <= len(bare) or len(name) > 30 or _NOT_A_NAME.search(name) or bare[-1:] in "和与及的":
        return False
    if re.search("[，。；！？,;!?：]", name):
        return False
    words = cut(bare)
    is_plain = len(words) == 1 and len(bare) <= 3 and is_word(bare)  # 电站, 科技馆
    is_district = bare != name and _DISTRICT.fullmatch(bare) is not None  # 市开发区项目
    return not (is_plain or is_district or all(word in _GENERIC for word in words))


def has_proper_head(name: str) -> bool:
    """Whether ``name`` ends as places and plants do (产业园, 中心, 生产线) or begins with one: kinds of projects seldom do."""
    bare = re.sub("(?:项目|工程)$", "", name)
    return _HEAD.search(bare) is not None or _PROPER_PART.search(bare) is not None


@lru_cache(maxsize=4096)
def has_new_word(name: str) -> bool:
    """Whether ``name`` has a word that jieba's dictionary lacks, as the names of firms do (霁岚|药业), beside its district."""
    bare = _DISTRICT.sub("", re.sub("(?:项目|工程)$", "", name))
    return any(len(word) > 1 and "\u4e00" <= word[0] != "抓" and not is_word(word) for word in cut(bare))
