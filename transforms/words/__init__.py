"""jieba's words: one dictionary and one algorithm for all who need words."""

from transforms.words.segmenter import (
    WORDS,
    cut,
    cut_column,
    dictionary,
    distinct_words,
    is_word,
    sub_words,
    sub_words_of_column,
    user_words,
)

__all__ = [
    "WORDS",
    "cut",
    "cut_column",
    "dictionary",
    "distinct_words",
    "is_word",
    "sub_words",
    "sub_words_of_column",
    "user_words",
]
