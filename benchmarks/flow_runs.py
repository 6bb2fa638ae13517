"""Parts of ``flow.py``: pages to run over, runs of the real command with what they took, and the same work without the flow."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.make_pages import Maker, write_pages
from benchmarks.prose import Clean, Prose

SHARED = Path(os.environ.get("BANMIAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
NEWS = SHARED / "dev-data" / "clean_news" / "xinwenlianbo.dev.jsonl"
PAGE = os.sysconf("SC_PAGE_SIZE")


class Took(NamedTuple):
    """What a run took: seconds from the shell, inside the flow and of processor; memory of all its processes at its highest."""

    wall_s: float
    flow_s: float
    cpu_s: float
    peak_mb: float
    summary: dict[str, Any]


def make_corpus(folder: Path, pages: int, *, first: int = 0, form: str = "txt") -> float:
    """Make pages below ``folder``, from clean news as far as there is any, then from the grammar; return their megabytes."""
    folder.mkdir(parents=True, exist_ok=True)
    news = Clean(1, NEWS) if NEWS.exists() else None
    from_news = max(0, min(first + pages, news.pages) - first) if news is not None else 0
    size = 0
    for source, numbers, name in (
        (news, range(first, first + from_news), "news"),
        (Prose(1), range(first + from_news, first + pages), "made"),
    ):
        if source is not None and len(numbers):
            maker = Maker(source, seed=1, profile="mixed")
            (folder / name).mkdir(exist_ok=True)
            size += write_pages(maker, numbers, folder / name, form=form, per_file=len(numbers))
    return size / 1e6


def make_small_files(folder: Path, count: int) -> float:
    """Make ``count`` files of an article each; return their megabytes."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number, text in zip(range(count), _articles(), strict=False):
        data = text.encode()
        size += (folder / f"{number:06d}.txt").write_bytes(data)
    return size / 1e6


def _articles() -> Iterator[str]:
    if NEWS.exists():
        for line in NEWS.open(encoding="utf-8"):
            told = json.loads(line)
            yield "\n".join([told["title"], *told["paragraphs"], ""])
    maker = Maker(Prose(1), seed=1, profile="seed")
    for number in range(10**9):
        yield maker.page(number).text


def run(
    inputs: list[Path], warehouse: Path, *, workers: int, cores: set[int] | None = None, flags: tuple[str, ...] = ()
) -> Took:
    """Run ``banmian run`` as a person would, on ``cores`` (all, if None)."""
    command = [sys.executable, "-m", "flows.cli", "run", *map(str, inputs), "--warehouse", str(warehouse)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--workers", str(workers), "--json", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,  # noqa: PLW1509 - no threads here yet
    )
    peak = [0.0]
    watching = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watching.start()
    out, _ = process.communicate()
    wall_s = time.perf_counter() - started
    watching.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in (0, 65):
        raise SystemExit(f"banmian run ended with {process.returncode}: {' '.join(command)}")
    summary = json.loads(out)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall_s, summary["duration_s"], cpu_s, peak[0], summary)


def _watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    """Note the highest sum of the resident memory of ``process`` and all below it, shared pages counted for each."""
    while process.poll() is None:
        peak[0] = max(peak[0], sum(_resident_mb(pid) for pid in _family(process.pid)))
        time.sleep(0.2)


def _family(pid: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(entry.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
    family = [pid]
    for member in family:
        family.extend(child for child, parent in parents.items() if parent == member)
    return family


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6
    except (OSError, IndexError):
        return 0.0


# The stages and the load of the same pages, one after another: no Prefect, no gates, nothing published.
BARE = """
import json, sys, time
from pathlib import Path
from flows import stages
from flows.collect import collect_batch
from flows.discovery import discover
from flows.groups import Landing
from flows.landing import LandingOptions
from flows.manifest import read_manifests
from flows.naming import PathPattern
from flows.plan import make_plan
from flows.pool import Pool
from flows.progress import Progress
from flows.rules_version import rules_version
from flows.settings import Settings
from flows.state import RunState
from warehouse.writer import Writer

stages.warm_up()
settings = Settings(warehouse=Path(sys.argv[2]), workers=1)
started, cpu = time.perf_counter(), time.process_time()
found = discover([Path(sys.argv[1])], None)
options = LandingOptions(**{name: getattr(settings, name) for name in LandingOptions._fields})
with Writer(settings.work_folder / "writer.duckdb", run_id="bare", rules_version=rules_version()) as writer:
    plan = make_plan(found, read_manifests(found.manifests, None), PathPattern(settings.path_pattern), options,
                     ledger=writer.ledger(), rules_version=rules_version(), full_refresh=False)
    pool = Pool(1)
    state = RunState(str(settings.stage_folder), plan, options, pool, Progress(is_quiet=True), renew=False)
    landing = Landing(plan, options, pool, state.stages, renew=False)
    while landing.has_more:
        group = landing.take()
        for stage, work in (("cleaned", stages.clean_batch), ("deduplicated", stages.deduplicate_batch),
                            ("extracted", stages.extract_batch)):
            state.work(stage, work, group.batches)
        for batch in group.batches:
            writer.load(collect_batch(state, batch))
print(json.dumps({"wall_s": time.perf_counter() - started, "cpu_s": time.process_time() - cpu}))
"""


def run_bare(pages: Path, warehouse: Path, *, cores: set[int] | None) -> dict[str, float]:
    """Return the seconds of the stages and the load alone, warm, on ``cores``."""
    done = subprocess.run(
        [sys.executable, "-c", BARE, str(pages), str(warehouse)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told
