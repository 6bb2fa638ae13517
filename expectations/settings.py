"""Every threshold of the quality gates, with its default and the reason for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Thresholds of the gates; ``DEFAULTS`` is what the pipeline uses. Shares lie between 0 and 1, lengths are
    characters.

    A threshold says when one thing counts as a defect, when a page has so many that it is held back, or when so many
    pages are held back that the whole batch is wrong. The share of clean pages held back under these defaults is what
    ``benchmarks/gates.py`` prints.
    """

    max_held_share: float = 0.05
    """Share of pages a stage may hold back before the gate closes. Pages fail one by one; a batch of which a
    twentieth fails has met code or a source that is wrong throughout, and what is left of it would bias every sum."""

    max_held_share_raw: float = 0.2
    """The same at the raw stage, where the source is at fault and not the code: one bad folder must not stop a run."""

    held_pages_always_allowed: int = 2
    """Pages that may be held back however small the batch: a share means nothing for a run over three files."""

    violations_per_page_and_rule: int = 20
    """Violations kept of one rule on one page; the measures count all of them."""

    violations_in_all: int = 20_000
    """Violations kept of one batch, those of the pages held back first."""

    min_block_chars: int = 30
    """Blocks shorter than this are never called copies. Headlines are contained in their own bodies with containment
    1.0 (four times on the five sample pages), and captions and credits recur lawfully."""


DEFAULTS: Final = Settings()
