"""Data Docs of one run: what Great Expectations renders of the suites and their results, made self-contained.

What it renders asks content delivery networks for scripts and styles and a tracking image for a request; all of that is
taken out, so that no request leaves the pages, and they get a stylesheet of our own. No text of a page is in them: the
suites judge measures, and the results are taken without values.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from expectations.gate import held_allowance, held_pages
from expectations.measures import Measured
from expectations.rules import Stage
from expectations.settings import DEFAULTS, Settings
from expectations.suites import batch_frames, build_suites, load_gx, quieten, use_shared_context

STYLE: Final = """
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
a { color: #1a5276; } h1, h2, h3, h4, h5 { line-height: 1.25; margin: 1.2em 0 .4em; }
table { border-collapse: collapse; margin: .6rem 0 1.4rem; width: 100%; }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .6rem; text-align: left; vertical-align: top; }
tr:hover td { background: #f6f8fa; } ul, ol { padding-left: 1.4rem; } pre, code { background: #f6f8fa; }
.badge { border-radius: 3px; padding: 0 .3em; background: #eee; }
.fa-check-circle::before, .held { color: #1e7d34; content: "✓"; } .fa-times::before, .failed { color: #b02a37; content: "✗"; }
.fa-exclamation-triangle::before { color: #b9770e; content: "!"; }
.modal, .navbar-toggler, .card, footer, button, form, input { display: none; }
"""
INDEX: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Data Docs</title><style>{style}</style></head><body>
<h1>Data Docs</h1>
<p>What the quality gates judged in one run: measures of pages, no text of any page.</p>
<table><thead><tr><th>Suite</th><th>Expectations</th><th>Failed</th><th>Result</th><th>What is expected</th></tr></thead>
<tbody>{rows}</tbody></table></body></html>
"""
CSS_URL: Final = re.compile(r"url\(\s*[\"']?(?:https?:)?//[^)]*\)", re.IGNORECASE)
SCRIPT: Final = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
ELSEWHERE: Final = re.compile(
    r"<(?:link|img|iframe|source|meta)\b[^>]*?(?:href|src|content)\s*=\s*[\"']?\s*(?:https?:)?//[^>]*>", re.IGNORECASE
)
LINK_OUT: Final = re.compile(r"\b(href|src|action)\s*=\s*([\"'])\s*(?:https?:)?//.*?\2", re.DOTALL | re.IGNORECASE)
HANDLER: Final = re.compile(r"\son[a-z]+\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
HEAD_END: Final = re.compile(r"</head>", re.IGNORECASE)


def render_docs(measured: Mapping[Stage, Measured], folder: Path, *, settings: Settings = DEFAULTS) -> Path:
    """Write the Data Docs of ``measured`` (each stage's batches as one, see ``combine``) to ``folder``; return its index.

    ``folder`` is made anew: what was in it is gone. Two to five seconds for four stages.
    """
    with tempfile.TemporaryDirectory(prefix="banmian-docs-") as scratch:
        site, results = _build(measured, Path(scratch), settings)
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(site, folder, ignore=shutil.ignore_patterns("static", "index.html"))
    for page in folder.rglob("*.html"):
        page.write_text(self_contained(page.read_text("utf-8")), "utf-8")
    rows = []
    for suite, (count, failed) in results.items():
        (result,) = folder.joinpath("validations", suite).rglob("*.html")
        mark = f'<span class="{"failed" if failed else "held"}">{"✗" if failed else "✓"}</span>'
        links = [
            f'<a href="{quote(str(result.relative_to(folder)))}">{mark} result</a>',
            f'<a href="expectations/{suite}.html">suite</a>',
        ]
        rows.append(f"<tr><td>{suite}</td><td>{count}</td><td>{failed}</td><td>{links[0]}</td><td>{links[1]}</td></tr>")
    index = folder / "index.html"
    index.write_text(INDEX.format(style=STYLE, rows="\n".join(rows)), "utf-8")
    return index


def self_contained(page: str) -> str:
    """Return the HTML of ``page`` without scripts, without anything that is fetched from elsewhere, with our stylesheet.

    >>> self_contained('<head><script src="https://x/y.js"></script></head><img src="https://x/t.png"><b>1</b>')
    ... # doctest: +ELLIPSIS
    '<head><style>...</style></head><b>1</b>'
    """
    for pattern, replacement in ((SCRIPT, ""), (ELSEWHERE, ""), (LINK_OUT, ""), (HANDLER, ""), (CSS_URL, "none")):
        page = pattern.sub(replacement, page)
    page = re.sub(r"<(?:link|img)\b[^>]*>", "", page, flags=re.IGNORECASE)  # files of theirs that are not copied
    return HEAD_END.sub(f"<style>{STYLE}</style></head>", page, count=1)


def _build(
    measured: Mapping[Stage, Measured], scratch: Path, settings: Settings
) -> tuple[Path, dict[str, tuple[int, int]]]:
    """Let Great Expectations judge ``measured`` once more in a context on disk.

    Returned are the folder of its site, and how many expectations each suite has and how many of them failed.
    """
    gx = load_gx()
    context = gx.get_context(mode="file", project_root_dir=scratch)
    quieten(context)
    results: dict[str, tuple[int, int]] = {}
    source = context.data_sources.add_pandas("measures")
    for stage, one in measured.items():
        allowance = held_allowance(stage, one.pages.height, settings=settings)
        suites = build_suites(stage, one.pages.height, allowance, settings)
        for suite, frame in zip(suites, batch_frames(one, held_pages(stage, one)), strict=True):
            asset = source.add_dataframe_asset(suite.name)
            definition = gx.ValidationDefinition(
                name=suite.name,
                suite=context.suites.add(suite),
                data=asset.add_batch_definition_whole_dataframe(suite.name),
            )
            context.validation_definitions.add(definition)
            checkpoint = gx.Checkpoint(
                name=suite.name,
                validation_definitions=[definition],
                result_format={"result_format": "BASIC", "partial_unexpected_count": 0},
            )
            (result,) = checkpoint.run(batch_parameters={"dataframe": frame.to_pandas()}).run_results.values()
            results[suite.name] = (len(result.results), sum(not one.success for one in result.results))
    context.build_data_docs()
    use_shared_context()  # the one on disk is gone in a moment
    (site,) = scratch.rglob("local_site")
    return site, results
