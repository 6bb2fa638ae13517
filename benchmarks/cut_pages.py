"""Make broken pages from clean articles, with the joins that a perfect repair would find.

Each page is a pure function of the articles and the seed. What is broken and how often follows what the development data
and five real pages show: paragraphs cut at column edges (never after the end of a sentence), stray headings and lines of
other articles between two halves, tails and whole articles printed twice, loops, truncated paragraphs, lost punctuation,
confused characters, and pages that are wrapped at the printed line, with and without indents and blank lines.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华建国文辉玲红军海波宁鹏飞宇浩然晨阳志远佳慧雪梅林峰"
COLUMNS = (
    "综合新闻",
    "走进园区",
    "本地要闻",
    "民生视线",
    "图片新闻",
    "经济观察",
    "文明实践",
    "工作动态",
    "时政要闻",
    "理论学习",
    "综合",
)
VERSE = (
    "春种一粒粟,|秋收万颗子。", "欲穷千里目,|更上一层楼。", "会当凌绝顶,|一览众山小。", "海内存知己,|天涯若比邻。",
    "长风破浪会有时,|直挂云帆济沧海。", "纸上得来终觉浅,|绝知此事要躬行。", "山重水复疑无路|柳暗花明又一村",
    "问渠那得清如许|为有源头活水来", "读书破万卷,|下笔如有神。", "莫等闲,白了少年头,|空悲切。",
)  # fmt: skip
# What OCR takes for one another; the first four are from a real page of a national paper.
CONFUSED = {
    pair[0]: pair[1] for pair in "人入 条茶 案省 入人 诚城 日曰 项顶 设没 末未 土士 己已 大太 千干 于干 午牛".split()
}
ENDS = "。！？!?…"
HALF = str.maketrans("，；：？！（）", ",;:?!()")


@dataclass
class Page:
    """Lines of a page, blank ones included, and for each joined line the one that follows it (0-based, blank ones too)."""

    lines: list[str] = field(default_factory=list)
    joins: list[tuple[int, int]] = field(default_factory=list)


def make_page(articles: list[dict], rng: random.Random, profile: str) -> Page:
    """Return a page of the profile: ``columns``, ``hard``, ``wrap`` or ``clean``."""
    if profile == "wrap":
        return _wrapped(articles, rng)
    return _columns(articles, rng, hard=profile == "hard", cuts=profile != "clean")


def _name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


def _credit(rng: random.Random) -> str:
    parts = rng.choice((["记者"], ["通讯员"], ["记者", "通讯员"], ["通讯员"]))
    names = [f"{part} " + " ".join(_name(rng) for _ in range(rng.choice((1, 1, 2)))) for part in parts]
    return " ".join(names) + rng.choice(("", "", " 摄", "/文 " + _name(rng) + "/图"))


def _lead(rng: random.Random, paragraph: str) -> str:
    if rng.random() < 0.6:
        return f"本报讯({_credit(rng).split('/')[0].removesuffix(' 摄')}){paragraph}"
    return paragraph


def _phrases(article: dict) -> list[str]:
    text = "".join(article["paragraphs"])
    return [p for p in re.split("[，。；：、！？“”（）《》,;:]", text) if 5 <= len(p) <= 15]


def _title(article: dict, rng: random.Random) -> list[str]:
    title = re.sub("^【[^】]*】", "", article["title"])
    lines = [title]
    if rng.random() < 0.2 and _phrases(article):
        lines.insert(0, rng.choice(_phrases(article)))
    if rng.random() < 0.15:
        first = re.split("[，。]", article["paragraphs"][0])[0]
        lines.append("——" + first[: rng.randint(8, 18)])
    elif rng.random() < 0.1 and len(title) > 14:
        half = len(title) // 2 + rng.randint(-2, 2)
        lines = [title[:half], title[half:]] if rng.random() < 0.5 else lines
    elif rng.random() < 0.1:
        lines.insert(rng.choice((0, len(lines))), rng.choice(article["paragraphs"])[: rng.randint(9, 24)])
    return [line for line in lines if line]


def _blocks(article: dict, rng: random.Random, merge_rate: float) -> list[tuple[str, str]]:  # noqa: PLR0912 - one branch a defect
    """Return the article as (kind, text): heads, paragraphs, subheads, bylines, verse, lists."""
    blocks = [("head", line) for line in _title(article, rng)]
    if rng.random() < 0.12:
        stem = rng.choice(_phrases(article) or ["本地"])[:4]
        blocks.insert(0, ("head", rng.choice((*COLUMNS, "走进" + stem, "关注" + stem, "聚焦" + stem, stem + "新风"))))
    phrases = _phrases(article)
    paragraphs = article["paragraphs"]
    # Broadcast news has short paragraphs; newspapers run several of them together.
    if rng.random() < merge_rate and len(paragraphs) > 2:
        merged: list[str] = []
        limit = rng.choice((150, 250, 450))
        for paragraph in paragraphs:
            if merged and len(merged[-1]) < limit and rng.random() < 0.75:
                merged[-1] += paragraph
            else:
                merged.append(paragraph)
        paragraphs = merged
    for i, paragraph in enumerate(paragraphs):
        text = _lead(rng, paragraph) if i == 0 else paragraph
        if i and phrases and rng.random() < 0.05:
            blocks.append(("head", rng.choice(phrases) + rng.choice(("", "", "。"))))
        if i and rng.random() < 0.02:
            blocks += [("line", half) for half in _verse(rng, phrases)]
        if i and rng.random() < 0.02:
            blocks += [
                ("line", " ".join(_name(rng) for _ in range(rng.randint(3, 7)))) for _ in range(rng.randint(2, 4))
            ]
        if i and rng.random() < 0.012:
            blocks += [
                ("line", f"{_name(rng)}　{rng.randint(10, 99)}　{rng.choice(COLUMNS)}")
                for _ in range(rng.randint(3, 6))
            ]
        if i and rng.random() < 0.012:
            blocks += _markup(rng, phrases or ["数据"])
        if "；" in text and rng.random() < 0.06:
            marks = rng.choice((("一是", "二是", "三是", "四是", "五是", "六是"), ("", "", "", "", "", "")))
            parts = text.rstrip("。").split("；")[:6]
            blocks += [("line", mark + part + "；") for mark, part in zip(marks, parts, strict=False)]
            continue
        blocks.append(("body", text))
    if rng.random() < 0.35:
        credit = _credit(rng)
        if rng.random() < 0.4 and blocks[-1][0] == "body":
            blocks[-1] = ("body", blocks[-1][1] + rng.choice(("", " ")) + credit.split("/")[0])
        else:
            blocks.append(("line", credit))
    return blocks


def _verse(rng: random.Random, phrases: list[str]) -> list[str]:
    """Return two or four lines of verse: a couplet of the list, or phrases of the article cut to one length."""
    length = rng.choice((5, 7))
    long_enough = [phrase for phrase in phrases if len(phrase) >= length]
    if len(long_enough) < 4 or rng.random() < 0.4:
        return rng.choice(VERSE).split("|")
    marks = rng.choice(((",", "。", ",", "。"), ("", "", "", ""), (",", ";", ",", "。")))
    return [phrase[:length] + mark for phrase, mark in zip(rng.sample(long_enough, 4), marks, strict=True)]


def _markup(rng: random.Random, phrases: list[str]) -> list[tuple[str, str]]:
    """Return a table or a list as vision models write them."""
    cells = [
        rng.choice((rng.choice(phrases), f"{rng.randint(1, 9999)}", f"{rng.randint(1, 99)}.{rng.randint(0, 9)}%"))
        for _ in range(8)
    ]
    if rng.random() < 0.5:
        return [
            ("line", f"<td>{cell}</td>") if i % 3 else ("line", rng.choice(("<tr>", "</tr>")))
            for i, cell in enumerate(cells)
        ]
    if rng.random() < 0.5:
        return [("line", f"- {cell}") for cell in cells[:5]]
    return [("line", f"| {a} | {b} |") for a, b in zip(cells[::2], cells[1::2], strict=True)]


def _columns(  # noqa: PLR0912, PLR0915 - one branch a defect
    articles: list[dict], rng: random.Random, *, hard: bool, cuts: bool
) -> Page:
    half_width = rng.random() < 0.7
    merge_rate = rng.choice((0.0, 0.35, 0.8))
    cut_rate = rng.choice((0.12, 0.2, 0.3)) if cuts else 0.0
    stray_rate = rng.choice((0.25, 0.5)) if hard else 0.12
    between_rate = 0.05 if hard else 0.03
    lost_rate = rng.choice((0.0, 0.0, 0.02, 0.06, 0.2 if hard else 0.08)) if cuts else 0.0
    confused_rate = rng.choice((0.0, 0.002, 0.008)) if hard else 0.0
    truncated_rate = rng.choice((0.05, 0.2)) if cuts else 0.0
    out: list[str] = []
    joins: list[tuple[int, int]] = []
    waiting: list[tuple[int, str, list[str]]] = []  # halves to be placed after a few more lines: (line, text, rest)
    all_phrases = [p for article in articles for p in _phrases(article)]
    done: list[tuple[int, int]] = []

    def put(text: str) -> int:
        if confused_rate:
            text = "".join(CONFUSED.get(c, c) if rng.random() < confused_rate * 8 else c for c in text)
        out.append(text.translate(HALF) if half_width else text)
        return len(out) - 1

    def flush() -> None:
        while waiting:
            before, text, rest = waiting.pop(0)
            place(text, rest, before)

    def place(text: str, rest: list[str], before: int | None) -> None:
        at = put(text)
        if before is not None:
            joins.append((before, at))
        if rest:
            draw = rng.random()
            if draw < stray_rate:
                stray = rng.random()
                if stray < 0.55 and all_phrases:
                    put(rng.choice(all_phrases))
                elif stray < 0.75:
                    put(rng.choice(COLUMNS))
                elif stray < 0.85:
                    put(_credit(rng))
                else:
                    put(re.sub("^【[^】]*】", "", rng.choice(articles)["title"]))
                place(rest[0], rest[1:], at)
            elif draw < stray_rate + between_rate:
                waiting.append((at, rest[0], rest[1:]))
            else:
                place(rest[0], rest[1:], at)

    for article in articles:
        start = len(out)
        blocks = _blocks(article, rng, merge_rate)
        last_body = max((i for i, (kind, _) in enumerate(blocks) if kind == "body"), default=-1)
        for number, (kind, text) in enumerate(blocks):
            held = bool(waiting)
            if kind != "body":
                put(text)
            else:
                body = text
                # What is lost is nearly always the end of an article.
                if rng.random() < (truncated_rate if number == last_body else 0.004) and len(body) > 30:
                    cut = rng.randint(12, len(body) - 3)
                    while cut > 10 and body[cut - 1] in ENDS + "”":
                        cut -= 1
                    put(body[:cut])
                else:
                    if rng.random() < lost_rate:
                        body = body.rstrip(ENDS + "”")
                    place_parts = _cut(body, rng) if rng.random() < cut_rate else [body]
                    place(place_parts[0], place_parts[1:], None)
            if held and (rng.random() < 0.6 or len(waiting) > 1):
                flush()
        flush()
        done.append((start, len(out)))
        if hard and cuts and rng.random() < 0.12 and len(out) - start > 3:
            # A loop: the last lines again, the very last of them broken off; joins inside count as well.
            k = rng.randint(1, 3)
            base = len(out)
            source = list(range(base - k, base))
            for _ in range(rng.randint(1, 3)):
                first = len(out)
                out.extend(out[s] for s in source)
                joins.extend(
                    (first + a - source[0], first + b - source[0]) for a, b in joins[:] if a >= source[0] and b < base
                )
            if rng.random() < 0.6 and len(out[-1]) > 20:
                out[-1] = out[-1][: rng.randint(8, len(out[-1]) - 3)]
                joins[:] = [pair for pair in joins if pair[0] != len(out) - 1]
    if cuts and joins and rng.random() < (0.4 if hard else 0.15):
        # The tail of a cut paragraph is printed once more, somewhere else.
        _, tail = rng.choice(joins)
        where = rng.randint(0, len(out))
        out.insert(where, out[tail])
        joins = [(a + (a >= where), b + (b >= where)) for a, b in joins]
        joins = [(a, b) for a, b in joins if out[a] and a != where]
    return _with_blanks(out, joins, rng)


def _cut(text: str, rng: random.Random) -> list[str]:
    pieces = [text]
    for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 3))):
        last = pieces[-1]
        if len(last) < 6:
            break
        low = rng.choice((2, 8, 12)) if len(last) > 30 else 2
        places = [
            i for i in range(low, len(last) - 1) if last[i - 1] not in ENDS and last[i - 2 : i] not in ("。”", "！”")
        ]
        if not places:
            break
        at = rng.choice(places)
        if rng.random() < 0.06:
            at = places[-1]
        pieces[-1:] = [last[:at], last[at:]]
    return pieces


def _with_blanks(lines: list[str], joins: list[tuple[int, int]], rng: random.Random) -> Page:
    style = rng.choice(("none", "none", "all", "random", "articles"))
    page = Page()
    place: list[int] = []
    for i, line in enumerate(lines):
        if i and (style == "all" or (style == "random" and rng.random() < 0.5)):
            page.lines += [""] * rng.choice((1, 1, 1, 3))
        elif i and style == "articles" and len(line) < 24 and rng.random() < 0.6:
            page.lines += [""] * rng.choice((1, 3))
        place.append(len(page.lines))
        page.lines.append(line)
    page.joins = [(place[a], place[b]) for a, b in joins]
    return page


def _wrapped(articles: list[dict], rng: random.Random) -> Page:
    width = rng.randint(12, 32)
    half_width = rng.random() < 0.6
    by_display = rng.random() < 0.3  # Latin and digits take half a place
    indent = rng.choice(("none", "none", "none", "narrow", "narrow", "kept"))
    blanks = rng.choice(("none", "paragraphs", "paragraphs", "blocks", "random", "all"))
    hangs = rng.random() < 0.8
    lost_rate = rng.choice((0.0, 0.0, 0.01, 0.03))
    merge_rate = rng.choice((0.0, 0.0, 0.3))
    page = Page()

    def put(text: str) -> int:
        page.lines.append(text.translate(HALF) if half_width else text)
        return len(page.lines) - 1

    own_widths = rng.random() < 0.25  # each article is set in its own width
    for article in articles:
        width = rng.randint(12, 32) if own_widths else width
        for kind, text in _blocks(article, rng, merge_rate):
            if page.lines and (blanks == "paragraphs" or (blanks == "blocks" and kind == "head")):
                page.lines.append("")
            if kind != "body":
                put(text)
                continue
            body = text
            if rng.random() < 0.03 and len(body) > 40:
                body = body[: rng.randint(20, len(body) - 3)]
            lines = _wrap(body, width, by_display, hangs, 2 if indent != "none" else 0)
            before = None
            for i, line in enumerate(lines):
                shown = line
                if lost_rate and len(line) > 4 and line[-1] in "，、。,” " and rng.random() < lost_rate * 5:
                    shown = line[:-1]
                if i == 0 and indent == "kept":
                    shown = rng.choice(("　　", "    ")) + shown
                at = put(shown)
                if before is not None:
                    page.joins.append((before, at))
                before = at
                if blanks == "all" or (blanks == "random" and rng.random() < 0.04):
                    page.lines.append("")
        if rng.random() < 0.1 and len(page.lines) > 8:
            source = range(len(page.lines) - rng.randint(3, 7), len(page.lines))
            shift = len(page.lines) - source[0]
            joins = [(a + shift, b + shift) for a, b in page.joins if a >= source[0]]
            page.lines += [page.lines[s] for s in source]
            page.joins += joins
    return page


def _wrap(text: str, width: int, by_display: bool, hangs: bool, indent: int) -> list[str]:
    lines: list[str] = []
    line, used = "", float(indent)
    for character in text:
        size = 0.5 if by_display and character.isascii() else 1.0
        if used + size > width and not (hangs and character in "，。、；：！？”）》,;:!?)" and used <= width):
            lines.append(line)
            line, used = "", 0.0
        line += character
        used += size
    return [*lines, line] if line else lines
