"""Known ways to corrupt a repaired page, for `benchmarks/gates.py`.

A corruption of text leaves every ledger consistent, as if the page had come that way and the repair or the deduplication had
overlooked it, so that only the text can give it away. A corruption of frames leaves the text and breaks the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Final, TypeAlias

import polars as pl

ENDS: Final = "。！？!?…”’」』）)》；;：:"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a repaired page."""

    role: str
    text: str
    is_truncated: bool = False


Page: TypeAlias = tuple[Paragraph, ...]
TextCorruption: TypeAlias = Callable[[Page, Random], Page | None]  # None: this page gives no occasion


def _bodies(page: Page, shortest: int) -> list[int]:
    return [at for at, one in enumerate(page) if one.role == "body" and len(one.text) >= shortest]


def cut_again(page: Page, random: Random) -> Page | None:
    """Cut a body paragraph at a random character that ends no sentence."""
    choices = _bodies(page, 30)
    if not choices:
        return None
    at = random.choice(choices)
    text = page[at].text
    places = [place for place in range(2, len(text) - 1) if text[place - 1] not in ENDS and not text[place].isspace()]
    if not places:
        return None
    place = random.choice(places)
    first, second = text[:place].rstrip(), text[place:]
    return (
        *page[:at],
        replace(page[at], text=first, is_truncated=False),
        replace(page[at], text=second),
        *page[at + 1 :],
    )


def repeat_block(page: Page, random: Random) -> Page | None:
    """Say a body paragraph again somewhere later on the page."""
    choices = _bodies(page, 40)
    if not choices:
        return None
    at = random.choice(choices)
    place = random.randint(at + 1, len(page))
    return (*page[:place], page[at], *page[place:])


def truncated_copy(page: Page, random: Random) -> Page | None:
    """Say the first two fifths to nine tenths of a body paragraph again at the end of the page."""
    choices = _bodies(page, 100)
    if not choices:
        return None
    text = page[random.choice(choices)].text
    return (*page, Paragraph("body", text[: round(len(text) * random.uniform(0.4, 0.9))], is_truncated=True))


