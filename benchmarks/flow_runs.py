"""Parts of ``flow.py``: pages to run over, runs of the real command with what they took, and the same work without the flow."""

from __future__ import annotations

import json
import os
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
TICKS = os.sysconf("SC_CLK_TCK")  # a second


class Took(NamedTuple):
    """What a run took: seconds from the shell, inside the flow and of processor; memory of all its processes at its highest."""

    wall_s: float
    flow_s: float
    cpu_s: float
    peak_mb: float
    summary: dict[str, Any]


class Corpus(NamedTuple):
    """Megabytes of pages made from clean news, and of those made from the samples' grammar."""

    news_mb: float
    grammar_mb: float

    @property
    def size(self) -> float:
        """Megabytes of both."""
        return self.news_mb + self.grammar_mb

    def __str__(self) -> str:
        """Return what a row says of the corpus it was measured on."""
        return f"{self.news_mb:.1f} MB made from news, {self.grammar_mb:.1f} MB from the grammar"


def make_corpus(folder: Path, pages: int, *, first: int = 0, form: str = "txt") -> Corpus:
    """Make pages below ``folder``, from clean news as far as there is any, then from the grammar; return their sizes.

    What is made from the grammar repeats its formulas on every page: it takes longer to look for reprints in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    news = Clean(1, NEWS) if NEWS.exists() else None
    from_news = max(0, min(first + pages, news.pages) - first) if news is not None else 0
    sizes = {"news": 0.0, "made": 0.0}
    for source, numbers, name in (
        (news, range(first, first + from_news), "news"),
        (Prose(1), range(first + from_news, first + pages), "made"),
    ):
        if source is not None and len(numbers):
            maker = Maker(source, seed=1, profile="mixed")
            (folder / name).mkdir(exist_ok=True)
            sizes[name] = write_pages(maker, numbers, folder / name, form=form, per_file=len(numbers)) / 1e6
    return Corpus(sizes["news"], sizes["made"])


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
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--workers", str(workers), "--json", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,  # noqa: PLW1509 - no threads here yet
    )
    peak = [0.0]
    spent: dict[int, float] = {}
    watching = threading.Thread(target=_watch, args=(process, peak, spent), daemon=True)
    watching.start()
    out, _ = process.communicate()
    wall_s = time.perf_counter() - started
    watching.join()
    if process.returncode not in (0, 65):
        raise SystemExit(f"banmian run ended with {process.returncode}: {' '.join(command)}")
    summary = json.loads(out)
    return Took(wall_s, summary["duration_s"], sum(spent.values()), peak[0], summary)


def _watch(process: subprocess.Popen[bytes], peak: list[float], spent: dict[int, float]) -> None:
    """Note the highest sum of the resident memory of ``process`` and all below it, shared pages counted for each.

    And in ``spent`` the processor time of each, as it was last seen: the system tells a parent only of the children that it
    waited for, and nobody waits for the process that judges.
    """
    while process.poll() is None:
        family = _family(process.pid)
        peak[0] = max(peak[0], sum(_resident_mb(pid) for pid in family))
        spent.update((pid, cpu_s) for pid in family if (cpu_s := _cpu_s(pid)))
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


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6
    except (OSError, IndexError):
        return 0.0


class Bare(NamedTuple):
    """What the stages, gates and load of pages took without a flow: see ``flow_bare``."""

    cpu_s: dict[str, float]
    wall_s: float
    megabytes: float


def run_bare(pages: Path, warehouse: Path, *, cores: set[int] | None) -> Bare:
    """Return what the stages, gates and load alone took, warm, on ``cores``."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.flow_bare", str(pages), str(warehouse)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None,
    )
    return Bare(**json.loads(done.stdout.splitlines()[-1]))
