"""Articles that nobody wrote: invented news prose from ``prose.toml``, or clean articles from a file, drawn by number.

An article is a pure function of the seed and its number, so that any page can be made again without those before it.
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

ARTICLES_PER_PAGE = 12  # numbers set aside for a page; it uses some of them
Pick = Callable[[], float]  # a number from 0 to under 1

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范"
    "汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎段雷龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤邢樊祝路尚葛毕翟路柴"
    "佟卞冀戚尉栾郗牧蔺穆宓逄养乜仉"
)
COMPOUND = ("欧阳", "司空", "尉迟", "令狐", "诸葛", "申屠", "呼延", "上官")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰文玉红建国春梅志华海燕晓东雪峰立新宇浩然梓涵子轩雨桐思远嘉怡俊哲博雅"
    "晨曦若云书禾景行望舒知秋怀瑾鸣岐松柏长青一诺小满清和守正慕白砚秋南枝北辰见山听澜"
)
# Characters of which place names and brands are made; the pairs are drawn, so that none is meant for a real place.
PLACE_HEADS = "澜苇柳麦双杏石雁青望榆鹤荻碾渡芦桐槐菱穗堰淼梧桑蓼沅砚笠筠棠"
PLACE_TAILS = "桥湾垄碾坡渡塘岭泉溪埠洲冈浦屯庙湖店坝畈"
BRANDS = "霁砾驭芯纹垣穗澜棠昀曜笙嵘锐恒瀚诺擎彻翎岚珩钧沐晟铄"
BRAND_TAILS = "岚曜澜棠鹭笛途域科源川帆森达恒辰禾诚芯拓"
CITIES = tuple(f"{a}{b}" for a in "临望栖云沅砚" for b in "澜苇榆鹤")
FAR = ("上海", "深圳", "成都", "杭州", "武汉", "西安", "北京", "广州", "天津", "重庆", "南京", "长沙")
INDUSTRIES = (
    "生物医药 装备制造 新能源 新材料 电子信息 食品加工 绿色化工 节能环保 现代物流 智能家居 纺织服装 光电显示".split()
)
PRODUCTS = "减速机 储能电池 硅微粉 注射剂 光学薄膜 伺服电机 净水设备 无纺布 烘干机 传感器 导热胶 玻纤布".split()
CROPS = "黄桃 西瓜 辣椒 大豆 莲藕 山药 草莓 花生 小麦 香菇 蜜薯 葡萄 金银花 油菜 芦笋 樱桃".split()
KINDS = "产业园 生产基地 研发中心 二期 扩建 智能工厂 深加工 总部".split()
LEADERS = "委书记 委副书记 人大常委会主任 政协主席 委常委、统战部部长 人民政府副秘书长 委宣传部部长".split()
BOSSES = "董事长 总经理 副总经理 生产总监 办公室主任".split()
COMPANY = "有限公司 股份有限公司 集团有限公司 科技有限公司".split()
COLUMNS = "要闻 综合新闻 今日关注 百姓身边事 乡村振兴 图片新闻 走基层 经济观察 社会·民生".split()
LEAD_PHRASES = ("据悉，", "据介绍，", "据了解，", "据统计，")
PAPERS = tuple(f"{city}{tail}" for city, tail in zip(CITIES, ("日报", "晚报", "时报") * 8, strict=True))


@dataclass
class Article:
    """A clean article: what stands over it, its paragraphs, and who wrote it."""

    titles: list[str]  # kicker, headline and subtitle, as far as there are
    paragraphs: list[str]
    kind: str  # 'news' or 'photo'
    byline: str  # without brackets; for a photo with 摄 at its end


def drawer(*key: object) -> Pick:
    """Return a source of numbers that ``key`` alone decides."""
    return random.Random("/".join(map(str, key))).random  # noqa: S311 - text to test with, no secret


def pick(draw: Pick, choices: tuple[str, ...] | list[str] | str) -> str:
    """Return one of ``choices``."""
    return choices[int(draw() * len(choices))]


def person(draw: Pick) -> str:
    """Return a name of two to four characters."""
    head = pick(draw, COMPOUND) if draw() < 0.02 else pick(draw, SURNAMES)
    return head + pick(draw, GIVEN) + (pick(draw, GIVEN) if draw() < 0.75 else "")


def _between(low: int, high: int) -> Callable[[Pick], str]:
    return lambda draw: str(low + int(draw() * (high - low)))


def _sum(low: float, high: float, unit: str) -> Callable[[Pick], str]:
    def draw_sum(draw: Pick) -> str:
        value = low * (high / low) ** draw()
        form = draw()
        if form < 0.15 and value >= 10:
            return f"{int(value) // 10 * 10}{pick(draw, '多余')}{unit}"
        if 0.15 <= form < 0.22:
            return f"{pick(draw, ('近', '约', '超过', '不足'))}{max(1, int(value))}{unit}"
        return f"{value:.{int(draw() * 3)}f}{unit}" if value >= 2 else f"{value:.1f}{unit}"

    return draw_sum


NUMBERS: dict[str, Callable[[Pick], str]] = {
    "n10": _between(2, 10),
    "n20": _between(3, 31),
    "n100": _between(20, 480),
    "n1000": _between(300, 9800),
    "wan": lambda draw: f"{0.6 + draw() * 40:.{1 + int(draw() * 2)}f}万",
    "pct": lambda draw: f"{1 + draw() * 98:.{int(draw() * 2)}f}%",
    "yuan": lambda draw: f"{12 + int(draw() * 80)}00元",
    "smallmoney": lambda draw: _sum(1, 60, "万元")(draw) if draw() < 0.7 else f"{10 + int(draw() * 89)}00元",
    "money": lambda draw: _sum(30, 9000, "万元")(draw) if draw() < 0.8 else _sum(1, 9, "亿元")(draw),
    "bigmoney": _sum(1, 300, "亿元"),
}


class Scene(dict[str, str]):
    """The names of one article: each is drawn when it is first needed and stays the same."""

    def __init__(self, draw: Pick, city: str, day: date) -> None:
        super().__init__(city=city)
        self.draw, self.date = draw, day

    def __missing__(self, slot: str) -> str:
        self[slot] = value = self._new(slot)
        return value

    def _new(self, slot: str) -> str:
        draw, kind = self.draw, slot.removesuffix("2")
        if kind == "day":
            day = self.date - timedelta(days=1 + int(draw() * 5) + 6 * slot.endswith("2"))
            return f"{day.month}月{day.day}日"
        if kind == "month":
            return f"{self.date.month}月"
        if kind == "year":
            return str(self.date.year + 1 + int(draw() * 4) if slot == "year2" else 1986 + int(draw() * 34))
        return NAMES[kind](draw) if kind in NAMES else pick(draw, _LISTS[kind])


def _place(draw: Pick) -> str:
    return pick(draw, PLACE_HEADS) + pick(draw, PLACE_TAILS)


def _brand(draw: Pick) -> str:
    return pick(draw, BRANDS) + pick(draw, BRAND_TAILS)


NAMES: dict[str, Callable[[Pick], str]] = {
    "person": person,
    "surname": lambda draw: pick(draw, SURNAMES),
    "district": lambda draw: _place(draw) + pick(draw, ("区", "县", "开发区", "高新区")),
    "town": lambda draw: _place(draw) + "镇",
    "village": lambda draw: pick(draw, ("", pick(draw, SURNAMES), "东", "西")) + _place(draw) + "村",
    "street": lambda draw: _place(draw) + "街道",
    "community": lambda draw: _place(draw) + "社区",
    "school": lambda draw: _place(draw) + pick(draw, ("小学", "中学", "实验学校", "中心小学")),
    "river": lambda draw: pick(draw, PLACE_HEADS) + pick(draw, ("河", "溪", "水", "渠")),
    "road": lambda draw: _place(draw) + pick(draw, ("路", "大道", "快速路", "公路")),
    "firm": lambda draw: _brand(draw) + pick(draw, INDUSTRIES)[:2] + pick(draw, COMPANY),
    "project": lambda draw: _brand(draw) + pick(draw, PRODUCTS) + pick(draw, KINDS),
}
_LISTS: dict[str, list[str] | tuple[str, ...]] = {
    "industry": INDUSTRIES,
    "crop": CROPS,
    "product": PRODUCTS,
    "far": FAR,
    "leader": LEADERS,
    "boss": BOSSES,
}


# A template as a list of parts: text; a tuple of templates of which one is taken; the name of a slot; a number.
_TEXT, _CHOICE, _NAME, _NUMBER = range(4)
Template = list[tuple[int, object]]


def parse(text: str) -> Template:
    """Return the parts of a sentence with ``[a|b]`` and ``{slot}``.

    >>> parse("{day}，[雨|雪]停了")
    [(2, 'day'), (0, '，'), (1, ([(0, '雨')], [(0, '雪')])), (0, '停了')]
    """
    parts: Template = []
    for token in re.findall(r"\[[^\]]*\]|\{\w+\}|[^\[{]+", text):
        if token[0] == "[":
            parts.append((_CHOICE, tuple(parse(choice) for choice in token[1:-1].split("|"))))
        elif token[0] == "{":
            slot = token[1:-1]
            parts.append((_NUMBER, NUMBERS[slot]) if slot in NUMBERS else (_NAME, slot))
        else:
            parts.append((_TEXT, token))
    return parts


def write(template: Template, scene: Scene, draw: Pick) -> str:
    """Return ``template`` as a sentence."""
    out: list[str] = []
    _write(template, scene, draw, out)
    return "".join(out)


def _write(template: Template, scene: Scene, draw: Pick, out: list[str]) -> None:
    for kind, part in template:
        if kind == _TEXT:
            out.append(part)  # type: ignore[arg-type]
        elif kind == _CHOICE:
            _write(part[int(draw() * len(part))], scene, draw, out)  # type: ignore[arg-type,index]
        elif kind == _NAME:
            out.append(scene[part])  # type: ignore[index]
        else:
            out.append(part(draw))  # type: ignore[operator]


def byline(draw: Pick, *, photo: bool) -> str:
    """Return a byline such as 记者 A 通讯员 B C; a photographer's ends with 摄."""
    form, names = draw(), person(draw)
    text = f"记者 {names}" if form < 0.45 else f"通讯员 {names}"
    if form < 0.25:
        text += f" 通讯员 {person(draw)}"
    elif form > 0.8:
        text += f" {person(draw)}"
    return text + " 摄" if photo else text


