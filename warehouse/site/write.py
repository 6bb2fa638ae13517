"""Writing the report: made aside, and put in place when it is whole.

A site and not one page, and data as scripts and not as JSON: a browser opens the report from a folder (``file:``), where it may
not fetch anything, but may load a script beside the page. Each page of the newspaper is one such script, loaded when it is looked
at, and so is each stretch of the list of pages.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import jinja2
import polars as pl

from transforms.errors import UsageError, WarehouseDamaged
from transforms.escape import for_script, for_terminal
from warehouse.ask import connect
from warehouse.site.overview import Overview, make_overview
from warehouse.site.page_data import read_pages
from warehouse.site.queries import read_query

MARK: Final = ".banmian-report"  # a folder that holds it was made by this module, which may replace it
LIST_CHUNK_PAGES: Final = 500  # pages per script of the list: some 150 kB, less than a blink to read
_LISTED: Final = (
    "page_id", "source", "collection", "published_on", "line_count", "join_count", "duplicate_count", "suspected_join_count",
    "suspected_copy_count", "truncated_count", "look_count", "article_count", "fact_count", "headlines",
)  # fmt: skip
# A page id becomes the name of a file. Ours are hexadecimal; a warehouse that was tampered with must not name another folder.
_SAFE_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")


def write_site(warehouse: Path, folder: Path) -> Path:
    """Write the report on ``warehouse`` to ``folder``, which is made anew, and return its first page.

    The same warehouse gives the same files. Memory is bounded by ``page_data.CHUNK_PAGES`` pages and one row for each page.

    Raises
    ------
    UsageError
        If there is no such warehouse, or ``folder`` holds something else than an earlier report.
    WarehouseDamaged
        If it is no sound DuckDB file.
    """
    named, folder = folder, folder.resolve()
    _check_target(folder)
    with connect(warehouse) as connection:
        pages = connection.sql(read_query("page_list")).pl()
        page_ids = pages["page_id"].to_list()
        strange = next((page_id for page_id in page_ids if not _SAFE_ID.fullmatch(page_id)), None)
        if strange is not None:
            raise WarehouseDamaged(
                str(warehouse), f"{strange[:80]!r} is no page id", "banmian run on its inputs publishes it anew"
            )
        aside = folder.with_name(f".{folder.name}.{os.getpid()}.next")
        shutil.rmtree(aside, ignore_errors=True)
        try:
            (aside / "pages").mkdir(parents=True)
            aside.joinpath(MARK).touch()
            _write_shell(aside, make_overview(connection, pages))
            _write_list(aside, pages)
            for page_id, known in read_pages(connection, page_ids):
                _write_script(aside / "pages" / f"{page_id}.js", "page", page_id, known)
            _put_in_place(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return named / "index.html"


def _check_target(folder: Path) -> None:
    remedy = "--to FOLDER with a new folder, or an earlier report"
    if folder.exists() and not folder.is_dir():
        raise UsageError(str(folder), "there is a file of this name", remedy)
    if folder.is_dir() and any(folder.iterdir()) and not folder.joinpath(MARK).exists():
        raise UsageError(str(folder), "the folder holds something else than a report, and is left alone", remedy)


def _put_in_place(aside: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def read_words() -> dict[str, list[str]]:
    """Return the words of the interface: key -> [English, Chinese]."""
    words: dict[str, list[str]] = json.loads(files(__package__).joinpath("words.json").read_text("utf-8"))
    return words


def _environment(words: dict[str, list[str]]) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("warehouse.site"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = lambda text: for_terminal(str(text))
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["share"] = lambda share: f"{share:.1%}"
    environment.globals["words"] = words
    return environment


def _write_shell(folder: Path, overview: Overview) -> None:
    words = read_words()
    environment = _environment(words)
    for name in ("index", "pages", "page"):
        text = environment.get_template(f"{name}.html").render(overview=overview, here=name)
        folder.joinpath(f"{name}.html").write_text(text, encoding="utf-8")
    for asset in sorted(files(__package__).joinpath("assets").iterdir(), key=lambda each: each.name):
        folder.joinpath(asset.name).write_text(asset.read_text("utf-8"), encoding="utf-8")
    _write_script(folder / "words.js", "words", "all", json.dumps(words, ensure_ascii=False))


def _write_list(folder: Path, pages: pl.DataFrame) -> None:
    listed = pages.select(*_LISTED)
    chunk_count = max(-(-listed.height // LIST_CHUNK_PAGES), 1)
    for chunk in range(chunk_count):
        rows: Iterable[tuple[Any, ...]] = listed.slice(chunk * LIST_CHUNK_PAGES, LIST_CHUNK_PAGES).iter_rows()
        known = json.dumps(
            {"chunks": chunk_count, "count": listed.height, "rows": list(rows)}, ensure_ascii=False, default=str
        )
        _write_script(folder / f"list-{chunk + 1}.js", "list", str(chunk + 1), known)


def _write_script(path: Path, kind: str, name: str, json_text: str) -> None:
    """Write a script that hands ``json_text`` to ``receive`` of ``assets/site.js``."""
    text = f'banmian.receive("{kind}", "{name}", {for_script(json_text)});\n'
    path.write_bytes(text.encode("utf-8"))
