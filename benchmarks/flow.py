"""How fast the whole flow is: files to a published warehouse, start-up, Prefect, gates and search index included.

    PYTHONPATH=. python benchmarks/flow.py [ROW …] [--pages 10000] [--megabytes 160] [--repeat 3] [--json flow.json]

Rows (all, if none is named): jieba, chain, overhead, rerun, workers, scale, samples, stages. Every row is a ratio of two things
measured in the same minutes on the same text; what runs on one core is pinned to it, its servers too. Pages are made from clean
news where the development data is present, else from the samples' grammar. ``--pages`` is the size for overhead, workers and
scale (its tenth and itself), ``--megabytes`` that for jieba, ``--files`` that for the rerun.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.flow_runs import make_corpus, make_small_files, run, run_bare

ONE_CORE = {min(os.sched_getaffinity(0))}
SAMPLE_MB = 8.0  # so much of the text goes through jieba, whose speed does not depend on how much there is


class Row(NamedTuple):
    """A measure: its values (one for each repetition), the bar, what to go for, and what stands behind it."""

    measure: str
    values: list[float]
    unit: str
    bar: str
    goal: str
    detail: str


def jieba_row(folder: Path, args: argparse.Namespace) -> list[Row]:
    """The whole flow on one core against jieba's cutting of the same text."""
    import jieba

    pages = folder / "jieba"
    corpus = make_corpus(pages, max(1, int(args.megabytes * 200)))
    size = corpus.size
    texts = _sample(pages)
    jieba.initialize()
    os.sched_setaffinity(0, ONE_CORE)
    values, cpu_values, details = [], [], []
    for number in range(args.repeat):
        started, cpu = time.perf_counter(), time.process_time()
        for text in texts:
            jieba.lcut(text)
        theirs = _mb(texts) / (time.perf_counter() - started)
        theirs_cpu = _mb(texts) / (time.process_time() - cpu)
        took = run([pages], folder / f"jieba{number}.duckdb", workers=1, cores=ONE_CORE)
        values.append(size / took.wall_s / theirs)
        cpu_values.append(size / took.cpu_s / theirs_cpu)
        details.append(f"{size / took.wall_s:.2f} against {theirs:.2f} MB/s")
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    name = f"flow against jieba.lcut, {size:.0f} MB, one core"
    return [
        Row(name, values, "x", ">= 1.5", ">= 3", f"{corpus}; {'; '.join(details)}"),
        Row("the same in processor time", cpu_values, "x", "", "", str(corpus)),
    ]


def chain_row(folder: Path, args: argparse.Namespace) -> list[Row]:
    """The whole flow against what a user would chain: data-juicer, JioNLP, jieba.posseg; as far as they are installed."""
    missing = [name for name in ("data_juicer", "jionlp") if importlib.util.find_spec(name) is None]
    pages = folder / "chain"
    size = make_corpus(pages, 2000).size
    texts = _sample(pages, 0.5)
    started = time.process_time()
    told = _incumbents(texts, missing)
    theirs = _mb(texts) / (time.process_time() - started)
    values = []
    for number in range(args.repeat):
        took = run([pages], folder / f"chain{number}.duckdb", workers=1, cores=ONE_CORE)
        values.append(size / took.wall_s / theirs)
    detail = f"{told} at {theirs:.3f} MB/s" + (
        f"; not installed, so not in their time: {', '.join(missing)}" if missing else ""
    )
    return [Row("flow against the incumbent chain, one core", values, "x", ">= 30", ">= 60", detail)]


def _incumbents(texts: list[str], missing: list[str]) -> str:
    import jieba.posseg

    done = ["jieba.posseg"]
    for text in texts:
        for _ in jieba.posseg.cut(text):
            pass
    if "jionlp" not in missing:
        import jionlp

        done.append("JioNLP money, time and location")
        for paragraph in (paragraph for text in texts for paragraph in text.split("\n") if paragraph.strip()):
            for work in (jionlp.ner.extract_money, jionlp.ner.extract_time, jionlp.parse_location):
                try:
                    work(paragraph)
                except Exception:  # noqa: S112 - it raises on some text; its time counts
                    continue
    if "data_juicer" not in missing:
        from data_juicer.ops.deduplicator.document_minhash_deduplicator import DocumentMinhashDeduplicator

        done.append("data-juicer MinHash")
        operator = DocumentMinhashDeduplicator(tokenization="character")
        for text in texts:
            operator.compute_hash({"text": text})
    return " + ".join(done)


