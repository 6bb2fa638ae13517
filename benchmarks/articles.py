"""How well pages are divided into articles, and bylines read, on the development data.

    python benchmarks/articles.py [--misses]

Twice: with joins and copies taken from the gold (the division alone), and through all stages. The made pages are shown by
what they were used for: ``known`` (file numbers below 24: the weights were learnt on them too), ``tune`` (24 to 31: features
were chosen by them), ``untouched`` (32 and up). Articles and titles count as in the scorer of the development data: an
article is right when its lines are, subheads, columns and copies left aside; a title when its lines are and its article
begins where it should.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable

import polars as pl

from benchmarks.oracle import SHARED, Page, number_of, read_gold
from transforms.articles import assign_roles, segment
from transforms.articles.bylines import signatures
from transforms.articles.signatures import read_signature
from transforms.cleaned import clean
from transforms.deduplicated import deduplicate

Articles = list[tuple[list[int], list[int]]]  # of a page: title lines, other lines (gold's numbers, from 0)
SPLITS: dict[str, Callable[[int], bool]] = {
    "known": lambda number: number < 24,
    "tune": lambda number: 24 <= number < 32,
    "untouched": lambda number: number >= 32,
}


def lines_by_article(paragraphs: pl.DataFrame, lines: dict[tuple[str, int], list[int]]) -> dict[str, Articles]:
    """Return the articles of each page as lines; ``lines`` gives those of each (page, paragraph number)."""
    articles, parts = segment(paragraphs)
    found: dict[str, dict[str, tuple[list[int], list[int]]]] = {}
    rows = parts.join(articles.select("article_id", "page_id"), on="article_id", maintain_order="left")
    for page, article, number, part in rows.select("page_id", "article_id", "paragraph_no", "part").iter_rows():
        title, body = found.setdefault(page, {}).setdefault(article, ([], []))
        (title if part == "title" else body).extend(lines[page, number])
    return {page: list(by_article.values()) for page, by_article in found.items()}


def with_gold(pages: list[Page]) -> dict[str, Articles]:
    """Return the articles found when joins and copies are taken from the gold."""
    lines = {
        (page.name, number): chain
        for page in pages
        for number, chain in zip(page.paragraphs["paragraph_no"], page.lines, strict=True)
    }
    return lines_by_article(assign_roles(pl.concat([page.paragraphs for page in pages])), lines)


def through_all_stages(pages: list[Page], folder: str) -> dict[str, Articles]:
    """Return the articles found when every stage does its own work."""
    texts = [SHARED.joinpath(folder, f"{page.name}.txt").read_text(encoding="utf-8") for page in pages]
    cleaned = clean(pl.DataFrame({"page_id": [page.name for page in pages], "text": texts})).paragraphs
    copies = deduplicate(cleaned).duplicates
    kept = cleaned.join(copies, on=["page_id", "paragraph_no"], how="anti", maintain_order="left")
    index = {
        page.name: {
            line: i for i, line in enumerate(number for number, raw in enumerate(text.split("\n"), 1) if raw.strip())
        }
        for page, text in zip(pages, texts, strict=True)
    }
    lines = {
        (page, number): [index[page][line] for line in numbers]
        for page, number, numbers in kept.select("page_id", "paragraph_no", "line_numbers").iter_rows()
    }
    return lines_by_article(kept, lines)


def counted(pages: list[Page], found: dict[str, Articles], *, misses: bool) -> dict[str, float]:
    """Return F1 of ``bodies`` and of ``titles`` over ``pages``, and the number of ``articles``."""
    counts: Counter[str] = Counter()
    for page in pages:
        gold = page.gold
        skip = {*gold["subheads"], *gold["columns"], *(copy["line"] for copy in gold["duplicates"])}
        optional = {
            line
            for article in gold["articles"]
            if article.get("optional")
            for line in article["title"] + article["body"]
        }
        wanted = [article for article in gold["articles"] if not article.get("optional")]
        got = [(sorted(title), sorted(set(body) - skip)) for title, body in found[page.name]]
        got = [(title, body) for title, body in got if body and not optional.issuperset(body)]
        pairs = {
            "bodies": ([body for _, body in got], [sorted(article["body"]) for article in wanted]),
            "titles": (
                [(title, body[0]) for title, body in got if title],
                [(sorted(article["title"]), min(article["body"])) for article in wanted if article["title"]],
            ),
        }
        for name, (ours, theirs) in pairs.items():
            counts[f"{name} found"] += len(ours)
            counts[f"{name} gold"] += len(theirs)
            counts[f"{name} hit"] += sum(item in theirs for item in ours)
            if misses:
                for item in (item for item in ours if item not in theirs):
                    print(f"  {page.name} {name}: {item}")
    figures = {
        name: 2 * counts[f"{name} hit"] / max(counts[f"{name} found"] + counts[f"{name} gold"], 1)
        for name in ("bodies", "titles")
    }
    return {**figures, "articles": counts["bodies gold"]}


def score(pages: list[Page], found: dict[str, Articles], *, misses: bool) -> str:
    """Return the figures of ``counted`` in words."""
    figures = counted(pages, found, misses=misses)
    return f"bodies {figures['bodies']:.3f} titles {figures['titles']:.3f} ({figures['articles']:.0f} articles)"


def print_articles(*, misses: bool) -> None:
    """Print the figures of seeds and made pages, with gold's paragraphs and through all stages."""
    sets = {"seeds": read_gold(SHARED / "seeds", SHARED / "gold", "*")}
    folders = {"seeds": "seeds"}
    for profile in ("seed", "hard", "wrap"):
        pages = read_gold(SHARED / "dev-data" / "synth", SHARED / "dev-data" / "synth", f"dev-{profile}-*")
        for split, belongs in SPLITS.items():
            sets[f"{profile}, {split}"] = [page for page in pages if belongs(number_of(page.name))]
            folders[f"{profile}, {split}"] = "dev-data/synth"
    for name, pages in sets.items():
        print(f"{name:16} division alone: {score(pages, with_gold(pages), misses=misses)}")
        print(f"{'':16} all stages:     {score(pages, through_all_stages(pages, folders[name]), misses=misses)}")