class Prose:
    """Articles from the grammar beside this file."""

    def __init__(self, seed: int) -> None:
        told = tomllib.loads(Path(__file__).with_name("prose.toml").read_text("utf-8"))
        self.seed = seed
        self.topics = [
            {key: [parse(sentence) for sentence in sentences] for key, sentences in topic.items()}
            for topic in told.values()
        ]

    def article(self, number: int, city: str, day: date) -> Article:
        """Return article ``number``, set in ``city`` shortly before ``day``."""
        draw = drawer(self.seed, "article", number)
        topic = self.topics[int(draw() * len(self.topics))]
        scene = Scene(draw, city, day)

        def one(key: str) -> str:
            return write(topic[key][int(draw() * len(topic[key]))], scene, draw)

        titles = [one("headlines")]
        if draw() < 0.25:
            photo = one("leads") + (one("sentences") if draw() < 0.5 else "")
            return Article(titles, [photo], "photo", byline(draw, photo=True))
        if draw() < 0.12:
            titles.insert(0, scene["district"] + "：")
        if draw() < 0.1:
            titles.append(f"——{scene['city']}{scene['district']}见闻")
        order = sorted(range(len(topic["sentences"])), key=lambda _: draw())
        # Two or three sentences make a paragraph; a quotation stands first, last or alone.
        sentences = [write(topic["sentences"][n], scene, draw) for n in order[: 4 + int(draw() * 4)]]
        quotes = [write(quote, scene, draw) for quote in topic["quotes"][: int(draw() * 3)]]
        paragraphs = [one("leads")]
        while sentences or quotes:
            size = 1 + int(draw() * 4)
            text = "".join(sentences[:size])
            del sentences[:size]
            if quotes and draw() < 0.6:
                text = quotes.pop() + text if draw() < 0.5 else text + quotes.pop()
            if text:
                has_lead = draw() < 0.12 and text[0] != "“" and not text.startswith(scene.get("person", "“"))
                paragraphs.append((pick(draw, LEAD_PHRASES) if has_lead else "") + text)
        paragraphs.append(one("ends"))
        return Article(titles, paragraphs, "news", byline(draw, photo=False))