def overhead_row(folder: Path, args: argparse.Namespace) -> list[Row]:
    """What Prefect, the gates and publishing take beyond the stages and the load of the same pages, all on one core.

    And what the gates take of the processor time: measuring, which the stages alone do too, and judging.
    """
    pages = folder / "overhead"
    corpus = make_corpus(pages, args.pages)
    values, details = [], []
    gates, gate_details = [], []
    for number in range(args.repeat):
        bare = run_bare(pages, folder / f"bare{number}", cores=ONE_CORE)
        took = run([pages], folder / f"overhead{number}.duckdb", workers=1, cores=ONE_CORE)
        values.append(100 * (1 - bare.wall_s / took.flow_s))
        details.append(f"flow {took.flow_s:.1f} s, bare {bare.wall_s:.1f} s")
        measuring, judging = bare.cpu_s["measure"], bare.cpu_s["gate"]
        gates.append(100 * (measuring + judging) / took.cpu_s)
        gate_details.append(f"measuring {measuring:.1f} s, judging {judging:.1f} s of {took.cpu_s:.1f} s of processor")
    name = f"Prefect, gates and publishing, share of {args.pages:,} pages"
    return [
        Row(name, values, "%", "<= 10", "<= 4", f"{corpus}; {'; '.join(details)}"),
        Row(f"all gates, share of {args.pages:,} pages", gates, "%", "<= 8", "", "; ".join(gate_details)),
    ]


def rerun_row(folder: Path, args: argparse.Namespace) -> list[Row]:
    """A second run over files that have not changed, and over one that has; without the start of the process."""
    files, warehouse = folder / "files", folder / "files.duckdb"
    size = make_small_files(files, args.files)
    run([files], warehouse, workers=2)
    floors, hashed, looked, changed = [], [], [], []
    for number in range(args.repeat):
        started = time.perf_counter()
        for path in sorted(files.iterdir()):
            hashlib.sha256(path.read_bytes()).digest()
        floors.append(time.perf_counter() - started)
        for path in files.iterdir():
            os.utime(path)
        hashed.append(run([files], warehouse, workers=2).flow_s / floors[-1])
        time.sleep(3)
        run([files], warehouse, workers=2)
        looked.append(run([files], warehouse, workers=2).flow_s / floors[-1])
        (files / f"{number:06d}.txt").write_text(f"第{number}次改写。\n本报讯 今天的版面有改动。\n", encoding="utf-8")
        took = run([files], warehouse, workers=2)
        assert took.summary["changes"]["changed"] == 1
        changed.append(took.flow_s)
    floor = f"reading and hashing {size:.0f} MB takes {statistics.median(floors):.2f} s"
    return [
        Row(f"rerun, {args.files:,} files unchanged", looked, "x", "<= 2", "stat", floor),
        Row("the same, all files touched", hashed, "x", "<= 2", "", floor),
        Row(f"one changed page among {args.files:,}", changed, "s", "<= 1", ".3", "inside the flow, published"),
    ]


def workers_row(folder: Path, args: argparse.Namespace) -> list[Row]:
    """Two workers on two cores against one on one."""
    pages = folder / "workers"
    make_corpus(pages, args.pages)
    values, details = [], []
    for number in range(args.repeat):
        one = run([pages], folder / f"one{number}.duckdb", workers=1, cores=ONE_CORE)
        two = run([pages], folder / f"two{number}.duckdb", workers=2, cores={*sorted(os.sched_getaffinity(0))[:2]})
        values.append(one.wall_s / two.wall_s)
        details.append(f"{one.wall_s:.1f} s, {two.wall_s:.1f} s")
    return [Row("2 workers on 2 cores against 1 on 1", values, "x", ">= 1.7", "1.9", "; ".join(details))]


