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

    copy_candidate_share: float = 0.5
    """Share of a block's sampled runs of six characters that another block must have before the two are compared
    letter by letter. One wrong character in 20 leaves about three quarters of the runs."""

    copy_similarity: float = 0.955
    """Similarity (rapidfuzz partial ratio) from which a block is a copy of another: on 124,545 lines of real news
    days it called two a copy that were none, and found 91 of 100 loops at one wrong character in a hundred."""

    min_copies: int = 3
    copied_share: float = 0.15
    """So many copies among the kept paragraphs, and this share of the page's characters, mean that nobody took the
    copies out: every sum over the page would count twice, so it is held back. Fewer are a warning that says where."""

    loop_chars: int = 64
    """Characters of a block that stand in it again at one and the same distance, from which it loops."""

    garbled_share: float = 0.1
    """Share of visible characters that are rare, private or of no Chinese page, from which the page is mojibake. Of
    1,000 real news articles the median was 0, the highest 0.035; of the same articles read in the wrong encoding 0.28
    and more."""

    min_han_share: float = 0.1
    min_chars_for_shares: int = 200
    """A page of so many visible characters of which fewer are Chinese is measured as foreign; it is not held back,
    since a paper may print a page in English."""

    flooded_share: float = 0.5
    """Share of a page's characters in looping blocks from which the page is the work of a stuck model: held back."""

    max_pages_with_defect: float = 0.5
    pages_for_shares: int = 20
    """Of a batch of so many pages or more, the share that may have broken splits (cleaned) or copies (deduplicated) before the
    gate closes: single defects are warnings, but where half of the pages have them the stage did not do its work. Of
    pages like the five samples 95 % have splits and 48 % copies before the run, 2 % and 3 % after it."""

    usual_runs: int = 6
    usual_sigmas: float = 5.0
    usual_slack: float = 0.1
    """A measure is unusual when it is further from the median of at least six earlier runs than five times their spread, and
    than a tenth: of some forty measures a run, chance alone must name none."""

    highest_amount: int = 10**17
    """Yuan; twenty times what is paid without cash in China in a year, the largest sum that papers print."""

    earliest_year: int = 1900
    plan_years: int = 50
    latest_page_year: int = 2030
    """Dates of before 1900 are more often misread than meant; plans reach to 2050 and 2060 (``latest_page_year`` stands for
    the year of a page whose date is unknown)."""

    hard_wrap_share: float = 0.45
    """Share of lines within one character of the commonest width from which a page is hard-wrapped: wrapped pages
    have 0.51 and more (median 0.72), others 0.30 and less."""

    echo_share: float = 0.2
    weak_splits_at_most: int = 3
    """What makes a split without any mark of its own a suspect: how little the second half may echo the first, and
    how many such a page may have before they are taken for headlines that pass for body text."""

    min_broken_splits: int = 5
    broken_split_share: float = 0.25
    """So many broken splits, and this share of the page's prose, mean that the page was not repaired at all: it is
    held back. Fewer are a warning that says where."""


DEFAULTS: Final = Settings()
