"""The writer: the one connection that changes the warehouse.

A batch's rows, the ledger's rows that say it is there and what was judged of it are written in one transaction, so after any
crash the ledger tells what is loaded and what is not.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self, TypeVar

import duckdb
import polars as pl

from transforms.errors import WarehouseBusy, WarehouseDamaged
from transforms.frames import FACTS
from warehouse.continuations import forget_issues, link_issues
from warehouse.inputs import InputRow, count_inputs, insert_inputs, is_stale, named, note_stamps, read_inputs
from warehouse.lake import attach_lake, is_lake, newest_snapshot, shown
from warehouse.ledger import has_unpublished
from warehouse.linking import take_links
from warehouse.migrate import migrate
from warehouse.opening import attach_file, limit, make_room_for_keys
from warehouse.presence import over_runs
from warehouse.publish import publish
from warehouse.quarantine import QuarantineRow, are_recorded, held_count, insert_quarantine
from warehouse.quoting import quoted
from warehouse.reprints import ReprintFrames, forget_articles, index_articles
from warehouse.search_index import index_terms, settle, unindex_articles
from warehouse.storage import first_line, is_damage
from warehouse.transaction import in_transaction

Result = TypeVar("Result")

TIMINGS: Final = {"stage": pl.String, "page_count": pl.Int64, "duration_s": pl.Float64}

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
}
BATCH_FRAMES: Final = (*PAGE_TABLES, *ARTICLE_TABLES, "terms")  # terms: for the index, warehouse/search_index.py


class LoadedBatch(NamedTuple):
    """What one batch brings: frames by name (BATCH_FRAMES), and rows for the ledger and the quality tables.

    ``begins`` are the inputs whose former pages go away now, ``ends`` those that are complete with this batch.
    """

    batch_id: str
    frames: dict[str, pl.DataFrame]
    reprint_frames: ReprintFrames | None
    begins: list[str]
    ends: list[InputRow]
    checks: pl.DataFrame | None
    quarantine: list[QuarantineRow]
    timings: list[tuple[str, int, float]]  # stage, page_count, duration_s
    measures: pl.DataFrame | None = None  # columns of quality.measures, but for run and batch
    replaced: pl.Series | None = None  # keys of the pages that go away, for pages that come from the warehouse itself


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
            limit(self._db)
            if self.is_lake:
                attach_lake(self._db, str(path), data_path=lake_data)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._db.execute(f"set temp_directory = {quoted(str(path.with_name(f'{path.name}.tmp')))}")
                attach_file(self._db, path, options=f"storage_version '{STORAGE_VERSION}'")
            migrate(self._db, where=shown(path), is_lake=self.is_lake)
            self._make_room(0)
        except WarehouseBusy:
            self._db.close()
            raise
        except duckdb.Error as error:
            self._db.close()
            if not is_damage(error):
                raise
            raise WarehouseDamaged(
                shown(path), f"cannot be opened: {shown(first_line(error))}",
                "banmian rebuild, which sets it aside and begins with the published one; or move it away and run again",
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

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._db.close()

    def ledger(self) -> dict[str, InputRow]:
        """Return what is known of every input whose pages are loaded or held back, by input. Read-only."""
        return read_inputs(self._db)

    def stamp(self, stamps: dict[str, str | None]) -> None:
        """Note the stamps of inputs that were read again and are what they were."""
        if is_stale(self._db, stamps):
            self._in_transaction("stamp", lambda: note_stamps(self._db, stamps))

    def page_count(self, inputs: list[str]) -> int:
        """Return how many pages of ``inputs`` are in the warehouse. Read-only."""
        with named(self._db, inputs):
            return self._count("select coalesce(sum(page_count), 0) from ops.inputs where input in (from named)")

    def quarantined_count(self, inputs: list[str]) -> int:
        """Return how many pages of ``inputs`` are held back. Read-only."""
        return held_count(self._db, inputs)

    def begin_run(self) -> None:
        """Write the row of this run; runs that are over and never wrote their end were killed, and are marked so."""
        over = over_runs(self._db, is_lake=self.is_lake)

        def begin() -> None:
            if over:
                self._db.execute(
                    "update ops.runs set status = 'killed' where status = 'running' and list_contains(?, run_id)",
                    [over],
                )
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

    @contextlib.contextmanager
    def run_row(self) -> Iterator[None]:
        """Write the row of this run, and, if the block ends with an error, that it failed or was interrupted."""
        self.begin_run()
        try:
            yield
        except BaseException as error:
            status = "failed" if isinstance(error, Exception) else "interrupted"
            with contextlib.suppress(duckdb.Error, OSError):  # the error may be that the file takes nothing any more
                self._db.execute(
                    "update ops.runs set finished_at = ?, status = ? where run_id = ? and status in ('running', 'killed')",
                    [_now(), status, self.run_id],
                )
            raise

    def load(self, batch: LoadedBatch) -> PageChanges:
        """Load ``batch`` in one transaction and return what it did to the pages."""
        self._make_room(sum(frame.height for name, frame in batch.frames.items() if name in ("pages", "articles")))
        return self._in_transaction(batch.batch_id, lambda: self._load(batch))

    def record_checks(self, checks: pl.DataFrame, *, batch_id: str, duration_s: float | None = None) -> None:
        """Write checks of a batch that is not loaded, because its gate closed, or of the run, with how long they took."""

        def record() -> None:
            stamped = checks.with_columns(pl.lit(batch_id).alias("batch_id"))
            self._insert("quality.checks", self._stamped(stamped, "checked_at"))
            if duration_s is not None:
                self._insert_timings([("gate", 0, duration_s)], batch_id)

        self._in_transaction("checks", record)

    def quarantine(self, rows: list[QuarantineRow]) -> bool:
        """Replace the rows of these inputs in the quarantine: for inputs that never became a batch.

        Returns whether anything is different; what was held back before, for the same reason, keeps its row.
        """
        names = [row[4] for row in rows]
        if are_recorded(self._db, rows):
            return False

        def replace() -> None:
            self._db.execute("delete from quality.quarantine where input in (select unnest(?::text[]))", [names])
            insert_quarantine(self._db, rows, run_id=self.run_id)

        self._in_transaction("quarantine", replace)
        return True

    def has_unpublished(self, published_path: Path) -> bool:
        """Return whether a run changed rows that readers of ``published_path`` do not have. Read-only."""
        return has_unpublished(self._db, published_path, is_lake=self.is_lake)

    def remove(self, inputs: list[str]) -> PageChanges:
        """Delete all rows of ``inputs`` in one transaction."""

        def remove() -> PageChanges:
            old = self._pages_where("input in (from named)", inputs)
            self._delete_pages(old)
            index_articles(self._db, None, is_linked_later=self.is_linked_later)
            link_issues(self._db, None)
            self._forget(inputs)
            return PageChanges(removed=old.height)

        return self._in_transaction("remove", remove)

    def take_links(self, links: str | None) -> None:
        """Take in what was found when the batches loaded so far were compared, in files; see ``warehouse.linking``."""
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
        settle(self._db)
        self._db.execute("checkpoint warehouse")
        self.close()
        publish(self.path, published_path)

    def _make_room(self, more_keys: int) -> None:
        if not self.is_lake:  # which has no keys
            make_room_for_keys(self._db, more_keys)

    def _in_transaction(self, what: str, work: Callable[[], Result]) -> Result:
        return in_transaction(self._db, what, work, run_id=self.run_id, is_lake=self.is_lake)

    def _load(self, batch: LoadedBatch) -> PageChanges:
        started = time.perf_counter()
        if batch.replaced is None:
            old = self._pages_where("input in (from named)", batch.begins)
        else:
            old = self._pages_where("page_id in (from named)", batch.replaced.to_list())
        pages = self._stamped(batch.frames["pages"], "ingested_at").with_columns(
            rules_version=pl.lit(self.rules_version)
        )
        self._delete_pages(old)
        self._forget(batch.begins)
        self._insert("raw.pages", pages)
        for name, table in (PAGE_TABLES | ARTICLE_TABLES).items():
            if name != "pages" and name in batch.frames:
                self._insert(table, batch.frames[name])
        if "terms" in batch.frames:
            index_terms(self._db, batch.frames["articles"], batch.frames["terms"])
        index_articles(self._db, batch.reprint_frames, is_linked_later=self.is_linked_later)
        link_issues(self._db, pages)
        if batch.checks is not None:
            self._insert("quality.checks", self._stamped(batch.checks, "checked_at"))
        if batch.measures is not None:
            keys = (pl.lit(self.run_id).alias("run_id"), pl.lit(batch.batch_id).alias("batch_id"))
            self._insert("quality.measures", batch.measures.with_columns(keys))
        insert_quarantine(self._db, batch.quarantine, run_id=self.run_id)
        insert_inputs(self._db, batch.ends, run_id=self.run_id)
        count_inputs(self._db, [*(row.input for row in batch.ends), *(row[4] for row in batch.quarantine)])
        self._db.execute(
            "insert into ops.batches values (?, ?, ?, ?, ?, ?)",
            [batch.batch_id, self.run_id, pages.height, pages["line_count"].sum(), pages["byte_count"].sum(), _now()],
        )
        loading = ("load", pages.height, time.perf_counter() - started)
        self._insert_timings([*batch.timings, loading], batch.batch_id)
        return _compare(old, pages)

    def _pages_where(self, condition: str, values: list[str]) -> pl.DataFrame:
        columns = "page_id, sha256, published_on, collection, rules_version"
        if not values:
            return self._db.sql(f"select {columns} from raw.pages limit 0").pl()  # noqa: S608 - the names above
        with named(self._db, values):
            return self._db.sql(f"select {columns} from raw.pages where {condition}").pl()  # noqa: S608 - ours

    def _delete_pages(self, pages: pl.DataFrame) -> None:
        self._db.register("gone", pages.select("page_id").to_arrow())
        self._db.execute(
            "create or replace temp table gone_articles as"
            " select article_id from extracted.all_articles where page_id in (select page_id from gone)"
        )
        forget_articles(self._db)
        forget_issues(self._db)
        if pages.is_empty():  # as in nearly every batch of a first run, of which twenty statements would find nothing
            self._db.unregister("gone")
            return
        unindex_articles(self._db)
        for table in ARTICLE_TABLES.values():
            self._db.execute(f"delete from {table} where article_id in (select article_id from gone_articles)")  # noqa: S608
        for table in PAGE_TABLES.values():
            self._db.execute(f"delete from {table} where page_id in (select page_id from gone)")  # noqa: S608
        self._db.unregister("gone")

    def _forget(self, inputs: list[str]) -> None:
        if inputs:
            with named(self._db, inputs):
                for table in ("ops.inputs", "quality.quarantine"):
                    self._db.execute(f"delete from {table} where input in (from named)")  # noqa: S608 - these two

    def _stamped(self, frame: pl.DataFrame, at: str) -> pl.DataFrame:
        return frame.with_columns(pl.lit(self.run_id).alias("run_id"), pl.lit(_now()).alias(at))

    def _insert(self, table: str, frame: pl.DataFrame) -> None:
        if frame.height:
            self._db.register("loading", frame.to_arrow())
            self._db.execute(f"insert into {table} by name select * from loading")  # noqa: S608 - our own table names
            self._db.unregister("loading")

    def _insert_timings(self, timings: list[tuple[str, int, float]], batch_id: str) -> None:
        frame = pl.DataFrame(timings, schema=TIMINGS, orient="row")
        self._insert("ops.stage_timings", frame.with_columns(run_id=pl.lit(self.run_id), batch_id=pl.lit(batch_id)))

    def _count(self, sql: str) -> int:
        (count,) = self._db.execute(sql).fetchall()[0]
        return int(count)


def _compare(old: pl.DataFrame, new: pl.DataFrame) -> PageChanges:
    same = ["page_id", "sha256", "published_on", "collection", "rules_version"]
    unchanged = new.join(old, on=same, how="semi", nulls_equal=True).height
    known = new.join(old, on="page_id", how="semi").height
    removed = old.join(new, on="page_id", how="anti").height
    return PageChanges(new.height - known, known - unchanged, unchanged, removed)


def _now() -> datetime:
    return datetime.now(UTC)
