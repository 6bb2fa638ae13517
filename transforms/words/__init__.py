"""jieba's words: one dictionary and one algorithm for all who need words."""

from transforms.words.segmenter import (
    SHORTEST_WITH_PARTS,
    Words,
    cut,
    cut_column,
    dictionary,
    distinct_words,
    inner_words,
    is_word,
    jieba_data,
    sub_words,
    user_words,
)

__all__ = [
    "SHORTEST_WITH_PARTS",
    "Words",
    "cut",
    "cut_column",
    "dictionary",
    "distinct_words",
    "inner_words",
    "is_word",
    "jieba_data",
    "sub_words",
    "user_words",
]
