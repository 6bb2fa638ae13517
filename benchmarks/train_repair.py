"""Build the tables behind line repair from any corpus of clean paragraphs: the n-gram table and the pair model.

    python benchmarks/train_repair.py CORPUS.jsonl ... [--pages N] [--keep-out DIR] [--out DIR]

Each line of a corpus is a JSON object. One with ``paragraphs`` is an article (``title``, ``id`` and ``date`` if there are
any); one with ``sentences`` or ``text`` is running text that feeds the n-gram table alone. Articles are dealt out by the
hash of their date, so that no article is in two shares: one part in twenty for tests (never read here), five for the pages
on which the pair model learns, the rest for the n-grams, so that the model meets text the table has not counted.

``--keep-out`` names a folder of pages; articles that share text with its odd-numbered pages are left out altogether, so
that those pages may be used for honest figures. The same corpora and options give the same bytes.

Needs catboost (`pip install banmian[train]`); a run of the product does not.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from catboost import CatBoostClassifier
from cut_pages import Page, make_page
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from shares import PAIRS, TEST, share

from transforms.cleaned.ngrams import BITS, END, LOG_STEP, START, Ngrams, plain_character
from transforms.cleaned.normalise import normalise_lines
from transforms.cleaned.pairmodel import KINDS
from transforms.cleaned.pairs import Pairs, find_pairs
from transforms.cleaned.shapes import add_shapes
from transforms.cleaned.texts import Texts
from transforms.cleaned.turns import BUCKETS, HEAD, STEP, TAIL, Turns, buckets
from transforms.cleaned.wrapping import add_widths
from transforms.raw.lines import split_lines

VOCABULARY = 6000
PROFILES = ("columns", "hard", "wrap", "columns", "hard", "clean", "columns", "hard")
SEED = 1
TREES, DEPTH = 150, 6
TURN_PENALTY = 5.0
SENTENCE = re.compile("(?<=[。！？!?])(?![”’」』）])")
GAP = "\x00"  # between texts of which nobody knows whether they are whole paragraphs
# Of the corpora at hand: a broadcaster names itself at the head of each article, which no newspaper does.
SIGNATURE = re.compile("^央视网消息(（[^）]*）)?[：:]?")


def read_corpora(paths: Iterable[Path], keep_out: Path | None) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the articles, and the running text that is in no articles."""
    kept_out = _odd_pages(keep_out) if keep_out else set()
    articles, running = [], []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if "paragraphs" not in record:
                running += (
                    record.get("sentences") or [record["text"]] if "text" in record or "sentences" in record else []
                )
                continue
            paragraphs = [text for text in (SIGNATURE.sub("", p).strip() for p in record["paragraphs"]) if text]
            article = {**record, "title": record.get("title") or "", "paragraphs": paragraphs}
            if paragraphs and not _shares_text(_key("".join(paragraphs)), kept_out):
                articles.append(article)
    return articles, running


def _key(text: str) -> str:
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text))


def _odd_pages(folder: Path) -> set[str]:
    grams: set[str] = set()
    for path in sorted(folder.rglob("*.txt")):
        number = re.search(r"(\d+)(?:\.regions)?\.txt$", path.name)
        if number and int(number[1]) % 2:
            text = _key(path.read_text(encoding="utf-8"))
            grams.update(text[i : i + 16] for i in range(len(text) - 15))
    return grams


def _shares_text(text: str, grams: set[str]) -> bool:
    return sum(text[i : i + 16] in grams for i in range(0, max(1, len(text) - 15), 8)) >= 2


