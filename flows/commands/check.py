"""banmian check: the quality suites alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def check(
    *inputs: Path,
    stage: str | None = None,
    warehouse: Path = Path("banmian.duckdb"),
    limit: int = 20,
    threshold: Annotated[list[str] | None, Parameter(negative=())] = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Run the quality suites alone and say what they find, where, worst first. Nothing is changed.

    Examples:
      banmian check --warehouse news.duckdb
      banmian check --stage cleaned news.duckdb.work/stages
      banmian check somebody/else/pages

    The exit code is 0 if every page would pass, 65 if some would be held back, 75 if a gate would close.

    Parameters
    ----------
    inputs
        A warehouse, a folder of stage files, or files and folders with pages. [default: the warehouse]
    stage
        raw, cleaned, deduplicated or extracted. [default: all]
    warehouse
        The DuckDB file, or a lake, if no input is named.
    limit
        Findings to print.
    threshold
        A threshold of the gates as NAME=VALUE, such as max_held_share=0.1; may be given several times.
    json
        Print all findings as JSON.
    """
    from expectations.check import describe_findings  # noqa: PLC0415
    from flows.checking import check_inputs, stage_names  # noqa: PLC0415
    from flows.landing import LandingOptions  # noqa: PLC0415
    from flows.settings import load_settings  # noqa: PLC0415
    from transforms.escape import for_terminal  # noqa: PLC0415

    settings = load_settings(thresholds=threshold)
    options = LandingOptions(**{name: getattr(settings, name) for name in LandingOptions._fields})
    checked, sources = check_inputs(
        list(inputs) or [warehouse], stage_names(stage), options, thresholds=settings.quality
    )
    if json:
        print(checked.findings.write_json())
    else:
        for line in describe_findings(checked, limit=limit, sources=sources):
            print(for_terminal(line))
    if any(judgement.is_closed for judgement in checked.judgements.values()):
        return 75
    return 65 if any(judgement.held_pages.height for judgement in checked.judgements.values()) else 0
