"""Pages that a batch is better off without: on which a rule raises, never ends, or kills its process.

A page's answer depends on that page alone, so a batch that fails can be halved until the page that fails stands alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final

import polars as pl

from flows.apart import Apart, ProcessDied
from flows.patience import limit_apart

Frames = dict[str, pl.DataFrame]
Failure = tuple[str, str, str]  # page_id, reason, detail

_DIED: Final = (
    "every process that {verb} it died, at last alone ({how}); SIGKILL mostly means too little memory."
    " Try: banmian retry with more memory or fewer workers; if it is no use, report the page; every other page is unharmed"
)
_LATE: Final = (
    "who {verb} it was not done after {how}, at last with this page alone."
    " Try: report the page; every other page is unharmed. On a very slow machine, banmian retry with a higher max_page_s"
)


def isolate(work: Callable[[Frames], Frames], frames: Frames) -> tuple[Frames, list[Failure]]:
    """Return what ``work`` makes of ``frames`` (each with ``page_id``), and the pages on which it raises: reason and detail.

    The name of the error is kept, never its message, which may hold text of the page.
    """
    try:
        return work(frames), []
    except Exception as error:
        page_ids = next(iter(frames.values()))["page_id"].unique().sort()
        if page_ids.len() <= 1:
            nothing = work({name: frame.clear() for name, frame in frames.items()})
            return nothing, [(page_id, *_told(error)) for page_id in page_ids]
        middle = page_ids.len() // 2
        halves = [
            isolate(
                work, {name: frame.filter(pl.col("page_id").is_in(half.implode())) for name, frame in frames.items()}
            )
            for half in (page_ids[:middle], page_ids[middle:])
        ]
        return joined(halves)


def joined(parts: list[tuple[Frames, list[Failure]]]) -> tuple[Frames, list[Failure]]:
    """Return what was made of the parts of a batch (at least one), and the pages that failed, as of the whole batch."""
    made = {name: pl.concat([frames[name] for frames, _ in parts]) for name in parts[0][0]}
    return made, [failure for _, failures in parts for failure in failures]


def isolate_apart(
    work: Callable[[Frames], Frames], frames: Frames, *, warm_up: Callable[[], None], max_page_s: int
) -> tuple[Frames, list[Failure]]:
    """Do as ``isolate`` in a process apart, so that pages over which processes die, or never end, are found, too.

    A new process loads its models by ``warm_up`` first, for which it has all the time that it takes.
    """

    def work_apart(some: Frames) -> Frames:
        page_count = next(iter(some.values()))["page_id"].n_unique()
        return apart.call(functools.partial(work, some), limit_s=limit_apart(page_count, max_page_s))

    with Apart(warm_up) as apart:
        return isolate(work_apart, frames)


def told_of_death(error: ProcessDied, verb: str) -> tuple[str, str]:
    """Return reason and detail for a page or file over which the process that ``verb`` (read, say) it ended."""
    if error.is_late:
        return "takes too long", _LATE.format(verb=verb, how=error.how)
    return "process died", _DIED.format(verb=verb, how=error.how)


def _told(error: Exception) -> tuple[str, str]:
    if isinstance(error, ProcessDied):
        return told_of_death(error, "worked on")
    name = type(error).__name__
    return "rule failed", f"a rule raised {name} on this page. Try: report the page; every other page is unharmed"