def count_ngrams(paragraphs: Iterable[str], running: Iterable[str]) -> dict[str, np.ndarray]:
    """Return the packed table of characters and their runs of two and three; runs of three seen once are left out."""
    whole = START + (END + START).join(plain(text) for text in paragraphs) + END
    stream = whole + GAP + GAP.join(plain(text) for text in running)
    codes = np.frombuffer(stream.encode("utf-32-le"), dtype=np.uint32)
    codes = np.where(codes < 0x10000, codes, 0)
    counts = np.bincount(codes, minlength=0x10000)
    counts[0] = 0
    order = np.argsort(-counts, kind="stable")[:VOCABULARY]
    order = order[(counts[order] >= 3) & ((order < 0xD800) | (order > 0xDFFF))]
    ids = np.zeros(0x10000, dtype=np.int64)
    ids[order] = np.arange(1, len(order) + 1)
    size = len(order) + 1
    tokens = ids[codes]
    goes_on = tokens != ids[ord(END)]
    first, second, third = tokens[:-2], tokens[1:-1], tokens[2:]
    inside = goes_on[:-1] & (tokens[:-1] != 0) & (tokens[1:] != 0)
    pairs, pair_counts = np.unique(((tokens[:-1] << BITS) | tokens[1:])[inside], return_counts=True)
    inside = goes_on[:-2] & goes_on[1:-1] & (first != 0) & (second != 0) & (third != 0)
    triples, triple_counts = np.unique(((first << 2 * BITS) | (second << BITS) | third)[inside], return_counts=True)
    triples, triple_counts = triples[triple_counts > 1], triple_counts[triple_counts > 1]
    mask = (1 << BITS) - 1
    return {
        "characters": np.frombuffer("".join(map(chr, order.tolist())).encode("utf-8"), dtype=np.uint8),
        "unigram": to_log(np.bincount(tokens, minlength=size)),
        **planes("fan", np.bincount(pairs >> BITS, minlength=size)),
        **planes("second", pairs & mask),
        "pair_count": to_log(pair_counts),
        **planes("third_fan", np.bincount(np.searchsorted(pairs, triples >> BITS), minlength=len(pairs))),
        **planes("third", triples & mask),
        "triple_count": to_log(triple_counts),
    }


def plain(text: str) -> str:
    """Return ``text`` as the table sees it: one width, digits and letters as classes, no spaces."""
    return re.sub(r"\s", "", "".join(map(plain_character, text)))


def planes(name: str, values: np.ndarray) -> dict[str, np.ndarray]:
    """Return 16-bit ``values`` as two arrays of bytes, which compress better apart."""
    return {f"{name}_low": (values & 255).astype(np.uint8), f"{name}_high": (values >> 8).astype(np.uint8)}


def to_log(counts: np.ndarray) -> np.ndarray:
    """Return ``counts`` as bytes: 0 for 0, else one more than the logarithm to base 2 in steps of ``LOG_STEP``."""
    return np.where(counts == 0, 0, 1 + np.round(np.log2(np.maximum(counts, 1)) / LOG_STEP)).astype(np.uint8)


def count_openings(paragraphs: Iterable[str], characters: bytes) -> dict[str, np.ndarray]:
    """Return the odds that a sentence opens a paragraph, by its first two, three and four characters (seen three times)."""
    ids = {character: number for number, character in enumerate(characters.decode("utf-8"), 1)}
    counts: dict[int, list[int]] = {}
    total = [0, 0]
    for paragraph in paragraphs:
        sentences = [text for text in SENTENCE.split(paragraph) if len(text) >= 4]
        for number, sentence in enumerate(sentences):
            side = min(number, 1)
            total[side] += 1
            key = 0
            for position, character in enumerate(sentence[:4]):
                key = (key << BITS) | ids.get(plain_character(character), 0)
                if position:
                    counts.setdefault((position << 54) | key, [0, 0])[side] += 1
    prior = total[0] / sum(total)
    odds: dict[int, float] = {}
    for key in sorted(counts):  # the shorter openings come first
        position, characters_key = key >> 54, key & ((1 << 54) - 1)
        shorter = odds[((position - 1) << 54) | (characters_key >> BITS)] if position > 1 else prior
        opened, went_on = counts[key]
        odds[key] = (opened + 3 * shorter) / (opened + went_on + 3)
    kept = np.array([key for key in sorted(counts) if sum(counts[key]) >= 3], dtype=np.int64)
    logs = np.log([odds[key] / (1 - odds[key]) for key in kept.tolist()])
    return {
        "opening_deltas": np.diff(kept, prepend=0).view(np.uint8).reshape(-1, 8).T.copy().ravel(),
        "opening_odds": np.clip(np.round(logs * 16) + 128, 0, 255).astype(np.uint8),
    }


