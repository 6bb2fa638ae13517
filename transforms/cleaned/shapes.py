"""What the outward form of a line says: how it ends, how it begins, and what kind of line it looks like.

Full-width and half-width punctuation occur side by side on real pages, so every pattern here takes both. The patterns
are Rust regexes over whole columns (measured 2026-11: a dozen of them at 135 MB/s on one core).
"""

from __future__ import annotations

import re
import string
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.cleaned.texts import BEYOND, Texts, table_of

Codes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]

CLOSERS: Final = "”’」』）)】》〉\"'"
# A sentence ends here; what follows on the next line is another paragraph or cannot be told from one. An address of the
# Internet ends a line too: nothing is joined to it.
ENDS_SENTENCE: Final = rf"[。！？!?…．][{CLOSERS}]*$|[\u4e00-\u9fff][.][{CLOSERS}]*$|\.(?:com|cn|net|org)$"
ENDS_CLAUSE: Final = r"[，,、；;：:]$"
# No line begins with these unless a line before it was cut.
BEGINS_INSIDE: Final = "，,。、；;：:？！!?”’）)】》〉…%％‰"

_NAME: Final = r"[\u4e00-\u9fff·]{2,4}"
# What a lead begins with, by its first character.
_LEADS: Final = (
    "本报", "新华社", "中新社", "央视网", "人民网", "综合[本新]", "记者从", "笔者从", "近日", "日前", "连日来", "近年来", "近期",
    "昨日", "昨天", "今日", "今天", "前不久", "据悉", "据了解", "据介绍", "会议(?:指出|强调|要求|传达)", "当日", "当天", "目前",
    "截至目前", "下一步", "下步", "同时", "此外", "另外", "图为",
)  # fmt: skip
_QUOTED: Final = '“"(（【['
_DIGITS: Final = "".join(chr(code) for code in range(0x10000) if chr(code).isdecimal())
LEAD: Final = rf"^[{re.escape(_QUOTED)}]?(?:{'|'.join(_LEADS)}|\d{{1,2}}月\d{{1,2}}日)"
_ROLE: Final = (
    r"(?:本报|本刊)?(?:实习|特约|见习|首席|全媒体|融媒体|驻[\u4e00-\u9fff]{1,3})?"
    r"(?:记者|通讯员|摄影|图文|作者|编辑|责编|责任编辑|美编|校对|供稿|报道)"
)
# Nothing but roles, names and what says who took the picture: a printed line may begin with a role and go on in prose.
BYLINE: Final = (
    rf"^[（(【\[]?{_ROLE}(?:[：:/／、| \u3000]+(?:{_ROLE}|[\u4e00-\u9fff·]{{1,4}}))+(?:[ \u3000/／]?摄|/图)?[）)】\]]?$"
    r"|^.{0,12}(?:记者|通讯员|摄影)[^。，,；]{2,30}摄[）)]?$"
    r"|^[\u4e00-\u9fff·]{2,4}(?:[ 、][\u4e00-\u9fff·]{2,4}){0,3}[ /]摄(?:影报道)?[）)]?$"
)
INLINE_BYLINE_END: Final = (
    rf"(?:记者|通讯员|作者)[：: \u3000]?[ \u3000]*{_NAME}(?:[ \u3000、]+(?:记者|通讯员)?[ \u3000]*{_NAME})*"
    r"(?:[ \u3000]*摄)?[）)]?$"
)
_NUMERALS: Final = "一二三四五六七八九十"
_BULLETS: Final = "●■◆▲★※·•—-"
LIST_ITEM: Final = (
    rf"^(?:[{_NUMERALS}]{{1,3}}[是要、，]|第[{_NUMERALS}]{{1,3}}[，,、条章届]|[（(][{_NUMERALS}\d]{{1,3}}[）)]|[①-⑳]"
    rf"|\d{{1,2}}[、．.）)]|[{_BULLETS}]+ ?|[#*|<-])"
)
# No other line needs to be asked whether it is a lead, an item or a byline.
MAY_LEAD: Final = _QUOTED + _DIGITS + "".join(lead[0] for lead in _LEADS)
MAY_LIST: Final = _NUMERALS + "第（(#*|<-" + _BULLETS + _DIGITS + "".join(map(chr, range(0x2460, 0x2474)))
MAY_SIGN: Final = "记者|通讯员|摄|作者|编辑|责编|美编|校对|供稿|报道|图文"
MAY_SIGN_INLINE: Final = "记者|通讯员|作者"

# Opening marks and their closing ones; straight quotation marks say nothing about sides.
PAIRS: Final = (("“", "”"), ("(（", ")）"), ("《", "》"))
KINDS: Final = {
    "clause": "，,、；;",
    "han": "".join(map(chr, range(0x3400, 0xA000))),
    "latin": string.ascii_letters,
    "narrow": "".join(map(chr, range(0x21, 0x7F))),
}
_STOPS: Final = "。！？!?…．"
_CLAUSE_ENDS: Final = "，,、；;：:"
_SENTENCE_MARKS: Final = "。！？；;!?"
_MAY_END_SENTENCE: Final = CLOSERS + ".mntg"


