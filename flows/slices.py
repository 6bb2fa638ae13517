"""Work on a batch slice by slice.

What is made of a page depends on that page alone, so a batch can be cut anywhere between two pages. A stage needs some sixty
times the bytes that it works on; in slices, it needs that for a slice only, and keeps of the others what it made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flows.isolating import Failure, Frames, joined

# Slices of 3 MiB take a fifth to a third less memory than whole batches, and in the light stages up to a fifth more time, some
# three in a hundred of the flow; smaller ones take longer still (2026-11).
SLICE_BYTES: Final = 3 * 2**20


def in_slices(work: Callable[[Frames], tuple[Frames, list[Failure]]], frames: Frames) -> tuple[Frames, list[Failure]]:
    """Return what ``work`` makes of ``frames`` and the pages on which it fails, worked out slice by slice.

    Of ``frames`` the first has a row a page, with its ``byte_count``.
    """
    return joined([work(one) for one in _slices(frames)])


def _slices(frames: Frames) -> list[Frames]:
    """Return ``frames`` in slices of some ``SLICE_BYTES`` of text, the pages in their order, at least one slice."""
    pages = next(iter(frames.values()))
    before = pages["byte_count"].cum_sum() - pages["byte_count"]
    numbers = pages.select("page_id", (before // SLICE_BYTES).alias("slice"))
    kept = numbers["slice"].unique(maintain_order=True).to_list()
    if len(kept) < 2:
        return [frames]
    cut = {
        name: frame.join(numbers, on="page_id", maintain_order="left").partition_by(
            "slice", include_key=False, as_dict=True
        )
        for name, frame in frames.items()
    }
    return [{name: cut[name].get((number,), frames[name].clear()) for name in frames} for number in kept]
