"""Keywords of an article: jieba's TF-IDF over whole columns.

The weights are those of ``jieba.analyse.extract_tags`` (frequency of the word among the words of two or more characters,
times its inverse document frequency in jieba's background table, the table's median for a word it lacks); a test holds the
two equal. Only words without a letter (1111.35, 28) are left out here, which jieba would rank like unknown words.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import polars as pl

from transforms.frames import KEYWORDS, conform
from transforms.words import cut_column, distinct_words

KEYWORDS_PER_ARTICLE: Final = 20  # jieba's own default; a reader of fewer filters by rank
READ_PARTS: Final = ("title", "subhead", "body")
# jieba.analyse.default stop words: English function words only, since a Chinese one weighs little by its frequency.
STOP_WORDS: Final = frozenset(
    "a all an and are as at be by can for from have if in is it not of on one or that the then this to we which with you "
    "has".split()
)


@cache
def _inverse_document_frequencies() -> tuple[dict[str, float], float]:
    """Return jieba's background table and its median."""
    path = resources.files("jieba").joinpath("analyse/idf.txt")
    table = pl.read_csv(
        path.read_bytes(), separator=" ", has_header=False, new_columns=["word", "idf"], quote_char=None
    ).unique("word", keep="last", maintain_order=True)
    # jieba takes the upper of the two middle values where the table has an even number of rows.
    return dict(table.iter_rows()), float(table["idf"].sort()[table.height // 2])


def find_keywords(
    texts: pl.DataFrame, *, limit: int = KEYWORDS_PER_ARTICLE, words: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return the ``limit`` heaviest words of every article, as a frame of the schema ``KEYWORDS``.

    ``texts`` has the schema ``ARTICLE_TEXTS``; title, subheads and body are read, bylines are not. Words of equal weight
    stand in the order of their first use. ``words`` is ``cut_column(texts["text"])``, if the caller has it already.
    """
    table, median = _inverse_document_frequencies()
    words = cut_column(texts["text"]) if words is None else words
    distinct, which = distinct_words(words["word"])
    weights = pl.DataFrame(
        {
            "keyword": distinct,
            "idf": pl.Series([table.get(word, median) for word in distinct.to_list()], dtype=pl.Float64),
            "is_counted": (distinct.str.strip_chars().str.len_chars() >= 2)
            & ~distinct.str.to_lowercase().is_in(list(STOP_WORDS)),
            "is_ranked": distinct.str.contains(r"\p{L}"),
        }
    )
    row = words["row"]
    articles, article_of = distinct_words(texts["article_id"])
    is_read = texts["part"].is_in(READ_PARTS).gather(row) & weights["is_counted"].gather(which)
    counted = (
        pl.LazyFrame({"article": article_of.gather(row).filter(is_read), "which": which.filter(is_read)})
        .with_row_index("at")
        .group_by("article", "which")
        .agg(pl.len().alias("count"), pl.col("at").min())
        .with_columns(total=pl.col("count").sum().over("article"))
        .collect()
    )
    counted = counted.with_columns(weights[counted["which"]], article_id=articles.gather(counted["article"]))
    ranked = (
        counted.lazy()
        .with_columns(weight=pl.col("count") * pl.col("idf") / pl.col("total"))
        .filter("is_ranked")
        # Only what can be among the first of its article is put in order.
        .filter(pl.col("weight") >= pl.col("weight").top_k(limit).min().over("article"))
        .sort("article_id", "weight", "at", descending=[False, True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("article_id"))
        .filter(pl.col("rank") <= limit)
    )
    return conform(ranked.collect(), KEYWORDS)
