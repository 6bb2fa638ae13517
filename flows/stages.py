"""The work of a batch in each stage: stage files in, stage files out. These functions run in worker processes.

A page that makes a rule raise is found by halving the batch, held back with the name of the error, and the others go on. So is a
page over which workers die, when the batch is worked on with ``is_apart``, in a process of its own (``flows.isolating``); one on
which a rule never ends is such a page, since a worker that takes far too long is ended (``flows.patience``).
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import polars as pl

from expectations import (
    DEFAULTS,
    Measured,
    measure_cleaned,
    measure_deduplicated,
    measure_extracted,
    measure_raw,
    settings_digest,
)
from expectations import Settings as Thresholds
from flows.apart import Apart, ProcessDied
from flows.discovery import Refusal
from flows.isolating import Failure, Frames, isolate, isolate_apart, told_of_death
from flows.landing import Landed, LandingOptions, PlacedFile, land_container, land_files
from flows.memory import give_back_memory
from flows.patience import MAX_PAGE_S, batch_ends_in_time, limit_apart
from flows.slices import in_slices
from flows.stage_files import StageFiles
from transforms.cleaned import Cleaned, clean
from transforms.deduplicated import deduplicate, leave_as_printed, profile_articles, sketch_bodies
from transforms.extracted import extract
from transforms.frames import FACTS, PAGES


class Batch(NamedTuple):
    """A batch of landed pages, and the files whose first or last pages it holds (see ``warehouse.load``)."""

    batch_id: str
    page_count: int
    byte_count: int
    refusals: list[Refusal]
    begins: list[str]
    ends: list[str]
    container: str = ""  # the input, where all pages are records of one that may have other batches too
    is_stored: bool = False  # its pages come from the warehouse and take the place of themselves
    duration_s: float = 0.0  # of its landing; that of a container's records is without reading them
    measuring_s: float = 0.0  # of that, what its gate measures


class StageResult(NamedTuple):
    """What a stage did with a batch: the pages held back, because a rule failed on them or the process died, and its time."""

    stage: str
    batch_id: str
    page_count: int
    failures: list[tuple[str, str, str]]  # page_id, reason, detail
    duration_s: float
    measuring_s: float = 0.0  # of that, what its gate measures


def warm_up() -> None:
    """Load all that the stages load when they are first used. Who calls it while another does waits until that is done."""
    with _WARMING:
        _load_models()


_WARMING: Final = threading.Lock()


@functools.cache
def _load_models() -> None:
    """Work on a page of two lines, once in a process."""
    text = "市里召开会议\n本报讯(记者 某某某)近日,市里召开会议,今年计划投资一亿元。"
    page = {"page_id": "p", "source": "p", "encoding": "utf-8", "byte_count": 0, "sha256": "", "line_count": 2}
    pages = pl.DataFrame([{**page, "text": text}], schema=PAGES)
    with contextlib.suppress(Exception):  # the stages tell what fails; this only comes before them
        measure_raw(pages)
        cleaned = clean(pages)
        measure_cleaned(pages, cleaned.paragraphs, cleaned.paragraph_lines, cleaned.repairs)
        copies = deduplicate(cleaned.paragraphs)
        measure_deduplicated(cleaned.paragraphs, copies.duplicates)
        made = extract(pages, cleaned.paragraphs)
        of_articles = (made.articles, made.article_paragraphs, made.bylines)
        measure_extracted(pages, cleaned.paragraphs, *of_articles, made.facts, made.keywords, made.terms)
    give_back_memory()


def land_batch(
    stages: str,
    batch_id: str,
    files: list[PlacedFile],
    options: LandingOptions,
    *,
    renew: bool,
    thresholds: Thresholds = DEFAULTS,
    is_apart: bool = False,
) -> Batch:
    """Land ``files``, each of one page, as one batch, unless its stage files are there already."""
    names = [placed.file.input for placed in files]
    land = functools.partial(_land_apart if is_apart else land_files, files, options)
    with contextlib.nullcontext() if is_apart else batch_ends_in_time(options.max_page_s):
        return _write_landed(StageFiles(stages), batch_id, land, names, names, renew=renew, thresholds=thresholds)


def land_container_batches(
    stages: str, container: PlacedFile, options: LandingOptions, *, thresholds: Thresholds = DEFAULTS
) -> Iterator[Batch]:
    """Land the records of ``container`` as one or more batches; each is yielded when the next one is landed."""
    stage_files = StageFiles(stages)
    name = container.file.input
    before: Batch | None = None
    for number, landed in enumerate(land_container(container, options), 1):
        if before is not None:
            yield before
        batch_id = f"{container.fingerprint[:20]}-{number:05d}"
        begins = [name] if number == 1 else []
        as_landed = functools.partial(Landed, *landed)
        written = _write_landed(stage_files, batch_id, as_landed, begins, [], renew=True, thresholds=thresholds)
        before = written._replace(container=name)
    if before is not None:
        yield before._replace(ends=[name])


def land_stored(stages: str, batch_id: str, pages: pl.DataFrame, *, thresholds: Thresholds = DEFAULTS) -> Batch:
    """Write ``pages``, which come from the warehouse (schema ``LANDED``), as the raw stage of a batch, always anew."""
    as_landed = functools.partial(Landed, pages, [])
    batch = _write_landed(StageFiles(stages), batch_id, as_landed, [], [], renew=True, thresholds=thresholds)
    return batch._replace(is_stored=True)


def _land_apart(files: list[PlacedFile], options: LandingOptions) -> Landed:
    """Return what ``land_files`` does, with a refusal for each file over which the process that reads it dies, or never ends."""

    def land(some: list[PlacedFile]) -> Landed:
        try:
            return apart.call(land_files, some, options, limit_s=limit_apart(len(some), options.max_page_s))
        except ProcessDied as error:
            if len(some) == 1:
                name = some[0].file.input
                refusal = Refusal(name, *told_of_death(error, "read"), name)
                return Landed(apart.call(land_files, [], options).pages, [refusal])
            halves = [land(half) for half in (some[: len(some) // 2], some[len(some) // 2 :])]
            return Landed(pl.concat([half.pages for half in halves]), [one for half in halves for one in half.refusals])

    with Apart() as apart:
        return land(files)


def _write_landed(
    stage_files: StageFiles,
    batch_id: str,
    land: Callable[[], Landed],
    begins: list[str],
    ends: list[str],
    *,
    renew: bool,
    thresholds: Thresholds,
) -> Batch:
    started, measuring_s = time.perf_counter(), 0.0
    facts = None if renew else stage_files.facts("raw", batch_id)
    if facts is None or facts.get("thresholds") != settings_digest(thresholds):
        landed = land()
        measuring = time.perf_counter()
        measured = measure_raw(landed.pages, settings=thresholds)
        measuring_s = time.perf_counter() - measuring
        facts = {
            "thresholds": settings_digest(thresholds),
            "page_count": landed.pages.height,
            "byte_count": int(landed.pages["byte_count"].sum()),
            "refusals": [list(refusal) for refusal in landed.refusals],
        }
        stage_files.write("raw", batch_id, {"pages": landed.pages, **_measured_frames(measured)}, facts)
    refusals = [Refusal(*refusal) for refusal in facts["refusals"]]
    duration_s = time.perf_counter() - started
    return Batch(
        batch_id,
        facts["page_count"],
        facts["byte_count"],
        refusals,
        begins,
        ends,
        duration_s=duration_s,
        measuring_s=measuring_s,
    )


def clean_batch(
    stages: str,
    batch_id: str,
    held: list[str],
    *,
    renew: bool,
    thresholds: Thresholds = DEFAULTS,
    max_page_s: int = MAX_PAGE_S,
    is_apart: bool = False,
) -> StageResult:
    """Clean the pages of a batch, those in ``held`` left out."""

    def measure(frames: Frames, out: Frames) -> Measured:
        return measure_cleaned(
            frames["pages"], out["paragraphs"], out["paragraph_lines"], out["repairs"], settings=thresholds
        )

    def read(files: StageFiles) -> Frames:
        return {"pages": files.read("raw", batch_id, "pages")}

    return _run_stage(
        stages,
        "cleaned",
        batch_id,
        held,
        read,
        _clean,
        measure,
        renew=renew,
        thresholds=thresholds,
        max_page_s=max_page_s,
        is_apart=is_apart,
    )


def deduplicate_batch(
    stages: str,
    batch_id: str,
    held: list[str],
    *,
    renew: bool,
    thresholds: Thresholds = DEFAULTS,
    max_page_s: int = MAX_PAGE_S,
    is_apart: bool = False,
) -> StageResult:
    """Find the copies inside the pages of a batch, and leave them as printed: the cleaned rows are made anew for that."""

    def measure(_: Frames, out: Frames) -> Measured:
        return measure_deduplicated(out["paragraphs"], out["duplicates"], settings=thresholds)

    def read(files: StageFiles) -> Frames:
        pages = files.read("raw", batch_id, "pages")
        return {"pages": pages, **files.read_all("cleaned", batch_id, Cleaned._fields)}

    return _run_stage(
        stages,
        "deduplicated",
        batch_id,
        held,
        read,
        _deduplicate,
        measure,
        renew=renew,
        thresholds=thresholds,
        max_page_s=max_page_s,
        is_apart=is_apart,
    )


def extract_batch(
    stages: str,
    batch_id: str,
    held: list[str],
    *,
    renew: bool,
    thresholds: Thresholds = DEFAULTS,
    max_page_s: int = MAX_PAGE_S,
    is_apart: bool = False,
) -> StageResult:
    """Make articles and facts of the kept paragraphs of a batch, and what finds reprints of its articles."""

    def measure(frames: Frames, out: Frames) -> Measured:
        return measure_extracted(
            frames["pages"],
            _kept(frames),
            out["articles"],
            out["article_paragraphs"],
            out["bylines"],
            {name: out[name] for name in FACTS},
            out["keywords"],
            out["terms"],
            settings=thresholds,
        )

    def read(files: StageFiles) -> Frames:
        return {
            "pages": files.read("raw", batch_id, "pages"),
            **files.read_all("deduplicated", batch_id, ["paragraphs", "duplicates"]),
        }

    return _run_stage(
        stages,
        "extracted",
        batch_id,
        held,
        read,
        _extract,
        measure,
        renew=renew,
        thresholds=thresholds,
        max_page_s=max_page_s,
        is_apart=is_apart,
    )


def _clean(frames: Frames) -> Frames:
    return clean(frames["pages"])._asdict()


def _deduplicate(frames: Frames) -> Frames:
    return leave_as_printed(**frames, found=deduplicate(frames["paragraphs"]))._asdict()


def _extract(frames: Frames) -> Frames:
    paragraphs = _kept(frames)
    made = extract(frames["pages"], paragraphs)
    profiles, body_keys = profile_articles(
        made.articles, made.article_paragraphs, paragraphs, sources=frames["pages"].select("page_id", "source")
    )
    bodies, sketches = sketch_bodies(body_keys)
    return {
        "profiles": profiles,
        "bodies": bodies,
        "sketches": sketches,
        **{name: frame for name, frame in made._asdict().items() if name != "facts"},
        **made.facts,
    }


def _kept(frames: Frames) -> pl.DataFrame:
    return frames["paragraphs"].join(frames["duplicates"], on=["page_id", "paragraph_no"], how="anti")


def _measured_frames(measured: Measured) -> Frames:
    return {f"measured_{name}": frame for name, frame in measured._asdict().items()}


def _run_stage(
    stages: str,
    stage: str,
    batch_id: str,
    held: list[str],
    read: Callable[[StageFiles], Frames],
    work: Callable[[Frames], Frames],
    measure: Callable[[Frames, Frames], Measured],
    *,
    renew: bool,
    thresholds: Thresholds,
    max_page_s: int,
    is_apart: bool,
) -> StageResult:
    limit = contextlib.nullcontext() if is_apart else batch_ends_in_time(max_page_s)
    apart = functools.partial(isolate_apart, work, warm_up=warm_up, max_page_s=max_page_s)
    here = functools.partial(in_slices, functools.partial(isolate, work))
    with limit:
        return _work_on(
            StageFiles(stages), stage, batch_id, held, read, apart if is_apart else here, measure,
            renew=renew, thresholds=thresholds,
        )  # fmt: skip


def _work_on(
    stage_files: StageFiles,
    stage: str,
    batch_id: str,
    held: list[str],
    read: Callable[[StageFiles], Frames],
    work: Callable[[Frames], tuple[Frames, list[Failure]]],
    measure: Callable[[Frames, Frames], Measured],
    *,
    renew: bool,
    thresholds: Thresholds,
) -> StageResult:
    started, measuring_s = time.perf_counter(), 0.0
    facts = None if renew else stage_files.facts(stage, batch_id)
    digest = settings_digest(thresholds)
    if facts is None or facts["held"] != sorted(held) or facts.get("thresholds") != digest:
        frames = {name: _without(frame, held) for name, frame in read(stage_files).items()}
        made, failures = work(frames)
        sound = {name: _without(frame, [page_id for page_id, *_ in failures]) for name, frame in frames.items()}
        measuring = time.perf_counter()
        measured = measure(sound, made)
        measuring_s = time.perf_counter() - measuring
        page_count = next(iter(sound.values()))["page_id"].n_unique()
        facts = {"held": sorted(held), "thresholds": digest, "failures": failures, "page_count": page_count}
        stage_files.write(stage, batch_id, {**made, **_measured_frames(measured)}, facts)
        del frames, sound, made, measured
        give_back_memory()  # so that what one worker needed at its highest is there for the next
    told = [(page_id, reason, detail) for page_id, reason, detail in facts["failures"]]
    return StageResult(stage, batch_id, facts["page_count"], told, time.perf_counter() - started, measuring_s)


def _without(frame: pl.DataFrame, page_ids: list[str]) -> pl.DataFrame:
    return frame.filter(~pl.col("page_id").is_in(page_ids)) if page_ids else frame
