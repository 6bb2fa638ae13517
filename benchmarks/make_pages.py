"""Make any number of broken newspaper pages, with their structure gold where it is asked for.

    python -m benchmarks.make_pages OUT --pages 100000 --format jsonl.gz
    python -m benchmarks.make_pages OUT --pages 500 --profile hard --gold GOLD
    python -m benchmarks.make_pages OUT --pages 500 --articles clean.jsonl

Articles come from the grammar in ``prose.toml`` or, with ``--articles``, from a JSON-lines file of ``{title, paragraphs}``.
The defects are those counted on regional papers: halves of a paragraph apart, headings or whole photo stories between
them, ends missing, loops, copies with and without headline, orphan tails, headlines under their text, articles that
another paper prints again, word for word or with other numbers. Profiles: ``seed`` as often as there, ``hard`` twice to
four times as often, ``wrap`` hard-wrapped columns, ``mixed`` six, three and one of ten. A page depends on the seed and its
number alone, so that work can be shared out by ``--first``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

from benchmarks.page_layout import PROFILES, Page, lay_out, structure_gold
from benchmarks.prose import ARTICLES_PER_PAGE, CITIES, PAPERS, Article, Clean, Prose, drawer, pick, printed_again

# Three papers of eight pages appear on a day; the next three on a day far off, so that few pages show many months.
FIRST_DAY = date(2015, 1, 1)
DAYS, STRIDE = 3653, 389
PAGES_PER_ISSUE, PAPERS_PER_DAY = 8, 3
REPRINT_REACH = 24  # a page prints again only what stands at most so many pages before it
# One page in so many is in another encoding than UTF-8, with --encoding mixed.
OTHER_ENCODINGS = {7: "gb18030", 13: "utf-8-sig", 29: "utf-16"}


class Maker:
    """Pages by number; what page ``number`` holds depends on nothing but the arguments given here."""

    def __init__(self, source: Prose | Clean, *, seed: int, profile: str) -> None:
        self.source, self.seed, self.profile = source, seed, profile

    def place(self, number: int) -> tuple[str, str, date]:
        """Return city, paper and day of page ``number``."""
        issue = number // PAGES_PER_ISSUE
        paper = issue % len(PAPERS)
        day = FIRST_DAY + timedelta(days=issue // PAPERS_PER_DAY * STRIDE % DAYS)
        return CITIES[paper % len(CITIES)], PAPERS[paper], day

    def name(self, number: int) -> str:
        """Return the name of the page's file, unique among all pages."""
        return f"p{number:08d}"

    def article(self, page: int, slot: int) -> Article:
        """Return the article that page ``page`` has in ``slot``, whole."""
        city, _, day = self.place(page)
        return self.source.article(page * ARTICLES_PER_PAGE + slot, city, day)

    def reprint(self, number: int) -> tuple[int, str] | None:
        """Return the page whose first article page ``number`` prints again, and how; most pages print none."""
        draw = drawer(self.seed, "reprint", number)
        if draw() >= PROFILES[self._profile(number)].reprints:
            return None
        other = number - 1 - int(draw() * REPRINT_REACH)
        kind = pick(draw, ("exact", "exact", "near", "numbers_changed"))
        return (other, kind) if other >= 0 else None

    def _profile(self, number: int) -> str:
        if self.profile != "mixed":
            return self.profile
        return "wrap" if number % 10 == 9 else "hard" if number % 10 >= 6 else "seed"

    def page(self, number: int) -> Page:
        """Return page ``number``."""
        draw = drawer(self.seed, "page", number)
        profile = PROFILES[self._profile(number)]
        articles = [self.article(number, slot) for slot in range(4 + int(draw() * (ARTICLES_PER_PAGE - 4)))]
        later = {self.reprint(n) for n in range(number + 1, number + 1 + REPRINT_REACH)}
        kinds = {told[1] for told in later if told and told[0] == number}
        again = self.reprint(number)
        if again:
            articles.append(printed_again(self.article(again[0], 0), again[1], draw))
        return lay_out(articles, profile, draw, printed_later=kinds, printed_again=again[1] if again else None)

    def gold(self, number: int) -> dict[str, Any]:
        """Return the structure gold of page ``number``."""
        gold = structure_gold(self.page(number), self.name(number))
        again = self.reprint(number)
        if again:
            other, kind = again
            here = gold["articles"][-1]["body"]
            there = structure_gold(self.page(other), self.name(other))["articles"][0]["body"]
            gold["cross_page"] = [{"kind": kind, "lines": here, "other": self.name(other), "other_lines": there}]
        return gold


