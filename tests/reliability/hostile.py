"""Pages whose every part tries to be obeyed, and what finds in HTML what would obey it."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from tests.reliability.archive import page

HTML = "scripts in text, headlines, names and papers, at every door that writes HTML"
HTML_MARK = "0 script elements, 0 handlers, 0 addresses elsewhere"
CELLS = "cells that a spreadsheet takes for formulas, at every door that writes CSV"
CELLS_MARK = "each is prefixed"

SCRIPTS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></table><svg onload=alert(1)>", "{{7*7}}", "$PARAM",
    "javascript:alert(1)", "\"><iframe src=//example.org>", "]]>", "<!--", "${jndi:ldap://example.org}", "[a](javascript:b)",
)  # fmt: skip
TERMINAL = ("\x1b]0;title\x07", "\u202e", "\x9b31m", "\r=1")
FORMULAS = ("=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", '=HYPERLINK("x")')


class Finder(HTMLParser):
    """What in a page of HTML could act or call out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "base"):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith(
                ("javascript:", "http:", "https:", "//")
            ):
                self.found.append(f"{tag} {name}={value}")


def hostile_archive(folder: Path) -> Path:
    """Write pages whose text, headlines, names, papers and dates are all hostile."""
    for number, script in enumerate((*SCRIPTS, *FORMULAS)):
        paper = folder / "pages" / script.replace("/", "∕").replace("\r", "").replace("\n", "") / "2023-09-14"
        paper.mkdir(parents=True, exist_ok=True)
        text = (
            f"{script}\n\n{page(number).replace('栗湾镇', f'栗湾镇{script}')}\n\n{script}栗湾镇今年计划投资320万元。\n"
        )
        (paper / f"{number}.txt").write_text(text, encoding="utf-8", newline="")
    for number, evil in enumerate(TERMINAL):
        paper = folder / "pages" / f"栗湾{evil}日报" / "2023-09-14"
        paper.mkdir(parents=True)
        text = f"栗湾镇{evil}部署秋收工作\n\n本报讯 9月14日,栗湾镇{evil}计划投资320万元,维修机耕路{evil}18公里。\n"
        (paper / f"e{number}{evil}.txt").write_text(text, encoding="utf-8", newline="")
    return folder / "pages"
