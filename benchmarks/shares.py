"""Which part of the news corpora is for counting, for the pair models, and for tests alone."""

from __future__ import annotations

import hashlib
from typing import Any

SHARES = 20
TEST, PAIRS = range(1), range(1, 6)


def share(article: dict[str, Any]) -> int:
    """Return which of the twenty shares ``article`` is in: articles of one date are in one share."""
    key = str(article.get("date") or article.get("id") or article["paragraphs"][0])
    return int(hashlib.blake2b(key.encode(), digest_size=4).hexdigest(), 16) % SHARES
