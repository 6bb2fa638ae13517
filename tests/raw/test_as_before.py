"""What is read of bytes in every encoding, whole and damaged (tests/varied.py, tests/as_before.py)."""

from __future__ import annotations

from pathlib import Path

from tests import as_before
from tests.varied import Chance, sentences
from transforms.errors import UndecodableText
from transforms.raw.decode import decode
from transforms.raw.in_step import decode_gb18030

PINNED = Path(__file__).with_name("as_before.toml")
CODECS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "gb18030", "utf-16", "utf-8", "big5hkscs", "utf-32", "gb18030")


def damaged(chance: Chance, data: bytes, times: int) -> bytes:
    for _ in range(times):
        place, way = chance.below(len(data) + 1), chance.below(4)
        strange = bytes([chance.below(256)])
        data = (
            data[:place] + strange + data[place + 1 :],
            data[:place] + data[place + 1 :],
            data[:place] + strange + data[place:],
            data[:place] if place > len(data) // 2 else data[place:],
        )[way if way < 3 or chance.below(4) == 0 else 0]
    return data


def slices() -> list[tuple[str, bytes]]:
    chance, texts = Chance(8), sentences(600)
    made = []
    for number in range(900):
        text = "\n".join(chance.of(texts) for _ in range(1 + chance.below(6)))
        codec = CODECS[number % len(CODECS)]
        made.append((f"{codec}: {text}", damaged(chance, text.encode(codec, errors="ignore"), chance.below(7))))
    return made


def read(data: bytes) -> object:
    try:
        return tuple(decode(data))
    except UndecodableText as error:
        return str(error)


def test_bytes_are_read_as_before():
    shown = slices()
    as_before.check(PINNED, "decoded", [text for text, _ in shown], [read(data) for _, data in shown])


def test_the_step_is_found_as_before():
    shown = [(text, data) for text, data in slices() if text.startswith("gb18030")]
    as_before.check(PINNED, "in_step", [text for text, _ in shown], [decode_gb18030(data) for _, data in shown])
