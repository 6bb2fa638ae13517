"""How well the facts of articles are found, and how fast: the figures that the docstrings speak of.

    python benchmarks/facts.py gold     [--misses]   annotated pages, articles as annotated
    python benchmarks/facts.py money    [--misses]   money cases of JioNLP, Duckling and WeTextProcessing
    python benchmarks/facts.py years    [--misses]   years given to dates of news whose day is known but not shown
    python benchmarks/facts.py speed                 MB/s of each extractor on one core, on broadcast news

The development data lies in the folder of BANMIAN_SHARED, else in ../shared.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from transforms.extracted.amounts import find_amounts
from transforms.extracted.counts import find_counts
from transforms.extracted.dates import find_dates
from transforms.extracted.projects import find_projects
from transforms.frames import ARTICLE_TEXTS

SHARED = Path(os.environ.get("BANMIAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
BYLINE = re.compile("(?:(?:记者|通讯员) ?[\u4e00-\u9fff ]+)+(?: 摄)?")
Rows = list[dict[str, Any]]


def annotated_texts(page: str) -> pl.DataFrame:
    """Return the articles of an annotated page as its gold cuts them, copies left out: other stages cost nothing here."""
    gold = json.loads((SHARED / "gold" / f"{page}.structure.json").read_text(encoding="utf-8"))
    lines = [line.strip() for line in (SHARED / "seeds" / f"{page}.txt").read_text(encoding="utf-8").split("\n")]
    lines = [line for line in lines if line]
    following = {first: second for first, second in gold["joins"]}
    rows = []
    for number, article in enumerate(gold["articles"], 1):
        position = 0
        for part, starts in (("title", article["title"]), ("body", article["body"])):
            for start in starts:
                if start in following.values():
                    continue
                text, line = lines[start], start
                while line in following:
                    line = following[line]
                    text += lines[line]
                position += 1
                role = "byline" if part == "body" and BYLINE.fullmatch(text) else part
                rows.append((f"{page}.{number:03}", page, position, start + 1, role, text, None))
    return pl.DataFrame(rows, schema=ARTICLE_TEXTS, orient="row")


def news_texts(*, share: int = 1, of: int = 1) -> pl.DataFrame:
    """Return broadcast news as articles; of every ``of`` articles (by number in the file) the one numbered ``share``."""
    rows = []
    path = SHARED / "dev-data" / "clean_news" / "xinwenlianbo.dev.jsonl"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if number % of != share % of:
            continue
        record = json.loads(line)
        day = datetime.date.fromisoformat(record["date"])
        for position, text in enumerate([record["title"], *record["paragraphs"]], 1):
            part = "title" if position == 1 else "body"
            rows.append((f"{record['id']}.001", record["id"], position, position, part, text, day))
    return pl.DataFrame(rows, schema=ARTICLE_TEXTS, orient="row")


def norm(text: str) -> str:
    """As the scorer compares: NFKC without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def close(left: Decimal | float | None, right: float | None) -> bool:
    """Whether two numbers are the same, or both missing."""
    if left is None or right is None:
        return left is right
    return abs(float(left) - float(right)) <= 1e-6 * max(1.0, abs(float(right)))


def contains(left: str, right: str) -> bool:
    """Whether one text stands inside the other."""
    return norm(left) in norm(right) or norm(right) in norm(left)


def same_name(found: str, gold: dict[str, Any]) -> bool:
    """Whether a name is one that the gold accepts, or shares at least three fifths with it."""
    for name in map(norm, [gold["name"], *gold.get("accept", []), *gold.get("also", [])]):
        short, long = sorted((norm(found), name), key=len)
        if short == long or (len(norm(found)) >= 3 and short in long and len(short) / len(long) >= 0.6):
            return True
    return False


MATCHES: dict[str, Callable[[dict[str, Any], dict[str, Any]], bool]] = {
    "amounts": lambda f, g: close(f["value"], g["value"]) and f["currency"] == g["currency"],
    "projects": lambda f, g: same_name(f["name"], g) and close(f["amount"], g["amount"]),
    "dates": lambda f, g: f["iso"] in [g["iso"], *g.get("iso_accept", [])] and contains(f["text"], g["text"]),
    "counts": lambda f, g: close(f["value"], g["value"]) and contains(f["unit"], g["unit"]),
}


