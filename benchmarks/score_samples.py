"""Run the pure stages over the sample pages and score every measure against their gold.

    python benchmarks/score_samples.py [--misses] [--page NAME]

The samples come in many encodings and in a container, so they are read here and not by ``score_pages.py``. The measures
are those of the scorer beside the development data, told anew so that the samples need nothing from outside; a test holds
the two against each other where that scorer is at hand. A fact marked debatable costs nothing, found or not.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from transforms.cleaned import clean
from transforms.deduplicated import deduplicate, leave_as_printed
from transforms.extracted import extract
from transforms.frames import PAGES, conform
from transforms.raw.decode import decode

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
Json = dict[str, Any]


class Sample(NamedTuple):
    """A sample page: its name in gold, its path below ``pages/`` (with ``#n`` for a record), its bytes, its gold."""

    name: str
    source: str
    data: bytes
    structure: Json
    facts: Json


@dataclass
class Score:
    """How often a measure was met, and where it was not: (page, item) pairs."""

    found: int = 0
    gold: int = 0
    hits: int = 0
    missed: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 where nothing was found and nothing wanted."""
        return self.hits / self.found if self.found else float(not self.gold)

    @property
    def recall(self) -> float:
        """Share of what is right that was found."""
        return self.hits / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


class Scores(dict[str, Score]):
    """Scores by measure, in the order in which they are first told."""

    def add(self, measure: str, page: str, found: Iterable[Any], gold: Iterable[Any]) -> None:
        """Count two multisets of comparable items."""
        score = self.setdefault(measure, Score())
        left = [json.dumps(item, ensure_ascii=False) for item in gold]
        score.gold += len(left)
        for item in found:
            text = json.dumps(item, ensure_ascii=False)
            score.found += 1
            if text in left:
                left.remove(text)
                score.hits += 1
            else:
                score.wrong.append((page, text))
        score.missed += [(page, text) for text in left]

    def match(
        self, measure: str, page: str, found: Iterable[Any], gold: list[Json], same: Callable[[Any, Json], bool]
    ) -> None:
        """Count facts by ``same``: a debatable one is neither missed nor wrong, nor is a second mention of a sure one."""
        score = self.setdefault(measure, Score())
        sure = [fact for fact in gold if not fact.get("debatable")]
        left = list(sure)
        score.gold += len(sure)
        for item in found:
            hit = next((number for number, fact in enumerate(left) if same(item, fact)), None)
            if hit is not None:
                del left[hit]
                score.found += 1
                score.hits += 1
            elif not any(same(item, fact) for fact in gold):
                score.found += 1
                score.wrong.append((page, str(item)))
        score.missed += [(page, json.dumps(fact, ensure_ascii=False)) for fact in left]


def read_samples(root: Path = SAMPLES) -> list[Sample]:
    """Return the samples under ``root``, sorted by name: one for each file and each record of a container."""
    sources: dict[str, tuple[str, bytes]] = {}
    for path in sorted(root.joinpath("pages").rglob("*")):
        place = path.relative_to(root / "pages").as_posix()
        if path.suffix in (".txt", ".md"):
            sources[path.stem] = (place, path.read_bytes())
        elif path.suffix == ".jsonl":
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                record = json.loads(line)
                sources[record["id"]] = (f"{place}#{number}", record["text"].encode())
    return [
        Sample(
            name,
            source,
            data,
            *(json.loads(root.joinpath("gold", f"{name}.{k}.json").read_text("utf-8")) for k in KINDS),
        )
        for name, (source, data) in sorted(sources.items())
    ]


KINDS = ("structure", "facts")


def page_frame(samples: list[Sample]) -> pl.DataFrame:
    """Return ``samples`` as a frame of the schema ``PAGES``; ``page_id`` is the name, and the date is that of gold."""
    rows = []
    for sample in samples:
        decoded = decode(sample.data)
        published = sample.facts["published_on"]
        rows.append(
            {
                "page_id": sample.name,
                "source": f"{sample.name}.txt",
                "collection": None,
                "published_on": date.fromisoformat(published) if published else None,
                "published_on_source": "manifest" if published else None,
                "encoding": decoded.encoding,
                "byte_count": len(sample.data),
                "sha256": "",
                "text": decoded.text,
                "line_count": decoded.text.count("\n") + 1,
            }
        )
    return conform(pl.DataFrame(rows, infer_schema_length=None), PAGES)


def score(samples: list[Sample], pages: pl.DataFrame) -> Scores:
    """Return the scores of what the pure stages make of ``pages``."""
    repaired = clean(pages)
    cleaned = leave_as_printed(pages, *repaired, found=deduplicate(repaired.paragraphs))
    kept = cleaned.paragraphs.join(cleaned.duplicates, on=["page_id", "paragraph_no"], how="anti")
    extracted = extract(pages, kept)
    scores = Scores()
    text_of = dict(pages.select("page_id", "text").iter_rows())
    for sample in samples:
        mine = pl.col("page_id") == sample.name
        articles = extracted.articles.filter(mine)
        ids = articles["article_id"].implode()
        _score_structure(
            scores,
            sample,
            text_of[sample.name],
            cleaned.paragraphs.filter(mine),
            cleaned.duplicates.filter(mine & (pl.col("kept_page_id") == sample.name)),
            extracted.article_paragraphs.filter(pl.col("article_id").is_in(ids)).sort("article_id", "position"),
        )
        facts = {name: frame.filter(pl.col("article_id").is_in(ids)) for name, frame in extracted.facts.items()}
        numbers = articles.select("article_id", "article_no")
        _score_facts(scores, sample, facts, extracted.bylines.filter(pl.col("article_id").is_in(ids)), numbers)
    return scores


def _score_structure(
    scores: Scores, sample: Sample, text: str, paragraphs: pl.DataFrame, duplicates: pl.DataFrame, parts: pl.DataFrame
) -> None:
    page, gold = sample.name, sample.structure
    physical = [number for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    index = {number: place for place, number in enumerate(physical)}
    lines = {
        no: [index[n] for n in numbers if n in index]
        for no, numbers in paragraphs.select("paragraph_no", "line_numbers").iter_rows()
    }
    told = sorted({place for places in lines.values() for place in places})
    scores.add("lines kept", page, told, range(len(physical)))
    joins = [list(pair) for places in lines.values() for pair in itertools.pairwise(places)]
    scores.add("line joins", page, joins, gold["joins"])
    gone = set(duplicates["paragraph_no"])
    copies = [place for no in gone for place in lines[no]]
    scores.add("duplicate lines", page, copies, [copy["line"] for copy in gold["duplicates"]])
    found: dict[str, dict[str, list[int]]] = {}
    for article_id, no, part in parts.select("article_id", "paragraph_no", "part").iter_rows():
        if no not in gone:
            article = found.setdefault(article_id, {"title": [], "body": []})
            article["title" if part == "title" else "body"] += lines[no]
    skip = {*gold["subheads"], *gold["columns"], *(copy["line"] for copy in gold["duplicates"])}
    # An article that stands on another page too may lawfully be kept there alone: it is not counted.
    optional = {n for a in gold["articles"] if a["optional"] for n in [*a["title"], *a["body"]]}
    wanted = [article for article in gold["articles"] if not article["optional"]]
    got = [{"title": sorted(a["title"]), "body": sorted(set(a["body"]) - skip)} for a in found.values()]
    got = [article for article in got if article["body"] and not optional.issuperset(article["body"])]
    scores.add("article bodies", page, [a["body"] for a in got], [sorted(a["body"]) for a in wanted])
    scores.add(
        "titles on the right article",
        page,
        [[a["title"], a["body"][0]] for a in got if a["title"]],
        [[sorted(a["title"]), min(a["body"])] for a in wanted if a["title"]],
    )
    cut = paragraphs.filter(pl.col("is_truncated") & ~pl.col("paragraph_no").is_in(list(gone)))["paragraph_no"]
    scores.add("truncated paragraphs", page, [lines[no][-1] for no in cut], gold["truncated"])


def norm(text: str | None) -> str:
    """Return ``text`` without width and white space, which never cost a point."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def close(found: Any, gold: Any) -> bool:  # noqa: ANN401 - Decimal, float or None
    """Say whether two numbers are the same but for the noise of a float."""
    if found is None or gold is None:
        return found is gold
    return abs(float(found) - float(gold)) <= 1e-6 * max(1.0, abs(float(gold)))


def names(fact: Json) -> list[str]:
    """Return every form of a name that gold accepts."""
    return [norm(name) for name in [fact["name"], *fact.get("accept", []), *fact.get("also", [])]]


def similar(found: str, fact: Json) -> bool:
    """Say whether ``found`` is a name that gold accepts, or lies within one (or it within ``found``) by three fifths."""
    text = norm(found)
    return any(
        text == name or (len(text) >= 3 and (text in name or name in text) and _ratio(text, name) >= 0.6)
        for name in names(fact)
    )


def _ratio(left: str, right: str) -> float:
    return min(len(left), len(right)) / max(len(left), len(right))


def _score_facts(
    scores: Scores, sample: Sample, facts: dict[str, pl.DataFrame], bylines: pl.DataFrame, numbers: pl.DataFrame
) -> None:
    page, gold = sample.name, sample.facts

    def rows(table: str, *columns: str) -> list[tuple[Any, ...]]:
        return facts[table].select(columns).rows()

    scores.match(
        "amounts", page, rows("amounts", "value", "currency"), gold["amounts"],
        lambda f, g: close(f[0], g["value"]) and f[1] == g["currency"],
    )  # fmt: skip
    people = rows("people", "name", "titles")
    scores.match("people", page, people, gold["people"], lambda f, g: norm(f[0]) in names(g))

    def titled(f: tuple[Any, ...], g: Json) -> bool:
        right = {norm(t) for t in f[1] or []} == {norm(t) for t in g["titles"]}
        return norm(f[0]) in names(g) and ("titles" in g.get("debatable_fields", []) or right)

    bare = [fact | {"debatable": True} for fact in gold["people"] if not fact["titles"]]
    scores.match("people, titles exact", page, people, [f for f in gold["people"] if f["titles"]] + bare, titled)
    scores.match(
        "projects", page, rows("projects", "name", "amount"), gold["projects"],
        lambda f, g: similar(f[0], g) and close(f[1], g["amount"]),
    )  # fmt: skip
    for table in ("organizations", "places"):
        distinct = facts[table].join(numbers, on="article_id").select("article_no", "name").unique(maintain_order=True)
        scores.match(table, page, distinct.rows(), gold[table], lambda f, g: similar(f[1], g))
    scores.match(
        "dates", page, rows("dates", "text", "iso"), gold["dates"],
        lambda f, g: f[1] in [g["iso"], *g.get("iso_accept", [])] and _within(f[0], g["text"]),
    )  # fmt: skip
    scores.match(
        "counts", page, rows("counts", "value", "unit"), gold["counts"],
        lambda f, g: close(f[0], g["value"]) and _within(f[1], g["unit"]),
    )  # fmt: skip
    optional = [b for b in gold["bylines"] if b.get("debatable")]
    lawful = {(norm(n), b["photo"]) for b in optional for n in b["names"]}
    wanted = [(norm(n), b["photo"]) for b in gold["bylines"] if not b.get("debatable") for n in b["names"]]
    found = [(norm(name), bool(photo)) for name, photo in bylines.select("name", "is_photo").iter_rows()]
    for pair in lawful - set(wanted):
        found = [item for item in found if item != pair]
    extra = [item for item in lawful & set(wanted) for _ in range(max(0, found.count(item) - wanted.count(item)))]
    for item in extra:
        found.remove(item)
    scores.add("bylines", page, sorted(found), sorted(wanted))
    traps = {norm(trap["text"]) for trap in gold["traps"]}
    fell = [text for (text,) in rows("amounts", "text") if norm(text) in traps]
    scores.add("traps not taken", page, fell, [])


def _within(left: str, right: str) -> bool:
    return norm(left) in norm(right) or norm(right) in norm(left)


def main() -> int:
    """Print the scores of the samples."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--misses", action="store_true")
    cli.add_argument("--page", help="this sample alone")
    args = cli.parse_args()
    samples = [sample for sample in read_samples() if args.page in (None, sample.name)]
    scores = score(samples, page_frame(samples))
    print(f"{'measure':30} {'precision':>9} {'recall':>7} {'f1':>7}  hits/found/gold")
    for measure, s in scores.items():
        print(f"{measure:30} {s.precision:9.3f} {s.recall:7.3f} {s.f1:7.3f}  {s.hits}/{s.found}/{s.gold}")
    for measure, s in scores.items() if args.misses else ():
        for kind, items in (("missed", s.missed), ("wrong", s.wrong)):
            for page, item in items:
                print(f"{kind:6} {measure} | {page} | {item}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
