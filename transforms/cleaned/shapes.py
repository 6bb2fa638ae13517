"""What the outward form of a line says: how it ends, how it begins, and what kind of line it looks like.

Full-width and half-width punctuation occur side by side on real pages, so every pattern here takes both. The patterns
are Rust regexes over whole columns (measured 2026-11: a dozen of them at 135 MB/s on one core).
"""

from __future__ import annotations

import string
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

CLOSERS: Final = "”’」』）)】》〉\"'"
# A sentence ends here; what follows on the next line is another paragraph or cannot be told from one. An address of the
# Internet ends a line too: nothing is joined to it.
ENDS_SENTENCE: Final = rf"[。！？!?…．][{CLOSERS}]*$|[\u4e00-\u9fff][.][{CLOSERS}]*$|\.(?:com|cn|net|org)$"
ENDS_CLAUSE: Final = r"[，,、；;：:]$"
# No line begins with these unless a line before it was cut.
BEGINS_INSIDE: Final = r"^[，,。、；;：:？！!?”’）)】》〉…%％‰]"

_NAME: Final = r"[\u4e00-\u9fff·]{2,4}"
LEAD: Final = (
    r"^[“\"(（【\[]?(?:本报|新华社|中新社|央视网|人民网|综合[本新]|记者从|笔者从|近日|日前|连日来|近年来|近期|昨日|昨天"
    r"|今日|今天|前不久|据悉|据了解|据介绍|会议(?:指出|强调|要求|传达)|当日|当天|目前|截至目前|下一步|下步|同时|此外|另外"
    r"|图为|\d{1,2}月\d{1,2}日)"
)
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
LIST_ITEM: Final = (
    r"^(?:[一二三四五六七八九十]{1,3}[是要、，]|第[一二三四五六七八九十]{1,3}[，,、条章届]"
    r"|[（(][一二三四五六七八九十\d]{1,3}[）)]|[①-⑳]|\d{1,2}[、．.）)]|[●■◆▲★※·•—-]+ ?|[#*|<-])"
)
DASH_TITLE: Final = r"^(?:——|—|--)"

# Opening marks and their closing ones; straight quotation marks say nothing about sides.
PAIRS: Final = (("“", "”"), ("(（", ")）"), ("《", "》"))
KINDS: Final = {
    "clause": "，,、；;",
    "han": "".join(map(chr, range(0x3400, 0xA000))),
    "latin": string.ascii_letters,
    "narrow": "".join(map(chr, range(0x21, 0x7F))),
}
BEYOND: Final = 0xFFFF  # stands for all characters beyond the Basic Plane; it is none itself


def add_shapes(lines: pl.DataFrame) -> pl.DataFrame:
    """Return ``lines`` (a column ``text``) with the columns of shape that joining and truncation rest on."""
    text = pl.col("text")
    # What begins or ends a line is looked for there alone.
    head, tail = text.str.head(24), text.str.tail(6)
    short = pl.when(text.str.len_bytes() <= 3 * 48).then(text)
    return lines.with_columns(
        text.str.len_chars().cast(pl.Int32).alias("length"),
        tail.str.contains(ENDS_SENTENCE).alias("ends_sentence"),
        tail.str.contains(ENDS_CLAUSE).alias("ends_clause"),
        tail.str.contains("[；;]$").alias("ends_semicolon"),
        head.str.contains(BEGINS_INSIDE).alias("begins_inside"),
        head.str.contains(LEAD).alias("is_lead"),
        short.str.contains(BYLINE).fill_null(False).alias("is_byline"),
        text.str.tail(40).str.contains(INLINE_BYLINE_END).alias("ends_byline"),
        head.str.contains(LIST_ITEM).alias("is_list_item"),
        head.str.contains(DASH_TITLE).alias("is_dash_title"),
        text.str.contains(r"[。！？；;!?]").alias("has_sentence"),
        *count_characters(lines["text"]),
    ).with_columns(
        (
            (pl.col("length") <= 32)
            & ~pl.col("ends_sentence")
            & ~text.str.contains("。")
            & (pl.col("clause_count") <= 1)
            & ~pl.col("ends_clause")
        ).alias("is_heading_like"),
        # A page in another language stays alone: most of its letters are not Chinese.
        (pl.col("han_count").sum().over("page_id") > pl.col("latin_count").sum().over("page_id")).alias("is_chinese"),
    )


def count_characters(texts: pl.Series) -> list[pl.Series]:
    """Return how many characters of each kind the ``texts`` hold.

    Of the first 64 characters, which show what a line is made of: ``clause_count`` (commas and semicolons), ``han_count``,
    ``latin_count``, ``narrow_count`` (visible ASCII). Of all: ``space_count``, and for each of ``PAIRS`` as ``open_0`` and
    so on how many more opening marks there are than closing ones.
    """
    # A line feed ends each text, so that it has a place even if it is empty.
    whole = texts.to_frame("text").select(pl.col("text").str.join("\n")).item() + "\n"
    codes = np.minimum(np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32), BEYOND).astype(np.int64)
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    ends = np.cumsum(lengths + 1) - 1
    starts = ends - lengths
    # Four counts of at most 64 go into one number.
    kinds, marks = _tables()
    sums = np.concatenate([[0], np.cumsum(kinds.take(codes, mode="clip"), dtype=np.uint32)])
    counts = sums[np.minimum(starts + 64, ends)] - sums[starts]
    at = np.flatnonzero(marks[-1].astype(np.bool_).take(codes, mode="clip"))
    rows = np.searchsorted(ends, at)
    found = codes[at]
    return [
        *(pl.Series(f"{name}_count", (counts >> (8 * i) & 0xFF).astype(np.int32)) for i, name in enumerate(KINDS)),
        pl.Series("space_count", np.bincount(rows[found == ord(" ")], minlength=len(texts)).astype(np.int32)),
        *(
            pl.Series(f"open_{i}", np.bincount(rows, marks[i][found], minlength=len(texts)).astype(np.int32))
            for i in range(len(PAIRS))
        ),
    ]


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
    marks[-1, ord(" ")] = 1
    return kinds, marks
