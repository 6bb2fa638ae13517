"""Make the sample pages and their gold from the annotated sources beside this script.

    python samples/author/build.py [--check]

A source (``pages/*.page``) is the page itself with a mark before each line, then the facts it states. Lines, articles
and positions are counted here and never by hand, and a source that leaves a digit of its page unexplained is refused, so
that gold stays right while pages grow. ``--check`` writes nothing and fails when a file on disk differs. The marks are
told in ``samples/README.md``.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # so that it runs as a script and is importable by tests

from facts import facts_gold
from markup import Source, read_source, structure_gold

SAMPLES = Path(__file__).resolve().parents[1]


def page_bytes(source: Source) -> bytes:
    """Return the page of ``source`` in its encoding, with the byte order mark and the bad bytes that it asks for."""
    encoding = source.settings.get("encoding", "utf-8")
    out = bytearray("\ufeff".encode(encoding) if "bom" in source.settings else b"")
    for piece, is_bad in source.pieces:
        out += piece.encode("latin-1") if is_bad else piece.encode(encoding)
    return bytes(out)


def cross_page(sources: dict[str, Source], golds: dict[str, dict]) -> None:
    """Add to each gold the articles that stand on another page too, and the halves of a continued article."""
    for name, source in sources.items():
        for setting, key in (("cross", "cross_page"), ("continued", "continues")):
            for entry in source.lists.get(setting, []):
                kind, here, other, there = entry.split()
                lines = _article_lines(golds[name], int(here))
                other_lines = _article_lines(golds[other], int(there))
                golds[name][key].append({"kind": kind, "lines": lines, "other": other, "other_lines": other_lines})


def _article_lines(gold: dict, number: int) -> list[int]:
    article = gold["articles"][number - 1]
    return sorted(article["body"])


def outputs() -> dict[Path, bytes]:
    """Return every file that the sources stand for, by path under ``samples/``."""
    sources = {path.stem: read_source(path) for path in sorted(SAMPLES.glob("author/pages/*.page"))}
    golds = {name: structure_gold(source) for name, source in sources.items()}
    cross_page(sources, golds)
    files: dict[Path, bytes] = {}
    containers: dict[str, list[tuple[int, dict]]] = {}
    manifest = []
    for name, source in sources.items():
        settings = source.settings
        facts = facts_gold(source, golds[name])
        files[Path("gold", f"{name}.structure.json")] = _dump(golds[name])
        files[Path("gold", f"{name}.facts.json")] = _dump(facts)
        if "record" in settings:
            container, number = settings["record"].split("#")
            record = {"id": name, "text": source.text, "date": settings["date"] or None}
            record["collection"] = settings["collection"]
            containers.setdefault(container, []).append((int(number), record))
            continue
        files[Path("pages", settings["path"])] = page_bytes(source)
        if "manifest" in settings:
            manifest.append((settings["path"], settings.get("date", ""), settings.get("collection", "")))
    for container, records in containers.items():
        lines = [json.dumps(record, ensure_ascii=False) for _, record in sorted(records, key=lambda pair: pair[0])]
        files[Path("pages", container)] = ("\n".join(lines) + "\n").encode()
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["source", "published_on", "collection"])
    writer.writerows(sorted(manifest))
    files[Path("pages", "manifest.csv")] = table.getvalue().encode()
    return files


def _dump(value: dict) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def main() -> int:
    """Write or check the files; exit status 1 when a checked file differs."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--check", action="store_true")
    args = cli.parse_args()
    differing = []
    for path, data in outputs().items():
        target = SAMPLES / path
        if target.exists() and target.read_bytes() == data:
            continue
        differing.append(str(path))
        if not args.check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    print("\n".join(differing) or "nothing to change")
    return int(args.check and bool(differing))


if __name__ == "__main__":
    raise SystemExit(main())
