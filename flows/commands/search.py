"""banmian search: articles ranked for a query."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from warehouse.search import Answer


def search(
    *query: str,
    warehouse: Path = Path("banmian.duckdb"),
    limit: int = 10,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Find articles: the best first, each with the place that answers.

    Examples:
      banmian search 创业贷款
      banmian search 开工 place:榆塘县 after:2024-05 --limit 20
      banmian search '"小微企业" person:葛闻舟'

    Words are ranked by BM25. A "phrase" must stand as it is; headline: paper: page: after: before: person: organization:
    place: and project: narrow the search. Traditional and simplified characters find each other. To leave something out,
    put - before it and the query after --: banmian search -- 贷款 -银行

    Parameters
    ----------
    query
        What to look for; several words are one query.
    warehouse
        The DuckDB file, or a lake.
    limit
        Articles to print.
    json
        Print the results as JSON.
    """
    from transforms.errors import UsageError  # noqa: PLC0415
    from warehouse.search import search as find  # noqa: PLC0415

    asked = " ".join(query)
    if not asked.strip():
        raise UsageError("banmian search", "there is nothing to look for", "banmian search 创业贷款")
    if limit < 1:
        raise UsageError(f"--limit {limit}", "is less than one", "--limit 10")
    answer = find(warehouse, asked, limit=limit)
    if json:
        from json import dumps  # noqa: PLC0415

        print(dumps([result._asdict() for result in answer.results], ensure_ascii=False, indent=1, default=str))
    else:
        _print(answer)
    return 0


def _print(answer: Answer) -> None:
    import sys  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from transforms.escape import for_terminal  # noqa: PLC0415
    from warehouse.search import marked_spans  # noqa: PLC0415

    console = Console(highlight=False)
    has_colour = console.is_terminal and not console.no_color

    def shown(text: str) -> Text:
        """Return ``text`` with what answers the query in colour or, where there is none, between « and »."""
        built, done = Text(), 0
        for start, end in marked_spans(text, answer.marked):
            built.append(for_terminal(text[done:start]))
            found = for_terminal(text[start:end])
            built.append(found if has_colour else f"«{found}»", style="bold yellow" if has_colour else "")
            done = end
        return built.append(for_terminal(text[done:]))

    for text in answer.misread:
        print(f"{for_terminal(text)} is no date and was looked for as a word; dates are 2024-05-18, 2024-05 or 2024.",
              file=sys.stderr)  # fmt: skip
    for number, result in enumerate(answer.results, 1):
        where = [str(result.published_on or "no date"), result.collection or "", result.source]
        console.print(Text(f"{number:>2}  ") + shown(result.headline or "(no headline)"), soft_wrap=True)
        console.print(Text("    " + for_terminal(" · ".join(filter(None, where))), style="dim"), soft_wrap=True)
        console.print(Text("    ") + shown(result.snippet), soft_wrap=True)
        console.print(Text(f"    {for_terminal(result.article_id)}", style="dim"), soft_wrap=True)
    if not answer.results:
        print("Nothing found.")
