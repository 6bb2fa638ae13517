"""Learn the weights of the division into articles and write them beside the code that reads them.

    python benchmarks/train_layout.py [--pages 340] [--penalty 1] [--go-on] [--show]

Two sources, both from the development data: pages made of clean news (``made_pages``), and those pages with gold whose
file number is below 24 of each profile. Numbers 24 to 31 are printed while learning and were used to choose features;
numbers 32 and up, and the hand-made gold of real pages, take no part (``benchmarks/articles.py`` measures them).

The weights shipped were made on 2026-11-23 in several runs, each going on from the one before (``--go-on``), the last with
``--pages 340 --penalty 1``. Runs from scratch with 200 to 400 pages came within two articles of a hundred of them on the pages
that took no part, in either direction.

A linear-chain conditional random field: the weights that make the true divisions most likely among all divisions of
their pages, found with L-BFGS, small weights preferred.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import minimize

from benchmarks.chain import Chain
from benchmarks.made_pages import Maker, read_news
from benchmarks.oracle import SHARED, Page, number_of, read_gold
from transforms.articles import arrange, layout
from transforms.articles.evidence import add_neighbours, evidence
from transforms.frames import PARAGRAPHS, conform

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
TARGET = Path(arrange.__file__).with_name("layout_weights.json")


@dataclass
class Example:
    """A page ready to learn from: evidence, true states, and what the search must know besides."""

    name: str
    texts: list[str]
    values: Ints
    base: Ints  # scores before any weight: what the shapes forbid
    states: list[int]
    arcs: list[int]
    is_signed: npt.NDArray[np.bool_]
    is_page_signed: npt.NDArray[np.bool_]
    weight: float


def made_page(maker: Maker, name: str) -> Page:
    """Return the maker's next page in the form of a page with gold."""
    made = maker.page()
    rows = [
        {
            "page_id": name,
            "paragraph_no": number,
            "role": "body",
            "text": text,
            "line_numbers": [number],
            "is_truncated": False,
            "blank_lines_before": gap,
            "is_indented": False,
        }
        for number, (text, gap) in enumerate(zip(made.texts, made.gaps, strict=True), 1)
    ]
    labels = [(article, part) for article, part in zip(made.articles, made.parts, strict=True)]
    return Page(name, conform(pl.DataFrame(rows, infer_schema_length=None), PARAGRAPHS), labels, {}, [])


def true_states(
    shapes: Sequence[str], signed: Sequence[bool], labels: Sequence[tuple[int | None, str]]
) -> list[int] | None:
    """Return the states of the true division, None where the search has no words for it (an article in two places)."""
    states: list[layout.State] = []
    article: int | None = None
    done: set[int] = set()
    following = [next((later for later, _ in labels[i:] if later is not None), None) for i in range(len(labels))]
    headline = byline = text = False
    for shape, own, (number, part), upcoming in zip(shapes, signed, labels, following, strict=True):
        if part == "column" and upcoming != article:
            states.append(layout.State("column", True, True))
            continue
        is_new = number is not None and number != article
        if number is None and article is None:
            return None
        if is_new:
            if number in done:
                return None
            done.add(number)  # type: ignore[arg-type]
            article, headline, byline, text = number, False, False, False
        if part == "title" and not text:
            states.append(layout.State("more_title" if headline else "title", True, False))
            headline = True
        elif part == "title":
            headline = True
            states.append(layout.State("late_title", True, byline))
        elif shape in ("byline", "credit"):
            byline = True
            states.append(layout.State("byline" if text else "early_byline", headline, True))
        elif is_new:
            byline, text = own, True
            states.append(layout.State("opening", False, own))
        elif part in ("subhead", "stray", "column") and shape == "heading":
            states.append(layout.State("subhead", headline, byline))
        else:
            byline, text = byline or own, True
            states.append(layout.State("body", headline, byline))
    if any(state not in layout.STATES for state in states):
        return None
    return [layout.STATES.index(state) for state in states]


