"""The characters of a line: spaces, widths, controls and composed forms set right, and the way back to the page.

What is changed: white space around the line; stray spaces inside Chinese; control and format characters; full-width
digits and Latin letters; decomposed and compatibility forms (NFC). What is kept: all punctuation, at the width in which
it was printed, and every space that may part two names or two halves of a headline. NFKC is not used since it rewrites
punctuation, and tables that turn 一 into 1 are not used since they rewrite names.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final, NamedTuple

import numpy as np
import polars as pl
import rjieba

from transforms.cleaned.across import words_across
from transforms.frames import Schema, conform
from transforms.raw.lines import INDENT

# What `str.strip` strips. Rust's set lacks the four separators U+001C to U+001F.
WHITE_SPACE: Final = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Punctuation that stands close to Chinese text on both sides. Quotation marks that open and close alike are left out.
CLOSE_PUNCTUATION: Final = "，。、；：？！（）《》〈〉【】「」『』“”‘’…—,;:?!()"
_FORMAT: Final = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
)
_WIDE: Final = "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"

# What may have to be changed besides plain spaces. The last part is what NFC may change: combining marks, and the blocks of
# compatibility ideographs and forms.
_ODD: Final = (
    f"[{_FORMAT}{_WIDE}\t\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    "\u0300-\u036f\u1100-\u11ff\u2126\u212a\u212b\u2329\u232a\u3099\u309a\uf900-\ufaff\U0002f800-\U0002fa1f]"
)
# A line without a match is already as it should be: the test runs over whole columns.
MAY_CHANGE: Final = f"{_ODD}| "

# The rules that remove characters, as the reason of a repair names them.
SPACES: Final = "spaces inside Chinese"
CONTROLS: Final = "control characters"

_SPACE_RUN = re.compile(f"[{re.escape(WHITE_SPACE)}]+")
_FORMAT_RUN = re.compile(f"[{_FORMAT}]+")
_WIDE_RUN = re.compile(f"[{_WIDE}]+")
_WIDE_POINT = re.compile("(?<=[0-9０-９])．(?=[0-9０-９])")
_BEYOND_SPACES = re.compile(_ODD)
_IS_HAN = re.compile(f"[{HAN}]")
WORD: Final = 4  # so many characters on each side of a space are looked at for a word across it
SPACED_LETTERS: Final = 3  # so many spaces in a row, with one character between two: a word set wide
_SPACED_LETTERS = re.compile(f"(?<![{HAN}])[{HAN}](?: [{HAN}]){{{SPACED_LETTERS},}}(?![{HAN}])")
# Beside these a space sets a name of a byline apart; most spaces of a page stand there, and the segmenter need not be asked.
_BEFORE_NAME: Final = ("记者", "通讯员")
_AFTER_NAME: Final = ("记者", "通讯员", "摄")
_SENTENCE_END: Final = "。！？!?”"
_PUNCTUATION = re.escape("".join(sorted(set(CLOSE_PUNCTUATION) - set(_SENTENCE_END))))
# Two spaces so near that one word may lie across both, or punctuation or a digit beside a space.
_NEAR: Final = 2 * WORD - 1
_DIGIT: Final = r"[\p{Nd}\p{Nl}\p{No}]"
_DOUBTFUL: Final = (
    rf" [^ ]{{0,{_NEAR}}} |[{_PUNCTUATION}] | [{re.escape(CLOSE_PUNCTUATION)}]|{_DIGIT} [{HAN}]|[{HAN}] {_DIGIT}"
)
_BETWEEN_HAN: Final = rf"[^ \n]{{0,{WORD - 1}}}[{HAN}] [{HAN}][^ \n]{{0,{WORD - 1}}}"
_TO_NARROW: Final = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}

SEGMENTS: Final[Schema] = {
    "row": pl.UInt32,  # of the normalised line among those of the batch
    "page_id": pl.String,
    "line_number": pl.Int32,
    "line_char_start": pl.Int32,  # offsets into the normalised line
    "line_char_end": pl.Int32,
    "raw_char_start": pl.Int32,
    "raw_char_end": pl.Int32,
}


class Segment(NamedTuple):
    """A run of a normalised line and the run of the page's line that gave it, as offsets into each."""

    start: int
    end: int
    raw_start: int
    raw_end: int


