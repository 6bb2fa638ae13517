"""What of an article is compared across pages, and the sketch of it that a warehouse keeps.

A newspaper prints an item again under another headline, with another byline, or cut to fit, so what is compared is the body:
its letters and digits without dateline and byline. Articles with equal bodies are one *body*; everything that costs something
(sketches, candidate pairs, verification) is done once per body, so a thousand identical copies cost as much as one.

Two bodies are candidates if they share enough of their sketches. That is a property of the two alone: it does not depend on what
else is stored, so any order of arrival finds the same pairs. The sketch is a FracMinHash (Irber et al. 2022: keep each hash
that is 0 modulo a fixed number): unlike MinHash with a fixed count it finds a short text inside a long one. Measured 2026-11 on
3,000 news with planted copies: MinHash and SimHash of four tools found 0 to 5 of 24 contained texts, it found 24.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash

from transforms.deduplicated.keys import GRAM, Hashes, hash_grams, match_key
from transforms.frames import Schema, conform

# Shorter bodies (a caption of one sentence, a notice) say the same thing by chance.
LEAST_LENGTH: Final = 24  # characters of the key
# Grams of twelve characters, because prose made from one set of phrases shares those of five: of 12,000 such articles the
# index joined 36 million rows of 5-grams, and 4 million of 12-grams (2026-11).
LONG_GRAM: Final = 12
SHORT: Final = 64  # characters; of a body as short as that, 5-grams are kept too
COARSE: Final = 8  # of every body, long grams whose hash is 0 modulo 8 are kept: 45 of a median article
FINE: Final = 2  # and of a short one, 5-grams modulo 2: 10 of the shortest
# Share of the grams of the smaller sketch that two bodies must have in common to be looked at. In a copy with 5 % of its
# characters misread .54 of the grams of twelve are whole, but they lie close together and fall together: of 1,500 planted
# copies .1 lost one (2026-11). What only shares phrases is told apart by ``alike`` before it is compared.
LEAST_SHARE: Final = 0.1

BODIES: Final[Schema] = {
    "body_hash": pl.UInt64,  # xxh64 of the key in UTF-8
    "body_length": pl.Int32,  # characters of the key
    "coarse_count": pl.Int32,  # rows of the sketch that every length of body keeps
    "gram_count": pl.Int32,  # rows of the sketch
}
SKETCHES: Final[Schema] = {"body_hash": pl.UInt64, "gram_hash": pl.UInt64}

_BITS: Final = 20  # of a hash, that tell a formula gram from nearly all others
_DATELINE: Final = (
    r"^\s*(?:本报|新华社|央视网|中新社|新华网|大众网)[^，。！？\n]{0,12}?(?:讯|电|消息)\s*"
    r"(?:[（(][^）)\n]{0,40}[）)])?[：:]?"
)
_SIGNATURE: Final = r"[（(]?(?:本报)?(?:记者|通讯员)[ 　\p{Han}、·]{2,24}[）)]?\s*$"


def body_key(text: pl.Expr) -> pl.Expr:
    """Return what of the body ``text`` is compared: its letters and digits, without dateline and signature."""
    return match_key(text.str.replace(_DATELINE, "").str.replace(_SIGNATURE, ""))


def body_texts(article_paragraphs: pl.DataFrame, paragraphs: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Return ``article_id``, ``page_id``, ``body`` and ``body_key`` of each article, in the order of ``articles``.

    The body is the paragraphs of the part ``body`` in order; subheads are left out, since the press sets them anew.
    """
    texts = (
        article_paragraphs.filter(pl.col("part") == "body")
        .join(articles.select("article_id", "page_id"), on="article_id")
        .join(paragraphs.select("page_id", "paragraph_no", "text"), on=["page_id", "paragraph_no"])
        .sort("article_id", "position")
        .group_by("article_id", maintain_order=True)
        .agg(pl.col("text").str.join("\n").alias("body"))
    )
    return (
        articles.select("article_id", "page_id")
        .join(texts, on="article_id", how="left", maintain_order="left")
        .with_columns(pl.col("body").fill_null(""))
        .with_columns(body_key(pl.col("body")).alias("body_key"))
    )


def hash_bodies(keys: pl.Series) -> pl.Series:
    """Return xxh64 of each key: a published hash, so that what a warehouse keeps stays valid."""
    return pl.Series(
        "body_hash", [xxhash.xxh64_intdigest(key) for key in keys.cast(pl.Binary).to_list()], dtype=pl.UInt64
    )


def sketch_bodies(keys: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the frames ``BODIES`` and ``SKETCHES`` of the distinct ones of ``keys`` that are long enough."""
    distinct = (
        pl.DataFrame({"key": keys})
        .filter(pl.col("key").str.len_chars() >= LEAST_LENGTH)
        .unique()
        .with_columns(pl.col("key").str.len_chars().alias("body_length"))
    )
    distinct = distinct.with_columns(hash_bodies(distinct["key"])).sort("body_hash")
    short = distinct.filter(pl.col("body_length") < SHORT)
    sketches = pl.concat(
        [
            _sketch(distinct, size=LONG_GRAM, modulus=COARSE).with_columns(pl.lit(True).alias("is_coarse")),
            _sketch(short, size=GRAM, modulus=FINE).with_columns(pl.lit(False).alias("is_coarse")),
        ]
    )
    counts = sketches.group_by("body_hash").agg(
        pl.col("is_coarse").sum().alias("coarse_count"), pl.len().alias("gram_count")
    )
    bodies = distinct.join(counts, on="body_hash", how="left", maintain_order="left").with_columns(
        pl.col("coarse_count", "gram_count").fill_null(0)
    )
    return conform(bodies, BODIES), conform(sketches, SKETCHES)


def _sketch(distinct: pl.DataFrame, *, size: int, modulus: int) -> pl.DataFrame:
    """Return ``body_hash`` and ``gram_hash`` of the grams of ``size`` characters whose hash ``modulus`` divides."""
    grams = hash_grams(distinct["key"], size=size, moduli=np.full(distinct.height, modulus, dtype=np.uint64))
    is_kept = ~_are_formula(grams.hashes)
    return pl.DataFrame(
        {
            "body_hash": distinct["body_hash"].to_numpy()[grams.owners[is_kept]],
            "gram_hash": grams.hashes[is_kept],
        }
    )


def _are_formula(hashes: Hashes) -> npt.NDArray[np.bool_]:
    """Tell which of ``hashes`` are formula grams; most are told apart by their highest bits."""
    formula = _formula_grams()
    first_bits = np.zeros(1 << _BITS, dtype=np.bool_)
    first_bits[formula >> np.uint64(64 - _BITS)] = True
    may_be = np.flatnonzero(first_bits[hashes >> np.uint64(64 - _BITS)])
    found = np.zeros(len(hashes), dtype=np.bool_)
    at = np.minimum(np.searchsorted(formula, hashes[may_be]), len(formula) - 1)
    found[may_be] = formula[at] == hashes[may_be]
    return found


@lru_cache(maxsize=1)
def _formula_grams() -> Hashes:
    """Return the hashes of grams that news say all the time, sorted (made by benchmarks/formula_grams.py).

    A fixed list and not a limit on how many stored bodies have a gram: such a limit would let the order of arrival decide.
    """
    with files("transforms.deduplicated").joinpath("data/formula_grams.npz").open("rb") as stream:
        grams: Hashes = np.sort(np.load(stream)["hashes"])
    return grams
