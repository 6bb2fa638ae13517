"""Is one text wholly inside another, and does it stop or start in the middle of a sentence there?"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, Levenshtein

from transforms.deduplicated.compare import Change, find_changes, other_fact
from transforms.deduplicated.keys import key_and_places

# With 4 characters in 100 misread, the expected share of matched characters is .96, and of a short text one in 15.
COVERED: Final = 0.88
# What a model that loops puts before a sentence the second time: no fact in it. A place, a date or a count before the comma
# is not one of these, because it may be all that tells two sentences of a list apart.
_LEAD: Final = re.compile(
    r"^\s*(?:另?据[^,，。0-9０-９]{0,8}|此外|另外|同时|与此同时|目前|眼下|如今|当前|日前|近日|近期|随后|接着|接下来|下一步|其中|另悉|值得一提的是)[,，:：]"
)
_LEAD_BEGINS: Final = frozenset("另据此同与目眼如当日近随接下其值")
_SENTENCE_ENDS: Final = frozenset("。！？!?…;；:：")  # 本报讯(…): and 新华社…电: stand before a sentence
_TAILS: Final = frozenset("。！？!?…;；,，、:：)）》】”’")  # no text begins with one of these
_HEAD: Final = 4  # characters by which the beginning of a text is known again
_EDGE: Final = 2  # characters that a copy may have more or less at its ends: misread, or cut one character away


class Text:
    """A paragraph as it is compared: its match key, and the way from the key back to the text."""

    def __init__(self, text: str, key: str | None = None) -> None:
        self.text = text
        self.key = key_and_places(text)[0] if key is None else key

    @cached_property
    def places(self) -> list[int]:
        """For each character of the key the offset in the text that it came from."""
        places = key_and_places(self.text)[1] or [0]
        # Letters that combine only side by side make a key of another length; then the ends are a character off.
        return (places + places[-1:] * len(self.key))[: len(self.key)]

    @cached_property
    def lead(self) -> int:
        """How many characters of the key stand in a phrase such as 据悉 before the first comma."""
        first = self.text[:1]
        if first not in _LEAD_BEGINS and not first.isspace():  # nearly every text: asked before the pattern is
            return 0
        found = _LEAD.match(self.text)
        return bisect_left(self.places, found.end()) if found else 0

    def is_sentence_start(self, key_index: int) -> bool:
        """Tell whether the character of the key at ``key_index`` begins a sentence of the text."""
        if key_index <= _EDGE:
            return True
        before = self.text[self.places[key_index - 1] + 1 : self.places[key_index]]
        return any(character in _SENTENCE_ENDS for character in before)

    def is_sentence_end(self, key_index: int) -> bool:
        """Tell whether a sentence of the text ends before the character of the key at ``key_index``."""
        if key_index >= len(self.key) - _EDGE:
            return True
        after = self.text[self.places[key_index - 1] + 1 : self.places[key_index]]
        return any(character in _SENTENCE_ENDS for character in after)


class Cover(NamedTuple):
    """How a text (the inner) stands in another (the outer)."""

    similarity: float  # 0..1 of the inner's characters, a changed lead phrase left out
    is_whole: bool  # the outer has nothing more
    start: int  # where in the key of the outer it stands
    end: int
    at_start: bool  # the outer begins with it, but for a lead phrase
    has_lead: bool  # a phrase such as 据悉 was left out
    is_inner_led: bool  # of the inner alone
    is_outer_led: bool  # of the outer alone
    starts_inside: bool  # the inner starts in the middle of a sentence of the outer
    ends_inside: bool  # the inner stops in the middle of a sentence of the outer
    changes: tuple[Change, ...]  # what stands in the inner, and what in the outer instead


def tells_otherwise(covers: Sequence[tuple[Text, Cover]]) -> str | None:
    """Return what seems to be another fact in texts that stand in others side by side, all taken together, or null."""
    changes = [change for _, held in covers for change in held.changes]
    return other_fact("".join(text.key for text, _ in covers), changes) if changes else None


def whole(text: Text) -> Cover:
    """Return how a text stands in one that is equal to it."""
    return Cover(1.0, True, 0, len(text.key), True, False, False, False, False, False, ())


def cover(inner: Text, outer: Text) -> Cover | None:
    """Return how ``inner`` stands in ``outer``, or null where it does not."""
    if inner.key == outer.key:
        return whole(inner)
    plain = _align(inner, 0, outer)
    lead = inner.lead
    if lead and (plain is None or plain.similarity < 1):
        bare = _align(inner, lead, outer)
        if bare is not None and (plain is None or bare.similarity > plain.similarity):
            return plain if plain is not None and _is_cut_behind_lead(inner, outer.key) else bare
    return plain


def _is_cut_behind_lead(led: Text, key: str) -> bool:
    """Tell whether ``key`` begins a character or two behind where ``led`` goes on after its lead phrase.

    Then nobody put the phrase in: it was cut off, and with it what came next.
    """
    rest, head = led.key[led.lead :], key[:_HEAD]
    return len(head) == _HEAD and any(rest[cut : cut + _HEAD] == head for cut in range(1, _EDGE + 1))


def _align(inner: Text, lead: int, outer: Text) -> Cover | None:
    key, whole = inner.key[lead:], outer.key
    if not key or len(key) * COVERED > len(whole):
        return None
    if len(key) <= len(whole):
        found = fuzz.partial_ratio_alignment(key, whole, score_cutoff=100 * (COVERED - 0.06))
        if found is None:
            return None
        start, end = found.dest_start, found.dest_end
    else:
        start, end = 0, len(whole)
    start, end = _settle(key, whole, start, end)
    window = whole[start:end]
    matched = (len(key) + len(window) - Indel.distance(key, window)) / 2
    similarity = matched / max(len(key), len(window))
    if similarity < COVERED:
        return None
    after_lead = 0 < outer.lead and abs(start - outer.lead) <= _EDGE and not _is_cut_behind_lead(outer, key)
    rest = len(whole) - len(window) - (outer.lead if after_lead else 0)
    return Cover(
        similarity=round(similarity, 4),
        is_whole=rest <= _EDGE,
        start=start,
        end=end,
        at_start=start <= _EDGE or after_lead,
        has_lead=lead > 0 or after_lead,
        is_inner_led=lead > 0 and not after_lead,
        is_outer_led=after_lead and not inner.lead,
        starts_inside=inner.text[:1] in _TAILS
        or not (after_lead or outer.is_sentence_start(start) or not _same_start(key, window)),
        ends_inside=not outer.is_sentence_end(end),
        changes=tuple(find_changes(key, window)) if similarity < 1 else (),
    )


def _same_start(key: str, window: str) -> bool:
    """Tell whether both begin alike, a character more or less apart: a template begins with another name."""
    return Levenshtein.distance(key[:6], window[:6]) <= _EDGE and key[3:6] in window[1:8]


def _settle(key: str, whole: str, start: int, end: int) -> tuple[int, int]:
    """Move the ends of the window to where the first and last characters of the key stand."""
    for shift in (1, 2, -1, -2):
        if whole[start : start + 3] == key[:3]:
            break
        if start + shift >= 0 and whole[start + shift : start + shift + 3] == key[:3]:
            start += shift
            break
    for shift in (1, 2, -1, -2):
        if whole[end - 3 : end] == key[-3:]:
            break
        if end + shift <= len(whole) and whole[end + shift - 3 : end + shift] == key[-3:]:
            end += shift
            break
    return start, end
