"""The facts of an annotated page, one line each, found again in its text: article and line are counted, not typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from markup import Source, paragraphs

ROLE_WORDS = re.compile(r"(实习记者|见习记者|记者|通讯员|摄影)")


class Reader:
    """The text of a page as read: whole paragraphs without copies, the line of each character, what is explained."""

    def __init__(self, source: Source, gold: dict) -> None:
        self.source = source
        self.text = ""
        self.line_of: list[int] = []
        self.taken: dict[str, list[tuple[int, int]]] = {}
        owner = {n: a for a, article in enumerate(gold["articles"]) for n in [*article["title"], *article["body"]]}
        self.optional = {a for a, article in enumerate(gold["articles"]) if article["optional"]}
        current: int | None = None
        self.article_of: dict[int, int | None] = {}
        for lines in paragraphs(source):
            first = source.lines[lines[0]]
            if first.part in "df":
                continue
            current = owner.get(lines[0], current)
            for number in lines:
                text = plain(source.lines[number].text)
                self.text += text
                self.line_of += [number] * len(text)
                self.article_of[number] = current
            self.text += "\n"
            self.line_of.append(lines[-1])

    def find(self, kind: str, text: str, article: int | None = None) -> tuple[int, int]:
        """Return article and line of the first ``text`` not yet taken by a fact of the same ``kind``."""
        wanted = re.sub(r"\s", "", plain(text))
        for match in re.finditer(r"\s*".join(map(re.escape, wanted)), self.text):
            start, end = match.span()
            inside_number = wanted[0].isdigit() and re.search(r"[\d.]$", self.text[:start])
            inside_number = inside_number or (wanted[-1].isdigit() and re.match(r"[\d.]", self.text[end:]))
            overlaps = any(start < e and s < end for s, e in self.taken.get(kind, []))
            line = self.line_of[start]
            if (
                inside_number
                or (overlaps and kind not in ("organization", "place"))
                or (article is not None and self.article_of[line] != article)
            ):
                continue
            self.taken.setdefault(kind, []).append((start, end))
            return self.article_of[line] or 0, line
        raise ValueError(f"{self.source.name}: {kind} {text!r} is not (or no longer) in the text")

    def unexplained(self) -> list[str]:
        """Return the numbers and sums that no fact and no trap covers."""
        spans = [span for taken in self.taken.values() for span in taken]
        out = []
        for match in re.finditer(r"\d[\d.,:/-]*\d|\d|[一二三四五六七八九十百千万亿两数几]+元", self.text):
            if not any(s <= match.start() and match.end() <= e for s, e in spans):
                out.append(self.text[max(0, match.start() - 6) : match.end() + 6])
        return out


def plain(text: str) -> str:
    """Return ``text`` without width and invisible characters: the form in which facts are looked up."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\u200b\ufeff\u00ad]", "", unicodedata.normalize("NFKC", text))


def facts_gold(source: Source, gold: dict) -> dict:
    """Return the facts gold of ``source``.

    Raises
    ------
    ValueError
        If a fact is not in the text, or a digit of the text is in no fact.
    """
    reader = Reader(source, gold)
    out: dict[str, Any] = {
        "page": source.name,
        "published_on": source.settings.get("date") or None,
        "evidence": source.settings.get("evidence", ""),
    }
    for key in KINDS.values():
        out[key] = []
    for line in source.facts:
        kind, *fields = line.split("|")
        article = int(kind[1:]) - 1 if kind[1:] else None
        values = [f for f in fields if not re.match(r"^(\?|[a-z_]+=)", f)]
        extra = flags([f for f in fields if re.match(r"^(\?|[a-z_]+=)", f)])
        fact = READERS[kind[0]](reader, values, article, extra)
        for item in fact if isinstance(fact, list) else [fact]:
            if item.get("article") in reader.optional:
                item["debatable"] = True
            out[KINDS[kind[0]]].append(item)
    rest = reader.unexplained()
    if rest:
        raise ValueError(f"{source.name}: no fact explains {rest}")
    return out


def flags(fields: list[str]) -> dict[str, Any]:
    """Return the optional parts of a fact: ``?`` debatable, ``?field`` a debatable field, ``accept=a/b``, ``max=5``."""
    out: dict[str, Any] = {}
    for part in fields:
        if part == "?":
            out["debatable"] = True
        elif part.startswith("?"):
            out.setdefault("debatable_fields", []).append(part[1:])
        else:
            key, _, value = part.partition("=")
            out[key] = _FLAG_TYPES.get(key, str)(value)
    return out


def number(text: str) -> int | float:
    """Return ``text`` (``173e8``, ``98%``) as the number that gold holds."""
    value = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    return int(value) if value == value.to_integral_value() and not text.endswith("%") else float(value)


_FLAG_TYPES: dict[str, Any] = {
    "accept": lambda v: v.split("/"),
    "also": lambda v: v.split("/"),
    "iso_accept": lambda v: [None if x == "null" else x for x in v.split("~")],
    "max": number,
}