def write_pages(
    maker: Maker,
    numbers: range,
    out: Path,
    *,
    form: str,
    encoding: str = "utf-8",
    per_file: int = 5000,
    gold: Path | None = None,
) -> int:
    """Write the pages ``numbers`` under ``out`` as files or containers of ``per_file`` records; return the bytes."""
    size = 0
    container: IO[bytes] | None = None
    for number in numbers:
        text = maker.page(number).text
        _, paper, day = maker.place(number)
        if form == "txt":
            codec = OTHER_ENCODINGS.get(number % 31, "utf-8") if encoding == "mixed" else encoding
            folder = out / paper / day.isoformat()
            folder.mkdir(parents=True, exist_ok=True)
            data = text.encode(codec, errors="replace")
            folder.joinpath(f"{maker.name(number)}.txt").write_bytes(data)
        else:
            if container is None or (number - numbers.start) % per_file == 0:
                if container is not None:
                    container.close()
                container = _open(out / f"pages-{number:08d}.{form}")
            record = {"id": maker.name(number), "collection": paper, "date": day.isoformat(), "text": text}
            data = (json.dumps(record, ensure_ascii=False) + "\n").encode()
            container.write(data)
        size += len(data)
        if gold is not None:
            told = json.dumps(maker.gold(number), ensure_ascii=False)
            gold.joinpath(f"{maker.name(number)}.structure.json").write_text(told, "utf-8")
    if container is not None:
        container.close()
    return size


def _open(path: Path) -> IO[bytes]:
    # Level 1 and no time stamp: making pages is not about small files, and equal pages give equal files.
    return gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) if path.suffix == ".gz" else path.open("wb")


def main() -> int:
    """Make the pages named on the command line."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("out", type=Path)
    cli.add_argument("--pages", type=int, default=100)
    cli.add_argument("--first", type=int, default=0, help="number of the first page, to go on or to share the work")
    cli.add_argument("--seed", type=int, default=1)
    cli.add_argument("--profile", choices=[*PROFILES, "mixed"], default="mixed")
    cli.add_argument("--format", dest="form", choices=["txt", "jsonl", "jsonl.gz"], default="txt")
    cli.add_argument("--encoding", default="utf-8", help="of files: utf-8, gb18030, ... or mixed")
    cli.add_argument("--per-file", type=int, default=5000, help="records of a container; as many as --pages make one")
    cli.add_argument("--articles", type=Path, help="JSON lines of {title, paragraphs} in place of the grammar")
    cli.add_argument("--gold", type=Path, help="a folder for structure gold")
    args = cli.parse_args()
    source = Clean(args.seed, args.articles) if args.articles else Prose(args.seed)
    enough = source.pages if isinstance(source, Clean) else None
    if enough is not None and args.first + args.pages > enough:
        cli.error(
            f"{args.articles} has articles for {enough} pages, after which they would repeat. Try: --pages {enough}"
        )
    for folder in (args.out, args.gold):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    numbers = range(args.first, args.first + args.pages)
    maker = Maker(source, seed=args.seed, profile=args.profile)
    size = write_pages(
        maker, numbers, args.out, form=args.form, encoding=args.encoding, per_file=args.per_file, gold=args.gold
    )
    seconds = time.perf_counter() - start
    print(f"{args.pages} pages, {size / 1e6:.1f} MB in {seconds:.1f} s: {size / 1e6 / seconds:.1f} MB/s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
