"""Every threshold of the quality gates, with its default and the reason for it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Annotated, ClassVar, Final, TypeAlias

from annotated_types import Ge, Interval

Share: TypeAlias = Annotated[float, Interval(ge=0, le=1)]
Count: TypeAlias = Annotated[int, Ge(0)]
Size: TypeAlias = Annotated[int, Ge(1)]
Factor: TypeAlias = Annotated[float, Ge(0)]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Thresholds of the gates; ``DEFAULTS`` is what the pipeline uses. Shares lie between 0 and 1, lengths are
    characters. ``flows.settings`` takes them from the table ``[quality]`` of a file, and checks the bounds of the types.

    A threshold says when one thing counts as a defect, when a page has so many that it is held back, or when so many
    pages are held back that the whole batch is wrong. The share of clean pages held back under these defaults is what
    ``benchmarks/gates.py`` prints.
    """

    max_held_share: Share = 0.05
    """Share of pages a stage may hold back before the gate closes. Pages fail one by one; a batch of which a
    twentieth fails has met code or a source that is wrong throughout, and what is left of it would bias every sum."""

    max_held_share_raw: Share = 0.2
    """The same at the raw stage, where the source is at fault and not the code: one bad folder must not stop a run."""

    held_pages_always_allowed: Count = 2
    """Pages that may be held back however small the batch: a share means nothing for a run over three files."""

    violations_per_page_and_rule: Count = 20
    """Violations kept of one rule on one page; the measures count all of them."""

    violations_in_all: Count = 20_000
    """Violations kept of one batch, those of the pages held back first."""

    min_block_chars: Size = 30
    """Blocks shorter than this are never called copies. Headlines are contained in their own bodies with containment
    1.0 (four times on the five sample pages), and captions and credits recur lawfully."""

    copy_candidate_share: Share = 0.5
    """Share of a block's sampled runs of six characters that another block must have before the two are compared
    letter by letter. One wrong character in 20 leaves about three quarters of the runs."""

    copy_similarity: Share = 0.955
    """Similarity (rapidfuzz partial ratio) from which a block is a copy of another: on 124,545 lines of real news
    days it called two a copy that were none, and found 91 of 100 loops at one wrong character in a hundred."""

    min_copies: Size = 3
    copied_share: Share = 0.15
    """So many copies among the kept paragraphs, and this share of the page's characters, mean that nobody took the
    copies out: every sum over the page would count twice, so it is held back. Fewer are a warning that says where."""

    loop_chars: Size = 64
    """Characters of a block that stand in it again at one and the same distance, from which it loops."""

    garbled_share: Share = 0.1
    """Share of visible characters that are rare, private or of no Chinese page, from which the page is mojibake. Of
    1,000 real news articles the median was 0, the highest 0.035; of the same articles read in the wrong encoding 0.28
    and more."""

    min_han_share: Share = 0.1
    min_chars_for_shares: Count = 200
    """A page of so many visible characters of which fewer are Chinese is measured as foreign; it is not held back,
    since a paper may print a page in English."""

    flooded_share: Share = 0.5
    """Share of a page's characters in looping blocks from which the page is the work of a stuck model: held back."""

    max_pages_with_defect: Share = 0.5
    pages_for_shares: Count = 20
    """Of so many pages or more, the share that may have broken splits (cleaned) or copies (deduplicated) before the gate
    closes: single defects are warnings, but where half of the pages have them the stage did not do its work. Asked of all
    pages that a run would publish anew, never of one batch: of 80 batches of some twenty difficult pages, nine were over it
    by chance (2026-11). Of pages like the five samples 95 % have splits and 48 % copies before the run, 2 % and 3 % after it."""

    usual_runs: Count = 6
    usual_sigmas: Factor = 5.0
    usual_slack: Factor = 0.1
    """A measure is unusual when it is further from the median of at least six earlier runs than five times their spread, and
    than a tenth: of some forty measures a run, chance alone must name none."""

    highest_amount: Count = 10**17
    """Yuan; twenty times what is paid without cash in China in a year, the largest sum that papers print."""

    earliest_year: Count = 1900
    plan_years: Count = 50
    latest_page_year: Count = 2030
    """Dates of before 1900 are more often misread than meant; plans reach to 2050 and 2060 (``latest_page_year`` stands for
    the year of a page whose date is unknown)."""

    hard_wrap_share: Share = 0.45
    """Share of lines within one character of the commonest width from which a page is hard-wrapped: wrapped pages
    have 0.51 and more (median 0.72), others 0.30 and less."""

    echo_share: Share = 0.2
    weak_splits_at_most: Count = 3
    """What makes a split without any mark of its own a suspect: how little the second half may echo the first, and
    how many such a page may have before they are taken for headlines that pass for body text."""

    min_broken_splits: Size = 5
    broken_split_share: Share = 0.25
    """So many broken splits, and this share of the page's prose, mean that the page was not repaired at all: it is
    held back. Fewer are a warning that says where."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}


# They decide about batches, warnings and how much is recorded, never about which pages are held back.
_NOT_ABOUT_PAGES: Final = frozenset(
    {
        "max_held_share",
        "max_held_share_raw",
        "held_pages_always_allowed",
        "violations_per_page_and_rule",
        "violations_in_all",
        "min_han_share",
        "min_chars_for_shares",
        "max_pages_with_defect",
        "pages_for_shares",
        "usual_runs",
        "usual_sigmas",
        "usual_slack",
        "highest_amount",
        "earliest_year",
        "plan_years",
        "latest_page_year",
    }
)


def page_settings_digest(settings: Settings) -> str:
    """Return a hash of the thresholds that decide whether a page is held back, so of all that can change rows."""
    deciding = {name: value for name, value in sorted(asdict(settings).items()) if name not in _NOT_ABOUT_PAGES}
    return hashlib.blake2b(repr(deciding).encode(), digest_size=10).hexdigest()


def settings_digest(settings: Settings) -> str:
    """Return a hash of all thresholds: measures taken under others may differ."""
    return hashlib.blake2b(repr(sorted(asdict(settings).items())).encode(), digest_size=10).hexdigest()


DEFAULTS: Final = Settings()
