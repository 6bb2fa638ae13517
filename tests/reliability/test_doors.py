"""Rows 11, 12 and 23: what a page says stays out of logs, artifacts and HTML, and leaves escaped by every command."""

from __future__ import annotations

import contextlib
import csv
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from flows import cli
from tests.reliability.archive import make_archive
from tests.reliability.hostile import CELLS, CELLS_MARK, HTML, HTML_MARK, SCRIPTS, TERMINAL, Finder
from transforms.escape import for_terminal

ROOT = Path(__file__).resolve().parents[2]


def environment() -> dict[str, str]:
    """Return the environment without the Prefect server that other tests of the session started: a run has its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | {
        "PYTHONPATH": str(ROOT)
    }


def _banmian(
    *arguments: object, cwd: Path, wrapped: tuple[str, ...] = (), **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*wrapped, sys.executable, "-m", "flows.cli", *map(str, arguments)],
        cwd=cwd, env=environment() | variables, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Run a command that only reads in this process, which spares it two seconds of imports: ``call(*arguments)`` as ``_banmian``."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        words = list(map(str, arguments))
        monkeypatch.setattr(sys, "argv", ["banmian", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        told = capsys.readouterr()
        return subprocess.CompletedProcess(words, stop.value.code, told.out, told.err)

    return run


@pytest.mark.row(11, HTML, HTML_MARK)
def test_the_report_has_no_script_but_its_own(hostile, tmp_path, campaign, call):
    """Every file of the site: HTML without anything that acts, and data that no file can be broken out of."""
    done = call("report", "--warehouse", hostile, "--to", tmp_path / "site")
    assert done.returncode == 0, done.stderr
    htmls = [path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html")]
    assert htmls
    for html in htmls:
        finder = Finder()
        finder.feed(html)
        assert set(finder.found) <= {"<script>"}  # its own files; the policy forbids any written in the page
        assert "script-src 'unsafe-inline'" not in html
        assert not [script for script in SCRIPTS[:3] if script in html]
    scripts = [path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.js")]
    assert scripts
    assert not [text for text in scripts if "</script" in text.lower().replace("<\\/script", "")]
    campaign.count("files of the report", len(htmls) + len(scripts))


@pytest.mark.row(11, HTML, HTML_MARK)
@pytest.mark.parametrize(
    "command", ["explain", "search", pytest.param("tables", marks=pytest.mark.full_form), "status"]
)
def test_no_command_sends_an_escape_to_the_terminal(hostile, campaign, call, command):
    with duckdb.connect(str(hostile), read_only=True) as connection:
        sources = [row[0] for row in connection.execute("select source from raw.pages order by all").fetchall()]
    calls = {
        "explain": [["explain", source] for source in sources if set("".join(TERMINAL)) & set(source) - set("=1")][
            : 3 if campaign.is_full else 1
        ],
        "search": [["search", "栗湾 部署"], ["search", "\x1b]0;x\x07"]],
        "tables": [["tables"], ["tables", "\x1b]0;x\x07"]],
        "status": [["status"]],
    }[command]
    assert calls
    for words in calls:
        done = call(*words, "--warehouse", hostile)
        assert "Traceback" not in done.stderr, done.stderr
        for told in (done.stdout, done.stderr):
            assert for_terminal(told, keep_line_ends=True) == told
        campaign.count("calls of commands")


@pytest.mark.row(12, CELLS, CELLS_MARK)
@pytest.mark.parametrize("what", ["articles", "pages", "quality.quarantine"])
def test_no_cell_of_an_export_is_a_formula(hostile, tmp_path, campaign, call, what):
    done = call("export", "--warehouse", hostile, "--what", what, "--to", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for cell in [cell for row in rows for cell in row]:
        assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠")), cell
    campaign.count("cells", sum(map(len, rows)))


PRIVATE = (
    "a whole run, verbose, in a network of its own without a route, without a HOME, under a Chinese path with spaces"
)
PRIVATE_MARK = "0 characters of a page in log, summary, artifacts and Data Docs; it passes"


def _alone() -> tuple[str, ...]:
    """Return what puts a command into a network of its own, or nothing where that is not permitted."""
    command = ("unshare", "-n")
    if shutil.which("unshare") is None:
        return ()
    is_permitted = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    # The server of the run listens on the loopback device, which a new network has, but down.
    return (*command, "sh", "-c", 'ip link set lo up && exec "$@"', "sh") if is_permitted and shutil.which("ip") else ()


@pytest.mark.row(23, PRIVATE, PRIVATE_MARK)
def test_a_run_needs_no_network_and_tells_nothing_of_a_page(tmp_path, campaign):
    folder = tmp_path / "版面 文件"
    folder.mkdir()
    pages = make_archive(folder, 4)
    wrapped = _alone()
    # Nobody can write below /proc, not even root, whom permissions do not keep from anything.
    nowhere = {"HOME": "/proc/none", "XDG_CACHE_HOME": "/proc/none/cache", "XDG_CONFIG_HOME": "/proc/none/config"}
    # The Data Docs take as long as all else; their own tests look at them in the short form.
    documents = ("--data-docs", "文 档") if campaign.is_full else ()
    options = ("--verbose", "--report", "报 告", *documents)
    done = _banmian("run", pages, *options, cwd=folder, wrapped=wrapped, **nowhere)
    assert done.returncode == 65, done.stderr  # one of the files is empty
    assert (folder / "报 告" / "index.html").exists()
    texts = [path.read_text(encoding="utf-8") for path in pages.rglob("*.txt")]
    # A character of the summary's fixed words, or of a path, may stand on a page as well: pairs do not by chance.
    pairs = {text[at : at + 2] for text in texts for at in range(len(text) - 1)}
    pairs = {pair for pair in pairs if all("\u4e00" <= one <= "\u9fff" for one in pair)} - {"栗湾", "日报", "湾日"}
    assert len(pairs) > 100
    said = {"log": done.stderr, "summary": done.stdout.split("Three queries to try")[0]}
    queries = {
        "artifacts": "select key, data, description from artifact",
        "flow runs": "select name, parameters from flow_run",
        "task runs": "select name, task_key from task_run",
        "log of Prefect": "select message from log",
    }
    home = folder / "banmian.duckdb.work" / "prefect" / "prefect.db"
    with contextlib.closing(sqlite3.connect(home)) as database:
        rows = {name: database.execute(query).fetchall() for name, query in queries.items()}
    assert rows["artifacts"] and rows["flow runs"]
    for name, found in rows.items():
        told = "\n".join(str(cell) for row in found for cell in row)
        said[name] = told + told.encode().decode("unicode_escape", "ignore")  # Prefect keeps characters as escapes
    said["log of the server"] = (home.parent / "server.log").read_text(encoding="utf-8")
    for path in (folder / "文 档").rglob("*.html"):
        said[path.name] = path.read_text(encoding="utf-8")
    for where, told in said.items():
        assert not [pair for pair in pairs if pair in told], where
    campaign.count("logs, artifacts and documents", len(said))
    campaign.measure("network", "without a route" if wrapped else "not taken away: not permitted here")