def score_gold(*, misses: bool) -> dict[str, float]:
    """Print precision, recall and F1 on the annotated pages, and return F1; items marked debatable cost nothing."""
    pages = sorted(path.name.removesuffix(".facts.json") for path in (SHARED / "gold").glob("*.facts.json"))
    tally = {kind: [0, 0, 0] for kind in MATCHES}
    for page in pages:
        texts = annotated_texts(page)
        amounts = find_amounts(texts)
        found = {
            "amounts": amounts,
            "projects": find_projects(texts, amounts)[0],
            "dates": find_dates(texts),
            "counts": find_counts(texts),
        }
        gold = json.loads((SHARED / "gold" / f"{page}.facts.json").read_text(encoding="utf-8"))
        for kind, frame in found.items():
            hits, wrong, missed = compare(frame.to_dicts(), gold[kind], MATCHES[kind])
            tally[kind] = [total + new for total, new in zip(tally[kind], (hits, len(wrong), len(missed)), strict=True)]
            if misses:
                for name, rows in (("wrong", wrong), ("missed", missed)):
                    for row in rows:
                        print(
                            f"{name:6} {kind} | {page[:3]} | {row.get('text') or row.get('name')} {row.get('iso', '')}"
                        )
    for kind, (hits, wrong_count, missed_count) in tally.items():
        print_scores(kind, hits, hits + wrong_count, hits + missed_count)
    return {kind: 2 * hits / max(2 * hits + wrong + missed, 1) for kind, (hits, wrong, missed) in tally.items()}


def compare(found: Rows, gold: Rows, same: Callable[[dict[str, Any], dict[str, Any]], bool]) -> tuple[int, Rows, Rows]:
    """Return hits, wrong finds and missed items; what only matches a debatable or an already matched item is neither."""
    sure = [item for item in gold if not item.get("debatable")]
    left, wrong = list(sure), []
    for row in found:
        hit = next((item for item in left if same(row, item)), None)
        if hit is not None:
            left.remove(hit)
        elif not any(same(row, item) for item in gold):
            wrong.append(row)
    return len(sure) - len(left), wrong, left


