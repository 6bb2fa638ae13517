"""The summary of a run: numbers that add up, for a person, a machine or Prefect's page of the run."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from warehouse.totals import Totals
from warehouse.writer import CheckCounts, PageChanges


class Summary(NamedTuple):
    """What a run did. ``pages_seen`` = new + changed + unchanged + quarantined + withheld."""

    run_id: str
    warehouse: str
    pages_seen: int
    changes: PageChanges
    quarantined: int
    withheld: int  # pages of batches on which a gate closed
    missing: int
    skipped_files: int
    totals: Totals
    checks: CheckCounts
    gate_messages: list[str]
    duration_s: float
    rules_version: str

    @property
    def exit_code(self) -> int:
        """0, or 65 if some inputs are held back, or 75 if a gate closed."""
        return 75 if self.gate_messages else 65 if self.quarantined else 0


def lines_of(summary: Summary) -> list[tuple[str, str, str]]:
    """Return the summary as lines: name, figure, and how it adds up."""
    changes, totals, checks = summary.changes, summary.totals, summary.checks
    facts = sum(totals.facts.values())
    return [
        (
            "pages seen 版面", f"{summary.pages_seen:,}",
            f"{changes.new:,} new + {changes.changed:,} changed + {changes.unchanged:,} unchanged"
            f" + {summary.quarantined:,} quarantined" + (f" + {summary.withheld:,} withheld" if summary.withheld else ""),
        ),
        (
            "pages in the warehouse", f"{totals.pages:,}",
            f"{changes.removed:,} removed, {summary.missing:,} kept although their file is gone",
        ),
        (
            "lines with text 行", f"{totals.text_lines:,}",
            f"{totals.paragraphs:,} paragraphs + {totals.joins:,} joins ({totals.suspected_joins:,} more only suspected)",
        ),
        (
            "paragraphs 段落", f"{totals.paragraphs:,}",
            f"{totals.kept_paragraphs:,} kept + {totals.duplicates:,} duplicates"
            f" ({totals.suspected_duplicates:,} more only suspected)",
        ),
        ("articles 稿件", f"{totals.articles:,}", f"{totals.reprints:,} reprints left out"),
        ("facts 事实", f"{facts:,}", " + ".join(f"{count:,} {name}" for name, count in totals.facts.items())),
        (
            "checks 检查", f"{sum(checks):,}",
            f"{checks.passed:,} passed + {checks.noted:,} noted + {checks.critical:,} critical",
        ),
    ]  # fmt: skip


def json_of(summary: Summary) -> str:
    """Return the summary as one JSON object; its keys are the fields of ``Summary`` and those of its parts."""
    fields: dict[str, Any] = summary._asdict()
    fields["changes"] = summary.changes._asdict()
    fields["totals"] = summary.totals._asdict()
    fields["checks"] = summary.checks._asdict()
    fields["exit_code"] = summary.exit_code
    return json.dumps(fields, ensure_ascii=False, indent=1)


def markdown_of(summary: Summary) -> str:
    """Return the summary as a Markdown table. It holds numbers only, no text of any page."""
    rows = "\n".join(f"| {name} | {figure} | {detail} |" for name, figure, detail in lines_of(summary))
    return f"run `{summary.run_id}`, {summary.duration_s:.1f} s\n\n| | | |\n| --- | ---: | --- |\n{rows}\n"
