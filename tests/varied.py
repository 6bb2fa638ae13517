"""Texts and pages of every kind in great number: written ones, sentences made of parts, and both spoilt letter by letter.

What is made is the same in every Python: all chance comes from ``random()``, which is one of the few promises of the module.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from tests.features import PAGES
from transforms.words import jieba_data

_TEXTS = Path(__file__)

# Parts of sentences, each with what a rule may trip over: two-character names and four-character ones, offices without a place,
# bare zones, bounds before and behind a number, units of every level, lists of one, two and many.
_PARTS: dict[str, tuple[str, ...]] = {
    "place": (
        "青石县", "云岭市", "云岭市柏河县石店镇", "石店镇柳家村", "高新区", "市经济技术开发区", "江北新区", "柳湾镇", "青河县城东街道",
        "青河县城东街道梅园社区", "四川省", "云南", "北岗乡三道沟村五组", "临江区", "内蒙古自治区", "全县", "长江沿线", "望江桥", "全省各市",
        "青石、柏河、临江三县区", "云岭市开发区", "县城", "白石水库", "翠屏山", "丰收大道", "东湾、西湾等地", "青石县、柏河县", "北京", "国家级高新区",
    ),
    "body": (
        "县委", "云岭市委", "青石县人民政府", "县教育局", "市人力资源和社会保障局", "青石县公安局交警大队", "县供电公司", "澜江路桥有限公司",
        "宏泰药业", "宏泰药业集团股份有限公司", "青石县第二中学", "云岭大学医学院", "县妇联、团县委", "中国农业银行青石支行", "石店镇政府",
        "省农科院", "“爱心妈妈”志愿服务队", "县委组织部", "青石县融媒体中心", "柏河县人大常委会", "县政协", "柳家村党支部", "村委会",
        "（云岭）能源科技公司", "云岭市高新区管委会", "镇卫生院", "新华书店", "丰收合作社", "县委县政府", "国网云岭供电公司", "省委",
    ),
    "post": (
        "县委书记", "县委副书记、县长", "副县长", "局长", "党组书记、局长", "镇党委书记", "村支书", "董事长", "总经理", "副董事长兼总经理", "主任",
        "常务副主任", "校长", "院长", "大队长", "记者", "驻村第一书记", "负责人", "技术员", "政委", "主席", "队员", "教授", "市委常委、组织部部长",
        "人大代表", "村民", "司机", "党工委书记、管委会主任", "非遗传承人", "老党员", "秘书长", "代市长", "原县长", "时任副市长",
    ),
    "name": (
        "石向前", "何小满", "欧阳晴", "丁某", "段长河", "柏青", "温如玉", "司徒明", "申有田", "白桦", "蒋一川", "车有余", "安静", "高山", "向阳",
        "于是", "和平", "田野", "石某某", "尉迟澄", "曾建国", "王大妈", "老李", "李师傅", "小丁", "丁 一", "阿依古丽·买买提", "何小满夫妇", "马上",
    ),
    "number": (
        "3", "12", "１７.7", "0.5", "1,200", "三", "十二", "两", "一百二十", "3.6", "20余", "三十多", "近百", "上千", "100", "5万", "1.2亿", "三百亿",
        "百", "数十", "几", "8000多", "12万余", "2至3", "5-8", "七八", "十几", "0", "1亿2000万", "3000", "半", "一点五", "2.30", "9999", "10000",
        "廿三", "贰拾", "第三", "1/3", "50%", "百分之五", "三成", "千", "五六十", "-2", "1.5万", "一", "30～50", "4", "2021", "110",
    ),
    "unit": (
        "元", "万元", "亿元", "多万元", "亿余元", "美元", "万美元", "万余元人民币", "块钱", "亿", "万", "个", "人", "名", "户", "家", "吨", "亩", "公里",
        "平方米", "万亩", "多人", "余名", "％", "个百分点", "岁", "年", "天", "小时", "座", "辆", "人次", "万人次", "万千瓦时", "头", "米", "公斤", "号",
        "元/吨", "元一斤", "倍", "立方米", "项", "期", "公顷", "港元", "欧元", "台", "个月", "分钟", "度", "级", "余元", "千克", "万千克", "件", "吨钢",
    ),
    "bound": ("", "", "约", "近", "超", "超过", "不足", "至少", "达", "达到", "最高", "总投资", "投资", "计划投资", "共", "约合", "不低于", "逾", "高达"),
    "date": (
        "5月6日", "2021年5月29日", "去年10月", "今年1至9月", "昨日", "今年以来", "上半年", "2020年底", "11月初", "10日上午", "近日", "明年6月底前",
        "2018、2019年", "“十四五”期间", "3月", "上世纪90年代", "11月5日至1月3日", "二〇二一年五月", "1月1日0时", "12月", "一季度", "前4月", "去年同期",
        "2021-05-29", "5月29、30日", "2月30日", "每年3月12日", "1990年代", "冬至前", "2022年春节", "去冬今春", "本月底", "上周五", "当天", "2019年至2021年",
    ),
    "project": (
        "云溪风电场", "云岭产业园", "“云溪数据港”", "冷链物流园", "年产20万吨新材料", "望江桥加固", "白石水库除险加固", "石店镇公路改造",
        "“一镇一果”", "跳绳", "智能制造产业园二期", "110千伏输变电", "老旧小区改造", "宏泰药业原料药", "5G基站", "北岗片区安置房",
    ),
    "state": (
        "开工建设", "集中开工", "建成投产", "签约", "正在建设", "加快推进", "竣工", "计划今年开工", "洽谈", "落地", "投入使用", "正式投产", "续建",
        "试运行", "完成主体", "前期工作", "有序推进", "全部完工",
    ),
    "what": ("水渠", "高标准农田", "企业", "路灯", "群众", "学生", "学校", "养殖户", "项目", "岗位", "桥梁", "梨树", "奶牛", "图书", "快递", "产值", "税收"),
    # Two and three names printed without a blank, with common surnames and without.
    "run": (
        "王小明李大山", "石向前何小满", "王明李大山", "白桦林青", "张三丰李四", "何小满白桦", "欧阳晴王明", "蒋一川温如玉", "陈明", "王小明 李大山",
        "田野、白桦", "王小明李大山陈明", "柏青申有田", "刘洋张弛", "马上于是", "宋 词", "高山向阳", "李青青", "段长河 文/图", "何小满，白桦",
    ),
    "short": ("济南", "青岛", "烟台", "临沂", "日照", "在泰安", "全市临沂", "成都", "我省的绵阳", "昆明", "云岭", "北京", "寿光", "到章丘", "滕州", "吉林", "从邹平"),
    "year": ("2019年", "2020年", "2021年", "2022年", "2021年度", "二〇二一年", "2023年", "2021年第三次"),
    "event": (
        "工作会议", "招工大会", "总结表彰大会", "运动会", "春季农业生产现场会", "集中开工仪式", "是丰收的一年", "十大年度人物", "务虚会", "例会召开",
        "招聘会举行", "考核结果", "第三届艺术节", "倒计时", "新年联欢会", "计划", "动员部署会", "以来", "起", "集中签约活动",
    ),
    "goal": ("", "", "", "力争", "到", "自", "截至", "表彰", "回顾", "预计", "计划", "通报", "面向", "将于", "召开", "举办", "在", "公布"),
    "joint": ("", "", "、", "，", ",", "和", "与", "及", "；", "等", "（", "）", "“", "”", "。", "：", "——", " ", "·", "的", "在", "对"),
}  # fmt: skip
_TEMPLATES: tuple[str, ...] = (
    "{date},{place}{post}{name}到{place}调研。",
    "{place}{body}{post}{name}、{name}和{body}{post}{name}出席仪式。",
    "{post}{name}主持会议,{post}{name}、{name},{body}有关负责人参加。",
    "{bound}{number}{unit}{joint}{what}{bound}{number}{unit}。",
    "{project}、{project}等{number}个项目{state},{bound}{number}{unit}。",
    "{bound}{number}{unit}的{project}项目{state}{joint}{bound}{number}{unit}的{project}项目{state}。",
    "{project}项目{bound}{number}{unit},占地{number}{unit},{date}{state}。",
    "{place}{number}个项目{state},{bound}{number}{unit};{number}个项目{state}{joint}",
    "{date}至{date}{joint}全县{what}{number}{unit},同比增长{number}{unit}。",
    "截至{date},{what}{bound}{number}{unit},其中{what}{number}{unit}、{what}{number}{unit}。",
    "“{what}多了,{what}也好卖。”{place}{post}{name}说,“{date}还要再修{number}{unit}{what}。”",
    "{name}{post}说,{date}{place}的{what}{bound}{number}{unit}。",
    "由{body}主办、{body}承办的{what}节{date}在{place}举行。",
    "{body}{joint}{body}{joint}{body}联合发文。",
    "民警将{name}、{name}抓获,{name}曾在{place}务工。",
    "本报讯(记者 {name} 通讯员 {name} {name}){date},{place}{what}{number}{unit}。",
    "{place}、{place}{joint}{place}等{number}个乡镇的{number}{unit}{what}受益。",
    "在{place}{place}{joint}{name}告诉记者,{date}到{date}他家卖{what}收入{number}{unit}。",
    "{date}印发的通知说,对{what}每{unit}补助{number}{unit},{bound}{number}{unit}。",
    "来自{place}的{name}获得{number}{unit}奖金,{body}向{name}颁奖。",
    "{bound}{number}{unit}至{number}{unit}{joint}{number}—{number}{unit}{joint}{number}{unit}左右,{number}{unit}以上。",
    "{project}(一期)由{body}建设,{bound}{number}{unit}{joint}{state}。",
    "图为{date},{name}在{place}查看{what}。{name} 摄",
    "{place}{joint}{body}{joint}{post}{joint}{name}{joint}{number}{unit}",
    "{name}代表{body}致辞,{post}、{post}{name}宣布{project}项目{state}。",
    "{goal}{year}{event}{joint}{goal}{year}{event}",
    "{date},{place}{goal}{year}{event}在{place}举行,{goal}{year}{what}达{number}{unit}。",
    "{goal}{year}{what}{number}{unit},{year}是{what}之年,{date}{state}。",
    "本报讯(记者 {run} 通讯员 {run} 报道){date},{place}{what}{number}{unit}。",
    "本报记者 {run} 通讯员 {run}{joint}摄影报道",
    "{place}{what}{state},{post}{name}说。(记者 {run} 通讯员 {run} 摄)",
    "{short}、{short}、{short}等地的{what}{number}{unit}。",
    "{date},{name}在{short}、{short}{joint}{short}等地{state}。",
    "一是{state}{what},{number}{unit};",
    "{what}{bound}{number}{unit}；",
    "{joint}{name}说,{post}{name}称,{name}{post}表示,{post}{name}{state}。",
    "{post}{joint}{name}告诉记者:“{what}{number}{unit}。”{name}先生、{name}女士到场。",
    "{place}{word}公司、{word}集团和{word}厂等企业参加{word}会,{post}{word}说。",
    "{body}{post}{word}、{word}到{word}镇{word}村,{word}告诉记者。",
    "{word}县{word}局局长{name}{word},{word}表示。",
    "投资{number}{unit}的{word}{word}项目、{word}项目{state},{word}{number}{unit}。",
    "{word}{number}{unit},{word}{number}{unit},{name}在{word}{word}。",
    "{word}、{word}、{word}等{number}家企业{state};{word}市{word}学校{word}。",
    "{date}{word}{year}{word},{word}{date}。",
    "{word}{word}{word}{word},{word}{word}{word}。",
    "□ {run} {run}", "{run} 文/图", "通讯员 {run}{joint}{run} 摄", "（{run}）", "作者：{run}（{body}）",
    "在市开发区,{place}{what}{number}{unit}；全省开发区、各县经济开发区、{place}开发区{state}。",
    "{place}进出口总额{bound}{number}{unit},总额{number}{unit},{what}总值{number}{unit}。",
    "据{body}统计,{place}{date}{what}价格每{unit}{number}元,比{date}高{number}元。",
)  # fmt: skip
# What lines of all lengths begin and end with.
_EDGES = (
    "|", "|。", "|，", "图为|。", "——|", "|：", "■ |", "一、|", "本报讯(记者 石向前)|", "|(记者 何小满 摄)", "|（通讯员 白桦 欧阳晴）", "“|”", "　　|。", "|（",
    "本报讯(记者 石向前 何小满 通讯员 白桦 |)5月6日,水渠修通。", "|记者 石向前", "(上接第一版)|", "|(下转第二版)", "责任编辑|", "|;", "据了解,|。", "Spring |",
    "|时评", "走进|", "今日|新闻", "|", "|资讯",
)  # fmt: skip
_LETTERS = "，。、；：“”（）()《》,.:; 　0123456789一二十百万亿元年月日某等的和在市县镇村长书记委局司\n"


class Chance:
    """A source of chance that gives the same in every version of Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def below(self, count: int) -> int:
        return int(self._random() * count)

    def of(self, choices: Sequence[str]) -> str:
        return choices[self.below(len(choices))]


