"""Rows 1 and 2 once more, over `banmian run` itself: its Prefect server, its gates, its processes, killed with it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.reliability import driver
from tests.reliability.archive import make_archive
from tests.reliability.faults import STEPS, Fault
from tests.reliability.scene import Scene
from tests.reliability.test_doors import environment

ROOT = Path(__file__).resolve().parents[2]
COMMAND = """
import json, sys
from tests.reliability.faults import Fault, plan
fault = json.loads(sys.argv.pop(1))
plan(Fault(**fault) if fault else None)
from flows.cli import main
main()
"""


class CommandScene(Scene):
    """What ``Scene`` is, its runs being `banmian run` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = make_archive(folder, 4)
        self.before, self.after = folder / "before", folder / "after"
        self.before.mkdir()
        first = sorted(self.pages.rglob("*.txt"))[:2]
        assert self._run(self.before, None, first).exit_code == 0
        self.old = driver.contents(self.before / "news.duckdb")
        shutil.copytree(self.before, self.after)
        started = time.monotonic()
        assert self.run(self.after, None).exit_code == 0
        self.took_s = time.monotonic() - started
        self.new = driver.contents(self.after / "news.duckdb")
        assert self.new != self.old

    def run(self, place: Path, fault: Fault | None, run_id: str = "run") -> driver.Outcome:
        return self._run(place, fault, [self.pages])

    def start(self, place: Path, fault: Fault | None, inputs: list[Path]) -> subprocess.Popen[str]:
        import json

        options = ["--warehouse", place / "news.duckdb", "--root", self.folder, "--workers", "1"]
        return subprocess.Popen(
            [
                *(sys.executable, "-c", COMMAND, json.dumps(fault._asdict() if fault else None)),
                *map(str, ["run", *options, "--", *inputs]),
            ],
            cwd=place, env=environment() | {"BANMIAN_BATCH_PAGES": "2"}, text=True, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def _run(self, place: Path, fault: Fault | None, inputs: list[Path]) -> driver.Outcome:
        process = self.start(place, fault, inputs)
        _, said = process.communicate(timeout=600)
        # One of the files is empty and held back.
        return driver.Outcome(0 if process.returncode == 65 else process.returncode, said, 0)


@pytest.fixture(scope="module")
def commands(tmp_path_factory) -> CommandScene:
    return CommandScene(tmp_path_factory.mktemp("commands"))


@pytest.mark.full_form
@pytest.mark.row(2, "SIGKILL at every named step", "old or new, never mixed; rerun equal")
def test_banmian_run_killed_at_each_named_step_in_turn(commands, tmp_path, campaign):
    place = tmp_path / "place"
    shutil.copytree(commands.before, place)
    for step in STEPS:
        outcome = commands.run(place, Fault("kill", 1, (f"banmian.{step}",), journal=str(place / "journal")))
        assert outcome.exit_code == -9, outcome.error or f"the run never came to {step}"
        commands.look(place)
        campaign.count("of them of banmian run")
        campaign.count("kills at named steps")
    commands.heal(place)


@pytest.mark.full_form
@pytest.mark.row(1, "SIGKILL at random moments", "0 lost, 0 torn, 0 doubled; rerun equal")
def test_banmian_run_killed_at_random(commands, tmp_path, campaign):
    """By the clock, in the half of its time in which it works, again and again on one warehouse."""
    chance = random.Random(campaign.seed)
    place = tmp_path / "place"
    shutil.copytree(commands.before, place)
    count = 0
    for _ in range(8):
        # A fault that never comes, for the journal of what was acknowledged.
        fault = Fault("kill", 10**9, (), str(place), str(place / "journal"))
        process = commands.start(place, fault, [commands.pages])
        try:
            process.wait(chance.uniform(0.4, 1.0) * commands.took_s)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            count += 1
        process.communicate()
        commands.look(place)
    assert count, "every run was over before it was killed"
    campaign.count("kills of banmian run at random", count)
    commands.heal(place)
