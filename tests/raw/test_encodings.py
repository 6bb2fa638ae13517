"""How often pages of each encoding are read right, whole and damaged, on clean news of the development data.

Eighty slices of up to 1,500 characters each, one a date. What Big5 cannot spell is left out of its slices: no text was converted.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from transforms.errors import UndecodableText
from transforms.raw.decode import decode

SLICES = 80
DAMAGED_BYTES = 5
# Codec, what decode calls it, whether bytes are damaged, and how many of the slices must be read right at the least.
CASES = [
    ("utf-8", "utf-8", False, 80),
    ("utf-8", "utf-8", True, 80),
    ("utf-8-sig", "utf-8", True, 80),
    ("gb18030", "gb18030", False, 80),
    ("gb18030", "gb18030", True, 78),
    ("big5hkscs", "big5hkscs", False, 80),
    ("big5hkscs", "big5hkscs", True, 80),
    ("utf-16", "utf-16-le", False, 80),
    ("utf-16", "utf-16-le", True, 80),
    ("utf-16-le", "utf-16-le", False, 80),
    ("utf-16-be", "utf-16-be", False, 80),
    ("utf-16-le", "utf-16-le", True, 80),
    ("utf-16-be", "utf-16-be", True, 80),
]


def read_slices(shared: Path) -> list[str]:
    days: dict[str, str] = {}
    with (shared / "dev-data/clean_news/xinwenlianbo.dev.jsonl").open(encoding="utf-8") as file:
        for line in file:
            article = json.loads(line)
            text = "\n".join([article["title"], *article["paragraphs"]])
            if article["date"] not in days and len(text) >= 400:
                days[article["date"]] = text[:1500]
            if len(days) == SLICES:
                break
    assert len(days) == SLICES
    return list(days.values())


@pytest.mark.parametrize(("codec", "named", "is_damaged", "least"), CASES)
def test_slices_are_read_right_or_refused(shared: Path, codec: str, named: str, is_damaged: bool, least: int) -> None:
    rng = random.Random(f"{codec} {is_damaged}")
    right, wrong = 0, []
    for number, text in enumerate(read_slices(shared)):
        spelled = text.encode(codec, errors="ignore").decode(codec)
        data = bytearray(spelled.encode(codec))
        for _ in range(DAMAGED_BYTES * is_damaged):
            # A damaged mark at the head is another defect than a damaged page.
            data[rng.randrange(4, len(data))] = rng.randrange(256)
        try:
            found = decode(bytes(data))
        except UndecodableText:
            continue
        is_right = found.text == spelled if not is_damaged else fuzz.ratio(found.text, spelled) > 95
        right += is_right and found.encoding == named
        wrong += [number] if not is_right else []
    print(f"{codec}{' damaged' * is_damaged}: {right} of {SLICES} right, {len(wrong)} wrong")
    assert not wrong, "text that nobody wrote, without an error"
    assert right >= least
