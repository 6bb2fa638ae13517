"""Each thing said once: which paragraphs are copies of others, and which copy stays."""

from transforms.deduplicated.as_printed import AsPrinted, leave_as_printed
from transforms.deduplicated.bodies import BODIES, SKETCHES, sketch_bodies
from transforms.deduplicated.body_pairs import BODY_PAIRS, pair_bodies
from transforms.deduplicated.counterparts import reprint_duplicates
from transforms.deduplicated.deduplicate import Deduplicated, deduplicate
from transforms.deduplicated.reprints import (
    BODY_LINKS,
    PROFILES,
    REPRINTS,
    SUSPECTED_REPRINTS,
    Reprints,
    choose_kept,
    find_reprints,
    profile_articles,
    verify_pairs,
)

__all__ = [
    "BODIES",
    "BODY_LINKS",
    "BODY_PAIRS",
    "PROFILES",
    "REPRINTS",
    "SKETCHES",
    "SUSPECTED_REPRINTS",
    "AsPrinted",
    "Deduplicated",
    "Reprints",
    "choose_kept",
    "deduplicate",
    "find_reprints",
    "leave_as_printed",
    "pair_bodies",
    "profile_articles",
    "reprint_duplicates",
    "sketch_bodies",
    "verify_pairs",
]
