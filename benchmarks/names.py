"""Precision and recall of people, organisations and places on public corpora, beside jieba's own tags; and the speed.

    python benchmarks/names.py DEV_DATA_DIR [--errors N]

DEV_DATA_DIR holds ``ner/`` and ``extraction/`` as ``benchmarks/train_names.py`` and the tests read them. Only parts are
scored that the tagger was not trained on: People's Daily's development file, and the blocks of MSRA and CLUENER that
training holds out. A name counts once per sentence, by its letters. The corpora mark other things than a local paper's
reader would (China in 中国人民银行 is no place there, 市开发区 is none at all), so the figures say less about organisations and
places than about people.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import rjieba

from benchmarks.train_names import TYPES, Sentence, read
from transforms.extracted.keywords import find_keywords
from transforms.extracted.name_mentions import Readings
from transforms.extracted.organizations import find_organizations
from transforms.extracted.people import find_people
from transforms.extracted.places import find_places
from transforms.extracted.tagger import tag_names
from transforms.extracted.terms import count_terms
from transforms.extracted.word_counts import count_words
from transforms.frames import ARTICLE_TEXTS, conform
from transforms.words import cut_column

Found = set[tuple[int, str]]
FINDERS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "people": find_people,
    "places": find_places,
    "organizations": find_organizations,
}
KIND_NUMBERS = {"people": 0, "places": 1, "organizations": 2}
JIEBA_TAGS = {"people": "nr", "places": "ns", "organizations": "nt"}


def articles(paragraphs: list[str]) -> pl.DataFrame:
    """Return a frame of the schema ``ARTICLE_TEXTS`` in which each paragraph is an article."""
    frame = pl.DataFrame({"text": paragraphs}).with_row_index("paragraph_no")
    number = pl.col("paragraph_no").cast(pl.String).str.zfill(6)
    return conform(
        frame.with_columns(
            article_id=number,
            page_id=number,
            position=pl.lit(1),
            part=pl.lit("body"),
            published_on=pl.lit(None),
        ),
        ARTICLE_TEXTS,
    )


def held_out(ner: Path) -> dict[str, list[Sentence]]:
    """Return the parts of the corpora that training does not read."""
    return {
        "People's Daily": read(ner / "peoples_daily_dev.dev.jsonl", lambda _: True),
        "MSRA": read(ner / "msra_train_part.dev.jsonl", lambda block: block == 0),
        "CLUENER": read(ner / "cluener_train.dev.jsonl", lambda block: block == 0),
    }


def by_jieba(sentences: list[Sentence], tag: str) -> Found:
    """Return the words of two characters and more that rjieba tags with ``tag``."""
    return {
        (number, word)
        for number, (text, _) in enumerate(sentences)
        for word, its_tag in rjieba.tag(text)
        if its_tag.startswith(tag) and len(word) > 1
    }


def line(label: str, found: Found, gold: Found) -> str:
    """Return one line of the report."""
    hits = len(found & gold)
    precision, recall = hits / max(len(found), 1), hits / max(len(gold), 1)
    f1 = 2 * hits / max(len(found) + len(gold), 1)
    return f"{label:44} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  of {len(gold)}"


def score(sentences: list[Sentence], corpus: str, errors: int) -> None:
    """Print precision and recall of every kind on one corpus."""
    frame = articles([text for text, _ in sentences])
    for kind, find in FINDERS.items():
        rows = find(frame).select(pl.col("paragraph_no").cast(pl.Int64), "name").rows()
        found = set(rows)
        number = KIND_NUMBERS[kind]
        gold = {
            (i, text[s:e])
            for i, (text, names) in enumerate(sentences)
            for s, e, k in names
            if k == number and e - s > 1
        }
        print(line(f"{corpus}, {kind}", found, gold))
        print(line(f"{corpus}, {kind}, jieba's tag {JIEBA_TAGS[kind]}", by_jieba(sentences, JIEBA_TAGS[kind]), gold))
        for name, wrong in (("wrong", found - gold), ("missed", gold - found)):
            for i, text in sorted(wrong)[:: max(1, len(wrong) // max(errors, 1))][:errors]:
                print(f"    {name:6} {kind}: {text}  | {sentences[i][0][:90]}")


def score_titles(path: Path, errors: int) -> None:
    """Print how often the title before a known name is read as the corpus has it (person and title adjacent)."""
    right = total = 0
    for row in map(json.loads, path.read_text().splitlines()):
        for pair in row.get("pairs") or []:
            if (
                pair["title_span"][1] != pair["person_span"][0]
                or pair["title"] in ("记者", "通讯员")
                or pair["person"].isascii()
            ):
                continue
            people = find_people(articles([row["text"]])).filter(pl.col("name") == pair["person"])
            titles = people["titles"].explode().drop_nulls().to_list()
            wanted = pair["title"]
            total += 1
            ok = any(title.endswith(wanted) for title in titles)
            right += ok
            if not ok and errors and total % 40 < errors // 5:
                print("    missed title", wanted, pair["person"], titles, "|", row["text"][:80])
    print(f"titles before a name (CLUENER pairs): {right / max(total, 1):.3f} of {total}")


def speed(paragraphs: list[str]) -> None:
    """Print the speed of every finder on one core, in seconds of the processor; words and names are made once for all."""
    frame = articles(paragraphs)
    megabytes = frame["text"].str.len_bytes().sum() / 1e6
    # The word lists are read once per process; that is no matter of the text.
    for warm_up in (*FINDERS.values(), find_keywords, count_terms):
        warm_up(frame.head(10))
    began = time.process_time()
    words = cut_column(frame["text"])
    names = tag_names(frame["text"], words=words)
    counts = count_words(frame, words)
    readings = Readings(frame, names)
    shared = time.process_time() - began
    total = shared
    people = find_people(frame, readings=readings)
    print(f"{'words and names (shared)':44} {megabytes / shared:.1f} MB/s")
    for label, run in {
        "people": lambda: find_people(frame, readings=readings),
        "places": lambda: find_places(frame, readings=readings),
        "organizations": lambda: find_organizations(frame, people=people, readings=readings),
        "keywords": lambda: find_keywords(frame, counts=counts),
        "terms": lambda: count_terms(frame, counts=counts),
    }.items():
        began = time.process_time()
        run()
        took = time.process_time() - began
        total += took
        print(f"{label:44} {megabytes / took:.1f} MB/s")
    print(f"{'all together':44} {megabytes / total:.1f} MB/s on {megabytes:.1f} MB")


def main() -> int:
    """Print the report."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("data", type=Path)
    cli.add_argument("--errors", type=int, default=0, help="show so many errors of each sort")
    args = cli.parse_args()
    assert set(TYPES.values()) == set(KIND_NUMBERS.values())
    for corpus, sentences in held_out(args.data / "ner").items():
        score(sentences, corpus, args.errors)
    score_titles(args.data / "extraction" / "person_title.dev.jsonl", args.errors)
    news = (args.data / "clean_news" / "xinwenlianbo.dev.jsonl").read_text().splitlines()[::15]
    speed([paragraph for article in map(json.loads, news) for paragraph in article["paragraphs"]])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
