"""Articles printed on more than one page: found, and the best copy kept, whatever order the pages came in.

The work is done in steps, each a pure function, so that a warehouse can store what each returns and ask only for what a batch
changed: ``profile_articles`` and ``sketch_bodies`` look at one article alone; ``pair_bodies`` and ``verify_pairs`` at two bodies
alone; ``choose_kept`` at one connected component of verified links. Nothing depends on what else is stored, so after any history
of batches the stored rows are those of a run over all pages at once: ``find_reprints``, which is that run.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from itertools import chain
from typing import Final, NamedTuple

import polars as pl

from transforms.deduplicated.alike import alike
from transforms.deduplicated.bodies import (
    LEAST_LENGTH,
    body_texts,
    hash_bodies,
    sketch_bodies,
)
from transforms.deduplicated.body_pairs import pair_bodies
from transforms.deduplicated.compare import WHOLE, compare
from transforms.deduplicated.counterparts import reprint_duplicates
from transforms.frames import Schema, conform

PROFILES: Final[Schema] = {
    "article_id": pl.String,
    "page_id": pl.String,
    "source": pl.String,  # null where the caller gave none
    "published_on": pl.Date,
    "article_no": pl.Int32,
    "body_hash": pl.UInt64,  # null where the body is too short to be compared
    "body_length": pl.Int32,  # characters of the key
    "has_headline": pl.Boolean,
    "has_byline": pl.Boolean,
    "is_truncated": pl.Boolean,
}
# A body that may go, one that may stay for it, and how the first stands in the second; of kind 'near' either may go.
BODY_LINKS: Final[Schema] = {
    "inner_hash": pl.UInt64,
    "outer_hash": pl.UInt64,
    "kind": pl.String,  # 'near', 'contained', 'truncated'; 'other' for a pair that is only suspected
    "similarity": pl.Float64,
    "reason": pl.String,
}
REPRINTS: Final[Schema] = {
    "article_id": pl.String,
    "kept_article_id": pl.String,
    "kind": pl.String,  # 'exact', 'near', 'contained', 'truncated'
    "similarity": pl.Float64,
    "reason": pl.String,
}
SUSPECTED_REPRINTS: Final[Schema] = {
    "article_id": pl.String,  # the lesser of the two ids
    "other_article_id": pl.String,
    "kind": pl.String,  # as above, or 'other' where the words are alike and the facts are not
    "similarity": pl.Float64,
    "reason": pl.String,
}
# The same announcement is printed word for word every year, and an obituary repeats the news of the death within a week; what was
# printed again of one event came within the month, and its short form within days (broadcast news 2022-2024). Days.
REPRINT_DAYS: Final = {"exact": 31, "near": 31, "contained": 3, "truncated": 3}


class Verified(NamedTuple):
    """Pairs of bodies that say the same, and pairs that only look like it; both of the schema ``BODY_LINKS``."""

    links: pl.DataFrame
    suspected: pl.DataFrame


class Chosen(NamedTuple):
    """Articles that go and those kept for them (``REPRINTS``), and articles that only may be copies (``SUSPECTED_REPRINTS``)."""

    reprints: pl.DataFrame
    suspected: pl.DataFrame


class Reprints(NamedTuple):
    """The paragraphs of articles printed again (``DUPLICATES``), the articles (``REPRINTS``), and ``SUSPECTED_REPRINTS``."""

    duplicates: pl.DataFrame
    reprints: pl.DataFrame
    suspected: pl.DataFrame


def profile_articles(
    articles: pl.DataFrame,
    article_paragraphs: pl.DataFrame,
    paragraphs: pl.DataFrame,
    *,
    sources: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.Series]:
    """Return the frame ``PROFILES``, one row per article, and beside it the key of each body.

    ``sources`` has ``page_id`` and ``source`` of the pages: of copies that are equal in everything else the one whose source
    comes first is kept, as newspapers number their pages.
    """
    texts = body_texts(article_paragraphs, paragraphs, articles)
    profiles = articles.join(texts.select("article_id", "body_key"), on="article_id", maintain_order="left")
    if sources is None:
        profiles = profiles.with_columns(pl.lit(None, dtype=pl.String).alias("source"))
    else:
        profiles = profiles.join(sources.select("page_id", "source"), on="page_id", how="left", maintain_order="left")
    length = pl.col("body_key").str.len_chars()
    profiles = profiles.with_columns(hash_bodies(profiles["body_key"]), length.alias("body_length")).with_columns(
        pl.when(length >= LEAST_LENGTH).then(pl.col("body_hash")).alias("body_hash"),
        (pl.col("headline").fill_null("") != "").alias("has_headline"),
        (pl.col("byline").fill_null("") != "").alias("has_byline"),
    )
    return conform(profiles, PROFILES), profiles["body_key"]


def verify_pairs(pairs: pl.DataFrame, keys: pl.DataFrame) -> Verified:
    """Return which of ``pairs`` (``BODY_PAIRS``) say the same.

    ``keys`` has ``body_hash`` and ``body_key`` of each of their bodies.
    """
    rows = keys.select("body_hash").with_row_index("row")
    placed = pairs.join(rows.rename({"body_hash": "left_hash", "row": "left"}), on="left_hash").join(
        rows.rename({"body_hash": "right_hash", "row": "right"}), on="right_hash"
    )
    left, right = (placed[side].cast(pl.Int64).to_numpy() for side in ("left", "right"))
    are_alike = alike(keys["body_key"], left, right)
    hashes, texts = keys["body_hash"].to_list(), keys["body_key"].to_list()
    links: list[tuple[object, ...]] = []
    suspected: list[tuple[object, ...]] = []
    for one, other in zip(left[are_alike].tolist(), right[are_alike].tolist(), strict=True):
        found = compare(texts[one], texts[other])
        if found:
            is_left_inner = (len(texts[one]), texts[one]) <= (len(texts[other]), texts[other])
            inner, outer = (one, other) if is_left_inner else (other, one)
            (suspected if found.kind == "other" else links).append((hashes[inner], hashes[outer], *found))
    return Verified(
        pl.DataFrame(links, schema=BODY_LINKS, orient="row").sort("inner_hash", "outer_hash"),
        pl.DataFrame(suspected, schema=BODY_LINKS, orient="row").sort("inner_hash", "outer_hash"),
    )


class _Profile(NamedTuple):
    article_id: str
    page_id: str
    source: str | None
    published_on: dt.date | None
    article_no: int
    body_hash: int
    body_length: int
    has_headline: bool
    has_byline: bool
    is_truncated: bool


def _rank(profile: _Profile) -> tuple[object, ...]:
    """Return the place of an article among its copies, the best first; a total order, made of what the article is alone."""
    return (
        -math.floor(
            math.log(profile.body_length) / -math.log(WHOLE)
        ),  # complete: texts within a tenth count as one length
        not profile.has_headline,
        not profile.has_byline,
        profile.is_truncated,
        profile.published_on or dt.date.max,
        profile.source or "",
        profile.page_id,
        profile.article_no,
        profile.article_id,
    )


def choose_kept(profiles: pl.DataFrame, verified: Verified) -> Chosen:
    """Return which articles go, each with the article kept for it, and which may be copies of another.

    ``profiles`` are whole connected components of the links; the answer for a component depends on it alone. The articles are
    taken from the best to the worst: one goes if an article already kept is linked to it directly, on another page,
    and printed near it in time; else it is kept. So no chain of small changes ever joins two texts that differ.
    """
    ranked = sorted(
        (
            _Profile(*row)
            for row in profiles.filter(pl.col("body_hash").is_not_null()).select(list(PROFILES)).iter_rows()
        ),
        key=_rank,
    )
    ways: dict[int, list[tuple[int, str, float, str]]] = defaultdict(list)
    for inner, outer, kind, similarity, reason in chain(verified.links.iter_rows(), verified.suspected.iter_rows()):
        ways[inner].append((outer, kind, similarity, reason))
        if kind in ("near", "other"):
            ways[outer].append((inner, kind, similarity, reason))
    kept: dict[int, list[tuple[int, _Profile]]] = defaultdict(list)
    gone: list[tuple[object, ...]] = []
    suspected: list[tuple[object, ...]] = []
    for place, profile in enumerate(ranked):
        here = [(profile.body_hash, "exact", 1.0, "the same text"), *ways[profile.body_hash]]
        found = sorted(
            (other_place, other.article_id, kind, similarity, reason, _is_near(profile, other, kind))
            for body_hash, kind, similarity, reason in here
            for other_place, other in kept[body_hash]
            if other.page_id != profile.page_id
        )
        sure = next((hit for hit in found if hit[2] != "other" and hit[5]), None)
        if sure:
            gone.append((profile.article_id, *sure[1:5]))
            continue
        kept[profile.body_hash].append((place, profile))
        if found:
            _, other_id, kind, similarity, reason, is_near = found[0]
            late = "" if is_near or kind == "other" else ", printed at another time"
            suspected.append((*sorted((profile.article_id, other_id)), kind, similarity, reason + late))
    return Chosen(
        pl.DataFrame(gone, schema=REPRINTS, orient="row").sort("article_id"),
        pl.DataFrame(suspected, schema=SUSPECTED_REPRINTS, orient="row").sort("article_id", "other_article_id"),
    )


def _is_near(left: _Profile, right: _Profile, kind: str) -> bool:
    """Tell whether two articles were printed near enough in time to be one; where a date is unknown, they were."""
    if kind == "other" or left.published_on is None or right.published_on is None:
        return True
    return abs((left.published_on - right.published_on).days) <= REPRINT_DAYS[kind]


def find_reprints(
    articles: pl.DataFrame,
    article_paragraphs: pl.DataFrame,
    paragraphs: pl.DataFrame,
    *,
    sources: pl.DataFrame | None = None,
) -> Reprints:
    """Return the articles printed again among ``articles`` (schema ``ARTICLES``), all compared with all.

    ``article_paragraphs`` and ``paragraphs`` hold what they are made of, copies inside a page already taken out.
    """
    profiles, keys = profile_articles(articles, article_paragraphs, paragraphs, sources=sources)
    bodies, sketches = sketch_bodies(keys)
    pairs = pair_bodies(bodies, sketches)
    body_keys = pl.DataFrame({"body_hash": profiles["body_hash"], "body_key": keys}).drop_nulls().unique("body_hash")
    chosen = choose_kept(profiles, verify_pairs(pairs, body_keys))
    return Reprints(
        reprint_duplicates(chosen.reprints, articles, article_paragraphs, paragraphs), chosen.reprints, chosen.suspected
    )
