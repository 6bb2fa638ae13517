"""Which thresholds decide about pages, and so about rows."""

from __future__ import annotations

from dataclasses import fields, replace

import polars as pl
import pytest

from expectations import DEFAULTS, page_settings_digest, settings_digest
from expectations.gate import held_pages
from expectations.rules import STAGES
from expectations.settings import _NOT_ABOUT_PAGES, Settings
from tests.expectations.sound_pages import Stages
from tests.expectations.test_gate import measure

LOOP = "江岸新开了一家书店，" * 30
EXTREMES = (0, 1, 10**9)


def held(batch: Stages, settings: Settings) -> list[tuple[str, str]]:
    """Return the pages that any stage holds back, and why."""
    found = [held_pages(stage, measure(stage, batch, settings=settings)) for stage in STAGES]
    return sorted(pl.concat(found).select("page_id", "reason").rows())


@pytest.mark.parametrize("name", sorted(_NOT_ABOUT_PAGES))
def test_what_is_said_not_to_be_about_pages_holds_none_back(name: str, batch: Stages) -> None:
    flooded = pl.when(pl.col("page_id") == batch.pages["page_id"][0]).then(pl.lit(LOOP)).otherwise("text")
    broken = batch._replace(pages=batch.pages.with_columns(flooded.alias("text")))
    expected = held(broken, DEFAULTS)
    assert expected
    for value in EXTREMES:
        assert held(broken, replace(DEFAULTS, **{name: value})) == expected


@pytest.mark.parametrize("field", [field.name for field in fields(Settings)])
def test_a_digest_changes_with_what_it_covers(field: str) -> None:
    changed = replace(DEFAULTS, **{field: 7})
    assert settings_digest(changed) != settings_digest(DEFAULTS)
    assert (page_settings_digest(changed) == page_settings_digest(DEFAULTS)) is (field in _NOT_ABOUT_PAGES)