def print_bylines(*, misses: bool) -> None:
    """Print precision and recall of names on bylines.dev.

    Its gold names every person in a window of text, also where nobody signs (本报讯 and a politician), and of two outlets in
    a row only one. The second row is about signatures: recall over gold's names that follow a post or another such name, and
    a name found that follows a post is no error though gold leaves it out.
    """
    records = [
        json.loads(line) for line in SHARED.joinpath("dev-data/extraction/bylines.dev.jsonl").open(encoding="utf-8")
    ]
    plain: Counter[str] = Counter()
    signing: Counter[str] = Counter()
    for record in records:
        context, gold = record["context"], set(record["persons"])
        found = {
            signed.name
            for signature, _ in signatures(context, is_line=False)
            for signed in read_signature(signature, needs_post=False)
        }
        plain.update(found=len(found), gold=len(gold), hit=len(found & gold), right=len(found & gold))
        signs = {name for name in gold if _is_signed(context, name, gold)}
        right = {name for name in found if name in gold or _is_signed(context, name, set())}
        signing.update(found=len(found), gold=len(signs), hit=len(found & signs), right=len(right))
        if misses and (signs - found or found - right):
            print(f"  {context}: missed {sorted(signs - found)}, wrong {sorted(found - right)}")
    for label, counts in (("all names", plain), ("signatures", signing)):
        precision, recall = counts["right"] / counts["found"], counts["hit"] / counts["gold"]
        print(f"bylines.dev, {label}: precision {precision:.3f}, recall {recall:.3f} ({counts['gold']} names)")


def _is_signed(context: str, name: str, others: set[str]) -> bool:
    """Return whether ``name`` follows a post, or one of ``others`` that does."""
    before = context[: context.find(name)].rstrip("、,， 　")
    if before.endswith(("记者", "通讯员", "实习生")):
        return True
    return any(before.endswith(other) and _is_signed(context, other, others - {name}) for other in others - {name})


def print_speed() -> None:
    """Print megabytes of text per second of processor time, for roles and for segmentation, on one batch of made pages."""
    pages = read_gold(SHARED / "dev-data" / "synth", SHARED / "dev-data" / "synth", "dev-[sh]*")
    batch = pl.concat(
        page.paragraphs.with_columns(pl.col("page_id") + f"-{copy}") for copy in range(10) for page in pages
    )
    size = batch["text"].str.len_bytes().sum() / 1e6
    roles = assign_roles(batch)  # the first call compiles the patterns
    start = time.process_time()
    assign_roles(batch)
    middle = time.process_time()
    segment(roles)
    end = time.process_time()
    print(
        f"speed: roles {size / (middle - start):.1f} MB/s, segmentation {size / (end - middle):.1f} MB/s ({size:.1f} MB)"
    )


def main() -> None:
    """Print all figures."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--misses", action="store_true")
    args = cli.parse_args()
    print_articles(misses=args.misses)
    print_bylines(misses=args.misses)
    print_speed()


if __name__ == "__main__":
    main()