def print_scores(name: str, hits: int, found: int, gold: int) -> None:
    """Print one line of precision, recall and F1."""
    precision, recall = hits / max(found, 1), hits / max(gold, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(f"{name:12} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  {hits}/{found}/{gold}")


CURRENCIES = {
    **{"元": "CNY", "港元": "HKD", "美元": "USD", "日元": "JPY", "新台币": "TWD", "泰铢": "THB", "卢布": "RUB"},
    **{"欧元": "EUR", "澳元": "AUD", "韩元": "KRW", "Dollar": "CNY", "Cent": "CNY", "CNY": "CNY", "HKD": "HKD"},
}
WRITTEN = {"¥": "CNY", "CNY": "CNY", "$": "USD", "£": "GBP", "₽": "RUB", "TWD": "TWD", "€": "EUR", "RM": "MYR"}
NAMES_A_CURRENCY = re.compile("[元圆块币幣铢布镑]|令吉|[￥$]|CNY|HKD")


def money_cases() -> Iterator[tuple[str, str, str, str]]:
    """Yield (library, text, value, currency) of the cases whose text names a currency, one sum each.

    Duckling's Dollar and Cent are its words for 元 and 分. Texts with several sums are left out, as are those with none.
    """
    folder = SHARED / "dev-data" / "extraction"
    for line in (folder / "jionlp_money_parse.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        value = case["expected"]["num"]
        yield (
            "JioNLP",
            case["text"],
            value[0] if isinstance(value, list) else value,
            CURRENCIES[case["expected"]["case"]],
        )
    for line in (folder / "duckling_amountofmoney.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        unit, number = case["expected"].split()[1], re.findall(r"[\d.]+", case["expected"])[0]
        yield "Duckling", case["text"], str(Decimal(number) / (100 if unit == "Cent" else 1)), CURRENCIES[unit]
    for line in (folder / "wetext_zh_itn_tn.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        spoken, written = case["text"], case["expected"]
        if case["direction"] == "written_to_spoken":
            spoken, written = written, spoken
        sign = re.fullmatch(r"(?:价格是)?(¥|￥|CNY ?|\$|£|₽|TWD|€|RM)([\d.]+)(?:[~-]\d+)?", written)
        if case["type"] in ("money", "normalizer") and sign:
            yield "WeText", case["text"], sign[2], WRITTEN[sign[1].strip().replace("￥", "¥")]


def score_money(*, misses: bool) -> float:
    """Print and return the share of cases read with the library's value and currency, of those that name a currency."""
    total: dict[str, list[int]] = {}
    for library, text, value, currency in money_cases():
        if not NAMES_A_CURRENCY.search(text):
            continue
        row = ("case.001", "case", 1, 1, "body", text, None)
        sums = find_amounts(pl.DataFrame([row], schema=ARTICLE_TEXTS, orient="row")).to_dicts()
        # A value of three places (34.521元) is kept to the fen.
        is_right = len(sums) == 1 and abs(sums[0]["value"] - Decimal(value)) < 1 and sums[0]["currency"] == currency
        is_right = is_right and (abs(sums[0]["value"] - Decimal(value)) < Decimal("0.01"))
        counts = total.setdefault(library, [0, 0])
        counts[0] += is_right
        counts[1] += 1
        if misses and not is_right:
            print(f"{library}: {text} is {value} {currency}, read {[(str(s['value']), s['currency']) for s in sums]}")
    for library, (right, cases) in total.items():
        print(f"{library:10} {right}/{cases} = {right / cases:.3f}")
    right, cases = (sum(column) for column in zip(*total.values(), strict=True))
    print(f"{'together':10} {right}/{cases} = {right / cases:.3f}")
    return right / cases


def score_years(*, misses: bool) -> None:
    """Print how often a date without a year gets one from the article alone, and how often that is not the true year.

    The true one is what the day of the broadcast gives. Rules were looked at on the even articles; the odd ones are untouched.
    """
    key = ["article_id", "paragraph_no", "char_start", "text"]
    for name, share in (("even articles", 0), ("odd articles", 1)):
        texts = news_texts(share=share, of=2)
        known = find_dates(texts)
        alone = find_dates(texts.with_columns(pl.lit(None, dtype=pl.Date).alias("published_on")))
        both = known.join(alone, on=key, suffix="_alone").filter(~pl.col("text").str.contains(r"^[12一二]\S{3}年"))
        given = both.filter(pl.col("iso_alone").is_not_null() & ~pl.col("iso_alone").str.starts_with("--"))
        wrong = given.filter(pl.col("iso") != pl.col("iso_alone"))
        print(
            f"{name}: {both.height} dates without a year, {given.height} given one, {wrong.height} another than the true"
        )
        if misses:
            print(wrong.select("article_id", "text", "iso", "iso_alone", "resolved_from_alone"))


def measure_speed() -> None:
    """Print MB per second of processor time of each extractor, the best of five runs; caches are warm after the first."""
    texts = news_texts(share=0, of=3)
    megabytes = texts["text"].str.len_bytes().sum() / 1e6
    amounts = find_amounts(texts)
    extractors: dict[str, Callable[[], object]] = {
        "amounts": lambda: find_amounts(texts),
        "projects": lambda: find_projects(texts, amounts),
        "dates": lambda: find_dates(texts),
        "counts": lambda: find_counts(texts),
    }
    seconds = 0.0
    for name, run in extractors.items():
        best = min(_timed(run) for _ in range(5))
        seconds += best
        print(f"{name:10} {megabytes / best:6.1f} MB/s")
    print(f"{'together':10} {megabytes / seconds:6.1f} MB/s on {megabytes:.1f} MB")


def _timed(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    """Run the measure named on the command line."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("measure", choices=["gold", "money", "years", "speed"])
    cli.add_argument("--misses", action="store_true")
    args = cli.parse_args()
    if args.measure == "speed":
        measure_speed()
        return
    measures: dict[str, Callable[..., object]] = {"gold": score_gold, "money": score_money, "years": score_years}
    measures[args.measure](misses=args.misses)


if __name__ == "__main__":
    main()
