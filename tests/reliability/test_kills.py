"""Rows 1 and 2: killed at any moment, nothing is lost, torn or doubled, and the next run ends as an undisturbed one."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability import driver
from tests.reliability.faults import STEPS, Fault
from tests.reliability.scene import Scene


@pytest.fixture
def place(scene: Scene, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(scene.before, tmp_path / "place")
    yield tmp_path / "place"
    shutil.rmtree(tmp_path / "place")


@pytest.mark.row(2, "SIGKILL at every named step", "old or new, never mixed; rerun equal")
def test_killed_at_each_named_step_in_turn(scene, place, campaign):
    """A run is killed at the first step; run again, it goes on from there and is killed at the next; and so on."""
    for life, step in enumerate(STEPS):
        fault = Fault("kill", 1, (f"banmian.{step}",), journal=str(place / "journal"))
        outcome = scene.run(place, fault, f"run-{life}")
        assert outcome.exit_code == -9, outcome.error or f"the run never came to {step}"
        scene.look(place)
        campaign.count("kills at named steps")
    scene.heal(place)


@pytest.mark.full_form
@pytest.mark.row(2, "SIGKILL at every named step", "old or new, never mixed; rerun equal")
@pytest.mark.parametrize("step", STEPS[2:])
def test_killed_at_every_time_that_it_comes_to_a_step(scene, tmp_path, step, campaign):
    for number in range(1, 100):
        place = tmp_path / f"{number}"
        shutil.copytree(scene.staged, place)
        outcome = scene.run(place, Fault("kill", number, (f"banmian.{step}",), journal=str(place / "journal")), "next")
        if outcome.exit_code == 0:
            break
        assert outcome.exit_code == -9, outcome.error
        scene.look(place)
        scene.heal(place)
        campaign.count("kills at named steps")
    assert number > 1, "the run never came to this step"


@pytest.mark.row(1, "SIGKILL at random moments", "0 lost, 0 torn, 0 doubled; rerun equal")
@pytest.mark.parametrize("by", [pytest.param("event", marks=pytest.mark.full_form), "clock"])
def test_killed_at_random(scene, tmp_path, campaign, by):
    """By event: anywhere in a run, and it replays exactly. By the clock: while it loads and publishes, inside DuckDB too.

    A run that was killed is killed again when it is run again, until it comes through.
    """
    goal = {"event": 120, "clock": 160}[by] if campaign.is_full else 2
    count = _kill_until(scene, tmp_path, f"{campaign.seed}-{by}", by, goal)
    campaign.count(f"kills at random, by {by}", count)


def _kill_until(scene: Scene, folder: Path, seed: str, by: str, goal: int) -> int:
    chance = random.Random(seed)
    count = too_late = 0
    patience_s = 4.0
    while count < goal:
        place = folder / f"{count}-{too_late}"
        shutil.copytree(scene.before if by == "event" else scene.staged, place)
        for life in range(6):
            if by == "event":
                fault = Fault("kill", chance.randint(1, scene.event_count), (), str(place), str(place / "journal"))
                outcome = scene.run(place, fault, f"run-{life}")
            else:
                started = time.monotonic()
                fault = Fault("stop", 10**9, (), str(place), str(place / "journal"))
                child = driver.start([scene.pages], **scene.options(place, fault, f"run-{life}"))
                child[0].join(chance.uniform(0, patience_s))
                child[0].kill()
                outcome = driver.finish(*child)
            if outcome.exit_code == 0:
                too_late += 1
                if by == "clock":
                    patience_s = time.monotonic() - started
                break
            assert outcome.exit_code == -9, outcome.error
            scene.look(place)
            count += 1
            if count >= goal:
                break
        scene.heal(place)
        shutil.rmtree(place)
    return count