def add_shapes(lines: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Return ``lines`` (columns ``page_id`` and ``text``) with the columns of shape that joining and truncation rest on.

    ``texts`` are the same texts as characters. Patterns are asked of the lines only whose first or last character allows a
    match.
    """
    text, count = lines["text"], len(lines)
    first, last = texts.first(), texts.last()
    head, tail = text.str.head(24), text.str.tail(6)

    def is_one(characters: Codes, wanted: str) -> Flags:
        return table_of(wanted).take(characters, mode="clip")

    def match(side: pl.Series, where: Flags, pattern: str) -> Flags:
        rows = np.flatnonzero(where)
        found = np.zeros(count, dtype=np.bool_)
        found[rows] = side.gather(rows).str.contains(pattern).to_numpy()
        return found

    counts = count_characters(texts)
    ends_sentence = is_one(last, _STOPS) | match(tail, is_one(last, _MAY_END_SENTENCE), ENDS_SENTENCE)
    ends_clause = is_one(last, _CLAUSE_ENDS)
    is_short = text.str.len_bytes().to_numpy() <= 3 * 48
    signs = np.zeros(count, dtype=np.bool_)
    signs[is_short] = text.filter(is_short).str.contains(MAY_SIGN).to_numpy()
    # A signature ends with a name, a bracket or the word for a picture.
    may_end = ~ends_sentence & ~ends_clause
    end = text.filter(may_end).str.tail(40)
    ends_byline = np.zeros(count, dtype=np.bool_)
    ends_byline[may_end] = (
        end.to_frame("end")
        .select(
            pl.when(pl.col("end").str.contains(MAY_SIGN_INLINE))
            .then("end")
            .str.contains(INLINE_BYLINE_END)
            .fill_null(False)
        )
        .to_series()
        .to_numpy()
    )
    pages = lines["page_id"].rle_id().to_numpy()
    # A page in another language stays alone: most of its letters are not Chinese.
    surplus = np.bincount(pages, weights=counts["han_count"].astype(np.float64) - counts["latin_count"])
    is_heading_like = (
        (texts.lengths <= 32) & ~ends_sentence & ~counts["has_stop"] & (counts["clause_count"] <= 1) & ~ends_clause
    )
    columns = {
        "length": texts.lengths.astype(np.int32),
        "ends_sentence": ends_sentence,
        "ends_clause": ends_clause,
        "ends_semicolon": is_one(last, "；;"),
        "begins_inside": is_one(first, BEGINS_INSIDE),
        "is_lead": match(head, is_one(first, MAY_LEAD), LEAD),
        "is_byline": match(text, signs, BYLINE),
        "ends_byline": ends_byline,
        "is_list_item": match(head, is_one(first, MAY_LIST), LIST_ITEM),
        "is_dash_title": (first == ord("—")) | ((first == ord("-")) & (texts.codes[texts.starts + 1] == ord("-"))),
        **{name: counted for name, counted in counts.items() if name != "has_stop"},
        "is_heading_like": is_heading_like,
        "is_chinese": surplus[pages] > 0,
    }
    return lines.with_columns(pl.Series(name, values) for name, values in columns.items())


def count_characters(texts: Texts) -> dict[str, npt.NDArray[Any]]:
    """Return how many characters of each kind the ``texts`` hold.

    Of the first 64 characters, which show what a line is made of: ``clause_count`` (commas and semicolons), ``han_count``,
    ``latin_count``, ``narrow_count`` (visible ASCII). Of all: ``space_count``, for each of ``PAIRS`` as ``open_0`` and so on
    how many more opening marks there are than closing ones, and whether a full stop (``has_stop``) or any mark that ends a
    sentence or a large part of one (``has_sentence``) is there.
    """
    codes, starts, ends, count = texts.codes, texts.starts, texts.ends, len(texts.lengths)
    # Four counts of at most 64 go into one number.
    kinds, marks = _tables()
    sums = np.concatenate([[0], np.cumsum(kinds.take(codes, mode="clip"), dtype=np.uint32)])
    counts = sums[np.minimum(starts + 64, ends)] - sums[starts]
    at = np.flatnonzero(marks[-1].view(np.bool_).take(codes, mode="clip"))
    rows = np.searchsorted(ends, at)
    found = np.minimum(codes[at], BEYOND)
    has_stop, has_sentence = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    has_stop[rows[found == ord("。")]] = True
    has_sentence[rows[table_of(_SENTENCE_MARKS)[found]]] = True
    return {
        **{f"{name}_count": (counts >> (8 * i) & 0xFF).astype(np.int32) for i, name in enumerate(KINDS)},
        "space_count": np.bincount(rows[found == ord(" ")], minlength=count).astype(np.int32),
        **{
            f"open_{i}": np.bincount(rows, marks[i][found], minlength=count).astype(np.int32) for i in range(len(PAIRS))
        },
        "has_stop": has_stop,
        "has_sentence": has_sentence,
    }


@cache
def _tables() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int8]]:
    """Return for each code of the Basic Plane its kinds, eight bits each, and its marks: +1 and -1 for each pair, 1 for any."""
    kinds = np.zeros(BEYOND + 1, dtype=np.uint32)
    for i, members in enumerate(KINDS.values()):
        kinds[[ord(character) for character in members]] += np.uint32(1 << (8 * i))
    marks = np.zeros((len(PAIRS) + 1, BEYOND + 1), dtype=np.int8)
    for i, (opening, closing) in enumerate(PAIRS):
        marks[i, [ord(character) for character in opening]] = 1
        marks[i, [ord(character) for character in closing]] = -1
    marks[-1] = marks.any(axis=0)
    marks[-1, [ord(character) for character in " " + _SENTENCE_MARKS]] = 1
    return kinds, marks
