"""Each thing said once: which paragraphs are copies of others, and which copy stays."""

from transforms.deduplicated.deduplicate import Deduplicated, deduplicate

__all__ = ["Deduplicated", "deduplicate"]