class NormalisedLine(NamedTuple):
    """A line's text after normalisation, the runs it is made of, and how many characters each rule changed."""

    text: str
    segments: list[Segment]
    removed: dict[str, int]
    rewritten: dict[str, int]


class Normalised(NamedTuple):
    """The lines of a batch with their text, the runs that lead back to the page (``SEGMENTS``) and the changes."""

    lines: pl.DataFrame
    segments: pl.DataFrame
    changes: pl.DataFrame


def normalise_lines(lines: pl.DataFrame) -> Normalised:
    """Return the non-blank lines of ``lines`` (schema ``LINES``) with their normalised ``text``.

    The further columns are ``is_indented`` and ``blank_lines_before``. ``changes`` has a row per line that was changed
    by more than outer white space: ``page_id``, ``line_number``, ``reason``.
    """
    shown = (
        lines.with_columns(
            pl.col("raw_text").str.strip_chars(WHITE_SPACE).alias("text"),
            pl.col("raw_text").str.contains(INDENT).alias("is_indented"),
        )
        .filter(pl.col("text") != "")
        .with_columns(
            (pl.col("line_number") - pl.col("line_number").shift(1).over("page_id").fill_null(0) - 1).alias(
                "blank_lines_before"
            ),
            (
                pl.col("raw_char_start")
                + pl.col("raw_text").str.len_chars()
                - pl.col("raw_text").str.strip_chars_start(WHITE_SPACE).str.len_chars()
            ).alias("text_start"),
        )
        .with_row_index("row")
    )
    text = pl.col("text")
    spaced = (
        shown.select("row", "text")
        .filter(text.str.contains(MAY_CHANGE))
        .with_columns(text.str.contains(_ODD).alias("is_odd"))
    )
    suspects = spaced.filter(pl.col("is_odd") | _has_stray_space(spaced["text"]))
    texts: dict[int, str] = {}
    segment_rows: list[tuple[int, int, int, int, int]] = []
    reasons: list[tuple[int, str]] = []
    for row, old, is_odd in suspects.iter_rows():
        line = normalise_line(old) if is_odd else _without_stray_spaces(old)
        if line.text == old:
            continue
        texts[row] = line.text
        segment_rows += [(row, *segment) for segment in line.segments]
        reasons.append((row, describe(line)))
    changed = pl.DataFrame(
        {"row": list(texts), "new_text": list(texts.values())}, schema={"row": pl.UInt32, "new_text": pl.String}
    )
    shown = shown.join(changed, on="row", how="left", maintain_order="left")
    is_whole = pl.col("new_text").is_null()
    whole = shown.filter(is_whole).select(
        "row",
        "page_id",
        "line_number",
        pl.lit(0).alias("line_char_start"),
        pl.col("text").str.len_chars().alias("line_char_end"),
        pl.col("text_start").alias("raw_char_start"),
        (pl.col("text_start") + pl.col("text").str.len_chars()).alias("raw_char_end"),
    )
    cut = (
        pl.DataFrame(
            segment_rows,
            schema={
                "row": pl.UInt32,
                "line_char_start": pl.Int32,
                "line_char_end": pl.Int32,
                "s": pl.Int32,
                "e": pl.Int32,
            },
            orient="row",
        )
        .join(shown.select("row", "page_id", "line_number", "text_start"), on="row", maintain_order="left")
        .select(
            "row",
            "page_id",
            "line_number",
            "line_char_start",
            "line_char_end",
            (pl.col("text_start") + pl.col("s")).alias("raw_char_start"),
            (pl.col("text_start") + pl.col("e")).alias("raw_char_end"),
        )
    )
    # The runs of a line are in order already.
    segments = pl.concat([conform(whole, SEGMENTS), conform(cut, SEGMENTS)]).sort("row", maintain_order=True)
    changes = (
        pl.DataFrame(reasons, schema={"row": pl.UInt32, "reason": pl.String}, orient="row")
        .join(shown.select("row", "page_id", "line_number"), on="row", how="left", maintain_order="left")
        .select("page_id", "line_number", "reason")
    )
    return Normalised(
        shown.with_columns(pl.coalesce("new_text", "text").alias("text")).drop("row", "new_text", "text_start"),
        segments,
        changes,
    )


