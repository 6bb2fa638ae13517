"""From the stage files of a batch to what the writer loads."""

from __future__ import annotations

import polars as pl

from expectations.history import by_collection
from expectations.rules import STAGES
from flows.discovery import quarantine_rows
from flows.naming import as_text
from flows.stage_files import StageFiles, read_measured
from flows.stages import StageResult
from flows.state import BatchState, RunState
from warehouse.inputs import InputRow
from warehouse.quarantine import QuarantineRow
from warehouse.reprints import ReprintFrames
from warehouse.writer import BATCH_FRAMES, LoadedBatch

# Which stage wrote which frame.
_STAGE_OF = {
    "pages": "raw",
    "paragraphs": "deduplicated",  # the cleaned ones, removed copies left as printed
    "paragraph_lines": "deduplicated",
    "repairs": "deduplicated",
    "duplicates": "deduplicated",
    "suspected_duplicates": "deduplicated",
}


def collect_batch(state: RunState, batch: BatchState) -> LoadedBatch:
    """Return the batch as the writer loads it: without the pages held back, whichever stage held them."""
    batch_id = batch.batch_id
    files = StageFiles(state.stages)
    pages = files.read("raw", batch_id, "pages")
    held = pages.filter(pl.col("page_id").is_in(list(batch.held)))
    frames = {"pages": pages}
    if batch.has_work:
        for stage in ("deduplicated", "extracted"):
            wanted = [name for name in BATCH_FRAMES if _STAGE_OF.get(name, "extracted") == stage]
            frames |= files.read_all(stage, batch_id, wanted)
    sound = {name: _without(frame, held["page_id"]) for name, frame in frames.items()}
    names = dict(held.select("page_id", pl.struct("source", "input")).rows())
    rows: list[QuarantineRow] = [
        (names[page_id]["source"], *why, names[page_id]["input"]) for page_id, why in sorted(batch.held.items())
    ]
    reprint_frames = None
    if batch.has_work:
        profiles, bodies, sketches = files.read_all("extracted", batch_id, ReprintFrames._fields).values()
        profiles = _without(profiles, held["page_id"])
        # Bodies that only pages held back have are left out; one body may come twice where a batch was halved.
        reprint_frames = ReprintFrames(
            profiles,
            bodies.join(profiles, on="body_hash", how="semi").unique("body_hash"),
            sketches.join(profiles, on="body_hash", how="semi").unique(),
        )
    begins, ends = state.begins_and_ends(batch)
    checks = pl.concat(batch.checks).with_columns(pl.lit(batch_id).alias("batch_id")) if batch.checks else None
    return LoadedBatch(
        batch_id,
        sound,
        reprint_frames,
        begins,
        [_input_row(state, name) for name in ends],
        checks,
        quarantine_rows(batch.batch.refusals, "raw") + rows,
        timings(batch.results),
        measures_by_collection(state, batch, pages),
        pages["page_id"] if batch.batch.is_stored else None,
    )


def timings(results: list[StageResult]) -> list[tuple[str, int, float]]:
    """Return stage, pages and seconds of ``results``, and, as ``measure``, what the gates measured inside the stages."""
    stages = [(result.stage, result.page_count, result.duration_s - result.measuring_s) for result in results]
    measuring = [("measure", result.page_count, result.measuring_s) for result in results if result.measuring_s]
    return stages + measuring


def measures_by_collection(state: RunState, batch: BatchState, pages: pl.DataFrame) -> pl.DataFrame | None:
    """Return what the gates measured on ``pages``, added up for each collection, as quality.measures has it."""
    files = StageFiles(state.stages)
    done = {
        result.stage for result in batch.results
    }  # of stages that had no page left to work on, nothing was measured
    found = [
        by_collection(stage, read_measured(files, stage, batch.batch_id), pages) for stage in STAGES if stage in done
    ]
    return pl.concat(found) if found else None


def _without(frame: pl.DataFrame, page_ids: pl.Series) -> pl.DataFrame:
    if page_ids.is_empty():
        return frame
    page_id = pl.col("page_id") if "page_id" in frame.columns else pl.col("article_id").str.split(".").list.first()
    return frame.filter(~page_id.is_in(page_ids.implode()))


def _input_row(state: RunState, name: str) -> InputRow:
    placed = state.placed[name]
    file = placed.file
    return InputRow(
        name, as_text(file.path), file.byte_count, state.plan.sha256s[name], placed.fingerprint, state.reading,
        state.plan.stamps.get(name),
    )  # fmt: skip
