"""The paragraphs of one page as copies are looked for among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from transforms.deduplicated.cover import Text

HEADS: Final = frozenset({"title", "subhead", "column", "furniture"})
FINAL_MARKS: Final = frozenset("。！？!?…”』」；;")
_COMMAS: Final = frozenset(",，")
_HEAD_LENGTH: Final = 30  # characters of the key; a longer line with a comma is a sentence cut off
_CREDIT_LENGTH: Final = 30  # characters of the key; a caption that says more than who took the photo is prose


class Item(NamedTuple):
    """One paragraph of the page at hand."""

    role: str  # 'prose', 'credit' or one of HEADS
    text: Text
    unit: int  # which stretch it is in: a new one begins where headlines follow other text


def make_items(rows: Iterable[tuple[str, str, str, bool]]) -> list[Item]:
    """Return the paragraphs of one page, given in order as role, text, match key, and whether one before goes on below it.

    Of lines that say the same, all are headlines if one is: the role of a copy out of its place is easily mistaken.
    """
    texts = [
        (_plain_role(role, text, is_set_in=is_set_in), text)
        for role, text, is_set_in in ((role, Text(text, key), is_set_in) for role, text, key, is_set_in in rows)
    ]
    roles: dict[str, set[str]] = defaultdict(set)
    for role, text in texts:
        roles[text.key].add(role)
    items: list[Item] = []
    unit, before = 0, "prose"
    for role, text in texts:
        is_title = role == "title" or ("title" in roles[text.key] and not is_sentence(text))
        if is_title and before != "title":
            unit += 1
        before = "title" if is_title else role
        items.append(Item(before, text, unit))
    return items


def _plain_role(role: str, text: Text, *, is_set_in: bool) -> str:
    if role in HEADS:
        return "prose" if text.lead or (len(text.key) > _HEAD_LENGTH and is_sentence(text)) else role
    is_credit = role == "byline" or (role == "caption" and len(text.key) < _CREDIT_LENGTH)
    # A phrase of the article set between two halves of a sentence: no round of a loop, which would stand below the second half.
    is_subhead = is_set_in and len(text.key) <= _HEAD_LENGTH and not is_sentence(text)
    return "credit" if is_credit else "subhead" if is_subhead else "prose"


def is_sentence(text: Text) -> bool:
    """Tell whether the text ends as a sentence does, or is too long for a headline with a comma in it."""
    return text.text[-1:] in FINAL_MARKS or (len(text.key) > _HEAD_LENGTH and not _COMMAS.isdisjoint(text.text))