def learn_turns(articles: Iterable[dict[str, Any]], ngrams: Ngrams) -> dict[str, np.ndarray]:
    """Return the packed weights of `Turns`: logistic regression over all pairs of sentences that follow each other."""
    before, after, opens = [], [], []
    for article in articles:
        parts = [
            (text, place == 0)
            for paragraph in article["paragraphs"]
            for place, text in enumerate(filter(None, SENTENCE.split(paragraph)))
        ]
        before += [text for text, _ in parts[:-1]]
        after += [text for text, _ in parts[1:]]
        opens += [is_first for _, is_first in parts[1:]]
    tails, heads = (
        ngrams.encode(pl.Series(texts), width, side=side)
        for texts, width, side in ((before, TAIL, "tail"), (after, HEAD, "head"))
    )
    places = buckets(tails, heads)
    used, column = np.unique(places, return_inverse=True)
    column = column.reshape(places.shape)
    rows = np.repeat(np.arange(len(places)), places.shape[1])
    held = csr_matrix((np.ones(places.size), (rows, column.ravel())), shape=(len(places), len(used)))
    sign = np.where(opens, 1.0, -1.0)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (held @ weights[:-1] + weights[-1])
        slope = -sign / (1 + np.exp(margin))
        penalty = TURN_PENALTY * weights[:-1]
        value = np.logaddexp(0, -margin).sum() + 0.5 * (penalty * weights[:-1]).sum()
        return value, np.append(held.T @ slope + penalty, slope.sum())

    found = minimize(loss, np.zeros(len(used) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    weights = np.zeros(BUCKETS, dtype=np.int8)
    weights[used] = np.clip(np.round(found[:-1] / STEP), -127, 127)
    return {"weights": weights, "bias": np.float32(found[-1])}


def made_pages(
    articles: list[dict[str, Any]], count: int, seed: int, profiles: tuple[str, ...] = PROFILES
) -> Iterator[Page]:
    """Yield ``count`` broken pages: three in five of one day's articles, the others of any."""
    days: dict[str, list[dict[str, Any]]] = {}
    for article in articles:
        days.setdefault(str(article.get("date", "")), []).append(article)
    names = sorted(days)
    for number in range(count):
        rng = random.Random(f"{seed}:{number}")  # noqa: S311 - the same pages each time are wanted
        size = rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 9))
        if rng.random() < 0.6:
            chosen = days[rng.choice(names)][:]
            rng.shuffle(chosen)
            chosen = chosen[:size]
        else:
            chosen = rng.sample(articles, size)
        yield make_page(chosen, rng, profiles[number % len(profiles)])


def measure(pages: list[Page], ngrams: Ngrams, turns: Turns) -> tuple[Pairs, np.ndarray]:
    """Return the candidate pairs of ``pages`` and whether each is a join."""
    texts = ["\n".join(page.lines) for page in pages]
    frame = pl.DataFrame({"page_id": [f"{number:06d}" for number in range(len(pages))], "text": texts})
    lines = normalise_lines(split_lines(frame)).lines
    shown = Texts(lines["text"])
    lines = add_widths(add_shapes(lines, shown))
    pairs = find_pairs(lines, shown, ngrams, turns)
    page_of, line_of = lines["page_id"].rle_id().to_numpy(), lines["line_number"].to_numpy()
    gold = {(number, a + 1, b + 1) for number, page in enumerate(pages) for a, b in page.joins}
    is_join = [(page_of[a], line_of[a], line_of[b]) in gold for a, b in zip(pairs.first, pairs.second, strict=True)]
    return pairs, np.array(is_join)


