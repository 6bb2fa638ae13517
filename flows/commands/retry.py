"""banmian retry: what is held back, once more."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

if TYPE_CHECKING:
    from flows.settings import Settings

_READING = Group("How inputs are read, if it was wrong before")
_WORKING = Group("Where and how it works")


def retry(
    *,
    warehouse: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    stages: Annotated[Path | None, Parameter(group=_WORKING)] = None,
    workers: Annotated[int | None, Parameter(group=_WORKING)] = None,
    threshold: Annotated[list[str] | None, Parameter(group=_WORKING, negative=())] = None,
    path_pattern: Annotated[str | None, Parameter(group=_READING)] = None,
    text_field: Annotated[str | None, Parameter(group=_READING)] = None,
    date_field: Annotated[str | None, Parameter(group=_READING)] = None,
    collection_field: Annotated[str | None, Parameter(group=_READING)] = None,
    json: Annotated[bool, Parameter(group=_WORKING, negative=())] = False,
    verbose: Annotated[bool, Parameter(group=_WORKING, negative=())] = False,
) -> int:
    """Read the inputs in the quarantine again, from where they were, and load what is accepted now.

    Examples:
      banmian retry
      banmian retry --text-field content
      banmian retry --threshold copied_share=0.3 --warehouse news.duckdb

    For after a mend: of the file, of its permissions, of a field's name, of a threshold. An input is read as it was before, but
    for what is said here. What is still refused stays in the quarantine (exit code 65). A file that is gone is named and left.

    Parameters
    ----------
    warehouse
        The DuckDB file that readers open, or a lake. [default: banmian.duckdb]
    stages
        Folder for the stage files. [default: <warehouse>.work/stages]
    workers
        Processes that work on batches. [default: one per core]
    threshold
        A threshold of the quality gates as NAME=VALUE; may be given several times.
    path_pattern
        How collection and date stand in a path.
    text_field
        Field of a record that holds the page.
    date_field
        Field of a record that holds its date.
    collection_field
        Field of a record that names its paper.
    json
        Print the summary as JSON, one object per line if inputs were read in several ways.
    verbose
        Print a line per stage and batch.
    """
    fields = {
        "path_pattern": path_pattern, "text_field": text_field, "date_field": date_field, "collection_field": collection_field,
    }  # fmt: skip
    from flows.again import held_groups  # noqa: PLC0415
    from flows.commands.run import prepare_run, show_summary  # noqa: PLC0415
    from flows.settings import load_settings  # noqa: PLC0415
    from transforms.escape import for_terminal  # noqa: PLC0415

    def settings_for(reading: dict[str, str]) -> Settings:
        said = {name: value for name, value in fields.items() if value is not None}
        return load_settings(
            thresholds=threshold, warehouse=warehouse, stages=stages, workers=workers, **{**reading, **said}
        )

    settings = settings_for({})
    groups, gone = held_groups(settings)
    for name in gone:
        print(
            f"not where it was: {for_terminal(name)}; a run over its folder finds it, --prune forgets it",
            file=sys.stderr,
        )
    if not groups:
        print("Nothing that is held back can be read again.", file=sys.stderr)
        return 65 if gone else 0
    prepare_run(settings, is_verbose=verbose)
    from flows.run import retry as retry_flow  # noqa: PLC0415

    codes = []
    for reading, names in groups:
        summary = retry_flow(names, settings_for(reading))
        show_summary(summary, settings, as_json=json)
        codes.append(summary.exit_code)
    return max(*codes, 65 if gone else 0)
