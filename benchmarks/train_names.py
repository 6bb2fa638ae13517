"""Train the name tagger (``transforms/extracted/data/names.npz``) on public corpora and report it on parts it never saw.

    python benchmarks/train_names.py NER_DIR [--epochs 4] [--size-log2 19] [--out FILE.npz]

NER_DIR holds JSON lines ``{"text": …, "entities": [[start, end, type], …]}``: People's Daily 1998 (``peoples_daily_*``),
MSRA (``msra_*``) and CLUENER 2020 (``cluener_*``). Blocks of 50 lines are held out by the hash of file name and block
number (one in ten); of People's Daily the whole development file. Nothing of the held-out parts is used for any choice
made in training but to be printed at the end. Needs scipy. About a minute on one core; the same file on every run.

Training: conditional log-likelihood by forward-backward over mini-batches of 256 sentences, Adagrad, hard constraints on
the sequence of labels in place of learned transitions, an L2 penalty; features seen once are dropped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import scipy.sparse

from transforms.extracted.name_features import Characters, characters
from transforms.extracted.name_scores import LABELS, prepare, score_labels
from transforms.extracted.tagger import KINDS, best_labels, scored_places
from transforms.words import cut_column

TYPES = {
    "PER": 0,
    "name": 0,
    "LOC": 1,
    "address": 1,
    "scene": 1,
    "ORG": 2,
    "company": 2,
    "government": 2,
    "organization": 2,
}
TRAINED_ON = ("peoples_daily_train.dev.jsonl", "msra_train_part.dev.jsonl", "cluener_train.dev.jsonl")
BLOCK = 50  # lines
LONGEST = 300  # characters of a sentence that are read
RATE, PENALTY = 0.15, 2e-4
Sentence = tuple[str, list[tuple[int, int, int]]]


def read(path: Path, keep: Callable[[int], bool]) -> list[Sentence]:
    """Return the sentences of a file whose block, hashed to 0..9, is one to keep."""
    sentences: list[Sentence] = []
    for number, line in enumerate(path.read_text().splitlines()):
        digest = hashlib.blake2b(f"{path.name}{number // BLOCK}".encode(), digest_size=4).hexdigest()
        if keep(int(digest, 16) % 10):
            record = json.loads(line)
            names = [(s, e, TYPES[t]) for s, e, t in record["entities"] if t in TYPES and e <= LONGEST]
            sentences.append((record["text"][:LONGEST].replace("\r", " ").replace("\n", " "), names))
    return [sentence for sentence in sentences if sentence[0]]


def gold_labels(sentences: list[Sentence], starts: np.ndarray, size: int) -> np.ndarray:
    """Return the right label of every character of the column."""
    labels = np.zeros(size, dtype=np.int8)
    for (_, names), offset in zip(sentences, starts, strict=True):
        for start, end, kind in names:
            base = 4 * kind
            if end - start == 1:
                labels[offset + start] = base + 4
            else:
                labels[offset + start] = base + 1
                labels[offset + start + 1 : offset + end - 1] = base + 2
                labels[offset + end - 1] = base + 3
    return labels


def lawful() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which label may follow which, which may begin a sentence and which may end it, as 0 and 1."""
    closed = np.array([label == 0 or (label - 1) % 4 in (2, 3) for label in range(LABELS)])
    opening = np.array([label == 0 or (label - 1) % 4 in (0, 3) for label in range(LABELS)])
    kind = np.array([-1] + [k for k in range(len(KINDS)) for _ in range(4)])
    same = (kind[:, None] == kind[None, :]) & ~closed[:, None] & ~opening[None, :]
    follows = (closed[:, None] & opening[None, :]) | same
    return follows.astype(np.float32), opening.astype(np.float32), closed.astype(np.float32)


