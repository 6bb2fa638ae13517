"""Whether a page can be read at all: mojibake, control characters, floods of one script, refusals instead of a page."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from expectations.characters import CodePoints, Offsets, code_points, is_visible, look_up, rank

HAN, RARE, GARBLED, CONTROL, LATIN, OTHER, HIDDEN = range(7)
CLASSES: Final = ("han", "rare", "garbled", "control", "latin", "other", "hidden")

# What is left of a text that went through the wrong encoding twice, or was never written to.
MARKS: Final = r"锟斤拷|烫烫烫|屯屯屯|\x{FFFD}|[ÃÂ][\x{0080}-\x{00BF}]|â€|ï¼|ã€"
# A page that is short, and speaks both of reading pictures and of somebody who does not do it. Word boundaries are ASCII:
# Unicode ones would take the regex engine off its fast path on Chinese text.
READING: Final = (
    r"(?i)(?-u:\b)(?:transcri\w+|illegible|legible|readable|resolution|upload(?:ed)?|scan(?:s|ned)?|ocr|language model|as an ai"
    r"|images?|photos?|pictures?|blurry|screenshot|extract(?:ing|ed)?|attached|attachment|reproduce|verbatim"
    r"|request|assistant|this (?:page|document|text|file|newspaper))(?-u:\b)"
    r"|图片|图像|扫描件|截图|照片中的文字|转录|语言模型|人工智能助手|清晰度|文字内容|这一请求|该请求|您的请求|空白页|可识别"
)
DECLINING: Final = (
    r"(?i)(?-u:\b)(?:i|i['’]m|i['’]ve|me|my|please|sorry|apologi[sz]e|unfortunately|unable|cannot|can['’]?t|couldn['’]t|won['’]t"
    r"|decline|instead|no (?:text|image|readable|legible|visible|discernible)|not (?:able|available|possible|allowed|legible))"
    r"(?-u:\b)|无法|不能|没有办法|没有可识别|难以|抱歉|对不起|不好意思|请(?:您|重新)*(?:提供|上传)"
)
NOTHING: Final = (
    r"(?i)^\W*(?:no text(?: detected| found)?|unreadable|illegible|blank(?: page)?|n/?a|null|none"
    r"|无(?:内容|文字|法识别)|空白页?|识别失败)\W*$"
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
    return count_classes(points, offsets)


def count_classes(points: CodePoints, offsets: Offsets) -> pl.DataFrame:
    """Return the same of texts whose characters are ``points``, one after another, and begin at ``offsets``."""
    classes = look_up(_classes(), points)
    return pl.DataFrame({name: np.diff(rank(classes == number, offsets)) for number, name in enumerate(CLASSES)})


def page_legibility(pages: pl.DataFrame, classes: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return for each page what tells whether it can be read: numbers and shares, and ``is_refusal``.

    ``classes`` are its ``character_classes`` where they are known.
    """
    classes = character_classes(pages["text"]) if classes is None else classes
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
    text = pl.col("text").str.head(2 * REFUSAL_CHARS)
    excuses = (
        measured.with_columns(pages["text"].alias("text"))
        .filter(is_short)
        .filter((text.str.contains(READING) & text.str.contains(DECLINING)) | text.str.contains(NOTHING))
    )
    return measured.with_columns(pl.col("page_id").is_in(excuses["page_id"].implode()).alias("is_refusal"))
