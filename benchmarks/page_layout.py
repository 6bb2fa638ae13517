"""How articles become a broken page: which lines stand where, and the gold that says what belongs together."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from benchmarks.prose import COLUMNS, LEAD_PHRASES, Article, Pick, person, pick


@dataclass(frozen=True)
class Profile:
    """How often each defect is met: shares of paragraphs, articles or pages."""

    cuts: float  # of paragraphs of 50 characters and more
    stray: float  # of cuts: a heading stands between the halves
    between: float  # of cuts: a whole photo story does, where one follows
    truncated: float  # of articles
    lost_stop: float  # of paragraphs
    late_headline: float  # of news articles
    no_headline: float  # of photo stories
    copies: float  # of pages, each of loop, printed again and orphan tail
    reprints: float  # of pages: an article of an earlier page stands on this one too
    tight: float  # of pages: no blank lines between paragraphs
    wraps: bool = False


# Five regional pages (218 lines, 2026-11) have 25 cuts in about 150 paragraphs, 2 of them with a heading between, 4 ends
# missing among 36 articles, one headline below its text, two loops or orphan tails and one caption three times. The
# paragraphs made here are shorter and fewer reach 50 characters, hence the higher share of cuts.
PROFILES = {
    "seed": Profile(0.35, 0.08, 0.02, 0.08, 0.01, 0.03, 0.06, 0.25, 0.12, 0.15),
    "hard": Profile(0.55, 0.15, 0.08, 0.12, 0.05, 0.1, 0.12, 0.6, 0.2, 0.35),
    "wrap": Profile(0.0, 0.0, 0.0, 0.05, 0.02, 0.03, 0.06, 0.15, 0.08, 0.6, wraps=True),
}
HALF_WIDTH = str.maketrans("，；：？！（）", ",;:?!()")
ENDS = "。！？!?”"  # a cut after one of these would not show
CLOSERS = "，。、；：？！,;:?!”’）》)"  # no printed line begins with one of these
SUBHEADS = (
    tuple(
        "聚力攻坚 靶向施策 以人为本 久久为功 向新而行 蹄疾步稳 枝叶关情 强链补链 同心同向 精耕细作 敢闯敢试 未雨绸缪".split()
    ),
    tuple(
        "产业发展添动力 民生福祉节节高 项目建设加速跑 营商环境再升级 田园沃野展新颜 创新活力竞相迸发 底线守得更牢".split()
    ),
)
EDITORS = ("责任编辑", "本版编辑", "责编")


@dataclass(slots=True)
class Block:
    """A paragraph of the page as printed: its pieces, whose it is, and what gold says of it."""

    pieces: list[str]
    article: int | None
    part: str  # as in the samples' marks: t, b, s, c, f; d is a copy
    of: Block | None = None
    kind: str | None = None
    truncated: bool = False
    credit: bool = False  # a byline or photo credit on a line of its own

    @property
    def text(self) -> str:
        """The paragraph, whole."""
        return "".join(self.pieces)


@dataclass
class Page:
    """A page: its lines as (block, number of the piece, blank lines before), and which articles may go as copies."""

    lines: list[tuple[Block, int, int]]
    kinds: list[str]
    optional: set[int]
    leading: int = 0

    @property
    def text(self) -> str:
        """The page as a file holds it."""
        out = ["\n" * self.leading]
        for block, piece, gap in self.lines:
            out.append("\n" * gap)
            out.append(block.pieces[piece])
            out.append("\n")
        return "".join(out)


def lay_out(
    articles: list[Article], profile: Profile, draw: Pick, *, printed_later: set[str], printed_again: str | None
) -> Page:
    """Return the page that ``articles`` make.

    The first article is left whole when another page prints it again (``printed_later``: how), and the last when it is
    such a copy itself (``printed_again``).
    """
    last = len(articles) - 1
    whole = {0} if printed_later else set()
    whole |= {last} if printed_again else set()
    is_half = draw() < 0.6
    runs = [_blocks(a, number, profile, draw, is_whole=number in whole) for number, a in enumerate(articles)]
    for add in (_add_loop, _add_copy, _add_orphan):
        if draw() < profile.copies:
            add(runs, whole, draw)
    for run in runs:
        for block in run:
            if is_half:
                block.pieces = [piece.translate(HALF_WIDTH) for piece in block.pieces]
    blocks = _in_order(runs, profile, draw)
    if profile.wraps:
        lines, leading = _wrapped(blocks, draw), 0
    else:
        lines, leading = _spaced(blocks, profile, draw), 2 if draw() < 0.7 else 0
    optional = {0} if printed_later & {"exact", "near"} else set()
    optional |= {last} if printed_again in ("exact", "near") else set()
    return Page(lines, [article.kind for article in articles], optional, leading)


def _blocks(article: Article, number: int, profile: Profile, draw: Pick, *, is_whole: bool) -> list[Block]:
    """Return the blocks of one article in the order in which it is printed, its cut paragraphs in pieces."""
    titles = [Block([title], number, "t") for title in article.titles]
    if article.kind == "photo":
        caption = [Block([text], number, "b") for text in article.paragraphs]
        has_headline = is_whole or draw() >= profile.no_headline
        return [*(titles if has_headline else []), *caption, Block([article.byline], number, "b", credit=True)]
    body = [Block([text], number, "b") for text in article.paragraphs]
    if not is_whole:
        _lose(body, profile, draw)
    has_dateline = _sign(body, article.byline, draw)
    if len(body) >= 5 and draw() < 0.15:
        for place in (4, 2):
            body.insert(place, Block([_subhead(draw)], None, "s"))
    for block in body:
        if block.part == "b" and len(block.text) >= 50 and draw() < profile.cuts:
            block.pieces = _cut(block.text, 1 + (draw() < 0.2), draw)
    is_late = not is_whole and has_dateline and draw() < profile.late_headline
    return [*body, *titles] if is_late else [*titles, *body]


def _sign(body: list[Block], byline: str, draw: Pick) -> bool:
    """Add the byline: in the first paragraph (the answer is yes then), on a line of its own, or after the last sentence."""
    form = draw()
    if form < 0.6:
        body[0].pieces = [f"本报讯（{byline}）{body[0].text}"]
        return True
    if body[-1].truncated:
        return False
    if form < 0.85:
        body.append(Block([byline], body[0].article, "b", credit=True))
    else:
        body[-1].pieces = [body[-1].text + byline]
    return False


def _lose(body: list[Block], profile: Profile, draw: Pick) -> None:
    """Take the end of the last paragraph away, and the stops of some others."""
    if draw() < profile.truncated:
        # A short last paragraph goes altogether, and the one before it stops.
        long = next((n for n in (len(body) - 1, len(body) - 2) if n >= 0 and len(body[n].text) >= 30), None)
        place = _cut_place(body[long].text, draw, low=10) if long is not None else None
        if long is not None and place:
            del body[long + 1 :]
            body[long].pieces, body[long].truncated = [body[long].text[:place]], True
    for block in body:
        if not block.truncated and block.text[-1] == "。" and draw() < profile.lost_stop:
            block.pieces = [block.text[:-1]]


def _subhead(draw: Pick) -> str:
    return " ".join(pick(draw, half) for half in SUBHEADS)


def _cut_place(text: str, draw: Pick, low: int = 2) -> int | None:
    for _ in range(8):
        place = low + int(draw() * (len(text) - low - 2))
        if text[place - 1] not in ENDS and text[place] not in CLOSERS:
            return place
    return None


def _cut(text: str, count: int, draw: Pick) -> list[str]:
    places = sorted({place for place in (_cut_place(text, draw) for _ in range(count)) if place})
    return [text[a:b] for a, b in itertools.pairwise([0, *places, len(text)])]


# -- copies ------------------------------------------------------------------------------------------------------------


def _copy(block: Block, kind: str, text: str | None = None) -> Block:
    return Block([block.text if text is None else text], None, "d", of=block, kind=kind)


def _bodies(run: list[Block]) -> list[Block]:
    return [block for block in run if block.part == "b" and not block.credit]


def _news(runs: list[list[Block]], whole: set[int], draw: Pick) -> int | None:
    """Return an article whose last two paragraphs may be printed again: it ends with them, complete."""
    able = [
        n
        for n, run in enumerate(runs)
        if n not in whole
        and len(_bodies(run)) >= 3
        and run[0].part == "t"
        and [b.part for b in run[-2:]] == ["b", "b"]
        and not (run[-1].credit or run[-1].truncated)
        and all(len(b.text) >= 30 for b in run[-2:])
    ]
    return able[int(draw() * len(able))] if able else None


def _add_loop(runs: list[list[Block]], whole: set[int], draw: Pick) -> None:
    number = _news(runs, whole, draw)
    if number is None:
        return
    pair = runs[number][-2:]
    copies: list[Block] = []
    for round_no in range(1 + int(draw() * 3)):
        first = pair[0].text
        if round_no % 2 == 0 and draw() < 0.5:
            lead = next((phrase for phrase in LEAD_PHRASES if first.startswith(phrase)), "")
            others = [phrase for phrase in LEAD_PHRASES if phrase != lead]
            copies.append(_copy(pair[0], "near", pick(draw, others) + first[len(lead) :]))
        else:
            copies.append(_copy(pair[0], "exact"))
        copies.append(_copy(pair[1], "exact"))
    place = _cut_place(pair[1].text, draw, low=12)
    if place and draw() < 0.5:
        copies[-1] = _copy(pair[1], "truncated", pair[1].text[:place])
    runs[number].extend(copies)
    whole.add(number)


def _add_copy(runs: list[list[Block]], whole: set[int], draw: Pick) -> None:
    """Print a photo story again: with its headline later on the page, or without it anywhere."""
    able = [
        n for n, run in enumerate(runs) if n not in whole and len(run) == 3 and run[-1].credit and run[0].part == "t"
    ]
    if not able or len(runs) < 3:
        return
    number = able[int(draw() * len(able))]
    for _ in range(1 + (draw() < 0.3)):
        has_headline = draw() < 0.5
        low = number + 1 if has_headline else 0
        places = [n for n in range(low, len(runs)) if n != number and n not in whole]
        if places:
            copies = [_copy(block, "exact") for block in runs[number][0 if has_headline else 1 :]]
            runs[places[int(draw() * len(places))]].extend(copies)
    whole.add(number)


def _add_orphan(runs: list[list[Block]], whole: set[int], draw: Pick) -> None:
    """Print the end of an article above its headline: its first block cut at the front, or with a character more."""
    number = _news(runs, whole, draw)
    if number is None:
        return
    pair = runs[number][-2:]
    text, place = pair[0].text, _cut_place(pair[0].text, draw)
    if draw() < 0.3 or not place or len(text) - place < 16:
        first = _copy(pair[0], "near", text[:5] + text[4] + text[5:])
    else:
        first = _copy(pair[0], "contained", text[place:])
    runs[number][:0] = [first, _copy(pair[1], "exact")]
    whole.add(number)


# -- lines -------------------------------------------------------------------------------------------------------------


def _in_order(runs: list[list[Block]], profile: Profile, draw: Pick) -> list[tuple[Block, int, bool]]:
    """Return (block, piece, begins a region) for every line before wrapping."""
    out: list[tuple[Block, int, bool]] = []
    if draw() < 0.3:
        furniture = f"第{1 + int(draw() * 8)}版  {pick(draw, COLUMNS)}"
        out.append((Block([furniture], None, "f"), 0, True))
    taken: set[int] = set()
    for number, run in enumerate(runs):
        if number in taken:
            continue
        starts = True
        if run[0].part == "t" and draw() < 0.12:
            out.append((Block([pick(draw, COLUMNS)], None, "c"), 0, True))
            starts = False
        for block in run:
            for piece in range(len(block.pieces)):
                if piece:
                    draw_between = draw()
                    following = number + 1
                    if draw_between < profile.stray:
                        out.append((Block([_subhead(draw)], None, "s"), 0, False))
                    elif draw_between > 1 - profile.between and _is_photo(runs, following, taken):
                        out += [(other, 0, False) for other in runs[following]]
                        taken.add(following)
                out.append((block, piece, starts))
                starts = False
    if draw() < 0.3:
        out.append((Block([f"{pick(draw, EDITORS)} {person(draw)} 校对 {person(draw)}"], None, "f"), 0, True))
    return out


def _is_photo(runs: list[list[Block]], number: int, taken: set[int]) -> bool:
    """Say whether run ``number`` is a photo story that nothing else has joined; only such a one may stand between halves."""
    return (
        number < len(runs)
        and number not in taken
        and len(runs[number]) == 3
        and runs[number][-1].credit
        and all(len(block.pieces) == 1 and block.part != "d" for block in runs[number])
    )


def _spaced(order: list[tuple[Block, int, bool]], profile: Profile, draw: Pick) -> list[tuple[Block, int, int]]:
    if draw() < profile.tight:
        return [(block, piece, 0) for block, piece, _ in order]
    return [
        (block, piece, (3 if starts and draw() < 0.35 else 1) if place else 0)
        for place, (block, piece, starts) in enumerate(order)
    ]


def _wrapped(order: list[tuple[Block, int, bool]], draw: Pick) -> list[tuple[Block, int, int]]:
    width, has_blanks = 14 + int(draw() * 11), draw() < 0.3
    indent = "　　" if draw() < 0.5 else ""
    # A column is broken as one line after another, whatever was cut before: the pieces are made anew.
    for block, _, _ in order:
        if block.part in "bd":
            text = block.text if block.credit else indent + block.text
            block.pieces = _columns(text, width)
    out: list[tuple[Block, int, int]] = []
    for block, piece, _ in order:
        if piece == 0:
            out += [(block, number, int(has_blanks and bool(out))) for number in range(len(block.pieces))]
    return out


def _columns(text: str, width: int) -> list[str]:
    out = []
    start = 0
    while len(text) - start > width:
        end = start + width
        while end < len(text) and text[end] in CLOSERS and end < start + width + 2:
            end += 1
        out.append(text[start:end])
        start = end
    return [*out, text[start:]] if start < len(text) else out


# -- gold --------------------------------------------------------------------------------------------------------------


def structure_gold(page: Page, name: str) -> dict[str, Any]:
    """Return the structure gold of ``page``, lines counted from 0 over the non-empty lines."""
    place: dict[int, list[int]] = {}
    for line, (block, _, _) in enumerate(page.lines):
        place.setdefault(id(block), []).append(line)
    blocks = {id(block): block for block, _, _ in page.lines}

    def lines(part: str, article: int | None = None) -> list[int]:
        return sorted(n for k, b in blocks.items() if (b.part, b.article) == (part, article) for n in place[k])

    copies = []
    for key, block in blocks.items():
        if block.of is not None:
            originals = place[id(block.of)]
            for number, line in enumerate(place[key]):
                of = originals[min(number, len(originals) - 1)]
                copies.append({"line": line, "of": of, "kind": block.kind})
    return {
        "page": name,
        "line_count": len(page.lines),
        "joins": sorted([a, b] for own in place.values() for a, b in itertools.pairwise(own)),
        "duplicates": sorted(copies, key=lambda copy: copy["line"]),  # type: ignore[arg-type,return-value]
        "truncated": sorted(place[key][-1] for key, block in blocks.items() if block.truncated),
        "columns": lines("c"),
        "subheads": lines("s"),
        "furniture": lines("f"),
        "articles": [
            {"title": lines("t", n), "body": lines("b", n), "kind": kind, "optional": n in page.optional}
            for n, kind in enumerate(page.kinds)
        ],
        "cross_page": [],
    }