def arcs_of(states: Sequence[int], signed: npt.NDArray[np.bool_]) -> list[int]:
    """Return the arcs that lead to ``states``."""
    steps = zip([None, *states], states, signed, strict=False)
    return [layout.arc_between(old, new, bool(own)) for old, new, own in steps]


def examples(pages: Sequence[Page], weight: float = 1.0) -> tuple[tuple[str, ...], list[Example]]:
    """Return the names of the evidence and an example for each page that the search has words for."""
    seen = arrange.see(pl.concat([page.paragraphs for page in pages]))
    inside = add_neighbours(seen.filter(~pl.col("is_outside")))
    names, values = evidence(inside)
    base = arrange.forbidden(inside, finds_columns=True)
    labels = {
        (page.name, number): label
        for page in pages
        for number, label in zip(page.paragraphs["paragraph_no"], page.labels, strict=True)
    }
    found = []
    offset = 0
    for part in inside.partition_by("page_id", maintain_order=True):
        rows = slice(offset, offset + len(part))
        offset += len(part)
        signed = part["has_own_byline"].to_numpy()
        truth = true_states(
            part["shape"].to_list(),
            signed.tolist(),
            [labels[key] for key in part.select("page_id", "paragraph_no").iter_rows()],
        )
        if truth is None or layout.FORBIDDEN in arcs_of(truth, signed):
            continue
        # A heading that no cue takes for one teaches nothing but noise.
        if base[rows][range(len(part)), arcs_of(truth, signed)].any():
            continue
        found.append(
            Example(
                part["page_id"][0],
                part["shown"].to_list(),
                values[rows],
                base[rows],
                truth,
                arcs_of(truth, signed),
                signed,
                part["page_is_signed"].to_numpy()[:1],
                weight,
            )
        )
    return names, found


def search(example: Example, arcs: Ints, ends: Ints, extra: Ints | int = 0) -> list[int]:
    """Return the best states of one page."""
    scores = example.values @ arcs + example.base + extra
    lengths = np.array([len(scores)], dtype=np.int64)
    return layout.decode(scores[None], example.is_signed[None], lengths, ends, example.is_page_signed)[0].tolist()  # type: ignore[no-any-return]


def totals(example: Example, states: Sequence[int]) -> tuple[Floats, Floats]:
    """Return the evidence on each arc and the ends of a division, summed over the page."""
    arcs = np.zeros((len(layout.ARCS), example.values.shape[1]))
    np.add.at(arcs, arcs_of(states, example.is_signed), example.values)
    counts = layout.end_counts(example.is_page_signed)[0]
    lasts = [old for old, new in itertools.pairwise(states) if layout.STARTS[new]] + [states[-1]]
    return arcs.T, counts[lasts].sum(axis=0).astype(np.float64)


def learn(train: list[Example], penalty: float, start: Floats | None = None) -> tuple[Ints, Ints]:
    """Return the weights that make the true divisions most likely, in hundredths, rounded."""
    sizes = (train[0].values.shape[1], len(layout.ARCS))
    groups: dict[tuple[int, float], list[Example]] = {}
    for example in train:
        groups.setdefault(
            (len(example.states).bit_length() * 2 + (len(example.states) % 16 > 8), example.weight), []
        ).append(example)
    chains = [
        (
            Chain(
                [page.values for page in pages],
                [page.base for page in pages],
                [page.is_signed for page in pages],
                np.array([page.is_page_signed[0] for page in pages]),
            ),
            weight,
        )
        for (_, weight), pages in sorted(groups.items(), key=lambda item: item[0])
    ]
    true_arcs, true_ends = np.zeros(sizes), np.zeros(len(layout.ENDS))
    for example in train:
        by_arcs, by_ends = totals(example, example.states)
        true_arcs, true_ends = true_arcs + example.weight * by_arcs, true_ends + example.weight * by_ends

    def loss(flat: Floats) -> tuple[float, Floats]:
        arcs, ends = flat[: sizes[0] * sizes[1]].reshape(sizes), flat[sizes[0] * sizes[1] :]
        value = penalty / 2 * float(flat @ flat) - float((arcs * true_arcs).sum() + (ends * true_ends).sum())
        by_arcs, by_ends = -true_arcs, -true_ends
        for chain, weight in chains:
            total, chain_arcs, chain_ends = chain.slope(arcs, ends)
            value += weight * total
            by_arcs, by_ends = by_arcs + weight * chain_arcs, by_ends + weight * chain_ends
        return value, np.concatenate([by_arcs.ravel(), by_ends]) + penalty * flat

    if start is None:
        start = np.zeros(sizes[0] * sizes[1] + len(layout.ENDS))
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 320, "maxfun": 400})
    print(f"{best.nit} steps, loss {best.fun:.1f} over {len(train)} pages")
    whole = np.rint(100 * best.x).astype(np.int64)
    return whole[: sizes[0] * sizes[1]].reshape(sizes), whole[sizes[0] * sizes[1] :]


