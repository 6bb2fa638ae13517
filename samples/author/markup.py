"""Annotated pages: what each mark means, the page they stand for, and its structure gold."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from pathlib import Path

# The mark before a line: an article number with t (title) or b (body, byline or caption of it), or s, c, f, d alone;
# then + (goes on where the last line of the same article and part stopped), ~ (stops mid-sentence for good),
# #label (so that a copy can name it), and for d the label it copies and the kind of copy.
MARK = re.compile(
    r"(?P<article>\d*)(?P<part>[tbscfd])(?P<join>\+?)(?P<truncated>~?)"
    r"(?:#(?P<label>\w+))?(?::(?P<of>\w+):(?P<kind>\w+))?\| ?(?P<text>.*)"
)
# A character or bad bytes that an editor would not show: ⟦200b⟧ is U+200B, ⟦!ff⟧ the byte FF.
HIDDEN = re.compile(r"⟦(!?)([0-9a-f ]+)⟧")
# Punctuation that does not begin a printed line; on wrapped pages it hangs over the edge, as typesetters let it.
NO_LINE_START = "，。、；：？！,.;:?!”’）》)"


@dataclass
class Line:
    """One non-empty line of the page, or one paragraph of it where the page is still to be wrapped."""

    text: str
    article: int | None
    part: str
    is_join: bool
    is_truncated: bool
    label: str | None
    of: str | None
    kind: str | None


@dataclass
class Source:
    """An annotated page: its settings, lines in order, the page's text, and the facts as written."""

    name: str
    settings: dict[str, str]
    lists: dict[str, list[str]]
    lines: list[Line]
    text: str
    pieces: list[tuple[str, bool]]
    facts: list[str] = field(default_factory=list)


def read_source(path: Path) -> Source:
    """Return the annotated page at ``path``.

    Raises
    ------
    ValueError
        If a line bears no mark: a slip of the author's.
    """
    head, body, *rest = re.split(r"^---\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    settings: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    for line in head.splitlines():
        key, _, value = line.removeprefix("@").partition(" ")
        settings[key] = value
        lists.setdefault(key, []).append(value)
    lines: list[Line] = []
    printed: list[str] = []
    for raw in body.split("\n")[:-1]:
        if not raw.strip():
            printed.append(raw)
            continue
        match = MARK.fullmatch(raw)
        if match is None:
            raise ValueError(f"{path.name}: no mark before {raw[:20]!r}")
        marked = Line(
            text=match["text"],
            article=int(match["article"]) if match["article"] else None,
            part=match["part"],
            is_join=bool(match["join"]),
            is_truncated=bool(match["truncated"]),
            label=match["label"],
            of=match["of"],
            kind=match["kind"],
        )
        for number, piece in enumerate(wrap(marked, settings)):
            lines.append(piece)
            if number and "blank" in settings.get("wrap", ""):
                printed.append("")
            printed.append(piece.text)
    source_text = "\n".join(printed) + ("" if settings.get("no-final-newline") else "\n")
    pieces: list[tuple[str, bool]] = []
    position = 0
    for match in HIDDEN.finditer(source_text):
        pieces.append((source_text[position : match.start()], False))
        code = match[2]
        pieces.append((bytes.fromhex(code).decode("latin-1"), True) if match[1] else (chr(int(code, 16)), False))
        position = match.end()
    pieces.append((source_text[position:], False))
    text = "".join("�" if is_bad else piece for piece, is_bad in pieces)
    for line in lines:
        line.text = HIDDEN.sub(lambda m: "�" if m[1] else chr(int(m[2], 16)), line.text)
    return Source(
        path.stem, settings, lists, lines, text, pieces, [f for part in rest for f in part.splitlines() if f.strip()]
    )


def wrap(line: Line, settings: dict[str, str]) -> list[Line]:
    """Return ``line`` as the lines that a column of the width asked for breaks it into."""
    words = settings.get("wrap", "").split()
    if not words:
        return [line]
    width, indent = int(words[0]), "　　" if "indent" in words and line.part in "bd" and not line.is_join else ""
    text, out = indent + line.text, []
    while len(text) > width:
        hanging = re.match(f"[{re.escape(NO_LINE_START)}]{{0,2}}", text[width:])
        cut = width + (hanging.end() if hanging else 0)
        out.append(text[:cut])
        text = text[cut:]
    if text:
        out.append(text)
    last = len(out) - 1
    return [
        Line(
            piece,
            line.article,
            line.part,
            line.is_join or number > 0,
            line.is_truncated and number == last,
            line.label if number == 0 else None,
            line.of,
            line.kind,
        )
        for number, piece in enumerate(out)
    ]


def paragraphs(source: Source) -> list[list[int]]:
    """Return the lines of each paragraph of ``source``, in the order in which they are read."""
    out: list[list[int]] = []
    last: dict[tuple[int | None, str], int] = {}
    for number, line in enumerate(source.lines):
        key = (line.article, line.part)
        if line.is_join:
            out[last[key]].append(number)
        else:
            last[key] = len(out)
            out.append([number])
    return out


def structure_gold(source: Source) -> dict:
    """Return the structure gold of ``source``: lines counted from 0 over the non-empty lines of the page."""
    labels = {line.label: number for number, line in enumerate(source.lines) if line.label}
    optional = {int(n) for entry in source.lists.get("optional", []) for n in entry.split()}
    kinds = dict(entry.split() for entry in source.lists.get("kind", []))
    numbers = sorted({line.article for line in source.lines if line.article})
    if numbers != list(range(1, len(numbers) + 1)):
        raise ValueError(f"{source.name}: articles are numbered {numbers}")

    def of(part: str, article: int | None = None) -> list[int]:
        return [n for n, line in enumerate(source.lines) if line.part == part and line.article == article]

    articles = []
    for number in numbers:
        byline = source.lists.get(f"byline-{number}", [None])[0]
        article = {"title": of("t", number), "body": of("b", number), "byline": byline}
        articles.append(article | {"kind": kinds.get(str(number), "news"), "optional": number in optional})
    return {
        "page": source.name,
        "line_count": len(source.lines),
        "joins": sorted(list(pair) for lines in paragraphs(source) for pair in itertools.pairwise(lines)),
        "duplicates": [
            {"line": number, "of": labels[line.of], "kind": line.kind}
            for number, line in enumerate(source.lines)
            if line.part == "d" and line.of is not None
        ],
        "truncated": [n for n, line in enumerate(source.lines) if line.is_truncated],
        "columns": of("c"),
        "subheads": of("s"),
        "furniture": of("f"),
        "articles": articles,
        "cross_page": [],
        "continues": [],
    }