@cache
def written() -> tuple[str, ...]:
    """Return written sentences and lines, each once: a copy of what the case tables had once, so that a new case changes nothing here."""
    return tuple(_TEXTS.with_name("varied_sentences.txt").read_text(encoding="utf-8").splitlines())


@cache
def written_pages() -> tuple[str, ...]:
    """Return written pages: those of ``features``, and a copy of those that the case tables had once."""
    return (
        *_TEXTS.with_name("varied_pages.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n\f\n"),
        *(page for page in PAGES if page.strip()),
    )


def _number(chance: Chance) -> str:
    digits = str(chance.below(10 ** (1 + chance.below(5))))
    return digits + (f".{chance.below(100)}" if chance.below(4) == 0 else "")


def _date(chance: Chance) -> str:
    year, month, day = 1990 + chance.below(40), chance.below(14), chance.below(33)
    forms = (
        f"{year}年{month}月{day}日",
        f"{month}月{day}日",
        f"{day}日",
        f"{month}月",
        f"{year}年",
        f"{year}年{month}月",
    )
    other = (
        f"{month}月{day}日至{chance.below(33)}日",
        f"去年{month}月",
        f"{month}月上旬",
        f"{year}—{year + chance.below(3)}年",
        f"{day}日上午",
    )
    return chance.of((*forms, *other))


