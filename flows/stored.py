"""Pages that the warehouse has, taken through the stages once more: the landing of `banmian rebuild`.

The text in raw.pages, and not the files, is where a rebuild begins: it is there when the archive has moved, when files are gone
and were kept, or when a share is not mounted; it asks for none of the flags with which the files were once read; and it
cannot bring in anything new by the way. What only the bytes can give, another reading of the encoding, is the work of a run with
``--full-refresh`` over the files.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import duckdb

from flows.groups import Group
from flows.stages import land_stored
from warehouse.again import StoredPage, read_stored, stored_pages

if TYPE_CHECKING:
    from flows.landing import LandingOptions
    from flows.state import RunState


class StoredLanding:
    """Hands out the stored pages a batch at a time, as ``flows.groups.Landing`` does with files."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, state: RunState) -> None:
        self._connection = connection
        self._state = state
        self._batches = list(reversed(cut_stored(stored_pages(connection), state.options)))
        self.group_count = 0
        self.byte_count = sum(page.byte_count for batch in self._batches for page in batch)

    @property
    def has_more(self) -> bool:
        """Whether there is another group."""
        return bool(self._batches)

    def take(self) -> Group:
        """Write the next batch to the stage files, as the raw stage would have."""
        self.group_count += 1
        page_ids = [page.page_id for page in self._batches.pop()]
        name = hashlib.blake2b("".join(sorted(page_ids)).encode(), digest_size=10).hexdigest()
        pages = read_stored(self._connection, page_ids)
        batch = land_stored(self._state.stages, f"stored-{name}", pages, thresholds=self._state.thresholds)
        return Group(self.group_count, [batch])


def cut_stored(pages: list[StoredPage], options: LandingOptions) -> list[list[StoredPage]]:
    """Return ``pages`` in their order, cut where a batch is full."""
    batches: list[list[StoredPage]] = []
    byte_count = 0
    for page in pages:
        byte_count += page.byte_count
        if not batches or len(batches[-1]) >= options.batch_pages or byte_count > options.batch_bytes:
            batches.append([])
            byte_count = page.byte_count
        batches[-1].append(page)
    return batches
