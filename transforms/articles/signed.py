"""Which paragraphs are signed: a line that is a byline, a byline behind the last sentence, one in a bracket at the head.

The pattern of a byline is long, and a call makes it anew: so what may be one is cut out of its surroundings first, and one
pattern is asked once, of the few that hold a post.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.articles.patterns import BYLINE, CLOSER, DATELINE, NAMES, SIGNATURE_LINE, STOP, without_limits

_BLANKS: Final = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
_OPENING: Final = _BLANKS + "（(【[□■○●◎◆—-"
_SHUTTING: Final = _BLANKS + ")）】]"

# What each of the patterns must hold.
_POSTS: Final = "记者|通讯员|报道员|实习生|撰稿|评论员|摄影师"
_SIGNATURES: Final = "[:：/／□■○◎◆]"
_DATES: Final = "讯|电|消息|本报"
# No byline holds the sign of an end or a bracket: what is one stands behind the last of these.
_BEHIND_STOP: Final = rf"[{STOP}{CLOSER}]\s*[（(]?\s*([^{STOP}{CLOSER}（(\s][^{STOP}{CLOSER}（(]*)$"
_IN_BRACKET: Final = r"^\s*[（(【\[]([^)）】\]]+)[)）】\]]"
_BYLINE: Final = without_limits(f"^(?:{BYLINE})$")
_PICTURED: Final = without_limits(rf"^(?:{NAMES}\s*(?:摄影报道|摄影|摄))$")
_SIGNATURE: Final = without_limits(SIGNATURE_LINE)
_DATELINE: Final = without_limits(DATELINE)


def signed_columns(frame: pl.DataFrame) -> list[pl.Series]:
    """Return ``is_byline``, ``has_inline_byline`` and ``is_dateline`` of the rows of ``frame``.

    They tell whether ``signing_line`` as a whole is a byline, whether one stands behind the last sentence of ``signing_tail``,
    and whether ``signing_head`` begins with a dateline: as ``BYLINE_LINE`` or ``SIGNATURE_LINE``, ``INLINE``, and ``DATELINE``
    or a byline in brackets would, over the whole texts.
    """
    line, tail, head = (frame[f"signing_{side}"] for side in ("line", "tail", "head"))
    ending = (
        _where(tail, "记者|通讯员|报道员|实习生|撰稿|评论员|摄")
        .str.strip_chars_end(_SHUTTING)
        .str.extract(_BEHIND_STOP, 1)
    )
    candidates = [
        line.str.strip_chars_start(_OPENING).str.strip_chars_end(_SHUTTING),
        ending,
        head.str.extract(_IN_BRACKET, 1).str.strip_chars_end(_BLANKS),
    ]
    together = pl.concat([candidate.alias("byline") for candidate in candidates])
    is_one = _where(together, _POSTS).str.contains(_BYLINE).fill_null(False)
    rows = frame.height
    return [
        (is_one[:rows] | _where(line, _SIGNATURES).str.contains(_SIGNATURE)).alias("is_byline"),
        (is_one[rows : 2 * rows] | _where(ending, "摄").str.contains(_PICTURED).fill_null(False)).alias(
            "has_inline_byline"
        ),
        (is_one[2 * rows :] | _where(head, _DATES).str.contains(_DATELINE)).alias("is_dateline"),
    ]


def _where(texts: pl.Series, pattern: str) -> pl.Series:
    """Return ``texts``, but nothing in place of those without a match of ``pattern``."""
    return (
        texts.to_frame("text")
        .select(pl.when(pl.col("text").str.contains(pattern)).then("text").otherwise(pl.lit("")))
        .to_series()
    )