@cache
def _dictionary_words() -> tuple[str, ...]:
    """Return words of two to four characters, every 31st of jieba's dictionary, whatever kind they are of."""
    lines = jieba_data("dict.txt").decode("utf-8").splitlines()
    return tuple(word for word in (line.partition(" ")[0] for line in lines[::31]) if 2 <= len(word) <= 4)


def _part(chance: Chance, name: str) -> str:
    """Return a part of a sentence; now and then some letters of another stand before it, so that distances vary."""
    if name == "word":
        return chance.of(_dictionary_words())
    pad = chance.of(written())[: chance.below(14)] if chance.below(9) == 0 else ""
    if name in ("number", "date") and chance.below(3) == 0:
        return pad + (_number if name == "number" else _date)(chance)
    return pad + chance.of(_PARTS[name])


def made(chance: Chance, templates: Sequence[str] = _TEMPLATES) -> str:
    """Return a sentence put together from parts."""
    pieces = chance.of(templates).split("{")
    ends = (piece.partition("}") for piece in pieces[1:])
    return pieces[0] + "".join(_part(chance, name) + rest for name, _, rest in ends)


@cache
def sentences_about(name: str, count: int) -> tuple[str, ...]:
    """Return ``count`` sentences, each with a part of that name, one in three spoilt."""
    chance = Chance(7)
    templates = [template for template in _TEMPLATES if "{" + name + "}" in template]
    texts: list[str] = []
    for number in range(count):
        text = made(chance, templates)
        texts.append(spoilt(chance, text, texts) if number % 3 == 2 else text)
    return tuple(texts)


