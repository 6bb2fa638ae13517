"""The lines above an article told apart: kicker, headline, subtitle."""

from __future__ import annotations

from typing import Final

import polars as pl

DASH: Final = "^(?:—|–|──|--)+"
COLON: Final = "[:：]$"
# A first line that names who acts (…工作部, …街道) is the subject of the line below it: one headline over two lines.
SUBJECT: Final = (
    "(?:局|部|院|区|县|市|镇|乡|村|街道|公司|集团|学校|小学|中学|大学|委|办|所|队|站|中心|协会|联合会|法院|银行)$"
)
_SUBJECT_LENGTH: Final = 12


def title_columns(lines: str) -> list[pl.Expr]:
    """Return the expressions ``kicker``, ``headline`` and ``subtitle`` of the list column named ``lines``.

    A line that begins with a dash is a subtitle, one that ends with a colon a kicker. Of two or more lines left the first
    is the kicker, unless it only names the subject of the second, and the third and later ones are subtitles.
    """
    item = pl.element()
    dashed = pl.col(lines).list.eval(item.filter(item.str.contains(DASH)))
    colons = pl.col(lines).list.eval(item.filter(item.str.contains(COLON) & ~item.str.contains(DASH)))
    plain = pl.col(lines).list.eval(item.filter(~item.str.contains(f"{COLON}|{DASH}")))
    count, first = plain.list.len(), plain.list.first()
    is_subject = (
        (count >= 2) & first.str.contains(SUBJECT).fill_null(False) & (first.str.len_chars() <= _SUBJECT_LENGTH)
    )
    has_kicker = (count >= 2) & (colons.list.len() == 0) & ~is_subject
    kicker = pl.when(has_kicker).then(first).otherwise(_joined(colons))
    head = (
        pl.when(has_kicker)
        .then(plain.list.slice(1, 1))
        .when(is_subject)
        .then(plain.list.head(2))
        .otherwise(plain.list.head(1))
    )
    rest = pl.when(has_kicker | is_subject).then(plain.list.slice(2)).otherwise(plain.list.slice(1))
    # A page may give nothing but a kicker or a subtitle: then that is the headline.
    spare = pl.coalesce(_joined(colons), _joined(dashed))
    return [
        pl.when(count > 0).then(kicker).alias("kicker"),
        pl.when(count > 0).then(_joined(head)).otherwise(spare).alias("headline"),
        pl.when((count > 0) | (colons.list.len() > 0)).then(_joined(pl.concat_list(rest, dashed))).alias("subtitle"),
    ]


def _joined(lines: pl.Expr) -> pl.Expr:
    """Return the lines as one text with blanks between them, null if there are none."""
    return pl.when(lines.list.len() > 0).then(lines.list.join(" "))