def amount(reader: Reader, values: list[str], article: int | None, extra: dict) -> dict:
    """Return one fact told as ``TEXT|VALUE|WHAT[|QUALIFIER]``."""
    text, value, what, qualifier = [*values, "exact"][:4]
    found, line = reader.find("amount", text, article)
    fact = {"text": text, "value": number(value), "currency": "CNY", "qualifier": qualifier, "max": None, "what": what}
    return fact | {"article": found, "line": line} | extra


def project(reader: Reader, values: list[str], article: int | None, extra: dict) -> dict:
    """Return one fact told as ``NAME|AMOUNT or -|PLACE|STATUS``."""
    name, value, place, status = values
    found, line = reader.find("project", extra.pop("at", name), article)
    money = None if value == "-" else number(value)
    fact = {
        "name": name,
        "amount": money,
        "currency": "CNY" if money else None,
        "place": None if place == "-" else place,
    }
    return fact | {"status": None if status == "-" else status, "article": found, "line": line} | extra


def group(reader: Reader, values: list[str], article: int | None, extra: dict) -> dict:
    """Return one fact told as ``TEXT|COUNT|AMOUNT or -|WHAT|STATUS``."""
    text, count, value, what, status = values
    found, line = reader.find("group", text, article)
    money = None if value == "-" else number(value)
    fact = {"count": number(count), "amount": money, "currency": "CNY" if money else None, "what": what}
    return fact | {"status": None if status == "-" else status, "article": found, "line": line, "text": text} | extra


def person(reader: Reader, values: list[str], article: int | None, extra: dict) -> list[dict]:
    """Return one mention with titles, or (without titles) all mentions of a name not yet told, which are bare."""
    name, *rest = values
    if rest:
        titles, written = rest[0].split("、"), rest[-1] if len(rest) > 1 else rest[0] + name
        found, line = reader.find("person", written, article)
        return [{"name": name, "titles": titles, "as_written": written, "article": found, "line": line} | extra]
    out = []
    while True:
        try:
            found, line = reader.find("person", name, article)
        except ValueError:
            break
        out.append({"name": name, "titles": [], "as_written": name, "article": found, "line": line} | extra)
    if not out:
        raise ValueError(f"{reader.source.name}: no bare mention of {name}")
    return out


def byline(reader: Reader, values: list[str], article: int | None, extra: dict) -> list[dict]:
    """Return the names of a byline, told as printed, then (where spacing misleads) as it should be split."""
    printed, told = values[0], values[-1]
    found, line = reader.find("person", printed, article)
    photo = told.rstrip("。").endswith(("摄", "摄影报道"))
    parts = ROLE_WORDS.split(re.sub(r"\s*(摄|摄影报道)$", "", told))
    if len(parts) == 1:  # a name and 摄, no role before it
        parts = ["", "", parts[0]]
    out = []
    for outlet, role, names in zip([parts[0].strip(), *[""] * len(parts)], parts[1::2], parts[2::2], strict=False):
        fact = {
            "role": role,
            "names": re.split(r"[\s、]+", names.strip()),
            "photo": photo,
            "article": found,
            "line": line,
        }
        out.append(fact | ({"outlet": outlet} if outlet else {}) | extra)
    return out


def named(kind: str) -> Callable[..., list[dict]]:
    """Return the reader of names told as ``NAME[?]|NAME[?]``, each once for its article."""

    def read(reader: Reader, values: list[str], article: int | None, extra: dict) -> list[dict]:
        out = []
        for value in values:
            name = value.removesuffix("?")
            found, _ = reader.find(kind, name, article)
            more = {"debatable": True} if value.endswith("?") else {}
            first, *rest = [name, *extra.get("accept", [])]
            out.append({"name": first, "article": found} | more | extra | ({"accept": rest} if rest else {}))
        return out

    return read


def date(reader: Reader, values: list[str], article: int | None, extra: dict) -> dict:
    """Return one fact told as ``TEXT|ISO or -``."""
    text, iso = values
    found, line = reader.find("date", text, article)
    return {
        "text": text,
        "iso": None if iso == "-" else iso,
        "resolved_from": None,
        "article": found,
        "line": line,
    } | extra


def count(reader: Reader, values: list[str], article: int | None, extra: dict) -> dict:
    """Return one fact told as ``TEXT|VALUE|UNIT[|QUALIFIER]``."""
    text, value, unit, qualifier = [*values, "exact"][:4]
    found, line = reader.find("count", text, article)
    return {
        "text": text,
        "value": number(value),
        "unit": unit,
        "qualifier": qualifier,
        "article": found,
        "line": line,
    } | extra


def trap(reader: Reader, values: list[str], article: int | None, extra: dict) -> dict:
    """Return one fact told as ``TEXT|WHY``."""
    text, why = values
    _, line = reader.find("trap", text, article)
    return {"text": text, "line": line, "why": why} | extra


KINDS = {
    "a": "amounts",
    "j": "projects",
    "g": "project_groups",
    "p": "people",
    "y": "bylines",
    "o": "organizations",
    "l": "places",
    "d": "dates",
    "n": "counts",
    "x": "traps",
}
READERS: dict[str, Any] = {
    "a": amount,
    "j": project,
    "g": group,
    "p": person,
    "y": byline,
    "o": named("organization"),
    "l": named("place"),
    "d": date,
    "n": count,
    "x": trap,
}
