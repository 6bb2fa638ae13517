"""Pages that kill whoever works on them are found, and take nothing else with them."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows import stages
from flows.apart import Apart, ProcessDied
from flows.pool import Lost, Pool
from tests.flows.conftest import ROOT
from tests.flows.killers import POISON, clean_or_die, die, divide, land_or_die
from tests.flows.test_run import PAGE


@pytest.fixture(autouse=True)
def _tests_can_be_imported(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_a_call_that_kills_is_told_and_the_next_one_is_answered():
    with Apart() as apart:
        assert apart.call(divide, 4) == 3
        with pytest.raises(ZeroDivisionError):
            apart.call(divide, 0)
        with pytest.raises(ProcessDied, match="SIGKILL"):
            apart.call(die)
        with pytest.raises(ProcessDied, match="exit code 3"):
            apart.call(os._exit, 3)
        assert apart.call(divide, 3) == 4
        process = apart._process
    assert process.poll() is not None


class LosingPool(Pool):
    """A pool that is what is left when workers died over each batch to be cleaned."""

    def run_all(self, calls):
        lost = Lost("2 workers died over a batch")
        return [lost if call.func is stages.clean_batch else call() for call in calls]


@pytest.mark.slow
def test_a_page_that_kills_is_held_back_alone_and_read_again_when_it_is_mended(
    tmp_path, banmian_run, query, monkeypatch
):
    from flows.again import held_groups
    from flows.run import retry
    from flows.settings import Settings

    pages, warehouse = tmp_path / "pages", tmp_path / "news.duckdb"
    pages.mkdir()
    for n in range(2):
        (pages / f"{n}.txt").write_text(PAGE.replace("栗湾", f"{'甲乙'[n]}湾"), encoding="utf-8")
    (pages / "bad.txt").write_text(f"{POISON}\n\n{PAGE}", encoding="utf-8")
    with monkeypatch.context() as poisoned:
        poisoned.setattr("flows.run.Pool", LosingPool)
        poisoned.setattr(stages, "_clean", clean_or_die)
        summary = banmian_run([pages], warehouse=warehouse)
    assert (summary.exit_code, summary.changes.new, summary.quarantined) == (65, 2, 1)
    ((source, stage, reason, detail),) = query(
        warehouse, "select source, stage, reason, detail from quality.quarantine"
    )
    assert (Path(source).name, stage, reason) == ("bad.txt", "cleaned", "process died")
    assert "died, at last alone (SIGKILL)" in detail
    assert "Try: banmian retry" in detail
    settings = Settings(warehouse=warehouse, workers=1)
    ((_, names),), _ = held_groups(settings)
    again = retry(names, settings)
    assert (again.exit_code, again.changes.new, again.quarantined) == (0, 1, 0)


def test_a_file_that_kills_who_reads_it_is_refused_alone(monkeypatch):
    monkeypatch.setattr(stages, "land_files", land_or_die)
    files = [SimpleNamespace(file=SimpleNamespace(input=name)) for name in ("0", "1", POISON, "3")]
    landed = stages._land_apart(files, SimpleNamespace(max_page_s=60))
    assert landed.pages["page_id"].to_list() == ["0", "1", "3"]
    ((source, reason, detail, name, _),) = landed.refusals
    assert (source, name, reason) == (POISON, POISON, "process died")
    assert "every process that read it died, at last alone (SIGKILL)" in detail
