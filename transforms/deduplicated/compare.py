"""Do two bodies say the same, one of them perhaps shortened, or only the same words about something else?

Formula news differ in what matters: a number, a name, an ordinal. Misreading differs anywhere. So it is not how much two texts
differ that decides, but where: single characters hit at random are misreading; numerals hit more often than the rest of the
text, or several characters exchanged in a row, are another fact.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from rapidfuzz.distance import LCSseq, Levenshtein

# One character that may be all that tells two reports apart: numerals, and words such as 上午/下午, 上升/下降, 男/女.
TELLING: Final = frozenset("0123456789零〇一二两三四五六七八九十百千万亿上下东西南北男女增减升降正副早晚首末甲乙丙丁")
# Pairs that OCR exchanges again and again; any other character exchanged twice for the same one is a name (seen on OCR output of
# Chinese newspaper pages, 2026-11).
MISREAD: Final = frozenset(
    frozenset(pair)
    for pair in (
        "人入 没设 未末 士土 己已 己巳 已巳 日曰 大太 大犬 本木 科料 项顶 准淮 投役 东车 币市 贷资 城诚 拔拨 治冶 干千 干于 千于 "
        "问间 侯候 的约 力刀 刀刃 九丸 田由 由甲 申甲 天夭 天无 元无 主王 玉王 玉主 住往 住佳 辩辨 崇祟 戊戌 毫亳 茶荼 条茶 案省 "
        "处外 话活 洁浩 清请 情清 情请 晴睛 特持 待侍 侍持 折拆 析折 圆园 困因 团因 图囚 口囗 夕タ 尤龙 旧归 归旧 县具 具贝 见贝"
    ).split()
)
_TELLING: Final = sorted(TELLING)
ALIKE: Final = 0.86  # of the shorter text's characters; 5 % misread leave .95, and where two such reprints meet .90
SUSPICIOUS: Final = 0.8
WHOLE: Final = 0.9  # of the longer text's length; a shorter one is only a part
_PROBE: Final = 8  # characters searched for to find where a text stands in another
_PROBES: Final = 40  # at most; a text that repeats its headline has a few of them in two places
_DRIFT: Final = 6  # characters
_PASSAGE: Final = 6  # characters in a row that only the longer text has: a sentence more, not another name
_RENAMED: Final = 0.3  # of the changes; chance repeats one or two of forty
_RARE: Final = 0.01  # a numeral hit that is less likely than this was not hit by chance
_RARE_SPAN: Final = 0.002  # the same for neighbours hit together; an alignment puts near misses side by side


Change = tuple[str, str]  # what stands in the one text, and what in the other instead


REASONS: Final = {
    "near": "the same text but for misreadings",
    "truncated": "the beginning of the longer text",
    "contained": "all of it in the longer text",
}


class Comparison(NamedTuple):
    """What a pair of bodies is."""

    kind: str  # 'near' either may stand for the other; 'contained', 'truncated': the shorter is part of the longer; 'other'
    similarity: float  # 0..1 of the characters of the shorter
    reason: str


def compare(left: str, right: str) -> Comparison | None:
    """Return how the shorter of two match keys stands in the longer, or null if it does not.

    ``kind`` is ``other`` where the words are alike but the facts may not be: such a pair is a suspicion, not a reprint.
    """
    short, long = (left, right) if (len(left), left) <= (len(right), right) else (right, left)
    found = _window(short, long)
    if found is None:
        return None
    start, end = found
    window = long[start:end]
    if window == short:
        return _comparison(short, long, start, 1.0, [])
    limit = int((1 - SUSPICIOUS) * len(short)) + max(len(window) - len(short), 0) + 1
    distance = Levenshtein.distance(short, window, score_cutoff=limit)
    if distance > limit:
        return None
    changes = find_changes(short, window, distance=distance)
    lost = sum(max(len(old), len(new)) for old, new in changes if len(old) or len(new) < _PASSAGE)
    similarity = round(1 - lost / len(short), 4)
    if similarity < SUSPICIOUS:
        return None
    fact = other_fact(short, changes)
    if fact or similarity < ALIKE:
        return Comparison("other", similarity, fact or "the same words for the most part")
    return _comparison(short, long, start, similarity, changes)


def _comparison(short: str, long: str, start: int, similarity: float, changes: Sequence[Change]) -> Comparison:
    """Return what a text is that stands in another from ``start`` on, its facts unchanged."""
    kind = "contained"
    if not any(not old and len(new) >= _PASSAGE for old, new in changes):
        kind = "near" if len(short) >= WHOLE * len(long) else "truncated" if start <= _PASSAGE else "contained"
    return Comparison(kind, similarity, REASONS[kind])


def _window(short: str, long: str) -> tuple[int, int] | None:
    """Return where in ``long`` the text ``short`` stands, judged by passages that both have, or null if not enough of it does."""
    at = long.find(short)
    if at >= 0:
        return at, at + len(short)
    # What the longer text has not in the order of the shorter is lost wherever it may stand there; most other pairs end here.
    least = int(SUSPICIOUS * len(short)) - 1
    if LCSseq.similarity(short, long, score_cutoff=least) < least:
        return None
    last = len(short) - _PROBE
    step = max(1, last // _PROBES)
    found: list[
        tuple[int, int]
    ] = []  # where a passage stands in the short text, and how much further on in the long one
    for place in range(0, last + 1, step):
        passage = short[place : place + _PROBE]
        # Where the passage before stood is where this one stands, too; else it is searched for.
        is_in_step = bool(found) and long.startswith(passage, place + found[-1][1])
        at = place + found[-1][1] if is_in_step else long.find(passage)
        if at >= 0:
            found.append((place, at - place))
    if not found:
        return None
    first_half = [hit for hit in found if 2 * hit[0] <= last] or found
    second_half = [hit for hit in found if 2 * hit[0] > last] or found
    start = max(_settled(first_half)[0], 0)
    end = min(_settled(second_half)[-1] + len(short), len(long))
    return (start, end) if end - start >= SUSPICIOUS * len(short) else None


def _settled(found: list[tuple[int, int]]) -> list[int]:
    """Return the offsets that most passages have, give or take characters left out between them, in order of place."""
    offsets = [offset for _, offset in found]
    if max(offsets) - min(offsets) <= _DRIFT:
        return offsets
    ranked = sorted(offsets)
    middle = max(
        ranked, key=lambda offset: bisect_right(ranked, offset + _DRIFT) - bisect_left(ranked, offset - _DRIFT)
    )
    return [offset for offset in offsets if abs(offset - middle) <= _DRIFT]


def find_changes(short: str, window: str, *, distance: int | None = None) -> list[Change]:
    """Return what stands here and what stands there instead, neighbouring changes as one.

    ``distance``, how many characters differ, makes it faster where it is known.
    """
    changes: list[Change] = []
    start, other_start = 0, 0
    for block in Levenshtein.editops(short, window, score_hint=distance).as_matching_blocks():
        if block.a > start or block.b > other_start:
            changes.append((short[start : block.a], window[other_start : block.b]))
        start, other_start = block.a + block.size, block.b + block.size
    return changes


def other_fact(text: str, changes: Sequence[Change]) -> str | None:
    """Return what seems to be another fact, or null if the changes look like misreading.

    ``rate`` is the share of plain characters misread. If misreading had hit the telling characters, or neighbours, as often as
    seen, at that rate, with too small a chance, it was not misreading. And it does not replace one name by another twice.
    """
    if not changes:
        return None
    if len(set(changes)) < len(changes):
        renamed = sum(times for change, times in Counter(changes).items() if times > 1 and _is_renaming(*change))
        if renamed > _RENAMED * len(changes):
            return "one word for another throughout"
    are_telling = [_is_telling(old, new) for old, new in changes]
    telling = sum(are_telling)
    plain = sum(
        not is_telling and max(len(old), len(new)) == 1
        for is_telling, (old, new) in zip(are_telling, changes, strict=True)
    )
    if telling:
        telling_count = sum(map(text.count, _TELLING))
        rate = plain / max(len(text) - telling_count, 1)
        if _chance(telling, telling_count * rate) < _RARE:
            return "other numbers"
    spans = [max(len(old), len(new)) for old, new in changes if old or len(new) < _PASSAGE]
    # One more hit than was seen: of three hits, two side by side leave one to judge the rate by.
    rate = (plain + 1) / len(text)
    if any(span > 1 and (not plain or len(text) * rate**span < _RARE_SPAN) for span in spans):
        return "other words in a row"
    return None


def _is_renaming(old: str, new: str) -> bool:
    """Tell whether this change, if made twice, gives something another name."""
    if max(len(old), len(new)) > 1:
        return bool(old) or len(new) < _PASSAGE
    return bool(old and new) and frozenset((old, new)) not in MISREAD


def _is_telling(old: str, new: str) -> bool:
    """Tell whether a telling character became another, appeared or went: turned into a plain one it was misread."""
    if len(old) == len(new) == 1:
        return old in TELLING and new in TELLING and frozenset((old, new)) not in MISREAD
    return not TELLING.isdisjoint(old) or (len(new) < _PASSAGE and not TELLING.isdisjoint(new))


def _chance(count: int, expected: float) -> float:
    """Return the chance of ``count`` or more hits where ``expected`` are (Poisson); 1 where no fewer are expected."""
    if count <= expected:
        return 1.0
    if expected == 0:
        return 0.0
    term = math.exp(count * math.log(expected) - expected - math.lgamma(count + 1))
    total = 0.0
    while term > total * 1e-9:
        total += term
        count += 1
        term *= expected / count
    return total