def marginals(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return the probability of each label of each character, shape (sentences, longest, LABELS), by forward-backward."""
    follows, opening, closing = lawful()
    likely = np.exp(scores - scores.max(axis=2, keepdims=True))
    steps = scores.shape[1]
    forward = np.zeros_like(scores)
    total = np.ones(scores.shape[:2], dtype=np.float32)
    state = likely[:, 0] * opening
    for step in range(steps):
        after = state if step == 0 else (state @ follows) * likely[:, step]
        norm = after.sum(axis=1)
        live = mask[:, step]
        state = np.where(live[:, None], after / np.maximum(norm, 1e-30)[:, None], state)
        total[:, step] = np.where(live, norm, 1)
        forward[:, step] = state
    out = np.zeros_like(scores)
    backward = np.tile(closing, (len(scores), 1))
    for step in range(steps - 1, -1, -1):
        joint = forward[:, step] * backward
        out[:, step] = joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-30)
        if step:
            before = (likely[:, step] * backward / np.maximum(total[:, step], 1e-30)[:, None]) @ follows.T
            before /= np.maximum(before.max(axis=1, keepdims=True), 1e-30)
            backward = np.where(mask[:, step][:, None], before, backward)
    return out


def train(sentences: list[Sentence], *, epochs: int, size: int) -> np.ndarray:
    """Return the trained weights, shape (size, LABELS)."""
    texts = pl.Series([text for text, _ in sentences])
    column = characters(texts, cut_column(texts))
    features = np.stack(column.features, axis=1) & np.uint32(size - 1)
    labels = gold_labels(sentences, column.row_starts, len(column.codes))
    seen = np.bincount(features.reshape(-1), minlength=size)
    print(
        f"{len(sentences)} sentences, {len(labels)} characters, {(seen > 1).sum()} of {(seen > 0).sum()} features seen twice"
    )
    weights = np.zeros((size, LABELS), dtype=np.float32)
    squares = np.full((size, LABELS), 1e-2, dtype=np.float32)
    order = np.argsort(column.row_lengths, kind="stable")
    batches = [order[i : i + 256] for i in range(0, len(order), 256)]
    shuffle = np.random.default_rng(0)
    for epoch in range(epochs):
        began = time.time()
        for number in shuffle.permutation(len(batches)):
            rows = batches[number]
            lengths = column.row_lengths[rows]
            steps = np.arange(int(lengths.max()))
            mask = steps[None] < lengths[:, None]
            places = np.where(mask, column.row_starts[rows][:, None] + steps[None], 0)
            here = features[places[mask]]
            used, inverse = np.unique(here, return_inverse=True)
            bounds = np.arange(0, here.size + 1, here.shape[1])
            active = scipy.sparse.csr_matrix(
                (np.ones(here.size, np.float32), inverse.reshape(-1), bounds), shape=(len(here), len(used))
            )
            scores = np.zeros((*mask.shape, LABELS), dtype=np.float32)
            scores[mask] = active @ weights[used]
            error = marginals(scores, mask)[mask]
            error[np.arange(len(error)), labels[places][mask]] -= 1
            gradient = active.T @ error + PENALTY * weights[used]
            squares[used] += gradient * gradient
            weights[used] -= RATE * gradient / np.sqrt(squares[used])
        print(f"epoch {epoch + 1}: {time.time() - began:.1f} s", flush=True)
    weights[seen < 2] = 0
    return weights


def quantise(weights: np.ndarray) -> np.ndarray:
    """Return the weights as whole numbers of eight bits, centred on the label 'outside'; only differences matter."""
    scaled = np.round((weights - weights[:, :1]) * 16)
    return np.clip(scaled, -127, 127).astype(np.int8)


def report(name: str, sentences: list[Sentence], weights: np.ndarray) -> None:
    """Print precision, recall and F1 of exact spans per kind."""
    texts = pl.Series([text for text, _ in sentences])
    column = characters(texts, cut_column(texts))
    padded = np.zeros((len(weights), 16), dtype=np.int8)
    padded[:, :LABELS] = weights
    at = scored_places(column)
    labels = np.zeros(len(column.codes), dtype=np.int8)
    labels[at] = best_labels(score_labels(column, at, prepare(padded, column.letter_codes)), at)
    found = spans(labels, column)
    gold = spans(gold_labels(sentences, column.row_starts, len(column.codes)), column)
    cells = []
    for kind, label in enumerate(KINDS):
        ours, theirs = ({x for x in names if x[2] == kind} for names in (found, gold))
        hits = len(ours & theirs)
        precision, recall = hits / max(len(ours), 1), hits / max(len(theirs), 1)
        score = 2 * hits / max(len(ours) + len(theirs), 1)
        cells.append(f"{label} P {precision:.3f} R {recall:.3f} F1 {score:.3f} ({len(theirs)})")
    print(f"{name:24}" + "  ".join(cells), flush=True)


def spans(labels: np.ndarray, column: Characters) -> set[tuple[int, int, int]]:
    """Return begin, end and kind of every name in a sequence of labels."""
    part = (labels - 1) % 4
    first = np.flatnonzero((labels > 0) & ((part == 0) | (part == 3)))
    last = np.flatnonzero((labels > 0) & ((part == 2) | (part == 3)))
    return {(int(a), int(b) + 1, (int(labels[a]) - 1) // 4) for a, b in zip(first, last, strict=True)}


def main() -> int:
    """Train, report, write."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("ner", type=Path)
    cli.add_argument("--epochs", type=int, default=4)
    cli.add_argument("--size-log2", type=int, default=19)
    cli.add_argument("--out", type=Path)
    args = cli.parse_args()
    size = 1 << args.size_log2
    weights = quantise(
        train([s for name in TRAINED_ON for s in read(args.ner / name, lambda b: b > 0)], epochs=args.epochs, size=size)
    )
    held_out = {"People's Daily, dev file": read(args.ner / "peoples_daily_dev.dev.jsonl", lambda b: True)}
    held_out |= {f"{name.split('_')[0]}, held out": read(args.ner / name, lambda b: b == 0) for name in TRAINED_ON}
    for name, sentences in held_out.items():
        report(name, sentences, weights)
    if args.out:
        rows = np.flatnonzero(weights.any(axis=1))
        steps = np.diff(rows, prepend=0).astype(np.uint16)
        assert (np.cumsum(steps.astype(np.int64)) == rows).all()
        np.savez_compressed(args.out, size=np.int64(size), row_steps=steps, weights=weights[rows])
        print(f"{args.out}: {len(rows)} features, {args.out.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
