"""banmian doctor: whether a run would find all that it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def doctor(
    *,
    warehouse: Path | None = None,
    stages: Path | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Show the settings in force and where each comes from, versions, disk, folders, locks, clock. Nothing is changed.

    Examples:
      banmian doctor
      banmian doctor --warehouse news.duckdb --json

    The exit code is 0 if a run would find all that it needs, 1 if something is to be done, which is said.

    Parameters
    ----------
    warehouse
        The DuckDB file, or a lake. [default: banmian.duckdb]
    stages
        Folder of the stage files. [default: <warehouse>.work/stages]
    json
        Print the findings as JSON.
    """
    from flows.doctor import examine  # noqa: PLC0415
    from flows.settings import load_settings  # noqa: PLC0415
    from transforms.escape import for_terminal  # noqa: PLC0415
    from warehouse.ask import drawn_table  # noqa: PLC0415

    flags = {"warehouse": warehouse, "stages": stages}
    findings = examine(load_settings(warehouse=warehouse, stages=stages), flags)
    if json:
        from json import dumps  # noqa: PLC0415

        print(dumps([one._asdict() | {"is_sound": one.is_sound} for one in findings], ensure_ascii=False, indent=1))
    else:
        names = ["", "", "value", "from / needs"]
        rows = [[for_terminal(cell) for cell in (one.topic, one.name, one.value, one.note)] for one in findings]
        print("\n".join(drawn_table(names, rows)))
        for one in findings:
            if not one.is_sound:
                print(f"\n{one.topic} {one.name}: {for_terminal(one.value)}\nTry: {for_terminal(one.remedy)}")
    return 0 if all(one.is_sound for one in findings) else 1
