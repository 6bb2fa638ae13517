"""Make ``transforms/extracted/data/plain_words.txt``: words that the name tagger need not look at.

    PYTHONPATH=. python -m benchmarks.plain_words DEV_DATA

Read are the corpora that the tagger was trained on (``benchmarks/train_names.py``) and every other paragraph of the
broadcast news, and counted is how often the tagger, looking at every word, puts a word or a part of it into a name. Train the
tagger first: an older list hides from it what stands there. About three minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.train_names import TRAINED_ON, read
from transforms.extracted.name_features import characters, known_words
from transforms.extracted.name_scores import prepare, score_labels
from transforms.extracted.tagger import best_labels, packaged_weights, scored_places
from transforms.extracted.word_numbers import tag_of
from transforms.words import cut_column

SEEN = 100  # uses; of a word that is seen less often it is not known that no name has it
SEEN_RARE = 30
RARE = 0.03  # share of its uses in which a rare word stands in a name
# Names of bodies are made of nouns, whichever these texts happen to have. With them among the plain words the F1 of
# organisations on the held-out parts fell by .003 to .007, without them by .001 at most and rose elsewhere (2026-11-27).
NOUNS = ("n", "j", "l", "i", "b", "vn", "an")  # how their tags begin, in jieba's dictionary
OUT = Path(__file__).parents[1] / "transforms" / "extracted" / "data" / "plain_words.txt"
HEAD = """# Words, no nouns, that the tagger never puts into a name, and, after the blank line, words that it puts there in fewer
# than three uses of a hundred; made by benchmarks/plain_words.py.
"""


def count(texts: list[str], seen: Counter[str], named: Counter[str]) -> None:
    """Add how often each word of ``texts`` stands there, and how often in a name."""
    column = pl.Series(texts)
    words = cut_column(column)
    seen_by_tagger = characters(column, words, known_words(words.spellings)._replace(plainness=None))
    at = scored_places(seen_by_tagger)
    labels = np.zeros(len(seen_by_tagger.codes), dtype=np.int8)
    weights = prepare(packaged_weights(), seen_by_tagger.letter_codes)
    labels[at] = best_labels(score_labels(seen_by_tagger, at, weights), at)
    before = np.concatenate([[0], np.cumsum(labels > 0)])
    offsets = seen_by_tagger.row_starts[words.row]
    is_named = before[words.char_end + offsets] > before[words.char_start + offsets]
    spellings = words.spellings.to_list()
    for counter, uses in ((seen, words.spelling), (named, words.spelling[is_named])):
        counter.update(dict(zip(spellings, np.bincount(uses, minlength=len(spellings)).tolist(), strict=True)))


def main() -> int:
    """Count and write."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("data", type=Path)
    args = cli.parse_args()
    texts = [text for name in TRAINED_ON for text, _ in read(args.data / "ner" / name, lambda block: block > 0)]
    news = (args.data / "clean_news" / "xinwenlianbo.dev.jsonl").read_text(encoding="utf-8").splitlines()
    texts += [text for line in news for text in json.loads(line)["paragraphs"]][::2]
    seen: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for start in range(0, len(texts), 4000):
        count(texts[start : start + 4000], seen, named)
    # Of Latin letters names of firms are made (5G, A), whichever these texts happen to have.
    often = sorted(word for word, uses in seen.items() if uses >= SEEN_RARE and not re.search(r"[A-Za-z]|^\s*$", word))
    tags = tag_of()
    plain = [
        word for word in often if seen[word] >= SEEN and not named[word] and not tags.get(word, "x").startswith(NOUNS)
    ]
    rare = [word for word in often if named[word] < RARE * seen[word] and word not in set(plain)]
    OUT.write_text(HEAD + "\n\n".join("\n".join(words) for words in (plain, rare)) + "\n", encoding="utf-8")
    print(f"{len(plain)} plain words, {len(rare)} rare ones")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
