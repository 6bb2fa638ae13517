"""Rows 1 and 2: killed at any moment, nothing is lost, torn or doubled, and the next run ends as an undisturbed one."""

from __future__ import annotations

import filecmp
import random
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from tests.reliability import driver
from tests.reliability.archive import make_archive
from tests.reliability.faults import STEPS, Fault

BATCH_PAGES = 2


class Scene:
    """An archive, what is published of its first half, and what an undisturbed run makes of all of it.

    ``before`` is the place of a warehouse before the run; ``staged`` the same with the stage files of the run made already, so
    that a run is all loading and publishing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = make_archive(folder, 4)
        self.before, self.staged, after = (folder / name for name in ("before", "staged", "after"))
        self.before.mkdir()
        first = sorted(self.pages.rglob("*.txt"))[:2]
        outcome = driver.run(
            first, root=folder, warehouse=self.before / "news.duckdb", batch_pages=BATCH_PAGES, run_id="first"
        )
        assert outcome.exit_code == 0, outcome.error
        self.old = driver.contents(self.before / "news.duckdb")
        shutil.copytree(self.before, after)
        outcome = self.run(after, Fault("stop", 10**9, folder=str(after)))
        assert outcome.exit_code == 0, outcome.error
        self.event_count = outcome.count
        self.new = driver.contents(after / "news.duckdb")
        assert self.new != self.old
        shutil.copytree(self.before, self.staged)
        shutil.rmtree(self.staged / "news.duckdb.work" / "stages")
        shutil.copytree(after / "news.duckdb.work" / "stages", self.staged / "news.duckdb.work" / "stages")
        shutil.rmtree(after)

    def options(self, place: Path, fault: Fault | None, run_id: str = "run") -> dict:
        return {
            "root": self.folder,
            "warehouse": place / "news.duckdb",
            "batch_pages": BATCH_PAGES,
            "fault": fault,
            "run_id": run_id,
        }

    def run(self, place: Path, fault: Fault | None, run_id: str = "run") -> driver.Outcome:
        return driver.run([self.pages], **self.options(place, fault, run_id))

    def look(self, place: Path) -> None:
        """After a kill: the published file is the old one or the new one; each batch is in the writer's file or is not."""
        if not filecmp.cmp(place / "news.duckdb", self.before / "news.duckdb", shallow=False):
            assert driver.contents(place / "news.duckdb") in (self.old, self.new)
        with duckdb.connect(str(place / "news.duckdb.work" / "writer.duckdb")) as writer:
            batches = dict(writer.execute("select batch_id, page_count from ops.batches").fetchall())
            pages, distinct = writer.execute("select count(*), count(distinct page_id) from raw.pages").fetchall()[0]
            orphans = writer.execute(
                "select count(*) from extracted.all_articles anti join raw.pages using (page_id)"
            ).fetchall()[0][0]
        journal = place / "journal"
        acknowledged = (
            set(journal.read_text().split()) - {"begin_run", "end_run", "quarantine"} if journal.exists() else set()
        )
        assert acknowledged <= batches.keys(), "a batch whose commit had returned is lost"
        assert pages == distinct, "a page is there twice"
        assert pages == sum(batches.values()), "a batch is torn"
        assert orphans == 0, "an article without its page"

    def heal(self, place: Path) -> None:
        """Run again: it ends as if it had never been disturbed, and nothing of the dead run lies about."""
        outcome = self.run(place, None, "last")
        assert outcome.exit_code == 0, outcome.error
        assert driver.contents(place / "news.duckdb") == self.new
        assert not list(place.rglob("*.next"))
        with duckdb.connect(str(place / "news.duckdb"), read_only=True) as published:
            statuses = published.execute("select status, count(*) from ops.runs group by all").fetchall()
        assert dict(statuses).keys() <= {"done", "killed"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("kills"))


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


@pytest.mark.row(2, "SIGKILL at every named step", "old or new, never mixed; rerun equal")
@pytest.mark.parametrize("step", STEPS[2:])
def test_killed_at_every_time_that_it_comes_to_a_step(scene, tmp_path, step, campaign):
    if not campaign.is_full:
        pytest.skip("in the full form only: make reliability")
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
@pytest.mark.parametrize("by", ["event", "clock"])
def test_killed_at_random(scene, tmp_path, campaign, by):
    """By event: anywhere in a run, and it replays exactly. By the clock: while it loads and publishes, inside DuckDB too.

    A run that was killed is killed again when it is run again, until it comes through.
    """
    goal = {"event": 120, "clock": 160}[by] if campaign.is_full else 2
    with ThreadPoolExecutor(2) as threads:
        lanes = [
            threads.submit(_kill_until, scene, tmp_path / f"{n}", f"{campaign.seed}-{n}", by, goal // 2) for n in (1, 2)
        ]
        campaign.count(f"kills at random, by {by}", sum(lane.result() for lane in lanes))


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
