"""What runs load when they first use it, loaded once, in the process that the runs of the campaign are forked from.

Only what starts no thread: a child has none of its parent's, and Polars would wait for its own for ever.
"""

from __future__ import annotations

from tests.reliability import driver  # noqa: F401 - all that a run imports
from transforms.articles import arrange
from transforms.cleaned import ngrams, turns
from transforms.extracted import tagger
from transforms.words import cut

for load in (ngrams.bundled, turns.bundled, arrange.packaged_weights, tagger.packaged_weights):
    load()
cut("县长到会")