def spoilt(chance: Chance, text: str, others: Sequence[str]) -> str:
    """Return ``text`` with letters lost, doubled, changed or strange, cut short, or run into another text."""
    for _ in range(1 + chance.below(3)):
        place, way = chance.below(len(text) + 1), chance.below(7)
        if way == 0:
            text = text[:place] + text[place + 1 :]
        elif way == 1:
            text = text[:place] + chance.of(_LETTERS) + text[place:]
        elif way == 2:
            text = text[:place] + chance.of(_LETTERS) + text[place + 1 :]
        elif way == 3:
            text = text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
        elif way == 4:
            text = text[place:] if place < len(text) // 2 else text[:place]
        else:
            other = chance.of(others)
            text = text[:place] + other[chance.below(len(other) + 1) :]
    return text.replace("\n", "")


@cache
def sentences(count: int) -> tuple[str, ...]:
    """Return the written texts, and ``count`` more: one half made of parts, one half spoilt."""
    chance = Chance(1)
    whole = [made(chance) for _ in range(count // 2)]
    base = [*written(), *whole]
    return (*base, *(spoilt(chance, chance.of(base), base) for _ in range(count // 2)))


def spoilt_page(chance: Chance, page: str, lines: Sequence[str]) -> str:
    """Return ``page`` with lines lost, moved, printed again, cut in two, run together, spoilt or strange."""
    text = page.split("\n")
    for _ in range(1 + chance.below(6)):
        place, way = chance.below(len(text)), chance.below(9)
        line = text[place]
        if way == 0 and len(text) > 1:
            text.pop(place)
        elif way == 1:
            text.insert(chance.below(len(text) + 1), line)
        elif way == 2:
            text.insert(chance.below(len(text) + 1), chance.of(lines))
        elif way == 3 and line:
            at = chance.below(len(line))
            text[place : place + 1] = [line[:at], *[""] * chance.below(2), line[at:]]
        elif way == 4:
            text[place : place + 2] = ["".join(text[place : place + 2])]
        elif way == 5 and line:
            text[place] = spoilt(chance, line, lines)
        elif way == 6:
            text.insert(place, "")
        elif way == 7:
            text.insert(chance.below(len(text) + 1), spoilt(chance, line, lines) if line else "")
        else:
            first = chance.below(len(text))
            text.insert(chance.below(len(text) + 1), "\n".join(text[first : first + 1 + chance.below(3)]))
    return "\n".join(text)


@cache
def pages(count: int) -> tuple[str, ...]:
    """Return the written pages, and ``count`` more that are spoilt or put together."""
    whole = written_pages()
    chance, lines = Chance(2), written()
    more = []
    for number in range(count):
        if number % 12 == 0:
            more.append("\n".join(_of_all_lengths(chance)))
        elif number % 3:
            more.append(spoilt_page(chance, chance.of(whole), lines))
        else:
            more.append("\n".join(_put_together(chance, lambda: made(chance), lines)))
    return (*whole, *more)


def _put_together(chance: Chance, sentence: Callable[[], str], lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a page of a few articles: a heading, paragraphs whole, wrapped or cut, now and then a copy or a stray line."""
    said: list[str] = []
    for _ in range(1 + chance.below(4)):
        text = "".join(sentence() for _ in range(1 + chance.below(5)))
        said.append(text)
        yield text[: 6 + chance.below(12)]
        width = 12 + chance.below(30)
        if chance.below(3) == 0:
            yield from (text[at : at + width] for at in range(0, len(text), width))
        elif chance.below(2):
            at = chance.below(len(text))
            yield text[:at]
            yield from (chance.of(lines) for _ in range(chance.below(3)))
            yield text[at:]
        else:
            yield "　　" * chance.below(2) + text
        yield from [""] * chance.below(3)
        if chance.below(3) == 0:
            again = chance.of(said)
            yield again[chance.below(12) :][: 8 + chance.below(len(again))]


def _of_all_lengths(chance: Chance) -> Iterator[str]:
    """Yield lines of every length up to some, of one kind on a page: what a rule says of a line changes at a length."""
    text = "".join(made(chance) for _ in range(9))
    bare = "".join(letter for letter in text if letter not in "，。、；：“”,.:; ?!")
    first, last = chance.of(_EDGES).split("|")
    longest = (20, 45, 90, 130)[chance.below(4)]
    for length in range(1 + chance.below(3), longest, 1 + longest // 60):
        yield first + (bare if chance.below(2) else text)[chance.below(40) :][:length] + last
        if chance.below(4) == 0:
            yield ""
        if chance.below(6) == 0:
            yield made(chance)
        if chance.below(8) == 0:
            run = chance.of(_PARTS["run"])
            yield (
                f"{text[:length]}(记者 {run} 摄)"
                if chance.below(2)
                else f"本报讯(记者 {run} 通讯员 {run[: length % 9]}){text[:length]}"
            )


def copied_page(chance: Chance, lines: Sequence[str]) -> str:
    """Return a page of two to five items, with parts of some printed again elsewhere on it: whole, cut, misread, led by other words."""
    items = [_item(chance, lines) for _ in range(2 + chance.below(4))]
    page = [line for item in items for line in item]
    for _ in range(1 + chance.below(3)):
        item = items[chance.below(len(items))]
        first = chance.below(len(item))
        part = item[first : first + 1 + chance.below(4)] if chance.below(2) else item
        again = [_again(chance, line, lines) for line in part if chance.below(9)]
        # Between two items in most cases, or below the first line of one; a copy astray stands anywhere.
        starts = [sum(map(len, items[:number])) for number in range(len(items) + 1)]
        place = starts[chance.below(len(starts))] + chance.below(2) if chance.below(3) else chance.below(len(page) + 1)
        page[place:place] = again
    return "\n".join(page)


def _item(chance: Chance, lines: Sequence[str]) -> list[str]:
    texts = [
        "".join(made(chance) if chance.below(3) else chance.of(lines) for _ in range(1 + chance.below(3)))
        for _ in range(1 + chance.below(4))
    ]
    head = [texts[0][5:][: 8 + chance.below(14)]] if chance.below(6) else []
    if chance.below(4) == 0:
        texts[1:1] = [chance.of(("一、", "(二)", "●", "")) + made(chance)[: 4 + chance.below(10)]]
    kicker = [texts[-1][: 6 + chance.below(8)]] * (chance.below(6) == 0)
    return [*kicker, *head, *texts, *["通讯员 白桦 摄"] * (chance.below(4) == 0)]


def _again(chance: Chance, line: str, lines: Sequence[str]) -> str:  # noqa: PLR0911 - one way after another
    way, place = chance.below(9), chance.below(len(line) + 1)
    if way == 0:
        return line[:place]
    if way == 1:
        return line[place:]
    if way == 2:
        return chance.of(("据了解,", "据悉,", "同时,", "图为", "日前,", "春", "此外,今年")) + line
    if way == 3:
        return line + chance.of(lines)
    if way == 4:
        return line[:place] + chance.of(lines) + line[place:]
    if way == 5:
        return misread(chance, line, 1 + chance.below(12))
    if way == 6:
        return line * 2
    return line


def misread(chance: Chance, text: str, percent: int) -> str:
    """Return ``text`` with about ``percent`` of a hundred letters changed for others of it, lost or doubled."""
    read = []
    for letter in text:
        way = chance.below(300) if chance.below(100) < percent else 3
        read.append(text[chance.below(len(text))] if way % 3 == 0 and way != 3 else "" if way % 3 == 1 else letter)
    return "".join(read)


@cache
def copied_pages(count: int) -> tuple[str, ...]:
    """Return ``count`` pages that print something twice."""
    chance = Chance(3)
    return tuple(copied_page(chance, written()) for _ in range(count))


@cache
def body_pairs(count: int) -> tuple[tuple[str, str], ...]:
    """Return pairs of texts without marks, one of which is the other printed again: misread, cut, longer, about other numbers."""
    chance, plain = Chance(4), str.maketrans("", "", '，。、；：“”（）()《》,.:; 　—·"')
    pairs = []
    for _ in range(count):
        text = "".join(made(chance) for _ in range(2 + chance.below(9))).translate(plain)
        other = text
        for _ in range(1 + chance.below(2)):
            other = _another(chance, other)
        pairs.append((text, other))
    return tuple(pairs)


def _another(chance: Chance, text: str) -> str:  # noqa: PLR0911 - one way after another
    way, place = chance.below(8), chance.below(len(text) + 1)
    if way < 2:
        return misread(chance, text, 1 + chance.below(22))
    if way == 2:
        return text[:place] if place > len(text) // 3 else text[place:]
    if way == 3:
        return text[:place] + made(chance) * chance.below(4) + text[place:]
    if way == 4:
        return made(chance) * chance.below(3) + text[: len(text) - chance.below(9)] + made(chance) * chance.below(3)
    if way == 5:
        digits = {chance.of("0123456789一二三四五百万上下") for _ in range(1 + chance.below(3))}
        return "".join(chance.of("0123456789一二三四五百万上下") if letter in digits else letter for letter in text)
    if way == 6:
        old = text[place : place + 1 + chance.below(3)]
        return text.replace(old, chance.of(_PARTS["name"])) if old else text
    span = 1 + chance.below(9)
    return text[:place] + text[place + span :] if chance.below(2) else text[:place] + made(chance)[:span] + text[place:]
