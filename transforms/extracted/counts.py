"""Quantities other than money: 56家企业, 2100余人, 98%以上, 3.8万亩, 4平方公里, 百分之三点五.

A quantity is a number and a unit. No quantities are ordinals (第14次), slogans (“四个意识”, 四位一体), indefinite articles
(一个缩影), round numbers in idioms (千家万户), and lengths of time and ages (3到5年, 两个月, 六旬), which say when, not how many.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

import polars as pl

from transforms.extracted.bounds import AFTER, BARE_NUMBER, BEFORE, is_bound, qualifier_of
from transforms.extracted.candidates import Lines, find_candidates
from transforms.extracted.lexicon import any_of
from transforms.extracted.numerals import (
    LARGE_NUMBER,
    NUMBER,
    RANGE,
    SPACE,
    infer_unit,
    parse_number,
)
from transforms.frames import COUNTS, frame_of

#: Measures and classifiers that count whatever number stands before them.
_UNITS: Final = """
    个百分点 百分点 个基点 基点 倍
    平方公里 平方千米 平方米 平方 立方米 公里 千米 厘米 毫米 海里 米 公顷 亩 吨 公斤 千克 克 斤 毫升 升 ℃
    千瓦时 千瓦 兆瓦 标准箱 标箱 张床位 人次 户次 场次 件次 台次 辆次 架次 班次 批次 车次 列次 家次 剂次 台套 件套
    个 家 名 人 人口 户 位 项 件 条 场 处 所 座 栋 幢 台 辆 套 只 头 株 棵 枚 张 支 份 篇 幅 部 架 艘 列 趟 例 起 宗 笔 次
    间 片 册 批 盏 碗 杯
    """.split()
#: Classifiers that need Arabic digits: 三门峡, 四面, 五组 and the like are names and ordinals.
_UNITS_WITH_DIGITS: Final = """
    微克/立方米 毫克/升 毫克 大类 方面 部门
    块 颗 粒 根 本 节 门 组 层 轮 种 类 款 字 页 集 箱 袋 瓶 桶 盒 票 车 匹 尾 羽 封 单 队 顶 床 口 面 把 股 桩 回
    """.split()
_LONGEST_FIRST: Final = sorted((*_UNITS, *_UNITS_WITH_DIGITS), key=lambda unit: (-len(unit), unit))
_UNIT: Final = f"(?:{'|'.join(_LONGEST_FIRST)})"
#: People in millions go without a classifier: 9748万农村人口, 1.5亿学生.
_MASS: Final = (
    "(?:农村|农业|城镇|城乡|贫困|转移|脱贫){0,3}(?:人口|居民|学生|群众|用户|中国人|农民工|市民|旅客|游客|职工|学子)"
)
_CANDIDATE: Final = (
    f"百分之(?:{NUMBER}){AFTER}?|{BEFORE}?{SPACE}?(?:{NUMBER}[%％]?{RANGE})?{NUMBER}{SPACE}?(?:[%％‰]|{_UNIT}){AFTER}?"
    f"|{BEFORE}?{LARGE_NUMBER}{_MASS}"
)
_COUNT: Final = re.compile(
    f"(?P<rough>{BEFORE})?{SPACE}?(?:(?P<low>{NUMBER})[%％]?{RANGE})?(?P<number>{NUMBER}){SPACE}?"
    f"(?P<unit>[%％‰]|{any_of(_LONGEST_FIRST)}|{_MASS})(?P<after>{AFTER})?"
)
# More than half of all quantities: read in a fifth of the time that _COUNT takes, and 1.5万千克 as 1.5万 of 千克.
_PLAIN: Final = re.compile(f"([0-9]{{1,12}}(?:[.][0-9]{{1,6}})?[万亿]?)([%％]|{any_of(_LONGEST_FIRST)})")
_PERCENT: Final = re.compile(f"百分之(?P<number>{NUMBER})(?P<after>{AFTER})?")
# What makes the unit another word, or the quantity a length of time.
_NOT_AFTER: Final = {
    "个": re.compile(
        "^(?:多?半?(?:月|小时)|工作日|星期|礼拜|季度|学期|世纪|钟头|年|百分百|交易日|昼夜|周|周末|一|人|性|体|别)"
    ),
    "人": re.compile("^(?:民|类|才|口|均|士|大|工|物|生|体|转|行|家|权|事|数|格|心|造|流)"),
    "位": re.compile("^(?:一体|于|置|数|列|居)"),
    "部": re.compile("^(?:门|委|分|长|队|署|落|曲|级)"),
    "条": re.compile("^(?:件|例|约|线|腿)"),
    "家": re.compile("^(?:庭|长|乡|园|具|电|族|里|人)"),
    "次": re.compile("^(?:会议|全会|全体|元|方程|产业|要|序|日|年|月)"),
    "起": re.compile("^(?:来|步|点|草|到|跑|航|源|重|诉|床|飞|降|伏|义|初|因|码)"),
    "所": re.compile("^(?:有|以|在|谓|需|得|属)"),
    "处": re.compile("^(?:理|于|罚|长|置|分|级|室|在|处)"),
    "名": re.compile("^(?:称|字|义|单|列|气|牌|优|胜|次)"),
    "户": re.compile("^(?:籍|口|外|型|主)"),
    "项": re.compile("^(?:目|链|式)"),
    "台": re.compile("^(?:县|湾|风|阶|账|词|商|北|州|儿庄|前|海)"),
    "场": re.compile("^(?:所|地|馆|景|面|外)"),
    "件": re.compile("^(?:数)"),
    "公斤": re.compile("^级"),
    "千克": re.compile("^级"),
    "份": re.compile("^(?:额)"),
    "张": re.compile("^(?:家|力|贴|开|店|庄|湾)"),
    "米": re.compile("^(?:饭|粉|线|面|兰|勒|脂|易|字)"),
    "支": re.compile("^(?:持|部|付|撑|援|出|队(?!伍)|行|委|农)"),
    "批": re.compile("^(?:准|评|发|复|示|判)"),
    "间": re.compile("^(?:隔|接|断)"),
    "座": re.compile("^(?:谈|落|位|椅|次)"),
    "单": re.compile("^(?:位|元|独|一|车|纯|日|品|个|价|项|县|体|打|杠|核)"),
    "门": re.compile("^(?:头|口|店|窗|诊|牌|前|户|市|派|类)"),
    "组": re.compile("^(?:织|成|建|长|团|装|合|员|委)"),
    "字": re.compile("^(?:型|形|号|头)"),
    "块": re.compile("^钱"),
    "面": re.compile("^(?!锦旗|旗|墙|鼓|镜|国旗|红旗)"),
    "车": re.compile("^(?:间|道|辆|主|站|位|型|展|企|祸)"),
    "口": re.compile("^(?:岸|腔|碑|号|罩|味|岁|径|感|粮)"),
    "集": re.compile("^(?:中|团|体|合|群|镇|聚|装|市|约|成|散|贸)"),
    "节": re.compile("^(?:气|能|约|点|日|目|水|假|会|奏)"),
    "层": re.compile("^(?:级|面|次|层)"),
    "款": re.compile("^(?:项|式)"),
    "类": re.compile("^(?:型|别|似)"),
    "种": re.compile("^(?:植|子|苗|业|质|粮|养|群|族)"),
    "本": re.compile("^(?:地|报|科|市|县|区|次|届|月|年|土|金|文|级|村|人|届|轮|赛)"),
    "队": re.compile("^(?:伍|员|长|列)"),
    "头": re.compile("^(?:条|版|等|发|疼|痛|脑|雁|部|顶|上)"),
    "列": re.compile("^(?:车长|入|为|席|表|出|举)"),
}
#: The character before an ordinal: 第14次, 上一次, A3座.
_BEFORE_ORDINALS: Final = frozenset(
    "第每首上下前某哪初周同.．·/:：0123456789０１２３４５６７８９"
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ"
)
#: Nouns that follow a classifier directly often enough to be worth keeping with the unit (56|家企业).
_NOUN: Final = re.compile(
    "^(?:重点项目|项目|龙头企业|企业|岗位|单位|学校|社区|学生|村|镇|街道|部门|车间|党员干部|党员|干部|职工|群众|志愿者|居民"
    "|教师|医生|医务工作者|医务人员|民警|公安干警|代表|委员|选手|运动员|专家|孩子|老人|人员|工人|农民|贫困户|家庭|小区|卡点"
    "|案件|问题|活动|讲座|培训班|招聘会|支行网点|网点|车辆|道路|路灯|座位|床位|专业技术人才|人才|高校毕业生|毕业生|困难职工"
    "|创新平台|平台|先进集体|先进个人|党支部|工作组|合作社|农场|大棚|基地|园区|国家|省份|城市|县)(?=[，。；、,;！\\s的进与和及等]|参与|参加|获|$)"
)
_COUNTING: Final = ("个", "家", "名", "户", "位", "项", "处", "所")  # classifiers before such a noun
_PRICED: Final = re.compile("[钱价费卖买碗斤票饭餐租][^，。；,;]{0,4}$")  # 一碗面9块
_DIGIT: Final = re.compile("[0-9０-９]")
_CHINESE_SMALL: Final = re.compile("[一二三四五六七八九十两]|十[一二三四五六七八九]")
_SLOGAN_NOUN: Final = re.compile(
    "^[^，。；、,;]{0,4}(?:意识|自信|维护|坚持|突破|关键|行动|工程|战略|体系|要素|目标|保障|优势|原则|环节|阶段|层面|维度|抓手|规定|代表)"
)


class Count(NamedTuple):
    """A quantity as read from a hit; ``start`` and ``end`` are offsets into hit and what follows it."""

    start: int
    end: int
    value: Decimal
    unit: str
    qualifier: str


def find_counts(texts: pl.DataFrame, *, lines: Lines | None = None) -> pl.DataFrame:
    """Return the quantities in ``texts`` (schema ``ARTICLE_TEXTS``, bylines left out) as a frame of the schema ``COUNTS``.

    ``unit`` is the measure as printed, with the noun that directly follows it where it is a common one (家企业, 个项目, 人).
    Measured on 2026-11-23 (``benchmarks/facts.py``): all 56 quantities of the annotated pages; of 200 in broadcast news, read
    by eye, three counted nothing (八项规定, 二次点火, a unit cut short), which the rules leave out since.

    A share has the unit ``%`` and the value of the share: 98% is 0.98. Of a range the lower end is given.
    """
    rows: list[tuple[Any, ...]] = []
    for _, article_id, _, paragraph_no, _, char_start, _, hit, before, after in find_candidates(
        texts, _CANDIDATE, lines=lines
    ):
        count = read_count(hit, before, after[:12])
        if count is not None:
            start, end, value, unit, qualifier = count
            printed = hit[start:] + after[: end - len(hit)]
            start += char_start
            rows.append((article_id, paragraph_no, start, start + len(printed), printed, value, unit, qualifier))
    return frame_of(rows, COUNTS)


def read_count(hit: str, before: str, after: str) -> Count | None:
    """Return the quantity that ``hit`` says, or None where it is none (第14次, 四位一体, “四个意识”, 两个月)."""
    read, neighbour = _printed(hit, is_bounded=True), before[-1:]
    if read and read.rough and not is_bound(read.rough, neighbour, read.number):
        neighbour = read.rough[-1]
        read = _printed(hit, is_bounded=False)
    if read is None or neighbour in _BEFORE_ORDINALS:
        return None
    if not read.is_share and _is_figure_of_speech(read, before, after):
        return None
    if read.unit == "块" and _PRICED.search(before) and re.match("$|[，。；、,;！”]", after):
        return None
    start, end, value, unit, qualifier = read.quantity
    noun = _NOUN.match(after) if read.may_have_noun else None
    return read.quantity if noun is None else Count(start, end + noun.end(), value, unit + noun[0], qualifier)


class _Printed(NamedTuple):
    """What a hit says by itself, whatever surrounds it."""

    quantity: Count
    rough: str | None
    number: str
    unit: str
    is_share: bool
    may_have_noun: bool
    is_in_characters: bool  # no digit: an article, an idiom or a slogan as it may be
    is_never_counted: bool  # an article or idiom by itself
    is_people: bool  # 14亿人: 民 may follow
    not_after: re.Pattern[str] | None  # what makes the unit another word


@lru_cache(maxsize=4096)
def _printed(hit: str, *, is_bounded: bool) -> _Printed | None:
    """Return what ``hit`` says, with the bound at its head (过56家) or, where that ends another word (通|过56家), without."""
    if (plain := _PLAIN.fullmatch(hit)) and (number := parse_number(plain[1])):
        return _plain(hit, number.low, *plain.groups())
    match = _PERCENT.fullmatch(hit) or _COUNT.fullmatch(hit)
    parsed = parse_number(match["number"]) if match else None
    if match is None or parsed is None:
        return None
    groups, printed, after = match.groupdict(), match["number"], match["after"]
    rough, unit, first = groups.get("rough"), groups.get("unit", "%"), groups.get("low")
    start = 0
    if rough and not is_bounded:
        start, rough = len(hit) - len(hit[len(rough) :].lstrip()), None
    value, qualifier = parsed.low, qualifier_of(rough, after)
    low = parse_number(first) if first else None
    if low is not None and first and (inferred := infer_unit(low.low, first, value, printed)) < value:
        value, qualifier = inferred, qualifier or "range"
    if qualifier is None:
        qualifier = "order-of-magnitude" if parsed.is_vague else "range" if parsed.high else None
    may_have_noun, is_share = unit in _COUNTING and not after, unit in "%％‰"
    if is_share:
        value, unit = (value / 1000, unit) if unit == "‰" else (value / 100, "%")
    is_in_characters = _DIGIT.search(printed) is None
    is_second = printed == "二" and unit != "人"  # 二次点火, 二级: one counts with 两
    is_article = unit in _UNITS_WITH_DIGITS or printed in "一" or is_second
    is_idiom = BARE_NUMBER.fullmatch(printed) is not None and not rough
    return _Printed(
        Count(start, len(hit), value, unit, qualifier or ("over" if parsed.is_over else "exact")),
        rough,
        printed,
        unit,
        is_share,
        may_have_noun,
        is_in_characters,
        is_in_characters and (is_article or is_idiom or _is_part_of_a_word(printed)),
        unit == "人" and re.search("[万亿萬億]", printed) is not None,
        None if after else _NOT_AFTER.get(unit),
    )


def _plain(hit: str, value: Decimal, printed: str, unit: str) -> _Printed:
    """Return what ``hit`` says, a number in digits and a unit and nothing else."""
    is_share = unit in "%％"
    is_people = unit == "人" and printed[-1] in "万亿"
    not_after, may_have_noun = _NOT_AFTER.get(unit), unit in _COUNTING
    if is_share:
        value, unit = value / 100, "%"
    quantity = Count(0, len(hit), value, unit, "exact")
    return _Printed(quantity, None, printed, unit, is_share, may_have_noun, False, False, is_people, not_after)


def _is_figure_of_speech(read: _Printed, before: str, after: str) -> bool:
    """Whether the number counts nothing: an article (一个), an idiom (千家万户), a slogan (“四个意识”, 四位一体)."""
    if (
        read.not_after
        and read.not_after.match(after)
        and not (read.is_people and not after.startswith("民币"))  # 14亿人民
    ):
        return True
    if not read.is_in_characters or read.is_never_counted:
        return read.is_never_counted
    is_quoted = max(map(before.rfind, "“‘《")) > max(map(before.rfind, "”’》"))
    is_slogan = _CHINESE_SMALL.fullmatch(read.number) is not None and _SLOGAN_NOUN.match(after) is not None
    return is_quoted or is_slogan


def _is_part_of_a_word(number: str) -> bool:
    """陆场, 零部件, 唯一一座: digits without a unit are a number only where they are one small digit or a pair (七八人)."""
    if re.search("[十百千万亿拾佰仟萬億几数]", number) or number in tuple("二三四五六七八九两兩"):
        return False
    pair = parse_number(number)
    return pair is None or pair.high is None
