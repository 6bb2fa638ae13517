"""Who wrote an article and who took its picture."""

from __future__ import annotations

import re
from typing import Final

import polars as pl
import regex

from transforms.articles.patterns import (
    BYLINE_LINE,
    CREDIT_LINE,
    ENDS_IN_PHOTO,
    INLINE,
    POST,
    SIGNATURE_LINE,
)
from transforms.articles.signatures import SURNAMES, read_signature
from transforms.frames import BYLINES, frame_of

# A dateline and its names stand in the first 90 characters, a signature at the end in the last 70.
_HEAD: Final = 90
_TAIL: Final = 70
# What a paragraph must hold to be read at all; the rest of the work is done on these few.
_SIGNS: Final = "记者|通讯员|报道员|实习生|撰稿人|评论员|摄"  # one is in every post
_NAMES_AT_END: Final = r"[（(]\p{Han}{2,4}(?:[\s、]+\p{Han}{2,4})*[)）]$"

_DATED: Final = regex.compile(
    r"(?:^\s*|本[报刊台网社]|新华[社网]|中新[社网])[^。,，;；（()）]{0,20}?(?:讯|电|消息)\s*(?:[（(](?P<bracket>[^)）。]{2,60})[)）]|"
    rf"(?P<plain>[^。,，:：（(]{{0,14}}?(?:{POST})[^。,，:：]{{2,40}}?)(?:报道|从|[:：,，]|$))"
)
_OPENING_BRACKET: Final = regex.compile(
    rf"^\s*[（(【\[](?P<bracket>[^)）】\]。]{{0,20}}(?:{POST})[^)）】\]。]{{2,50}})[)）】\]]"
)
_REPORTING: Final = regex.compile(rf"^(?P<plain>[^。,，:：]{{0,20}}?(?:{POST})[^。:：]{{2,30}}?)报道(?:[:：]|$)")
_OPENING, _CLOSING = ("（", "(", "【", "["), (")", "）")
_INLINE: Final = regex.compile(INLINE)
_POST: Final = regex.compile(POST)
# What every pattern of ``INLINE`` holds, and the one pattern of ``_LINE`` that may hold a full stop.
_SIGN: Final = re.compile(_SIGNS)
_GIVEN: Final = "图片由"
_PLAIN_END: Final = regex.compile(
    rf"[。！？!?”’…]\s*[（(](?P<names>[{SURNAMES}]\p{{Han}}{{1,2}}(?:[\s、]+[{SURNAMES}]\p{{Han}}{{1,2}})*)[)）]$"
)
_PICTURE: Final = regex.compile(
    r"[（(](?:见图|上图|下图|左图|右图|图)?[:：\s]*(?P<credit>[^（()）。]{2,40}?摄)影?(?:报道)?[)）]"
)
_LINE: Final = regex.compile(f"{BYLINE_LINE}|{CREDIT_LINE}|{SIGNATURE_LINE}")
_PHOTO: Final = regex.compile(rf"{ENDS_IN_PHOTO}|^[（(□]?\s*(?:摄影|图片?|供图|文/图|图/文)\s*[:：/／]")


def find_bylines(article_texts: pl.DataFrame) -> pl.DataFrame:
    """Return the names in the bylines of ``article_texts`` (schema ``ARTICLE_TEXTS``) as a frame of the schema ``BYLINES``.

    Read are lines that only name people, datelines (本报讯(记者 … 通讯员 …)), bylines glued to the end of a paragraph, and
    credits of pictures in brackets. ``is_photo`` is true for all names of a signature that ends in 摄 or the like. Any two
    to four characters in the place of a name are one: pen names are no surnames. One row per name, post and kind; a name
    signed twice in one article with the same post counts once.
    """
    text = pl.col("text")
    # Each by itself: literals are found ten times as fast as a pattern with a class of letters.
    in_brackets = pl.when(text.str.ends_with(")") | text.str.ends_with("）")).then(text).otherwise(pl.lit(""))
    signing = article_texts.filter(
        pl.col("part").is_in(["byline", "body"]),
        (pl.col("part") == "byline") | text.str.contains(_SIGNS) | in_brackets.str.contains(_NAMES_AT_END),
    ).sort("article_id", "position")
    rows = [
        (article_id, signed.role, signed.name, signed.outlet, is_photo)
        for article_id, part, text in signing.select("article_id", "part", "text").iter_rows()
        for signature, is_photo in signatures(text.strip(), is_line=part == "byline")
        for signed in read_signature(signature, needs_post=False)
    ]
    return frame_of(rows, BYLINES).unique(["article_id", "role", "name", "is_photo"], maintain_order=True)


def signatures(text: str, *, is_line: bool) -> list[tuple[str, bool]]:
    """Return the signatures in ``text`` with whether each is a picture's; ``is_line``: the whole text is one."""
    if is_line or (len(text) <= _TAIL and ("。" not in text or _GIVEN in text) and _LINE.search(text)):
        return [(text, bool(_PHOTO.search(text)))]
    found: list[tuple[str, bool]] = []
    head = text[:_HEAD]
    # What a pattern must hold is looked for before it: most paragraphs that may be signed are so in one place only.
    dated = (
        (_OPENING_BRACKET.search(head) if head.lstrip().startswith(_OPENING) else None)
        or (_DATED.search(head) if "讯" in head or "电" in head or "消息" in head else None)
        or (_REPORTING.search(head) if "报道" in head else None)
    )
    if dated:
        groups = dated.groupdict()
        signature = groups.get("bracket") or groups.get("plain") or ""
        if _POST.search(signature):
            found.append((signature, bool(_PHOTO.search(signature))))
    tail = text[-_TAIL:]
    inline = _INLINE.search(tail) if _SIGN.search(tail) else None
    plain = None if inline or not tail.endswith(_CLOSING) else _PLAIN_END.search(tail)
    if inline:
        found.append((inline[1], bool(_PHOTO.search(inline[1]))))
    elif plain:
        found.append((plain["names"], False))
    pictures = _PICTURE.finditer(text) if "摄" in text else ()
    return found + [(match["credit"], True) for match in pictures if not (inline and match.end() == len(text))]
