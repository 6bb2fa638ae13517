"""Pages made of clean news at the level of paragraphs, each paragraph with its article and its part: to learn from.

The articles come from a JSON-lines file of ``{title, paragraphs}`` (the development data's ``clean_news``); the layout is
drawn by a seeded generator. What the pages imitate was seen on regional papers: datelines, bylines at the end or glued to
the last sentence, photos with a credit, columns, subheads (verbatim or parallel), headlines after their text, headlines
lost, two photo texts under one heading, a page that is one article, copies, halves that no one joined.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹"
GIVEN = "小明天如意海涛春燕志强建国晓东雪梅立新文博雨桐大勇玉兰庆丰学军"
# What the broadcaster's site puts before the text; no newspaper prints it.
_BROADCASTER = re.compile(r"^央视网消息\s*[（(][^）)]*[）)]\s*[:：]?\s*")
COLUMNS = ("综合新闻", "要闻", "图片新闻", "走进新区", "今日青河", "社会·民生", "经济观察", "本地要闻", "要闻·综合")
TOPICS = (
    "百姓",
    "身边",
    "创业",
    "乡村",
    "校园",
    "社区",
    "城事",
    "经济",
    "文化",
    "健康",
    "法治",
    "平安",
    "春耕",
    "民生",
    "图说",
    "",
)
ROOMS = (
    "故事",
    "课堂",
    "人物",
    "新风",
    "笔记",
    "看点",
    "现场",
    "提醒",
    "健身房",
    "百科",
    "新事",
    "话题",
    "连线",
    "广角",
    "驿站",
)
SHORT_COLUMNS = ("街坊", "城事", "三农", "读者", "副刊", "声音", "民声", "健康", "图说", "文苑", "乡音")


@dataclass
class Made:
    """A made page: texts with the article (0, 1, …, or None for strays and columns) and part of each, and blank lines."""

    texts: list[str] = field(default_factory=list)
    articles: list[int | None] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)  # 'title', 'body', 'byline', 'subhead', 'stray', 'column'
    gaps: list[int] = field(default_factory=list)

    def add(self, text: str, article: int | None, part: str, gap: int = 1) -> None:
        """Append a paragraph."""
        self.texts.append(text)
        self.articles.append(article)
        self.parts.append(part)
        self.gaps.append(gap)


def read_news(path: Path) -> list[tuple[str, list[str]]]:
    """Return (title, paragraphs) of the articles in the JSON-lines file at ``path`` that have a title and a text."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            texts = [_BROADCASTER.sub("", text.strip()) for text in article["paragraphs"]]
            paragraphs = [text for text in texts if len(text) >= 2]
            # 国内联播快讯 is the name of a column, not a headline.
            if 4 <= len(article["title"]) <= 60 and paragraphs and not article["title"].strip().endswith("快讯"):
                found.append((article["title"].strip(), paragraphs[:9]))
    return found


