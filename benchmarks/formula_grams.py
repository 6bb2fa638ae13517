"""Make transforms/deduplicated/data/formula_grams.npz: the grams that formulaic news say all the time.

    python benchmarks/formula_grams.py [NEWS.jsonl ...]

Counted over broadcast news of 2022 to 2024 (GitHub DuckBurnIncense/xin-wen-lian-bo, the part among the development data). A
gram is formula if at least 20 of 11,487 articles have it; without these there are 190 times fewer pairs to look at.
Only hashes that a sketch could keep are stored; no text can be read back from them.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import polars as pl

from transforms.deduplicated.bodies import COARSE, FINE, LONG_GRAM, body_key
from transforms.deduplicated.keys import GRAM, hash_grams

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BANMIAN_SHARED", ROOT.parent / "shared"))
LEAST_SHARE = 20 / 11_487


def main() -> int:
    """Count and write."""
    paths = [Path(name) for name in sys.argv[1:]] or [SHARED / "dev-data/clean_news/xinwenlianbo.dev.jsonl"]
    bodies = ["\n".join(json.loads(line)["paragraphs"]) for path in paths for line in path.open()]
    keys = pl.DataFrame({"text": bodies}).select(body_key(pl.col("text")).alias("key"))["key"]
    found = []
    for size, modulus in ((LONG_GRAM, COARSE), (GRAM, FINE)):
        grams = hash_grams(keys, size=size, moduli=np.full(len(keys), modulus, dtype=np.uint64))
        hashes, counts = np.unique(grams.hashes, return_counts=True)
        found.append(hashes[counts >= LEAST_SHARE * len(bodies)])
    kept = np.unique(np.concatenate(found))
    target = ROOT / "transforms/deduplicated/data/formula_grams.npz"
    np.savez_compressed(target, hashes=kept)
    print(f"{len(kept)} hashes of {len(bodies)} articles, {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
