"""That nothing is to be done is said only where a run would change nothing."""

from __future__ import annotations

import os
import shutil
import sys

import duckdb
import pytest

from flows import cli, outlook
from flows.outlook import Quiet, look_for_nothing
from flows.settings import Settings
from tests.reliability.driver import carry_out
from transforms.errors import WarehouseBusy
from warehouse.lock import sole_writer


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Two pages and what is refused, and their warehouse; not to be changed."""
    folder = tmp_path_factory.mktemp("finished")
    pages = folder / "pages"
    pages.mkdir()
    for number in (1, 2):
        (pages / f"{number}.txt").write_text(f"石柳村修好第{number}座桥\n", encoding="utf-8")
    os.mkfifo(pages / "3.txt")
    carry_out([pages], Settings(warehouse=folder / "news.duckdb", workers=1))
    return folder


def change_writers_file(sql):
    def change(place):
        with duckdb.connect(str(place / "news.duckdb.work" / "writer.duckdb")) as writer:
            writer.execute(sql)

    return change


@pytest.fixture
def place(finished, tmp_path, monkeypatch):
    """A place of its own with all that, as the same files: the folder."""
    monkeypatch.setattr(outlook, "rules_version", lambda: "rules")  # as the run of the fixture says
    monkeypatch.chdir(tmp_path)
    for name in ("news.duckdb", "news.duckdb.work"):
        (shutil.copytree if name.endswith("work") else shutil.copy)(finished / name, tmp_path / name)
    (tmp_path / "pages").mkdir()
    for number in (1, 2):
        shutil.copy(finished / "pages" / f"{number}.txt", tmp_path / "pages" / f"{number}.txt")
    os.mkfifo(tmp_path / "pages" / "3.txt")
    # As for files that were read a moment after they were written, as these are: by their bytes alone they are the same.
    change_writers_file("update ops.inputs set stamp = null")(tmp_path)
    return tmp_path


def look(place, **settings):
    return look_for_nothing([place / "pages"], Settings(warehouse=place / "news.duckdb", **settings))


def test_the_same_again_is_nothing(place):
    before = (place / "news.duckdb.work" / "writer.duckdb").read_bytes()
    assert look(place) == Quiet(unchanged=2, held=1)
    assert (place / "news.duckdb.work" / "writer.duckdb").read_bytes() == before


def add_page(place):
    (place / "pages" / "4.txt").write_text("新的一版", encoding="utf-8")


def change_page(place):
    (place / "pages" / "1.txt").write_text("与以前不同", encoding="utf-8")


def refuse_one_more(place):
    os.mkfifo(place / "pages" / "4.txt")


def refuse_one_less(place):
    (place / "pages" / "3.txt").unlink()
    add_page(place)


def lose_the_published_file(place):
    (place / "news.duckdb").unlink()


def lose_the_writers_file(place):
    (place / "news.duckdb.work" / "writer.duckdb").unlink()


def damage_the_writers_file(place):
    (place / "news.duckdb.work" / "writer.duckdb").write_bytes(b"no database" * 1000)


@pytest.mark.parametrize(
    "change",
    [
        add_page,
        change_page,
        refuse_one_more,
        refuse_one_less,
        lose_the_published_file,
        lose_the_writers_file,
        damage_the_writers_file,
        pytest.param(
            change_writers_file("delete from ops.migrations where number = (select max(number) from ops.migrations)"),
            id="earlier schema",
        ),
        pytest.param(change_writers_file("update ops.batches set run_id = 'killed'"), id="not published"),
        pytest.param(change_writers_file("update ops.inputs set stamp = 'of another file'"), id="stamp to be noted"),
    ],
)
def test_what_a_run_would_do_is_not_nothing(place, change):
    change(place)
    assert look(place) is None


def test_a_page_that_is_gone_is_work_for_pruning_only(place):
    (place / "pages" / "1.txt").unlink()
    assert look(place) == Quiet(unchanged=1, held=1)
    assert look(place, prune=True) is None


def test_a_full_refresh_is_work(place):
    assert look(place, full_refresh=True) is None


def test_a_report_that_is_not_of_what_is_published_is_work(place):
    report = place / "report"
    assert look(place, report=report) is None
    report.mkdir()
    (report / "index.html").write_text("x")
    assert look(place, report=report) is not None
    os.utime(report / "index.html", (0, 0))
    assert look(place, report=report) is None


def test_beside_a_run_nothing_is_said(place):
    with sole_writer(place / "news.duckdb.work"), pytest.raises(WarehouseBusy):
        look(place)


def test_run_if_new_says_so_in_one_line_and_starts_nothing(place, monkeypatch, capsys):
    from flows.commands import run

    monkeypatch.setattr(run, "prepare_run", lambda *_, **__: pytest.fail("Prefect is started"))
    monkeypatch.setattr(sys, "argv", ["banmian", "run", "pages", "--warehouse", "news.duckdb", "--if-new"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 65  # as a run says it while something is held back
    assert capsys.readouterr() == ("", "nothing new: 2 inputs as they were, 1 pages held back\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pages", "--root", "elsewhere"], "pages: not below the root "),
        (["nowhere"], "nowhere: there is no such file or folder"),
        (["pages", "--path-pattern", "{town}/*"], "path pattern '{town}/*': '{town}' is not known"),
        (["s3://archive/pages", "--root", "s3://elsewhere"], "not below the root"),
    ],
)
def test_wrong_usage_is_told_before_prefect_is_started(place, monkeypatch, capsys, arguments, message):
    from flows.commands import run

    monkeypatch.setattr(run, "prepare_run", lambda *_, **__: pytest.fail("Prefect is started"))
    monkeypatch.setattr(sys, "argv", ["banmian", "run", *arguments])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 2
    assert message in capsys.readouterr().err
