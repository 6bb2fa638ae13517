"""What must hold after each stage, and the gate that decides.

Two halves, which other code calls like this:

* in a worker, beside the stage (Polars and numpy only, a few per cent of the stage's time)::

    measure_raw(pages) -> Measured
    measure_cleaned(pages, *clean(pages)) -> Measured  # pages, paragraphs, paragraph_lines, repairs
    measure_deduplicated(paragraphs, duplicates, kept=None) -> Measured  # paragraphs: cleaned, copies included
    measure_extracted(pages, kept, *extract(pages, kept)) -> Measured
        # pages, kept, articles, article_paragraphs, bylines, facts, keywords=None, terms=None

* in the main process (imports Great Expectations on its first call, 6 s)::

    judge(stage, measured, *, settings=DEFAULTS) -> Judgement(checks, held_pages, is_closed, message)

  where ``measured`` is one ``Measured`` or a list of them, judged as one batch.

* beside a run: ``check.check(tables)`` (the suites alone, findings worst first, ``check.describe_findings`` for a terminal),
  ``docs.render_docs(measured_by_stage, folder)`` (Data Docs), ``history.usual_range_checks(checks, history)`` (a measure that
  leaves its usual range), ``custom`` (expectations about text for anybody's suite).

All take ``settings`` (``Settings``, every threshold with its reason). ``Measured(pages, violations, frames)`` are three
frames without any page text, which pickle. Nothing here uses what the repair, the deduplication or the extraction
decided by: a check that shares its rules with the code it checks can only agree with it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from expectations.settings import DEFAULTS, Settings, page_settings_digest, settings_digest

if TYPE_CHECKING:
    from expectations.cleaned import measure_cleaned
    from expectations.deduplicated import measure_deduplicated
    from expectations.extracted import measure_extracted
    from expectations.gate import Judgement, judge
    from expectations.measures import Measured, combine
    from expectations.raw import measure_raw

# Imported when first asked for: who only needs the thresholds (every command that reads settings) does not wait for Polars,
# numpy and the segmenter, a second together.
_WHERE: Final = {
    "Judgement": "gate",
    "Measured": "measures",
    "combine": "measures",
    "judge": "gate",
    "measure_cleaned": "cleaned",
    "measure_deduplicated": "deduplicated",
    "measure_extracted": "extracted",
    "measure_raw": "raw",
}


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)


__all__ = [
    "DEFAULTS",
    "Judgement",
    "Measured",
    "Settings",
    "combine",
    "judge",
    "measure_cleaned",
    "measure_deduplicated",
    "measure_extracted",
    "measure_raw",
    "page_settings_digest",
    "settings_digest",
]