def scale_row(folder: Path, args: argparse.Namespace) -> list[Row]:
    """Ten times the pages."""
    small = make_corpus(folder / "tenth", args.pages // 10).size
    corpus = make_corpus(folder / "whole", args.pages)
    large = corpus.size
    times, memories, details = [], [], []
    for number in range(args.repeat):
        tenth = run([folder / "tenth"], folder / f"tenth{number}.duckdb", workers=2)
        whole = run([folder / "whole"], folder / f"whole{number}.duckdb", workers=2)
        times.append(whole.wall_s / tenth.wall_s * 10 / (large / small))
        memories.append(whole.peak_mb)
        details.append(f"{tenth.wall_s:.0f} s and {tenth.peak_mb:.0f} MB, {whole.wall_s:.0f} s")
    told = f"{corpus}; {'; '.join(details)}"
    return [
        Row(f"10x the pages ({args.pages:,}), time", times, "x", "<= 10.5", "", told),
        Row("the same, memory of all processes", memories, "MB", "< 1500", "800", told),
    ]


def samples_row(folder: Path, args: argparse.Namespace) -> list[Row]:
    """`banmian run samples` from the shell."""
    runs = [run([Path("samples")], folder / f"samples{n}.duckdb", workers=2) for n in range(args.repeat)]
    detail = f"{statistics.median(one.cpu_s for one in runs):.1f} s of processor in all processes"
    return [Row("banmian run samples", [one.wall_s for one in runs], "s", "<= 20", "<= 8", detail)]


def stage_rows(folder: Path, args: argparse.Namespace) -> list[Row]:
    """Where the processor time of a run goes, with the floor of each stage where one was measured.

    Each step is counted alone in one process (``flow_bare``); what a run takes beyond their sum is start-up, Prefect and its
    server.
    """
    pages = folder / "stages"
    corpus = make_corpus(pages, args.pages)
    bare = run_bare(pages, folder / "bare", cores=ONE_CORE)
    took = run([pages], folder / "stages.duckdb", workers=1, cores=ONE_CORE)
    # MB/s of the prototypes of the same work (design notes, section 5): reading and hashing into Parquet, repair and words,
    # copies inside pages and anchors, tagging with people and money, Parquet into a database.
    floors = {"raw": 20, "cleaned": 7, "deduplicated": 6, "extracted": 3, "load": 60}
    steps = {**bare.cpu_s, "beside: start-up, Prefect": took.cpu_s - sum(bare.cpu_s.values())}
    rows = [
        Row(
            f"stage {step}",
            [seconds / corpus.size],
            "s/MB",
            "",
            f"{1 / floors[step]:.2f}" if step in floors else "",
            f"{100 * seconds / took.cpu_s:.0f} % of the processor time",
        )
        for step, seconds in steps.items()
    ]
    return [*rows, Row("whole flow", [took.cpu_s / corpus.size], "s/MB", "", "", f"of processor time; {corpus}")]


def _sample(pages: Path, megabytes: float = SAMPLE_MB) -> list[str]:
    """Return the texts of every n-th page, so that each kind of page has its share in them, of some ``megabytes`` in all."""
    paths = sorted(pages.rglob("*.txt"))
    size = sum(path.stat().st_size for path in paths) / 1e6
    return [path.read_text(encoding="utf-8") for path in paths[:: max(1, round(size / megabytes))]]


def _mb(texts: list[str]) -> float:
    return sum(len(text.encode()) for text in texts) / 1e6


ROWS: dict[str, Callable[[Path, argparse.Namespace], list[Row]]] = {
    "samples": samples_row,
    "rerun": rerun_row,
    "overhead": overhead_row,
    "workers": workers_row,
    "scale": scale_row,
    "stages": stage_rows,
    "jieba": jieba_row,
    "chain": chain_row,
}


def main() -> int:
    """Measure the rows named, or all, and print them."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("rows", nargs="*", choices=[[], *ROWS], default=[])
    cli.add_argument("--pages", type=int, default=10_000)
    cli.add_argument("--files", type=int, default=14_000)
    cli.add_argument("--megabytes", type=float, default=160.0, help="of text; jieba cuts some .5 MB/s")
    cli.add_argument("--repeat", type=int, default=3)
    cli.add_argument("--json", type=Path, help="write the table, the machine and the versions there")
    args = cli.parse_args()
    versions = {name: metadata.version(name) for name in ("prefect", "great-expectations", "duckdb", "polars", "jieba")}
    machine = {"platform": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
    table: list[dict[str, Any]] = []
    print(f"{machine} {versions} load {os.getloadavg()}")
    for name in args.rows or ROWS:
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory(prefix="banmian-bench-") as folder:
            for row in ROWS[name](Path(folder), args):
                low, middle, high = min(row.values), statistics.median(row.values), max(row.values)
                print(
                    f"{row.measure:58} {middle:8.2f} {row.unit:4} ({low:.2f}-{high:.2f})  bar {row.bar:7} go for"
                    f" {row.goal:5} {row.detail}; load {load:.1f}",
                    flush=True,
                )
                table.append({**row._asdict(), "load": load})
    if args.json:
        told = {"machine": machine, "versions": versions, "rows": table}
        args.json.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