class Clean:
    """Articles of a JSON-lines file of ``{title, paragraphs}``, each given once before any is given again."""

    def __init__(self, seed: int, path: Path) -> None:
        self.seed = seed
        self.articles = []
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                told = json.loads(line)
                paragraphs = [text.strip() for text in told["paragraphs"] if text.strip()]
                if told.get("title") and paragraphs:
                    self.articles.append((told["title"].strip(), paragraphs))
        random.Random(seed).shuffle(self.articles)  # noqa: S311 - text to test with, no secret

    @property
    def pages(self) -> int:
        """For how many pages the articles last before one comes again."""
        return len(self.articles) // ARTICLES_PER_PAGE

    def article(self, number: int, city: str, day: date) -> Article:
        """Return article ``number``; ``city`` and ``day`` are the file's own business."""
        draw = drawer(self.seed, "byline", number)
        title, paragraphs = self.articles[number % len(self.articles)]
        photo = len(paragraphs) == 1 and len(paragraphs[0]) < 220
        return Article([title], list(paragraphs), "photo" if photo else "news", byline(draw, photo=photo))


def printed_again(article: Article, kind: str, draw: Pick) -> Article:
    """Return ``article`` as another paper prints it: as it is, with small slips (``near``), or about something else."""
    if kind == "exact":
        return article
    if kind == "near":
        return replace(article, paragraphs=[_slip(text, draw) for text in article.paragraphs])
    titles, paragraphs = ([_renumber(text, draw) for text in texts] for texts in (article.titles, article.paragraphs))
    return replace(article, titles=titles, paragraphs=paragraphs)


def _slip(text: str, draw: Pick) -> str:
    """Return ``text`` with one character in about eighty lost, never a digit, so that no fact differs."""
    for _ in range(1 + len(text) // 80):
        place = int(draw() * len(text))
        if text[place : place + 1].isalpha():
            text = text[:place] + text[place + 1 :]
    return text


def _renumber(text: str, draw: Pick) -> str:
    """Return ``text`` with other numbers; those of days and years stay possible ones by staying as they are."""
    return re.sub(
        r"[1-9](?=[0-9.]*[^0-9.月日年])(?<![0-9.]\d)",
        lambda match: str(1 + (int(match[0]) + int(draw() * 8)) % 9),
        text,
    )
