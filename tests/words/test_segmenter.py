"""The engine cuts as jieba does, and the words of a column stand where they say they stand."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import accumulate
from unittest import mock

import jieba
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.words import cut, cut_column, inner_words, is_word, sub_words, user_words

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
PAGE_TEXT = st.text(
    st.one_of(HAN, st.sampled_from("，。、“”（） \n\r\t%.-+kmABC019亿元年月日中国市开发区的")), max_size=60
)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """jieba itself, with our words."""
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    for entry in user_words():
        tokenizer.add_word(entry.word, entry.frequency, entry.tag)
    return tokenizer


WRITTEN = (
    "云山开发区党工委书记、管委会主任石向前说，今年新签约项目25个，总投资17.7亿元。",
    "本报讯(记者 丁一 通讯员 何小满)3月5日，青河镇召开秸秆禁烧工作会议，营商环境持续优化。",
    "投资１２亿元的5G芯片、wifi6模组项目开工，达产后年产值超30%。",
    "",
)


@pytest.mark.parametrize("text", WRITTEN)
def test_cuts_as_jieba_does(reference, text):
    assert cut(text) == reference.lcut(text)


def test_cuts_news_as_jieba_does(reference, shared):
    """Where the two differ, the text is not read otherwise than in one of 5,000 words."""
    path = shared / "dev-data" / "clean_news" / "xinwenlianbo.dev.jsonl"
    with path.open() as lines:
        paragraphs = [
            p for number, line in enumerate(lines) if number % 200 == 0 for p in json.loads(line)["paragraphs"]
        ]
    ends = total = 0
    for paragraph in paragraphs:
        ours, theirs = ({*accumulate(map(len, words))} for words in (cut(paragraph), reference.lcut(paragraph)))
        ends += len(ours ^ theirs)
        total += len(theirs)
    assert total > 10_000
    assert ends / total < 1 / 5_000


@settings(deadline=None)  # the first call reads the dictionary
@given(st.lists(st.one_of(st.none(), PAGE_TEXT), max_size=6))
def test_words_of_a_column_are_the_words_of_its_texts(texts):
    column = pl.Series(texts, dtype=pl.String)
    words = cut_column(column)
    for row, text in enumerate(texts):
        own = words.row == row
        flat = (text or "").replace("\n", " ").replace("\r", " ")
        assert words.spellings.gather(words.spelling[own]).to_list() == cut(flat)
        spans = zip(words.char_start[own], words.char_end[own], strict=True)
        assert [flat[start:end] for start, end in spans] == cut(flat)
    assert words.spellings.is_unique().all()
    assert sorted(set(words.spelling.tolist())) == list(range(len(words.spellings)))


def test_a_long_column_is_cut_alike_in_portions():
    rows = [text * 3 for text in WRITTEN] * 3
    with mock.patch("transforms.words.segmenter._PORTION", 100):
        words = cut_column(pl.Series(rows))
    for row, text in enumerate(rows):
        assert words.spellings.gather(words.spelling[words.row == row]).to_list() == cut(text)


def test_user_words_are_words():
    assert len(user_words()) > 20
    assert all(is_word(entry.word) and cut(entry.word) == [entry.word] for entry in user_words())
    assert not is_word("磬岳石")


def test_sub_words_are_those_of_jieba_search_mode(reference):
    for word in ("招商引资", "人力资源", "中华人民共和国", "开发区", "项目", "5G"):
        parts = reference.lcut_for_search(word)
        assert sorted([word, *sub_words(word)]) == sorted(parts)


@given(st.lists(st.text("招商引资人力源开发区5G", max_size=7), max_size=6))
def test_the_inner_words_of_many_are_the_sub_words_of_each(words):
    parts, word_of_part = inner_words(pl.Series(words, dtype=pl.String))
    found = [
        [part for part, at in zip(parts, word_of_part, strict=True) if at == number] for number in range(len(words))
    ]
    assert found == [list(sub_words(word)) for word in words]


def test_the_dictionary_is_read_without_importing_jieba():
    code = (
        "import sys; from transforms.words import dictionary; from transforms.extracted.keywords import find_keywords, "
        "_inverse_document_frequencies as read; assert dictionary().height and len(read()); print('jieba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
