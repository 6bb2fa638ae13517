"""People named in the text, with the posts that stand before the name."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

import polars as pl

from transforms.extracted.lexicon import read_list, surnames, title_words
from transforms.extracted.titles import read_titles
from transforms.frames import PEOPLE, conform, empty

READ_PARTS: Final = ("title", "subhead", "body")
_HAN: Final = r"[\u4e00-\u9fff]"
# What may follow a name at once: a stop, or a word of telling or doing.
_STOPS: Final = r"[，,。；;：:！!？?“”\"‘’、）)（(\s]|$"
_FOLLOWERS: Final = "|".join([*(word for line in read_list("followers.txt") for word in line.split()), _STOPS])


class _Lexicon(NamedTuple):
    titled: re.Pattern[str]
    anonymised: re.Pattern[str]


@cache
def _lexicon() -> _Lexicon:
    single, double = surnames()
    surname = f"(?:{'|'.join(double)}|[{single}])"
    name = f"(?P<name>{surname}{_HAN}{{1,2}}?)(?={_FOLLOWERS})"
    return _Lexicon(
        re.compile(f"(?:{'|'.join(title_words())}){name}"),
        re.compile(f"(?P<name>{surname}某{{1,2}}(?:{_HAN}(?=[，,。、]))?)"),
    )


def find_people(texts: pl.DataFrame) -> pl.DataFrame:
    """Return every mention of a named person, as a frame of the schema ``PEOPLE``, sorted by article, paragraph and place."""
    lexicon = _lexicon()
    rows: list[dict[str, object]] = []
    for (article_id,), article in texts.filter(pl.col("part").is_in(READ_PARTS)).group_by(
        "article_id", maintain_order=True
    ):
        paragraphs = article.select("paragraph_no", "text").rows()
        found: dict[tuple[int, int, int], bool] = {}
        names: dict[str, bool] = {}
        for _, text in paragraphs:
            names |= {match["name"]: True for match in lexicon.anonymised.finditer(text)}
            names |= {match["name"]: False for match in lexicon.titled.finditer(text) if "某" not in match["name"]}
        for paragraph_no, text in paragraphs:
            for name, is_anonymised in names.items():
                for match in re.finditer(re.escape(name), text):
                    found[(paragraph_no, match.start(), match.end())] = is_anonymised
            last_end = 0
            for (no, start, end), is_anonymised in sorted(found.items()):
                if no != paragraph_no:
                    continue
                rows.append(
                    {
                        "article_id": article_id,
                        "paragraph_no": no,
                        "char_start": start,
                        "char_end": end,
                        "name": text[start:end],
                        "titles": read_titles(text[last_end:start]),
                        "is_anonymised": is_anonymised,
                    }
                )
                last_end = end
    return conform(pl.DataFrame(rows, schema=PEOPLE), PEOPLE) if rows else empty(PEOPLE)
