"""A warehouse before a run and after it, and what must hold whatever happens in between."""

from __future__ import annotations

import filecmp
import re
import shutil
from pathlib import Path

import duckdb

from tests.reliability import driver
from tests.reliability.archive import make_archive
from tests.reliability.faults import Fault

BATCH_PAGES = 2


class Scene:
    """An archive, what is published of its first half, and what an undisturbed run makes of all of it.

    ``before`` is the place of a warehouse before the run, ``after`` the same after it, ``staged`` as before but with the stage files of the run made already, so
    that a run is all loading and publishing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = make_archive(folder, 4)
        self.before, self.staged, self.after = (folder / name for name in ("before", "staged", "after"))
        self.before.mkdir()
        first = sorted(self.pages.rglob("*.txt"))[:2]
        outcome = driver.run(
            first, root=folder, warehouse=self.before / "news.duckdb", batch_pages=BATCH_PAGES, run_id="first"
        )
        assert outcome.exit_code == 0, outcome.error
        self.old = driver.contents(self.before / "news.duckdb")
        shutil.copytree(self.before, self.after)
        outcome = self.run(self.after, Fault("stop", 10**9, folder=str(self.after)))
        assert outcome.exit_code == 0, outcome.error
        self.event_count = outcome.count
        self.new = driver.contents(self.after / "news.duckdb")
        assert self.new != self.old
        shutil.copytree(self.before, self.staged)
        shutil.rmtree(self.staged / "news.duckdb.work" / "stages")
        shutil.copytree(self.after / "news.duckdb.work" / "stages", self.staged / "news.duckdb.work" / "stages")

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
        told = journal.read_text().split() if journal.exists() else []
        acknowledged = {
            name for name in told if re.fullmatch("[0-9a-f]{20}", name)
        }  # other commits have names in words
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
        assert dict(statuses).keys() <= {"done", "killed", "failed", "interrupted"}