def train(pairs: Pairs, is_join: np.ndarray) -> dict[str, np.ndarray]:
    """Return both pair models, the arrays of each with its kind before their names; see `PairModel` for how they are read."""
    sides = {"columns": slice(0, pairs.wrapped_from), "wrapped": slice(pairs.wrapped_from, None)}
    packed = {}
    for kind in KINDS:
        model = CatBoostClassifier(
            iterations=TREES,
            learning_rate=0.12,
            depth=DEPTH,
            l2_leaf_reg=3,
            border_count=128,
            random_seed=SEED,
            thread_count=1,
            verbose=0,
            allow_writing_files=False,
        ).fit(pairs.measures[:, sides[kind]].T, is_join[sides[kind]])
        packed |= {f"{kind}_{name}": array for name, array in pack_trees(model, pairs.names).items()}
    return packed


def pack_trees(model: CatBoostClassifier, names: list[str]) -> dict[str, np.ndarray]:
    """Return the trees of ``model`` as arrays with one row a tree."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        stored = json.loads(path.read_text(encoding="utf-8"))
    trees = stored["oblivious_trees"]
    scale, (bias, *_) = stored["scale_and_bias"]
    # A tree that needs fewer levels gets some that are always answered with no.
    feature = np.zeros((len(trees), DEPTH), dtype=np.uint8)
    threshold = np.full((len(trees), DEPTH), np.inf, dtype=np.float32)
    value = np.zeros((len(trees), 1 << DEPTH), dtype=np.float32)
    for row, tree in enumerate(trees):
        depth = len(tree["splits"])
        feature[row, :depth] = [split["float_feature_index"] for split in tree["splits"]]
        threshold[row, :depth] = [split["border"] for split in tree["splits"]]
        value[row, : 1 << depth] = tree["leaf_values"]
    return {
        "feature": feature,
        "threshold": threshold,
        "value": value * np.float32(scale),
        "baseline": np.float32(bias),
        "names": np.frombuffer("\n".join(names).encode("utf-8"), dtype=np.uint8),
    }


def main() -> None:
    """Read the corpora, build both tables and write them."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("corpora", nargs="+", type=Path)
    cli.add_argument("--pages", type=int, default=5000, help="made pages for the pair model")
    cli.add_argument("--keep-out", type=Path, help="folder of pages whose odd-numbered half must stay unseen")
    cli.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "transforms/cleaned/data")
    args = cli.parse_args()
    articles, running = read_corpora(args.corpora, args.keep_out)
    counted = [article for article in articles if share(article) not in TEST and share(article) not in PAIRS]
    texts = [text for article in counted for text in (article["title"], *article["paragraphs"]) if text]
    table = count_ngrams(texts, running)
    table |= count_openings((text for article in counted for text in article["paragraphs"]), bytes(table["characters"]))
    args.out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(args.out / "ngrams.npz", **table)
    # Pages are made of full newspapers' articles only: a title and at least one paragraph.
    learnt = [article for article in articles if share(article) in PAIRS and article["title"]]
    turns = learn_turns(counted, Ngrams(table))
    np.savez_compressed(args.out / "turns.npz", **turns)
    pairs, is_join = measure(
        list(made_pages(learnt, args.pages, SEED)), Ngrams(table), Turns(turns["weights"], float(turns["bias"]))
    )
    np.savez_compressed(args.out / "pairs.npz", **train(pairs, is_join))
    sizes = {path.name: path.stat().st_size for path in sorted(args.out.glob("*.npz"))}
    print(
        f"{len(counted)} articles counted, {len(learnt)} cut up; {len(is_join)} pairs, {is_join.sum()} joins; bytes: {sizes}"
    )


if __name__ == "__main__":
    main()
