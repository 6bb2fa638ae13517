"""Words of a whole column of text in one pass.

jieba's dictionary and algorithm (longest-probability path over the dictionary, a hidden Markov model for what it lacks)
are the definition of a word here; rjieba, the same in Rust, is the engine: token boundaries equal on 99.99 % of 6,000
paragraphs, at 16 times the speed (measured 2026-11; ``tests/words`` compares the two on every run). The words of
``data/user_words.txt`` are added to both.

A column is cut as one long string, because a call per paragraph costs a third of the speed (19 against 13 MB/s): jieba
cuts the runs between characters that are no letters one by one, so a line break between two paragraphs changes no word.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final, NamedTuple

import polars as pl
import rjieba

WORDS: Final[dict[str, type[pl.DataType]]] = {
    "row": pl.UInt32,  # index into the column that was cut
    "char_start": pl.UInt32,
    "char_end": pl.UInt32,
    "word": pl.String,
}
SHORTEST_WITH_PARTS: Final = 3  # characters; jieba's search mode looks inside words of three and more


class UserWord(NamedTuple):
    """A word that jieba's dictionary lacks, with the frequency that wins it against its parts, and its tag."""

    word: str
    frequency: int
    tag: str


@cache
def user_words() -> tuple[UserWord, ...]:
    """Return the words of ``data/user_words.txt``, in the format of a jieba user dictionary (word, frequency, tag)."""
    text = resources.files("transforms.words").joinpath("data/user_words.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(UserWord(word, int(frequency), tag) for word, frequency, tag in rows)


@cache
def dictionary() -> pl.DataFrame:
    """Return jieba's dictionary, columns ``word``, ``frequency``, ``tag`` (nr a person, ns a place, n a noun ...)."""
    data = resources.files("jieba").joinpath("dict.txt").read_bytes()
    table = pl.read_csv(
        data, separator=" ", has_header=False, new_columns=["word", "frequency", "tag"], quote_char=None
    )
    return table.unique("word", keep="first", maintain_order=True)


@cache
def _known_words() -> frozenset[str]:
    """Return the words of the dictionary and ours."""
    ours = (entry.word for entry in user_words())
    return frozenset((*dictionary().filter(pl.col("frequency") > 0)["word"], *ours))


@cache
def _engine() -> rjieba.Jieba:
    """Return rjieba with its bundled copy of jieba's dictionary and our words."""
    engine = rjieba.Jieba()
    for entry in user_words():
        engine.add_word(entry.word, entry.frequency, entry.tag)
    return engine


def cut(text: str) -> list[str]:
    """Return the words of ``text``; joined, they are ``text`` again.

    >>> cut("开工建设新材料产业园")
    ['开工', '建设', '新材料', '产业园']
    """
    words: list[str] = _engine().cut(text, True)
    return words


def cut_column(texts: pl.Series) -> pl.DataFrame:
    """Return every word of every text of the column, in order, as a frame of the schema ``WORDS``.

    White space and punctuation are words too, so that the words of a row, joined, are its text; a null has none.
    """
    # A line break inside a text is replaced by a space, which jieba treats alike and which keeps the offsets; a carriage
    # return too, since jieba takes it and a line break after it for one word.
    text = texts.cast(pl.String).fill_null("").str.replace_all("[\r\n]", " ")
    words = pl.Series("word", cut("\n".join(text)), dtype=pl.String)
    lengths = words.str.len_chars()
    at_end = lengths.cum_sum()
    is_word = words != "\n"
    row = (~is_word).cast(pl.UInt32).cum_sum().filter(is_word)
    row_start = text.str.len_chars().cum_sum().shift(1, fill_value=0) + pl.Series(range(len(text)), dtype=pl.UInt32)
    starts, ends = row_start.gather(row), at_end.filter(is_word)
    return pl.DataFrame(
        {
            "row": row,
            "char_start": (ends - lengths.filter(is_word) - starts).cast(pl.UInt32),
            "char_end": (ends - starts).cast(pl.UInt32),
            "word": words.filter(is_word),
        }
    )


def distinct_words(words: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the distinct values of ``words``, and for each word the index of its value: what is asked of a word is asked once.

    >>> [part.to_list() for part in distinct_words(pl.Series(["市", "县", "市"]))]
    [['市', '县'], [0, 1, 0]]
    """
    distinct = words.unique(maintain_order=True)
    return distinct, words.cast(pl.Enum(distinct)).to_physical().cast(pl.UInt32)


def is_word(word: str) -> bool:
    """Tell whether ``word`` stands in the dictionary (jieba's or ours)."""
    known: bool = _engine().has_word(word)
    return known


def sub_words_of_column(words: pl.Series) -> pl.DataFrame:
    """Return the columns ``word`` and ``term``: every distinct word with itself and with each of its ``sub_words``.

    A part that stands twice inside a word is there twice, as in jieba's search mode.
    """
    distinct = words.unique(maintain_order=True).to_frame("word")
    length = pl.col("word").str.len_chars().cast(pl.Int64)
    parts = [
        distinct.filter(length > longer)
        .with_columns(at=pl.int_ranges(0, pl.col("word").str.len_chars().cast(pl.Int64) - size + 1))
        .explode("at")
        .select("word", term=pl.col("word").str.slice(pl.col("at"), size))
        for size, longer in ((2, 2), (3, 3))
    ]
    # Looked up in a set of Python: a join would hash the 350,000 words of the dictionary for every batch.
    found, known = pl.concat(parts), _known_words()
    terms, which = distinct_words(found["term"])
    is_known = pl.Series([term in known for term in terms.to_list()], dtype=pl.Boolean)
    return pl.concat([distinct.with_columns(term=pl.col("word")), found.filter(is_known.gather(which))])


def sub_words(word: str) -> list[str]:
    """Return the shorter dictionary words inside ``word``, as jieba's search mode adds them: of two characters, then three."""
    if len(word) < SHORTEST_WITH_PARTS:
        return []
    found = [word[i : i + 2] for i in range(len(word) - 1) if is_word(word[i : i + 2])]
    if len(word) > SHORTEST_WITH_PARTS:
        found += [word[i : i + 3] for i in range(len(word) - 2) if is_word(word[i : i + 3])]
    return found
