"""The writer: the one connection that changes the warehouse.

A batch's rows, the ledger's rows that say it is there and what was judged of it are written in one transaction, so after any
crash the ledger tells what is loaded and what is not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self, TypeVar

import duckdb
import polars as pl

from transforms.errors import WarehouseBusy, WarehouseDamaged
from transforms.frames import FACTS
from warehouse.continuations import forget_issues, link_issues
from warehouse.lake import attach_lake, is_lake, newest_snapshot, published_snapshot
from warehouse.linking import take_links
from warehouse.migrate import migrate
from warehouse.opening import attach_file
from warehouse.publish import publish
from warehouse.reprints import ReprintFrames, forget_articles, index_articles
from warehouse.storage import first_line, is_damage
from warehouse.transaction import in_transaction

Result = TypeVar("Result")

# A file that DuckDB clients of all 1.x versions can read.
STORAGE_VERSION: Final = "v1.0.0"

# Frame of a batch -> table. The rows of a page are found by page_id, or by article_id, which begins with it.
PAGE_TABLES: Final = {
    "pages": "raw.pages",
    "paragraphs": "cleaned.paragraphs",
    "paragraph_lines": "cleaned.paragraph_lines",
    "repairs": "cleaned.repairs",
    "duplicates": "deduplicated.page_duplicates",
    "suspected_duplicates": "deduplicated.suspected_duplicates",
    "articles": "extracted.all_articles",
}
ARTICLE_TABLES: Final = {
    "article_paragraphs": "extracted.all_article_paragraphs",
    "bylines": "extracted.all_bylines",
    **{name: f"extracted.all_{name}" for name in FACTS},
    "keywords": "extracted.all_keywords",
    "terms": "search.postings",
}


class InputRow(NamedTuple):
    """A row of ops.inputs, but for its counts and run."""

    input: str
    origin: str
    byte_count: int
    sha256: str
    fingerprint: str


class LoadedBatch(NamedTuple):
    """What one batch brings: frames by name (PAGE_TABLES, ARTICLE_TABLES), and rows for the ledger and the quality tables.

    ``begins`` are the inputs whose former pages go away now, ``ends`` those that are complete with this batch.
    """

    batch_id: str
    frames: dict[str, pl.DataFrame]
    reprint_frames: ReprintFrames | None
    begins: list[str]
    ends: list[InputRow]
    checks: pl.DataFrame | None
    quarantine: list[tuple[str, str, str, str, str]]  # source, stage, reason, detail, input
    timings: list[tuple[str, int, float]]  # stage, page_count, duration_s


class PageChanges(NamedTuple):
    """What a batch, or several, did to the pages of the warehouse."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def plus(self, other: PageChanges) -> PageChanges:
        """Return the sums."""
        return PageChanges(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class CheckCounts(NamedTuple):
    """How the checks of a run went: those that held, those that are only noted (warning, info), and those that closed a gate."""

    passed: int
    noted: int
    critical: int


class Writer:
    """A warehouse opened for writing, migrated to the newest schema. Use it as a context manager."""

    def __init__(
        self,
        path: Path,
        *,
        run_id: str,
        rules_version: str,
        lake_data: str | None = None,
        is_linked_later: bool = False,
    ) -> None:
        self.path = path
        self.is_linked_later = is_linked_later  # reprints are looked for when all batches are loaded: warehouse.linking
        self.run_id = run_id
        self.rules_version = rules_version
        self.is_lake = is_lake(path)
        self._db = duckdb.connect()
        try:
            self._db.execute("set timezone = 'UTC'")
            if self.is_lake:
                attach_lake(self._db, str(path), data_path=lake_data)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                attach_file(self._db, path, options=f"storage_version '{STORAGE_VERSION}'")
            migrate(self._db, where=str(path), is_lake=self.is_lake)
        except WarehouseBusy:
            self._db.close()
            raise
        except duckdb.Error as error:
            self._db.close()
            if not is_damage(error):
                raise
            raise WarehouseDamaged(
                str(path), f"cannot be opened: {first_line(error)}",
                "move it away and run again: every row can be made anew from the inputs",
            ) from error  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection, for reading."""
        return self._db

    def check_counts(self) -> CheckCounts:
        """Return how the checks of this run went. Read-only."""
        rows = self._db.execute(
            "select count(*) filter (where success), count(*) filter (where not success and severity <> 'critical'),"
            " count(*) filter (where not success and severity = 'critical') from quality.checks where run_id = ?",
            [self.run_id],
        ).fetchall()
        return CheckCounts(*rows[0])

    def checks_of_run(self) -> pl.DataFrame:
        """Return the checks of this run. Read-only."""
        return self._db.sql("from quality.checks where run_id = ?", params=[self.run_id]).pl()

    def checks_of_other_runs(self) -> pl.DataFrame:
        """Return the checks of the fifty runs before this one that had any. Read-only."""
        return self._db.sql(
            "from quality.checks where run_id in"
            " (select distinct run_id from quality.checks where run_id <> ? order by run_id desc limit 50)",
            params=[self.run_id],
        ).pl()

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._db.close()

    def ledger(self) -> dict[str, InputRow]:
        """Return what is known of every input whose pages are loaded or held back, by input. Read-only."""
        rows = self._db.execute("select input, origin, byte_count, sha256, fingerprint from ops.inputs").fetchall()
        return {row[0]: InputRow(*row) for row in rows}

    def page_count(self, inputs: list[str]) -> int:
        """Return how many pages of ``inputs`` are in the warehouse. Read-only."""
        return self._count(
            "select coalesce(sum(page_count), 0) from ops.inputs where list_contains(?, input)", [inputs]
        )

    def quarantined_count(self, inputs: list[str]) -> int:
        """Return how many pages of ``inputs`` are held back. Read-only."""
        return self._count("select count(*) from quality.quarantine where list_contains(?, input)", [inputs])

    def begin_run(self) -> None:
        """Write the row of this run; runs that never wrote their end were killed, and are marked so."""

        def begin() -> None:
            self._db.execute("update ops.runs set status = 'killed' where status = 'running'")
            self._db.execute(
                "insert into ops.runs (run_id, started_at, status, rules_version) values (?, ?, 'running', ?)",
                [self.run_id, _now(), self.rules_version],
            )

        self._in_transaction("begin_run", begin)

    def end_run(self, status: str, changes: PageChanges, *, seen: int, quarantined: int, missing: int) -> None:
        """Write how this run ended."""

        def end() -> None:
            self._db.execute(
                "update ops.runs set finished_at = ?, status = ?, pages_seen = ?, pages_new = ?, pages_changed = ?,"
                " pages_unchanged = ?, pages_removed = ?, pages_quarantined = ?, pages_missing = ? where run_id = ?",
                [_now(), status, seen, *changes, quarantined, missing, self.run_id],
            )

        self._in_transaction("end_run", end)

    def load(self, batch: LoadedBatch) -> PageChanges:
        """Load ``batch`` in one transaction and return what it did to the pages."""
        return self._in_transaction(batch.batch_id, lambda: self._load(batch))

    def record_checks(self, checks: pl.DataFrame) -> None:
        """Write checks of a batch that is not loaded, because its gate closed."""
        self._in_transaction("checks", lambda: self._insert("quality.checks", self._stamped(checks, "checked_at")))

    def quarantine(self, rows: list[tuple[str, str, str, str, str]]) -> bool:
        """Replace the rows of these inputs in the quarantine: for inputs that never became a batch.

        Returns whether anything is different; what was held back before, for the same reason, keeps its row.
        """
        names = [row[4] for row in rows]
        known = self._db.execute(
            "select source, stage, reason, detail, input from quality.quarantine where list_contains(?, input)", [names]
        ).fetchall()
        if sorted(known) == sorted(rows):
            return False

        def replace() -> None:
            self._db.execute("delete from quality.quarantine where list_contains(?, input)", [names])
            self._insert_quarantine(rows)

        self._in_transaction("quarantine", replace)
        return True

    def has_unpublished(self, published_path: Path) -> bool:
        """Return whether a run changed rows that the file at ``published_path`` does not have. Read-only.

        So it is after a run that was killed, or on which a gate closed, had loaded some of its batches.
        """
        runs = "select run_id from ops.batches union select run_id from ops.runs where pages_removed > 0"
        if self.is_lake:
            snapshot_id = published_snapshot(self._db)
            if snapshot_id is None:
                return True
            shown = set(self._db.execute(f"select run_id from ops.runs at (version => {snapshot_id})").fetchall())  # noqa: S608 - a number
        else:
            try:
                with duckdb.connect(str(published_path), read_only=True) as published:
                    shown = set(published.execute("select run_id from ops.runs").fetchall())
            except duckdb.Error:
                return True
        return not set(self._db.execute(runs).fetchall()) <= shown

    def remove(self, inputs: list[str]) -> PageChanges:
        """Delete all rows of ``inputs`` in one transaction."""

        def remove() -> PageChanges:
            old = self._pages_of(inputs)
            self._delete_pages(old)
            index_articles(self._db, None, is_linked_later=self.is_linked_later)
            link_issues(self._db, None)
            self._forget(inputs)
            return PageChanges(removed=old.height)

        return self._in_transaction("remove", remove)

    def take_links(self, links: list[pl.DataFrame]) -> None:
        """Take in what was found when the batches loaded so far were compared; see ``warehouse.linking``."""
        self._in_transaction("links", lambda: take_links(self._db, links))

    def publish(self, published_path: Path) -> None:
        """Close the writer's file and put a copy of it in place of the published one; in a lake, name the snapshot."""
        if self.is_lake:
            self._in_transaction(
                "publish",
                lambda: self._db.execute(
                    "insert into ops.published values (?, ?, ?)", [newest_snapshot(self._db), self.run_id, _now()]
                ),
            )
            self.close()
            return
        self._db.execute("checkpoint warehouse")
        self.close()
        publish(self.path, published_path)

    def _in_transaction(self, what: str, work: Callable[[], Result]) -> Result:
        return in_transaction(self._db, what, work, is_lake=self.is_lake)

    def _load(self, batch: LoadedBatch) -> PageChanges:
        old = self._pages_of(batch.begins)
        pages = self._stamped(batch.frames["pages"], "ingested_at").with_columns(
            rules_version=pl.lit(self.rules_version)
        )
        self._delete_pages(old)
        self._forget(batch.begins)
        self._insert("raw.pages", pages)
        for name, table in (PAGE_TABLES | ARTICLE_TABLES).items():
            if name != "pages" and name in batch.frames:
                self._insert(table, batch.frames[name])
        self._insert("search.documents", _documents(batch.frames))
        index_articles(self._db, batch.reprint_frames, is_linked_later=self.is_linked_later)
        link_issues(self._db, pages)
        if batch.checks is not None:
            self._insert("quality.checks", self._stamped(batch.checks, "checked_at"))
        self._insert_quarantine(batch.quarantine)
        for row in batch.ends:
            self._db.execute(
                "insert into ops.inputs select ?, ?, ?, ?, ?, (select count(*) from raw.pages where input = ?),"
                " (select count(*) from quality.quarantine where input = ?), ?",
                [*row, row.input, row.input, self.run_id],
            )
        self._db.execute(
            "insert into ops.batches values (?, ?, ?, ?, ?, ?)",
            [batch.batch_id, self.run_id, pages.height, pages["line_count"].sum(), pages["byte_count"].sum(), _now()],
        )
        for stage, page_count, duration_s in batch.timings:
            self._db.execute(
                "insert into ops.stage_timings values (?, ?, ?, ?, ?)",
                [self.run_id, batch.batch_id, stage, page_count, duration_s],
            )
        return _compare(old, pages)

    def _pages_of(self, inputs: list[str]) -> pl.DataFrame:
        columns = "page_id, sha256, published_on, collection, rules_version"
        if not inputs:
            return self._db.sql(f"select {columns} from raw.pages limit 0").pl()  # noqa: S608 - the names above
        return self._db.sql(
            f"select {columns} from raw.pages where list_contains(?, input)",  # noqa: S608 - the names above
            params=[inputs],
        ).pl()

    def _delete_pages(self, pages: pl.DataFrame) -> None:
        self._db.register("gone", pages.select("page_id").to_arrow())
        self._db.execute(
            "create or replace temp table gone_articles as"
            " select article_id from extracted.all_articles where page_id in (select page_id from gone)"
        )
        forget_articles(self._db)
        forget_issues(self._db)
        for table in (*ARTICLE_TABLES.values(), "search.documents"):
            self._db.execute(f"delete from {table} where article_id in (select article_id from gone_articles)")  # noqa: S608
        for table in PAGE_TABLES.values():
            self._db.execute(f"delete from {table} where page_id in (select page_id from gone)")  # noqa: S608
        self._db.unregister("gone")

    def _forget(self, inputs: list[str]) -> None:
        if inputs:
            self._db.execute("delete from ops.inputs where list_contains(?, input)", [inputs])
            self._db.execute("delete from quality.quarantine where list_contains(?, input)", [inputs])

    def _insert_quarantine(self, rows: list[tuple[str, str, str, str, str]]) -> None:
        for source, stage, reason, detail, name in rows:
            self._db.execute(
                "insert into quality.quarantine values (?, ?, ?, ?, ?, ?, ?)",
                [self.run_id, source, stage, reason, detail, _now(), name],
            )

    def _stamped(self, frame: pl.DataFrame, at: str) -> pl.DataFrame:
        return frame.with_columns(pl.lit(self.run_id).alias("run_id"), pl.lit(_now()).alias(at))

    def _insert(self, table: str, frame: pl.DataFrame) -> None:
        if frame.height:
            self._db.register("loading", frame.to_arrow())
            self._db.execute(f"insert into {table} by name select * from loading")  # noqa: S608 - our own table names
            self._db.unregister("loading")

    def _count(self, sql: str, parameters: list[object]) -> int:
        (count,) = self._db.execute(sql, parameters).fetchall()[0]
        return int(count)


def _documents(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the length of each article in words, for ranking."""
    if "terms" not in frames:
        return pl.DataFrame()
    return (
        frames["terms"].group_by("article_id").agg(pl.col("occurrence_count").sum().cast(pl.Int32).alias("term_count"))
    )


def _compare(old: pl.DataFrame, new: pl.DataFrame) -> PageChanges:
    same = ["page_id", "sha256", "published_on", "collection", "rules_version"]
    unchanged = new.join(old, on=same, how="semi", nulls_equal=True).height
    known = new.join(old, on="page_id", how="semi").height
    removed = old.join(new, on="page_id", how="anti").height
    return PageChanges(new.height - known, known - unchanged, unchanged, removed)


def _now() -> datetime:
    return datetime.now(UTC)