def spans(states: Sequence[int]) -> set[tuple[tuple[int, bool], ...]]:
    """Return the articles of a division: positions, each with whether it is a title."""
    articles: list[list[tuple[int, bool]]] = []
    for position, state in enumerate(states):
        if layout.STARTS[state]:
            articles.append([])
        if layout.STATES[state].part != "column":
            articles[-1].append((position, "title" in layout.STATES[state].part))
    return {tuple(article) for article in articles if article}


def report(name: str, pages: list[Example], arcs: Ints, ends: Ints, *, show: bool) -> None:
    """Print the share of articles found exactly."""
    hits = total = 0
    for page in pages:
        found = search(page, arcs, ends)
        hits += len(spans(found) & spans(page.states))
        total += len(spans(page.states))
        for position, (got, want) in enumerate(zip(found, page.states, strict=True)):
            if show and layout.STATES[got].part != layout.STATES[want].part:
                parts = layout.STATES[got].part, layout.STATES[want].part
                print(f"  {page.name} {position}: {parts[0]} for {parts[1]}: {page.texts[position][:40]}")
    print(f"{name}: {hits} of {total} articles exact ({hits / total:.3f})")


def main() -> None:
    """Learn, report, write."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--pages", type=int, default=340)
    cli.add_argument("--penalty", type=float, default=1.0, help="weight of the squared weights")
    cli.add_argument("--go-on", action="store_true", help="start from the weights of today: quicker, for trials")
    cli.add_argument("--show", action="store_true", help="list what is wrong on the pages used to choose features")
    args = cli.parse_args()
    news = read_news(SHARED / "dev-data" / "clean_news" / "xinwenlianbo.dev.jsonl")
    maker = Maker(news, seed=20261123)
    gold = read_gold(SHARED / "dev-data" / "synth", SHARED / "dev-data" / "synth", "dev-*")
    whole = read_gold(SHARED / "dev-data" / "synth", SHARED / "dev-data" / "synth", "dev-*", with_copies=True)
    names, made = examples([made_page(maker, f"made-{number:05}") for number in range(args.pages)])
    _, known = examples([page for page in gold if number_of(page.name) < 24], 2.0)
    _, copies = examples([page for page in whole if number_of(page.name) < 24])
    _, tune = examples([page for page in gold if 24 <= number_of(page.name) < 32])
    start = None
    if args.go_on:
        old = arrange.packaged_weights()
        by_name = dict(zip(old.names, old.arcs, strict=True))
        rows = [by_name.get(name, np.zeros(len(layout.ARCS))) for name in names]
        start = np.concatenate([np.array(rows, dtype=np.float64).ravel(), old.ends]) / 100
    arcs, ends = learn(made + known + copies, args.penalty, start)
    report("made", made, arcs, ends, show=False)
    report("known", known, arcs, ends, show=False)
    report("tune", tune, arcs, ends, show=args.show)
    stored = {
        "evidence": {
            name: {arc: int(arcs[i, j]) for j, arc in enumerate(layout.ARCS) if arcs[i, j]}
            for i, name in enumerate(names)
        },
        "ends": {end: int(ends[i]) for i, end in enumerate(layout.ENDS)},
    }
    TARGET.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