class Maker:
    """Makes pages, one after another, from ``news``; the same seed gives the same pages."""

    def __init__(self, news: list[tuple[str, list[str]]], seed: int) -> None:
        self.news = news
        self.draw = random.Random(seed)  # noqa: S311 - layouts, not secrets

    def _name(self) -> str:
        return self.draw.choice(SURNAMES) + "".join(self.draw.sample(GIVEN, self.draw.choice((1, 2, 2))))

    def _names(self) -> str:
        groups = [
            " ".join([post, *(self._name() for _ in range(self.draw.choice((1, 1, 2))))]) for post in self._posts()
        ]
        return " ".join(groups)

    def _posts(self) -> tuple[str, ...]:
        return self.draw.choice((("记者",), ("通讯员",), ("通讯员",), ("记者", "通讯员"), ("本报记者",)))

    def _chance(self, share: float) -> bool:
        return self.draw.random() < share

    def _clause(self, texts: list[str], longest: int = 18, shortest: int = 5) -> str:
        """Return a clause of ``texts``, as a kicker or stray line would repeat it."""
        clauses = [
            clause
            for text in texts
            for clause in text.replace("。", ",").replace("，", ",").replace("：", ",").replace("、", ",").split(",")
            if shortest <= len(clause) <= longest and "“" not in clause
        ]
        return self.draw.choice(clauses) if clauses else "各地持续发力"

    def _subhead(self, text: str) -> str:
        """Return a subhead for ``text``: a clause of it, or two or three clauses in a row."""
        kind = self.draw.random()
        if kind < 0.35:
            return self._clause([text]) + ("。" if self._chance(0.05) else "")
        if kind < 0.7:  # what might as well be the headline of another article
            return self.draw.choice(self.draw.choice(self.news)[0].split(" "))[:20]
        parts = [self._clause([text], 8) for _ in range(self.draw.choice((1, 2)))] + [self._clause([text], 14)]
        return self.draw.choice((",", " ")).join(parts)

    def page(self) -> Made:
        """Return the next page."""
        made = Made()
        if self._chance(0.04):
            self._whole_page(made)
            return made
        common, region = self.draw.choice(((1, 3), (1, 3), (0, 0), (1, 1), (0, 2)))
        is_signed = self._chance(0.9)
        for article in range(self.draw.randint(2, 9)):
            first = len(made.texts)
            self._article(made, article, is_signed=is_signed)
            made.gaps[first:] = [common] * (len(made.texts) - first)
            if self._chance(0.35):
                made.gaps[first] = region
            if self._chance(0.04):
                made.gaps[self.draw.randrange(first, len(made.texts))] = region
        self._damage(made)
        if self._chance(0.05):
            marks = {"title": "# ", "subhead": "## "}
            made.texts = [marks.get(part, "") + text for part, text in zip(made.parts, made.texts, strict=True)]
        return made

    def _article(self, made: Made, article: int, *, is_signed: bool) -> None:
        title, texts = self.draw.choice(self.news)
        texts = list(texts[: self.draw.randint(1, 9)])
        if self._chance(0.09):
            made.add(self._column(), None, "column")
        titles = self._titles(title, texts)
        kind, texts = self._signed(texts, is_signed=is_signed)
        place = self.draw.choices(("before", "after", "lost"), (86, 10, 4))[0]
        if place == "before":
            for line in titles:
                made.add(line, article, "title")
        if place == "before" and self._chance(0.01):
            made.add(self._column(), article, "subhead")
        if kind == "end" and self._chance(0.1):
            made.add(self._names(), article, "byline")
            kind = "none"
        self._texts(made, article, texts)
        if place == "after":
            for line in titles:
                made.add(line, article, "title")
        if kind == "photo":
            made.add(self._names() + " 摄", article, "byline")
        elif kind == "end":
            made.add(self._names(), article, "byline")

    def _signed(self, texts: list[str], *, is_signed: bool) -> tuple[str, list[str]]:
        """Return how an article is signed, and its texts with what of that stands in them."""
        kind = (
            self.draw.choices(("dateline", "photo", "end", "inline", "none"), (56, 24, 10, 5, 6))[0]
            if is_signed
            else "none"
        )
        if kind == "photo":
            texts = texts[: self.draw.choice((1, 1, 1, 2, 9))]
            if self._chance(0.5) and len(texts[0]) > 150:
                texts = [texts[0][: texts[0].find("。", 60) + 1] or texts[0]]
        if self._chance(0.03):
            texts = self._short_lines(texts) + texts[1 : self.draw.choice((1, 2))]
        if kind == "dateline":
            texts[0] = f"本报讯({self._names()})" + texts[0]
        if kind == "inline":
            texts[-1] += self.draw.choice(("", " ", "(")) + self._names()
            texts[-1] += ")" if texts[-1].count("(") > texts[-1].count(")") else ""
        return kind, texts

    def _titles(self, title: str, texts: list[str]) -> list[str]:
        lines = [title.replace(" ", "！", 1)] if self._chance(0.05) else [title]
        if self._chance(0.08) and " " in title:
            lines = title.split(" ", 1)
        if self._chance(0.22):
            lines.insert(0, self._kicker(title, texts))
        if self._chance(0.1):
            lines.append("——" + self._clause(texts[:3], 24))
        elif self._chance(0.03):
            lines.append(self._clause(texts[:3], 24))
        return lines

    def _column(self) -> str:
        if self._chance(0.6):
            return self.draw.choice(COLUMNS if self._chance(0.85) else SHORT_COLUMNS)
        return self.draw.choice(TOPICS) + self.draw.choice(ROOMS)

    def _short_lines(self, texts: list[str]) -> list[str]:
        """Return a list of names, a table, verse or numbered points: many short lines in a row."""
        count = self.draw.randint(4, 9)
        kind = self.draw.choice(("names", "table", "verse", "points", "phrases"))
        if kind == "names":
            return [f"{self._name()} {self._clause(texts, 12)}" for _ in range(count)]
        if kind == "table":
            return [
                " ".join([self._clause(texts, 6), *(str(self.draw.randint(1, 400)) for _ in range(3))])
                for _ in range(count)
            ]
        if kind == "verse":
            lines = [self._clause(texts, 8)[:7] for _ in range(count)]
            return [line + self.draw.choice((",", "。", "")) for line in lines]
        if kind == "points":
            return [f"{number}是{self._clause(texts, 16)};" for number in "一二三四五六七"[:count]]
        return [self._clause(texts, 14) + self.draw.choice(("", "", "(3人)", ":")) for _ in range(count)]

    def _kicker(self, title: str, texts: list[str]) -> str:
        kind = self.draw.random()
        if kind < 0.6:
            return self._clause(texts[:1], 24, 2)
        if kind < 0.8:
            return title[: self.draw.randint(2, 6)] + ":"
        return self.draw.choice(self.news)[0].split(" ")[-1]

    def _texts(self, made: Made, article: int, texts: list[str]) -> None:
        has_subheads = len(texts) >= 4 and self._chance(0.18)
        for number, text in enumerate(texts):
            if number and ((has_subheads and self._chance(0.5)) or self._chance(0.02)):
                source = self.draw.choice((text, text, texts[number - 1]))
                made.add(self._subhead(source), article, "subhead")
            if number and self._chance(0.008):
                made.add(self._names(), None, "stray")
            if number and self._chance(0.008):
                made.add(self.draw.choice(COLUMNS), None, "column")
            if self._chance(0.02):
                for line in self._short_lines(texts):
                    made.add(line, article, "body")
            if number == 0 and text.startswith("本报讯(") and self._chance(0.02):
                cut = text.find(" ", 6)
                made.add(text[:cut], article, "body")
                made.add(text[cut:].strip(), article, "body")
                continue
            if len(text) > 60 and self._chance(0.03):
                cut = self.draw.randint(20, len(text) - 20)
                made.add(text[:cut], article, "body")
                if self._chance(0.5):  # its rest is lost: truncated
                    made.add(text[cut:], article, "body")
                continue
            made.add(text, article, "body")
        if self._chance(0.02):
            made.add(self._subhead(texts[-1]), article, "subhead")

    def _whole_page(self, made: Made) -> None:
        title, texts = self.draw.choice(
            [item for item in self.draw.sample(self.news, 40) if len(item[1]) >= 4] or self.news
        )
        shape = self.draw.choice(((4, 4, 12), (5, 8), (7, 7)))
        if self._chance(0.4):
            made.add(title, 0, "title")
        signed = self.draw.choice((0, len(texts) - 1))
        for number, text in enumerate(texts):
            if number and self._chance(0.5):
                made.add(",".join(self._clause(texts, size) for size in shape), 0, "subhead")
            made.add(text + (self._names() if number == signed else ""), 0, "body")

    def _damage(self, made: Made) -> None:
        """Leave out a line now and then, and copy an article to another place, its parts with it."""
        if self._chance(0.1) and len(made.texts) > 6:
            numbers = sorted({number for number in made.articles if number is not None})
            article, new = self.draw.choice(numbers), max(numbers) + 1
            picked = [i for i, number in enumerate(made.articles) if number == article]
            if self._chance(0.5):
                picked = picked[-self.draw.randint(1, len(picked)) :]
            for i in picked:
                made.add(made.texts[i], new, made.parts[i], made.gaps[i])
