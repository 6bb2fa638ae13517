"""Every encoding that pages come in, damage that can be lived with, and what must be refused, word for word."""

from __future__ import annotations

import random

import pytest

from transforms.errors import UndecodableText
from transforms.raw.decode import REPLACEMENT, decode
from transforms.raw.in_step import decode_gb18030

PAGE = (
    "云溪市召开春季农业生产现场会\n"
    "本报讯(通讯员 甲小明)3月9日,云溪市春季农业生产现场会在柳湾镇召开。会议要求,各地要抢抓农时,做好春耕备耕的各项工作。\n"
    "“今年我们有信心把粮食产量稳住。”镇长乙天说,全镇计划投入17.7亿元,新建高标准农田3万亩,让群众在家门口增收。\n"
)
TRADITIONAL = (
    "雲溪市召開春季農業生產現場會\n"
    "本報訊 三月九日，雲溪市在柳灣鎮召開春季農業生產現場會。會議要求，各地要做好春耕的各項工作，讓群眾在家門口增收。\n"
    "我們有信心把今年的糧食產量穩住，這是全市人民的大事。\n"
)


@pytest.mark.parametrize(
    ("codec", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
    ],
)
def test_simplified_pages_are_read_whole(codec: str, named: str) -> None:
    assert decode(PAGE.encode(codec)) == (PAGE, named, 0)


def test_big5_is_not_taken_for_gb18030() -> None:
    assert decode(TRADITIONAL.encode("big5")) == (TRADITIONAL, "big5hkscs", 0)


def test_line_ends_stay_as_they_are() -> None:
    assert decode("春耕\r\n备耕\r农忙\n".encode()).text == "春耕\r\n备耕\r农忙\n"


def test_nothing_is_a_page_without_text() -> None:
    assert decode(b"") == ("", "utf-8", 0)


@pytest.mark.parametrize("seed", range(8))
def test_utf8_with_a_few_bad_bytes_is_still_utf8(seed: int) -> None:
    data = bytearray((PAGE * 3).encode())
    rng = random.Random(seed)
    for place in rng.sample(range(len(data)), 4):
        data[place] = rng.choice((0xFF, 0xFE, 0xC0))
    found = decode(bytes(data))
    assert found.encoding == "utf-8"
    assert found.replacement_count == found.text.count(REPLACEMENT) > 0
    # What can be read is read as it was, in its order, and little is lost.
    rest = iter(PAGE * 3)
    assert all(character in rest for character in found.text.replace(REPLACEMENT, ""))
    assert len(PAGE * 3) - len(found.text.replace(REPLACEMENT, "")) <= 4


def test_gb18030_with_a_bad_byte() -> None:
    data = bytearray((PAGE * 3).encode("gb18030"))
    data[301] = 0xFF
    found = decode(bytes(data))
    assert found.encoding == "gb18030" and 0 < found.replacement_count <= 3
    assert "17.7亿元" in found.text


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "the data is a PDF file, not text"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "the data is a PNG picture, not text"),
        (b"PK\x03\x04\x14\x00\x06\x00", "the data is a ZIP container (perhaps .docx or .xlsx), not text"),
        (bytes(range(256)) * 4 + b"\x00" * 40, "the data is binary: it holds zero bytes and is no UTF-16"),
        (
            random.Random(3).randbytes(3000).replace(b"\x00", b"\x01"),
            "the bytes are no text in UTF-8, UTF-16, GB18030 or Big5",
        ),
        (
            ("锟斤拷" * 20 + "春耕").encode(),
            "its characters were lost before it came here (20 times 锟斤拷: UTF-8 once read as GBK)",
        ),
        (("\ufffd" * 30 + "春耕备耕").encode(), "30 of its 34 characters are lost"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(UndecodableText) as caught:
        decode(data, where="pages/0305.txt")
    assert str(caught.value) == f"pages/0305.txt: {what}\nTry: export the page again as UTF-8 text, or leave it out"


def test_a_page_that_writes_about_lost_characters_is_read() -> None:
    text = PAGE + "读者来信问,网页上的“锟斤拷”是怎么来的?\n"
    assert decode(text.encode()).text == text


def test_reading_a_wrong_encoding_is_never_silent(shared) -> None:
    """Development pages, each in three encodings: right, or refused, never other text."""
    for path in sorted((shared / "seeds").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for codec in ("utf-8", "gb18030", "utf-16"):
            assert decode(text.encode(codec)).text == text


def test_utf16_without_a_mark_whose_zero_bytes_stand_on_both_sides() -> None:
    """The low byte of 一 is zero: a page with more of them than of line ends is still read."""
    text = "一心一意谋发展，一村一策办实事，一户一人学技术，" * 6 + "这是大家的心愿。\n"
    for codec in ("utf-16-le", "utf-16-be"):
        assert decode(text.encode(codec)) == (text, codec, 0)


def test_half_of_a_surrogate_pair_is_one_lost_character() -> None:
    for codec in ("utf-16-le", "utf-16-be", "utf-16"):
        data = (PAGE + "\ud83d" + PAGE).encode(codec, errors="surrogatepass")
        found = decode(data)
        assert found.text == PAGE + REPLACEMENT + PAGE and found.replacement_count == 1
    data = (PAGE + "\udc00" + PAGE).encode(errors="surrogatepass")
    assert decode(data).text == PAGE + 3 * REPLACEMENT + PAGE


def test_a_zero_byte_is_one_bad_byte_more() -> None:
    for codec in ("utf-8", "gb18030"):
        data = PAGE.encode(codec)
        at = data.index(b"\n")
        found = decode(data[:at] + b"\x00" + data[at:])
        assert found.text == PAGE.replace("\n", REPLACEMENT + "\n", 1)


@pytest.mark.parametrize("bad", [b"", b"\x07", b"\xff", b"\x80"])
def test_a_line_of_gb18030_is_in_step_again_behind_half_a_character(bad: bytes) -> None:
    """The first half of a character is lost, or another byte stands in its place: the rest of the line reads as printed."""
    before, after = "青河县今年春天修好了水渠，", "下，几个村的农民都说今年的麦子长得比去年好。"
    data = (PAGE + before).encode("gb18030") + bad + (after + "\n" + PAGE).encode("gb18030")[1:]
    found = decode(data).text
    assert found.startswith(PAGE + before) and found.endswith(after[1:] + "\n" + PAGE)
    assert len(found) - len(PAGE + before + after + "\n" + PAGE) <= 1


@pytest.mark.parametrize(
    "text", [PAGE, TRADITIONAL, "𠀀镇㐂村，龘靐齉\n", "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"]
)
def test_whole_gb18030_keeps_its_step(text: str) -> None:
    assert decode_gb18030(text.encode("gb18030")) == text


def test_one_damaged_character_is_taken_in_utf16_without_a_mark_however_short_the_page() -> None:
    """Cut inside its last character, as a file is that was not written to its end: of so few that is more than the share allowed."""
    text = PAGE[:15]
    assert decode(text.encode("utf-16-le") + b"\x41") == (text + REPLACEMENT, "utf-16-le", 1)
