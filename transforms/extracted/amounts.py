"""Sums of money: 173亿元, 3000多万元, 1万余元, 过亿元, 百亿级, 壹佰贰拾万元, 3亿至5亿元, 17.7 亿元, 3.06亿美元.

A number is a sum of money when a currency stands beside it. Two kinds of numbers are money without one: sizes of industries
(百亿级产业集群) and numbers in 万 or 亿 right after a word that only sums have (投资1300万).

Where libraries disagree. JioNLP reads every 三百万 as yuan, Duckling and WeTextProcessing do not: the latter are followed,
because in a newspaper 三百万 is as often people, trees or views. Duckling takes 五分 and 2角 for money: in a newspaper 5分 is
a score, so 角 and 分 count beside 元 or 钱 only. For 3000多元 JioNLP gives the range 3000 to 4000, here it is "over 3000";
几十万元 and 十几元 are ranges as there. 七到九千亿元 is 七千亿 to 九千亿 with both; 八到九百亿 is read alike, not as 8亿
to 900亿.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

import polars as pl

from transforms.extracted.bounds import AFTER, BARE_NUMBER, BEFORE, INCLUDED, is_bound, qualifier_of
from transforms.extracted.candidates import Hit, Lines, find_candidates
from transforms.extracted.currencies import CURRENCY_NAMES, PREFIX_NAMES, SIGNS, alternatives
from transforms.extracted.numerals import LARGE_NUMBER, NUMBER, RANGE, SPACE, infer_unit, parse_number
from transforms.extracted.purposes import purpose_of
from transforms.frames import AMOUNTS, frame_of

_RANGE_AT_END: Final = re.compile(f"{RANGE}$")
_FEN: Final = Decimal("0.01")
_LONGEST: Final = 120  # characters of a sum, range and words around it: a longer hit is damage
_CURRENCY: Final = alternatives(CURRENCY_NAMES)
_SIGN_CODES: Final = {**PREFIX_NAMES, **SIGNS}
_SIGN: Final = f"(?:{alternatives(_SIGN_CODES)}{SPACE}?)"
_SMALL: Final = "(?:[0-9０-９]{1,2}|[零一二三四五六七八九两壹贰叁肆伍陆柒捌玖])"
_CENTS: Final = f"(?:零?{_SMALL}[角毛]零?{_SMALL}分|零?{_SMALL}毛[一二三四五六七八九]|零?{_SMALL}[角毛]|零?{_SMALL}分)"
# 元, 元五角, 块二, 块钱, 元整
_TAIL: Final = f"(?:{_CURRENCY}{_CENTS}(?:钱|整|正)?|块零?[一二三四五六七八九]|{_CURRENCY}(?:钱|整|正)?)"
_NUMBER: Final = f"{NUMBER}[kKwW]?"
_INCLUSIVE: Final = f"{_NUMBER}{INCLUDED}"
_WITH_TAIL: Final = f"{SPACE}{{0,2}}{_TAIL}"

# What the Rust engine looks for: anything that may be a sum. _SUM then reads the hit.
_CANDIDATE: Final = (
    f"{BEFORE}?{SPACE}?(?:{_SIGN}?(?:{_INCLUSIVE}(?:{_WITH_TAIL})?{RANGE}{_SIGN}?)?{_INCLUSIVE}{_WITH_TAIL}{AFTER}?"
    f"|{_SIGN}(?:{NUMBER}{RANGE}{_SIGN}?)?{NUMBER}|{NUMBER}元?级|(?:{NUMBER}{RANGE})?{LARGE_NUMBER}{AFTER}?)"
)
_SUM: Final = re.compile(
    f"(?P<rough>{BEFORE})?{SPACE}?(?P<sign>{_SIGN})?"
    f"(?:(?P<low>{_NUMBER}){INCLUDED}(?:{SPACE}{{0,2}}(?P<low_tail>{_TAIL}))?{RANGE}{_SIGN}?)?"
    f"(?P<number>{_NUMBER}){INCLUDED}(?:{SPACE}{{0,2}}(?:(?P<tail>{_TAIL})|(?P<size>元?级)))?(?P<after>{AFTER})?"
)
_READ_TAIL: Final = re.compile(
    f"(?P<name>{_CURRENCY})(?:零?(?P<jiao>{_SMALL})[角毛])?(?:零?(?P<fen>{_SMALL})分)?(?:(?<=毛)(?P<last>[一二三四五六七八九]))?(?P<zero>零)?(?P<short>[一二三四五六七八九])?(?:钱|整|正)?"
)

# 元 as the beginning of another word (2023元旦, 15日元宵) whatever the number, and after a number of one or two characters
# also in 元首, 二元结构, 三元乳业; 3亿元首期资金 and 5万元化肥 are money.
_FEAST: Final = re.compile("^(?:旦|宵)")
_NOT_YUAN: Final = re.compile(
    "^(?:[首帅件老勋素凶音青代朝化论区里桥锂乳醇]|宇宙|月[一二三四五六七八九十]|大都|结构|[一二三]次|方程|对立"
    "|文化格局|社会|经济|主义|世界|模式|材料|催化|牛奶|食品|股份)"
)
_PRICE_BEFORE: Final = re.compile("(?:[价费花给付卖挣收出涨降高低仅只达为每捐奖罚掏交补息税了、，。；“,到]|^)$")
_PRICE_AFTER: Final = re.compile("^(?:钱|[一每/的左以，。；、”,.;]|$)")
_SIZE_NOUNS: Final = (
    "产业|产值|集群|企业|园区|项目|基地|板块|赛道|税收|税源|强[市县区镇]|龙头|链|市场|规模|工程|平台|园|港"
    "|开发区|高新区|新城|商圈|楼宇|经济|商贸|物流|制造|消费"
)
_SIZE: Final = re.compile(f"^的?[\u4e00-\u9fff、“”·A-Za-z0-9]{{0,9}}?(?:{_SIZE_NOUNS})")
# 产业迈向三百亿级: the noun before, a verb of growing between.
_GROWS: Final = re.compile(f"(?:{_SIZE_NOUNS})[^，。；,;]{{0,4}}(?:向|到|达|达到|突破|至|为)$")
_GOAL_ENDS: Final = re.compile("^(?:$|[，。、；！？,.;!?)）”》\\s的]|冲刺|迈进|跨越|目标|大关|台阶|发展)")
_SIZE_WITHOUT_LEVEL: Final = re.compile(
    "^(?:级|产业|企业|园区|集群|俱乐部|产值|强[市县区]|城市|GDP|生产总值|工程|项目|板块|税收|目标|大关)"
)
_SIZE_OF_YI: Final = re.compile("^(?:产业|产值|企业|项目|税收|集群|园区)")
_NOT_A_SIZE: Final = re.compile(
    "^[\u4e00-\u9fff]{0,4}?(?:参数|用户|流量|人口|播放|粉丝|人次|数据|吨|像素|斤|立方|千瓦|产能"
    "|浏览|点击|客流|词|条|台|颗)"
)
# Words that only sums have, directly before a number in 万 or 亿 without currency (投资1300万), with what may stand between.
_MONEY_WORD: Final = re.compile(
    "(?:投资额?|总投资|投入|斥资|耗资|出资|注资|融资|资金|贷款|拨款|罚款|捐款|补贴|补助|产值|营收|销售额"
    "|销售收入|营业收入|交易额|成交额|利润|税收|纳税|收入|预算|经费|造价|工资|年薪|债务|奖金|外资|进出口额"
    "|赔偿|借款|欠款|工程款|货款|房款|保费|存款|税金|税额|金额|开销|售价|价格|花费|花了)"
    "(?:总额|总计|共计|累计|合计|高达|达到|达|为|是|了|近|约|超过|超|突破|完成|实现|仅|只有|就|有|共|:|：|\\s)*$"
)
_SUM_ENDS: Final = re.compile("^(?:$|[，。、；！？,.;!?)）”》\\s的])")
_BARE_SUM_NOUN: Final = re.compile("^(?:以上|级|项目|企业|大关|园区|产业|强县|楼宇|村镇|村|乡镇|俱乐部|工程)")


class Sum(NamedTuple):
    """A sum as read from a hit; ``start`` and ``end`` are offsets into the hit."""

    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    currency: str
    qualifier: str


class Tail(NamedTuple):
    """What stands after the number: a currency, 角 and 分 in its base unit; ``is_short`` for 一块二."""

    name: str
    cents: Decimal = Decimal(0)
    is_short: bool = False


def find_amounts(texts: pl.DataFrame, *, lines: Lines | None = None) -> pl.DataFrame:
    """Return the sums of money in ``texts`` (schema ``ARTICLE_TEXTS``, bylines left out) as a frame of the schema ``AMOUNTS``.

    ``value`` is the number printed in base units (yuan, not 万元), rounded half up to the fen; ``value_max`` the upper end of a
    range (3亿至5亿元, 七八千元, 数十亿元). ``what`` says what the sum is for, in the page's words, or is null.

    Measured on 2026-11-23 (``benchmarks/facts.py``): all 25 sums of the annotated pages and no trap; 80 of 83 cases of JioNLP,
    Duckling and WeTextProcessing that name a currency; of 203 sums in broadcast news, read by eye, none wrong.
    """
    rows = []
    for hit in find_candidates(texts, _CANDIDATE, lines=lines):
        if len(hit.text) > _LONGEST:
            continue
        found = read_sum(hit.text, hit.before[-16:], hit.after[:14]) or _sum_by_context(hit)
        if found is None:
            continue
        # 从几千元到几十元 goes down: two sums, no range.
        earlier = _RANGE_AT_END.sub("", hit.text[: found.start])
        first = read_sum(earlier, hit.before[-16:], hit.text[len(earlier) :][:14]) if earlier else None
        for money in (first, found) if first else (found,):
            start, end = hit.char_start + money.start, hit.char_start + money.end
            purpose = purpose_of(hit.before + hit.text[: money.start], hit.text[money.end :] + hit.after)
            text = hit.text[money.start : money.end]
            rows.append((hit.article_id, hit.paragraph_no, start, end, text, *money[2:], purpose))
    return frame_of(rows, AMOUNTS)


@lru_cache(maxsize=4096)
def _matched(hit: str) -> re.Match[str] | None:
    return _SUM.fullmatch(hit)


def read_sum(hit: str, before: str, after: str) -> Sum | None:
    """Return the sum that ``hit`` says, or None where it is none: no currency and no size, or 元 belongs to another word.

    >>> read_sum("3亿至5亿元", "", "").value
    Decimal('300000000.00')
    """
    match = _matched(hit)
    if match is None or not (match["tail"] or match["size"] or match["sign"]):
        return _size_without_level(hit, after)
    is_size = match["size"] != "级" or _SIZE.match(after) or (_GOAL_ENDS.match(after) and _GROWS.search(before))
    if not is_size or before.endswith("第"):
        return None
    return _checked(match, before, after)


def _checked(match: re.Match[str], before: str, after: str) -> Sum | None:
    number, tail = match["number"], _read_tail(match["tail"])
    start, end, rough = 0, match.end(), match["rough"]
    if rough and not is_bound(rough, before, number):
        start, rough = len(match[0]) - len(match[0][len(rough) :].lstrip()), None
    if match["size"] and "个" in number:  # 两个百亿级集群: two of them
        start = match.start("number") + number.index("个") + 1
        number, rough = number.split("个")[1], None
    if _is_no_sum(match, tail, number, before, after, is_bounded=bool(rough or match["after"])):
        return None
    if (match["tail"] or "").endswith("分") and after[:1] in ("钟", "之", "类", "级", "批"):
        tail, end = Tail(tail.name), match.start("tail") + len(tail.name)
    last = parse_number(number)
    first = parse_number(match["low"]) if match["low"] else None
    if last is None or last.low == 0 or (match["low"] and first is None):
        return None
    value, value_max = last.low + tail.cents, last.high
    if first is not None:
        low = first.low + _read_tail(match["low_tail"]).cents
        if not match["low_tail"]:
            low = infer_unit(low, match["low"], value, number)
        is_slip = not match["low_tail"] and low == first.low < 1000 and value >= 10_000  # 5-3万元
        if low < value and not is_slip:
            value, value_max = low, value
        else:
            start = match.start("number")
    is_size = last.is_vague or bool(match["size"]) or (first is None and BARE_NUMBER.fullmatch(number) is not None)
    qualifier = qualifier_of(rough, match["after"])
    if qualifier is None and is_size:
        qualifier = "order-of-magnitude"
    elif qualifier is None and value_max is not None:
        qualifier = "range"
    qualifier = qualifier or ("over" if last.is_over else "exact")
    currency = CURRENCY_NAMES.get(tail.name, "CNY")
    if match["sign"] and currency == "CNY":  # 港币两千元, but 人民币300美元
        currency = _SIGN_CODES[match["sign"].strip()]
    return Sum(start, end, _fen(value), None if value_max is None else _fen(value_max), currency, qualifier)


def _is_no_sum(match: re.Match[str], tail: Tail, number: str, before: str, after: str, *, is_bounded: bool) -> bool:
    if match["size"]:
        is_small = match["size"] == "级" and ("亿" not in number or (number == "亿" and not _SIZE_OF_YI.match(after)))
        return is_small or _NOT_A_SIZE.match(after) is not None
    if match["sign"] and not match["tail"] and match["sign"].strip() in PREFIX_NAMES:
        return _SUM_ENDS.match(after) is None  # 美元3年期国债
    if tail.name in ("元", "日元") and not tail.cents and not match["after"] and number[-1] not in "万亿萬億":
        if _FEAST.match(after) or (len(number) <= 2 and _NOT_YUAN.match(after)):
            return True
    if (
        tail.name == "元" and number in ("一", "二", "三") and not tail.cents
    ):  # 柏三元 is a person, 文化也是一元 no price
        return not (_PRICE_BEFORE.search(before) and _PRICE_AFTER.match(after))
    if tail.name in ("块", "塊") and "钱" not in (match["tail"] or "") and not _is_price(number, tail, after):
        return True
    # 单位:万元 is the head of a table
    return number in tuple("万亿萬億") and not is_bounded and _BARE_SUM_NOUN.match(after) is None


def _is_price(number: str, tail: Tail, after: str) -> bool:
    """块 counts money and pieces: 三五百块, 3.04块 and 一块二 at the end of a clause are money, 7块奖牌 are pieces."""
    is_at_end = _SUM_ENDS.match(after) is not None
    if tail.cents:
        return not tail.is_short or is_at_end or re.match("[到至—~-]", after) is not None
    return is_at_end and re.search("[百千万.．]", number) is not None


def _size_without_level(hit: str, after: str) -> Sum | None:
    """千亿产业, 万亿俱乐部: a bare round number of 亿 before a word that only sizes in money have."""
    if re.fullmatch("[百千万]亿", hit) and _SIZE_WITHOUT_LEVEL.match(after):
        number = parse_number(hit)
        if number is not None:
            return Sum(0, len(hit), _fen(number.low), None, "CNY", "order-of-magnitude")
    return None


def _sum_by_context(hit: Hit) -> Sum | None:
    """投资1300万: a number in 万 or 亿 that a word for money introduces and a noun does not follow."""
    match = _matched(hit.text)
    if match is None or match["tail"] or match["size"] or match["number"][-1] not in "万亿多余萬億":
        return None
    if not (_MONEY_WORD.search(hit.before) and _SUM_ENDS.match(hit.after)):
        return None
    return _checked(match, hit.before[-2:], hit.after[:14])


@lru_cache(maxsize=4096)
def _read_tail(text: str | None) -> Tail:
    match = _READ_TAIL.fullmatch(text or "")
    if match is None:
        return Tail("")
    cents = Decimal(0)
    for digits, place in (
        (match["last"], "0.01"),
        (match["jiao"], "0.1"),
        (match["fen"], "0.01"),
        (match["short"], "0.01" if match["zero"] else "0.1"),
    ):
        number = parse_number(digits) if digits else None
        cents += number.low * Decimal(place) if number else 0
    return Tail(match["name"], cents, match["short"] is not None)


def _fen(value: Decimal) -> Decimal:
    return value.quantize(_FEN, rounding=ROUND_HALF_UP)
