"""Groups of batches: few, in order, and landed no further ahead than asked for."""

from __future__ import annotations

import json

import pytest

from flows.discovery import discover
from flows.groups import Landing
from flows.landing import LandingOptions
from flows.manifest import Manifests
from flows.naming import PathPattern
from flows.plan import make_plan
from flows.pool import Pool
from flows.stage_files import StageFiles

OPTIONS = LandingOptions("text", "date", "collection", 10_000, 1, 100)
MOST_TASKS, TASKS_PER_GROUP = 200, 9


def landing_of(folder, stages):
    plan = make_plan(
        discover([folder], None),
        Manifests({}, []),
        PathPattern("**/{collection}/{date}/**"),
        OPTIONS,
        ledger={},
        rules_version="r1",
        full_refresh=False,
    )
    return Landing(plan, OPTIONS, Pool(1), str(stages), renew=False), plan


def take_all(landing):
    groups = []
    while landing.has_more:
        groups.append(landing.take())
    return groups


@pytest.mark.parametrize(("files", "records"), [(3, 0), (0, 2), (20, 20), (0, 0)])
def test_every_batch_comes_once_and_in_order(tmp_path, files, records):
    pages = tmp_path / "pages"
    pages.mkdir()
    for n in range(files):
        (pages / f"{n:03}.txt").write_text(f"版面{n}", encoding="utf-8")
    if records:
        lines = [json.dumps({"text": f"版面{n}"}) for n in range(records)]
        (pages / "r.jsonl").write_text("\n".join(lines), encoding="utf-8")
    landing, plan = landing_of(pages, tmp_path / "stages")
    groups = take_all(landing)
    batches = [state.batch for group in groups for state in group.batches]
    assert [batch.batch_id for batch in batches[:files]] == [batch.batch_id for batch in plan.batches]
    assert sum(batch.page_count for batch in batches) == files + records
    assert [name for batch in batches for name in batch.begins] == [name for batch in batches for name in batch.ends]
    assert len(groups) * TASKS_PER_GROUP < MOST_TASKS


def test_a_container_that_is_larger_than_it_looks_makes_few_groups(tmp_path):
    """One page a batch, 150 batches: a hundred times what the size of the file foretells."""
    lines = [json.dumps({"text": "版"}) for _ in range(150)]
    (tmp_path / "r.jsonl").write_text("\n".join(lines), encoding="utf-8")
    landing, _ = landing_of(tmp_path, tmp_path / "stages")
    groups = take_all(landing)
    assert sum(state.page_count for group in groups for state in group.batches) == 150
    assert len(groups) * TASKS_PER_GROUP < MOST_TASKS


def test_a_container_is_read_one_batch_ahead_of_what_is_asked_for(tmp_path):
    lines = [json.dumps({"text": "版"}) for _ in range(30)]
    (tmp_path / "r.jsonl").write_text("\n".join(lines), encoding="utf-8")
    stages = tmp_path / "stages"
    landing, _ = landing_of(tmp_path, stages)
    group = landing.take()
    ready = [path.name for path in stages.glob("raw/*") if StageFiles(str(stages)).facts("raw", path.name) is not None]
    # The one asked for, the one that tells whether there is another, and the one that tells whether that is the last.
    assert len(ready) <= len(group.batches) + 2