def _has_stray_space(texts: pl.Series) -> pl.Series:
    """Return which of ``texts``, whose only white space is plain, may have a space that has to go.

    Most stay and show it: they part a name from a post, words that are not Chinese, or a sentence from what follows it. Between
    two Chinese characters the segmenter decides, of all places at once. Where two spaces stand near each other the whole
    rule is asked.
    """
    before, after = "|".join(_BEFORE_NAME), "|".join(_AFTER_NAME)
    rest = texts.str.replace_all(f"({before}) +", "${1}\n").str.replace_all(f" +({after})", "\n${1}")
    # Letters set apart could all be the word for a picture.
    is_stray = rest.str.contains(_DOUBTFUL) | texts.str.contains("摄 摄", literal=True)
    places = (
        pl.DataFrame({"row": np.arange(len(texts)), "text": rest})
        .filter(~is_stray & rest.str.contains(" ", literal=True))
        .select("row", pl.col("text").str.extract_all(_BETWEEN_HAN).alias("place"))
        .explode("place", empty_as_null=True)
        .drop_nulls("place")
        .select("row", pl.col("place").str.splitn(" ", 2).struct.rename_fields(["before", "after"]))
        .unnest("place")
    )
    crossed = places["row"].to_numpy()[words_across(places["before"], places["after"]) > 0]
    found = is_stray.to_numpy().copy()
    found[crossed] = True
    return pl.Series(found)


def normalise_line(text: str) -> NormalisedLine:
    """Return ``text``, a line without outer white space, normalised.

    >>> normalise_line("投资１２亿元 ，建成").text
    '投资12亿元，建成'
    >>> normalise_line("记者 张一鸣").text
    '记者 张一鸣'
    """
    if not _BEYOND_SPACES.search(text):
        return _without_stray_spaces(text)
    removed: Counter[str] = Counter()
    rewritten: Counter[str] = Counter()
    # Each character that stays, with the place it came from; a composed character covers several places.
    kept: list[tuple[str, int, int]] = []
    for start, end, cluster in _clusters(text):
        if _FORMAT_RUN.fullmatch(cluster):
            removed[CONTROLS] += end - start
        elif cluster in WHITE_SPACE:
            kept.append((" ", start, end))
            rewritten["other white space as a space"] += cluster != " "
        elif _WIDE_RUN.fullmatch(cluster):
            kept.append((cluster.translate(_TO_NARROW), start, end))
            rewritten["full-width digits and letters"] += 1
        elif cluster == "．" and _WIDE_POINT.match(text, start):
            kept.append((".", start, end))
            rewritten["full-width decimal points"] += 1
        else:
            composed = unicodedata.normalize("NFC", cluster)
            kept.append((composed, start, end))
            rewritten["composed forms"] += end - start if composed != cluster else 0
    # Spaces are judged by what stands beside them in the end.
    while True:
        plain = "".join(new if len(new) == 1 else new[0] for new, _, _ in kept)
        drop = _stray_spaces(plain) | _outer_spaces(plain)
        if not drop:
            break
        rewritten["other white space as a space"] -= sum(text[kept[i][1]] != " " for i in drop)
        removed[SPACES] += sum(kept[i][2] - kept[i][1] for i in drop)
        kept = [entry for i, entry in enumerate(kept) if i not in drop]
    return NormalisedLine("".join(new for new, _, _ in kept), _segments(text, kept), dict(+removed), dict(+rewritten))


