"""The command line as a user meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows import cli

ROOT = Path(__file__).resolve().parents[2]
REFUSED = ROOT / "tests" / "refused"


def banmian(*args, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *map(str, args)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """Run a command in this process: ``call(*args)`` returns (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def run(*args):
        monkeypatch.setattr(sys, "argv", ["banmian", *args])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        captured = capsys.readouterr()
        return stop.value.code, captured.out, captured.err

    return run


def test_help_imports_nothing_heavy(tmp_path):
    code = (
        "import sys; sys.argv = ['banmian', '--help']\n"
        "from flows import cli\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "heavy = {'prefect', 'great_expectations', 'polars', 'duckdb', 'pandas', 'numpy', 'jieba', 'rjieba', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_asking_imports_neither_prefect_nor_great_expectations(tmp_path):
    code = "import sys; import warehouse.ask; print({'prefect', 'great_expectations', 'polars'} & set(sys.modules) or 'light')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "light"


def test_settings_are_read_without_what_measures_pages(tmp_path):
    """So that a second run is refused, and status answers, before a person wonders."""
    code = (
        "import sys; from flows.settings import load_settings; load_settings()\n"
        "from warehouse.lock import refuse_if_busy\n"
        "print(sorted({'prefect', 'great_expectations', 'polars', 'pandas', 'numpy', 'jieba'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_commands_of_operating_write_nothing_to_home_and_nothing_into_an_empty_folder(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o500)
    work = tmp_path / "工作 目录"
    work.mkdir()
    assert banmian("doctor", cwd=work, HOME=str(home)).returncode == 0
    assert banmian("status", cwd=work, HOME=str(home)).returncode == 2
    assert banmian("serve", ".", "--cron", "0 3 * *", cwd=work, HOME=str(home)).returncode == 2
    assert banmian("serve", "none", "--every", "1h", cwd=work, HOME=str(home)).returncode == 2
    assert banmian("retry", cwd=work, HOME=str(home)).returncode == 2
    assert banmian("rebuild", cwd=work, HOME=str(home)).returncode == 2
    assert [list(home.iterdir()), list(work.iterdir())] == [[], []]


def test_every_command_explains_itself(call):
    for command in cli.COMMANDS:
        code, out, _ = call(command, "--help")
        assert code == 0
        assert "Examples:" in out
    assert "65 done, but some inputs are held back" in " ".join(call("--help")[1].split())


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["run"],
            "banmian: banmian run: no input is named\nTry: banmian run FOLDER, such as banmian run samples\n",
        ),
        (["run", "x", "--workers", "0"], "banmian: setting workers: Input should be greater than or equal to 1\n"),
        (["sql", "select 1"], "banmian: banmian.duckdb: there is no such warehouse\n"),
    ],
)
def test_wrong_usage_is_told_with_the_way_out(call, args, message):
    code, out, err = call(*args)
    assert (code, out) == (2, "")
    assert err.startswith(message)


@pytest.mark.parametrize("args", [["runn"], ["run", "--no-such-flag"], ["sql"]])
def test_unknown_words_are_usage_errors(call, args):
    assert call(*args)[0] == 2


@pytest.mark.slow
def test_a_run_from_the_shell(tmp_path):
    """One real run in a process of its own: bad inputs, JSON on standard output, talk on standard error, exit code 65."""
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o500)
    work = tmp_path / "工作 目录"
    work.mkdir()
    done = banmian("run", REFUSED, "--json", cwd=work, HOME=str(home))
    assert done.returncode == 65, done.stderr
    summary = json.loads(done.stdout)
    assert summary["quarantined"] == summary["pages_seen"] == len([p for p in REFUSED.iterdir() if p.suffix == ".txt"])
    assert "starting Prefect" in done.stderr
    assert list(home.iterdir()) == []
    assert {path.name for path in work.iterdir()} == {"banmian.duckdb", "banmian.duckdb.work"}
    shown = banmian("sql", "select source, reason from quality.quarantine order by source", "--format", "csv", cwd=work)
    assert shown.stdout.splitlines()[0] == "source,reason"
    assert len(shown.stdout.splitlines()) == summary["quarantined"] + 1


@pytest.mark.slow
def test_a_busy_warehouse_says_so_at_once(tmp_path):
    from warehouse.lock import sole_writer

    with sole_writer(tmp_path / "banmian.duckdb.work"):
        done = banmian("run", REFUSED, cwd=tmp_path)
    assert done.returncode == 75
    assert f"process {os.getpid()} on" in done.stderr
    assert done.stderr.splitlines()[-1] == "Try: again when it has ended"


def test_a_reader_that_has_enough_is_no_error(tmp_path):
    """As in `banmian doctor | head -1`."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "flows.cli", "doctor"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_queries_that_a_run_names_can_be_pasted(tmp_path, capsys):
    import shlex

    from flows.commands.run import show_summary
    from flows.settings import Settings
    from tests.flows.test_notify import SUMMARY

    name = str(tmp_path / "新 闻's.duckdb")
    show_summary(SUMMARY._replace(warehouse=name), Settings(), as_json=False)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.startswith("  banmian sql")]
    assert len(lines) == 3
    for line in lines:
        words = shlex.split(line)
        assert (words[:2], words[3:]) == (["banmian", "sql"], ["--warehouse", name])
