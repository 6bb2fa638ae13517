"""How a page is divided into articles: the role of each paragraph, and which paragraphs belong together.

The cleaned stage takes its roles from here, the deduplicated stage its units of comparison, the extracted stage its rows.
"""

from transforms.articles.affinity import headline_affinities, headline_affinity
from transforms.articles.bylines import find_bylines
from transforms.articles.continuation import CONTINUATIONS, link_continuations
from transforms.articles.roles import assign_roles
from transforms.articles.segment import Segmented, segment

__all__ = [
    "CONTINUATIONS",
    "Segmented",
    "assign_roles",
    "find_bylines",
    "headline_affinities",
    "headline_affinity",
    "link_continuations",
    "segment",
]
