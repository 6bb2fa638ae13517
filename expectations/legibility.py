"""Whether a page can be read at all: mojibake, control characters, floods of one script, refusals instead of a page."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from expectations.characters import code_points, is_visible, look_up

HAN, RARE, GARBLED, CONTROL, LATIN, OTHER, HIDDEN = range(7)
CLASSES: Final = ("han", "rare", "garbled", "control", "latin", "other", "hidden")

# What is left of a text that went through the wrong encoding twice, or was never written to.
MARKS: Final = r"锟斤拷|烫烫烫|屯屯屯|\x{FFFD}|[ÃÂ][\x{0080}-\x{00BF}]|â€|ï¼|ã€"
# Word boundaries are ASCII: Unicode ones would take the regex engine off its fast path on Chinese text.
REFUSAL: Final = (
    r"(?i)(?-u:\b)(?:i['’]?m|i am|we are|i was)\s+(?:[a-z]+\s+)?(?:sorry|unable|not able)(?-u:\b)"
    r"|(?-u:\b)as an? (?:ai|language model)(?-u:\b)|(?-u:\b)i apologi[sz]e(?-u:\b)|^\s*(?:sorry|unfortunately)(?-u:\b)"
    r"|(?-u:\b)i\s+(?:can['’]?t|cannot|can not|could not|couldn['’]t|won['’]t|am not able)(?-u:\b)"
    r"|(?-u:\b)(?:unable to|cannot|can['’]t)\s+(?:be )?"
    r"(?:transcribe|read|extract|process|assist|see|view|identify|provide|recogni[sz]e)"
    r"|(?-u:\b)no (?:readable|legible|visible|discernible|recogni[sz]able) (?:text|content|characters)(?-u:\b)"
    r"|(?-u:\b)(?:image|page|document|scan)\s+(?:is|appears|seems)(?: to be)?"
    r" (?:too )?(?:blank|blurry|blurred|empty|unclear|illegible|unreadable)"
    r"|^\s*(?:很?抱歉|对不起|不好意思|作为(?:一个|一名)?(?:AI|人工智能|语言模型)|我?(?:无法|不能)(?:识别|读取|查看|辨认|转录|提取|处理|协助))"
)
REFUSAL_CHARS: Final = 1500  # visible characters; a refusal is a few sentences, a page that quotes one is longer
REFUSAL_CHARS_HAN: Final = 200


@cache
def _classes() -> npt.NDArray[np.uint8]:
    """Return the class of every code point of the basic plane.

    A Chinese character is rare when it is in the first level of neither GB 2312 (3,755 characters, 99.5 % of running
    simplified text) nor Big5 (5,401, traditional): both tables are Python's own codecs.
    """
    table = np.full(0x10000, OTHER, dtype=np.uint8)
    table[~is_visible(np.arange(0x10000, dtype=np.uint32))] = HIDDEN
    table[0x3400:0xA000] = RARE
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        rows = (bytes([lead, trail]) for lead in range(first, last + 1) for trail in range(0x40, 0xFF))
        level = {ord(char) for pair in rows if len(char := pair.decode(encoding, "ignore")) == 1}
        table[[point for point in level if table[point] == RARE]] = HAN
    # Latin-1 letters, half-width katakana, private use and the replacement character: not in a Chinese page.
    for start, end in ((0xC0, 0x100), (0xFF61, 0xFFA0), (0xE000, 0xF900), (0xFFFD, 0xFFFE)):
        table[start:end] = GARBLED
    table[0x00:0x20] = table[0x7F:0xA0] = CONTROL
    table[[0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85]] = HIDDEN  # tab, line ends and form feeds are layout
    table[0x41:0x5B] = table[0x61:0x7B] = LATIN
    return table


def character_classes(texts: pl.Series) -> pl.DataFrame:
    """Return how many characters of each class each of ``texts`` has: one row a text, the columns ``CLASSES``."""
    points, offsets = code_points(texts)
    slot = np.repeat(np.arange(len(texts), dtype=np.int64) * len(CLASSES), np.diff(offsets))
    counts = np.bincount(slot + look_up(_classes(), points), minlength=len(texts) * len(CLASSES))
    return pl.DataFrame(counts.reshape(len(texts), len(CLASSES)), schema=list(CLASSES))


def page_legibility(pages: pl.DataFrame) -> pl.DataFrame:
    """Return for each page what tells whether it can be read: numbers and shares, and ``is_refusal``."""
    classes = character_classes(pages["text"])
    visible = pl.sum_horizontal("han", "rare", "garbled", "latin", "other")
    some = pl.max_horizontal(visible, pl.lit(1))
    measured = pages.select("page_id").with_columns(
        classes.select(
            visible.cast(pl.Int64).alias("visible_chars"),
            ((pl.col("han") + pl.col("rare")) / some).alias("han_share"),
            ((pl.col("rare") + pl.col("garbled")) / some).alias("garbled_share"),
            pl.col("control").cast(pl.Int64).alias("control_chars"),
            (pl.col("latin") / some).alias("latin_share"),
        )
    )
    is_short = pl.col("visible_chars") < pl.when(pl.col("han_share") < 0.3).then(REFUSAL_CHARS).otherwise(
        REFUSAL_CHARS_HAN
    )
    excuses = (
        measured.with_columns(pages["text"].alias("text"))
        .filter(is_short)
        .filter(pl.col("text").str.head(600).str.contains(REFUSAL))
    )
    return measured.with_columns(pl.col("page_id").is_in(excuses["page_id"].implode()).alias("is_refusal"))