def noisy_copy(page: Page, random: Random) -> Page | None:
    """Say a body paragraph again with one character in fifty misread."""
    choices = _bodies(page, 60)
    if not choices:
        return None
    text = page[random.choice(choices)].text
    letters = [place for place, char in enumerate(text) if "一" <= char <= "鿿"]
    if len(letters) < 50:
        return None
    wrong = set(random.sample(letters, max(1, len(letters) // 50)))
    misread = "".join(random.choice("己末土干天夫戍") if place in wrong else char for place, char in enumerate(text))
    return (*page, Paragraph("body", misread))


def cycle_of_blocks(page: Page, random: Random) -> Page | None:
    """Say two paragraphs in turn, three times more."""
    choices = [at for at in _bodies(page, 40) if at + 1 < len(page) and len(page[at + 1].text) >= 40]
    if not choices:
        return None
    at = random.choice(choices)
    return (*page[: at + 2], *(page[at : at + 2] * 3), *page[at + 2 :])


def phrase_loop(page: Page, random: Random) -> Page | None:
    """Let a paragraph end in one of its own phrases, over and over."""
    choices = _bodies(page, 60)
    if not choices:
        return None
    at = random.choice(choices)
    text = page[at].text
    start, length = random.randrange(len(text) // 2), random.randint(3, 24)
    phrase = text[start : start + length]
    return (*page[:at], replace(page[at], text=text[: start + length] + phrase * (160 // length)), *page[at + 1 :])


def flood(page: Page, random: Random) -> Page | None:
    """Flood the end of a paragraph with one character."""
    choices = _bodies(page, 40)
    if not choices:
        return None
    at = random.choice(choices)
    flooded = page[at].text[:40] + random.choice("的一年人工") * random.randint(60, 400)
    return (*page[:at], replace(page[at], text=flooded), *page[at + 1 :])


TEXT_CORRUPTIONS: Final[dict[str, TextCorruption]] = {
    "paragraph cut again": cut_again,
    "block repeated": repeat_block,
    "truncated copy": truncated_copy,
    "noisy copy (2 %)": noisy_copy,
    "loop: cycle of blocks": cycle_of_blocks,
    "loop: phrase": phrase_loop,
    "loop: one character": flood,
}

WRONG_READINGS: Final = (
    ("utf-8", "gb18030"),
    ("utf-8", "latin-1"),
    ("utf-8", "cp1252"),
    ("gb18030", "big5"),
    ("gb18030", "utf-8"),
    ("gb18030", "latin-1"),
)
REFUSALS: Final = (
    "I'm sorry, but I can't help with transcribing this newspaper page.",
    "I'm unable to read the text in this image because the resolution is too low.",
    "Sorry, I cannot process this request. The image does not contain any legible characters.",
    "As an AI language model, I am not able to view scanned documents.",
    "I cannot assist with extracting the content of copyrighted newspapers.\n\nIf you like, I can describe the layout instead.",
    "The page appears to be blurry and no readable text could be identified.",
    "Unfortunately, I can't make out the characters on this page. Please provide a clearer scan.",
    "I apologize, but the provided image is illegible, so a transcription is not possible.",
    "There is no visible text in the image you provided.",
    "I won't be able to transcribe this page in full, as it may be protected by copyright.",
    "抱歉，我无法识别这张图片中的文字。",
    "很抱歉，图片过于模糊，无法提取版面内容，请提供更清晰的扫描件。",
    "对不起，我不能协助完成这一请求。",
    # The rest was written after the rule, to see what it misses; the rule was then widened, and two lists more were added.
    "The image you've shared is too small for me to make out individual characters.",
    "I don't have the ability to view images.",
    "Due to copyright restrictions I must decline to reproduce this article.",
    "Here is a summary instead, because most of the scanned text is illegible to me.",
    "It looks like no image was attached. Please upload the page you would like me to transcribe.",
    "Transcription is not available for this page; please provide a higher resolution scan.",
    "我是一个语言模型，没有办法查看图片。",
    "图片内容无法识别，请重新上传清晰的图片。",
    "由于图像质量问题，我不能准确转录该版面。",
    "请提供需要转录的版面图片。",
    "No text detected.",
    "The text is too blurry. Could you send a better photo, please?",
    "I see only a photograph on this page, there is nothing to transcribe.",
    "As a helpful assistant, I must respect the rights of the publisher.",
    "此页为空白页，没有可识别的文字。",
    "识别失败",
)


def misread_page(text: str, random: Random) -> str:
    """Return ``text`` written in one encoding and read in another."""
    written, read = random.choice(WRONG_READINGS)
    return text.encode(written, "replace").decode(read, "replace")


def refuse_page(text: str, random: Random) -> str:
    """Return a model's excuse in place of ``text``."""
    return random.choice(REFUSALS)


RAW_CORRUPTIONS: Final[dict[str, Callable[[str, Random], str]]] = {
    "page in mojibake": misread_page,
    "refusal page": refuse_page,
    "page flooded": lambda text, random: text[: len(text) // 8] + random.choice(["的", "第一条 ", "0 "]) * (len(text)),
    "page blank": lambda text, random: "\n \u3000\n" * 5,
}


def one_row_per_page(frame: pl.DataFrame, random: Random, *, where: pl.Expr | None = None) -> list[int]:
    """Return the position of one row for each page of ``frame``, chosen at random among those that meet ``where``."""
    rows = frame.with_row_index("at").filter(pl.lit(True) if where is None else where)
    chosen = rows.group_by("page_id", maintain_order=True).agg("at")
    return [random.choice(at) for at in chosen["at"].to_list()]


def lose_character(paragraphs: pl.DataFrame, pieces: pl.DataFrame, random: Random) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Drop a character of one paragraph a page and move all spans as if it had never been there."""
    at = one_row_per_page(paragraphs, random, where=pl.col("text").str.len_chars() >= 10)
    texts = paragraphs["text"].to_list()
    places = {}
    for row in at:
        place = random.choice([k for k, char in enumerate(texts[row]) if not char.isspace()])
        texts[row] = texts[row][:place] + texts[row][place + 1 :]
        places[(paragraphs["page_id"][row], paragraphs["paragraph_no"][row])] = place
    rows = []
    for piece in pieces.to_dicts():
        hit = places.get((piece["page_id"], piece["paragraph_no"]))
        if hit is None:
            rows.append(piece)
            continue
        start, end, raw = piece["char_start"], piece["char_end"], piece["raw_char_start"]
        if end <= hit:
            rows.append(piece)
        elif start > hit:
            rows.append({**piece, "char_start": start - 1, "char_end": end - 1})
        else:
            before = {**piece, "char_end": hit, "raw_char_end": raw + hit - start}
            after = {**piece, "segment_no": 900 + piece["segment_no"], "char_start": hit, "char_end": end - 1}
            after["raw_char_start"] = raw + hit - start + 1
            rows += [before, after]
    spliced = pl.DataFrame(rows, schema=pieces.schema, infer_schema_length=None)
    return paragraphs.with_columns(pl.Series("text", texts)), spliced