def _without_stray_spaces(text: str) -> NormalisedLine:
    """Return ``text``, in which nothing but plain spaces may have to go, without them."""
    drop = _stray_spaces(text)
    if not drop:
        return NormalisedLine(text, [Segment(0, len(text), 0, len(text))], {}, {})
    places, kept = list(range(len(text))), text
    # Without one space another may be one too many.
    while drop:
        places = [place for i, place in enumerate(places) if i not in drop]
        kept = "".join(text[place] for place in places)
        drop = _stray_spaces(kept)
    runs = _segments(text, [(text[place], place, place + 1) for place in places])
    return NormalisedLine(kept, runs, {SPACES: len(text) - len(kept)}, {})


def _outer_spaces(text: str) -> set[int]:
    """Return the places of the spaces at the edges of ``text``: something invisible stood outside of them."""
    inner = text.strip(" ")
    lead = len(text) - len(text.lstrip(" "))
    return {*range(lead), *range(lead + len(inner), len(text))}


def describe(line: NormalisedLine) -> str:
    """Return the reason of a ``normalise`` row: what was removed and what was rewritten, in characters of the page."""
    removed = [f"removed {what}: {count}" for what, count in sorted(line.removed.items())]
    rewritten = [f"rewrote {what}: {count}" for what, count in sorted(line.rewritten.items())]
    return "; ".join(removed + rewritten)


def _clusters(text: str) -> list[tuple[int, int, str]]:
    """Return base characters with the combining marks that follow them, as (start, end, cluster)."""
    if text.isascii():
        return [(i, i + 1, character) for i, character in enumerate(text)]
    clusters: list[tuple[int, int, str]] = []
    for i, character in enumerate(text):
        if clusters and (unicodedata.combining(character) or "\u1160" <= character <= "\u11ff"):
            start, _, cluster = clusters[-1]
            clusters[-1] = (start, i + 1, cluster + character)
        else:
            clusters.append((i, i + 1, character))
    return clusters


def _stray_spaces(text: str) -> set[int]:
    """Return the places of the spaces in ``text`` that no reader would miss."""
    drop: set[int] = set()
    if " " not in text and not _BEYOND_SPACES.search(text):
        return drop
    for run in _SPACE_RUN.finditer(text):
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        if before and after and _is_stray(text, run.start(), run.end(), before, after):
            drop.update(range(run.start(), run.end()))
    if text.count(" ") >= SPACED_LETTERS:
        for spaced in _SPACED_LETTERS.finditer(text):
            drop.update(i for i in range(*spaced.span()) if text[i] == " ")
    return drop


def _is_stray(text: str, start: int, end: int, before: str, after: str) -> bool:
    is_narrow = end - start == 1
    if text.endswith(_BEFORE_NAME, 0, start) or text.startswith(_AFTER_NAME, end):
        return False
    if before in CLOSE_PUNCTUATION or after in CLOSE_PUNCTUATION:
        # A space after the end of a sentence sets a byline apart. Latin on the other side has its own rules of spacing.
        return before not in _SENTENCE_END and not (before.isascii() and after.isascii())
    if not is_narrow:
        return False
    han_before, han_after = bool(_IS_HAN.match(before)), bool(_IS_HAN.match(after))
    if (before.isdigit() and han_after) or (han_before and after.isdigit()):
        return True
    if han_before and han_after:
        return _word_crosses(
            text[max(0, start - WORD) : start].rsplit(maxsplit=1)[-1], text[end : end + WORD].split(maxsplit=1)[0]
        )
    return False


def _word_crosses(left: str, right: str) -> bool:
    """Tell whether a word of the dictionary lies across the place between ``left`` and ``right``."""
    position = 0
    for word in rjieba.cut(left + right, False):
        if position < len(left) < position + len(word):
            return True
        position += len(word)
    return False


def _segments(text: str, kept: list[tuple[str, int, int]]) -> list[Segment]:
    """Return the runs of ``kept``: same characters in step as one, each other character by itself."""
    segments: list[Segment] = []
    position, is_open = 0, False
    for new, start, end in kept:
        is_same = text[start:end] == new
        if is_same and is_open and segments[-1].raw_end == start:
            last = segments[-1]
            segments[-1] = Segment(last.start, position + len(new), last.raw_start, end)
        else:
            segments.append(Segment(position, position + len(new), start, end))
        is_open = is_same
        position += len(new)
    return segments
