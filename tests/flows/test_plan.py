"""What a run has to do, compared with the ledger."""

from __future__ import annotations

import os
import shutil

import pytest

from expectations import DEFAULTS, Settings
from flows.discovery import discover
from flows.landing import LandingOptions
from flows.manifest import Manifests, place_key
from flows.naming import PathPattern, Placed, parse_date
from flows.plan import make_plan
from warehouse.inputs import InputRow

OPTIONS = LandingOptions("text", "date", "collection", 10_000, 3, 100)


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for n in range(7):
        (folder / f"{n}.txt").write_text(f"版面{n}", encoding="utf-8")
    (folder / "r.jsonl").write_text('{"text": "x"}\n')
    return folder


def plan_of(
    pages,
    *,
    ledger=None,
    manifests=None,
    rules="r1",
    full_refresh=False,
    options=OPTIONS,
    thresholds=DEFAULTS,
    workers=1,
):
    return make_plan(
        discover([pages], None),
        manifests or Manifests({}, []),
        PathPattern("**/{collection}/{date}/**"),
        options,
        ledger=ledger or {},
        rules_version=rules,
        full_refresh=full_refresh,
        thresholds=thresholds,
        workers=workers,
    )


def ledger_of(plan):
    planned = [placed for batch in plan.batches for placed in batch.files] + plan.containers
    return {
        file.input: InputRow(file.input, file.path, file.byte_count, plan.sha256s[file.input], fingerprint)
        for file, *_, fingerprint in planned
    }


def test_batches_are_bounded_by_pages_and_bytes(pages):
    assert [len(batch.files) for batch in plan_of(pages).batches] == [3, 2, 2]
    small = OPTIONS._replace(batch_bytes=15)  # each page has 7 bytes
    assert [len(batch.files) for batch in plan_of(pages, options=small).batches] == [2, 2, 2, 1]
    assert [container.file.input for container in plan_of(pages).containers] == ["pages/r.jsonl"]


def test_nothing_to_do_the_second_time(pages):
    again = plan_of(pages, ledger=ledger_of(plan_of(pages)))
    assert (again.batches, again.containers) == ([], [])
    assert len(again.unchanged) == 8


def test_time_does_not_count(pages):
    ledger = ledger_of(plan_of(pages))
    os.utime(pages / "1.txt", (0, 0))
    assert plan_of(pages, ledger=ledger).batches == []


@pytest.mark.parametrize("change", ["text", "date", "rules", "field", "refresh"])
def test_what_a_row_depends_on_makes_it_anew(pages, change):
    ledger = ledger_of(plan_of(pages))
    if change == "text":
        (pages / "1.txt").write_text("新版面", encoding="utf-8")
        plan = plan_of(pages, ledger=ledger)
    elif change == "date":
        day = Placed(None, parse_date("2024-05-18"))
        plan = plan_of(pages, ledger=ledger, manifests=Manifests({place_key(pages / "1.txt"): day}, []))
    elif change == "field":
        plan = plan_of(pages, ledger=ledger, options=OPTIONS._replace(text_field="page"))
        assert [container.file.input for container in plan.containers] == ["pages/r.jsonl"]
        return
    else:
        plan = plan_of(
            pages, ledger=ledger, rules="r2" if change == "rules" else "r1", full_refresh=change == "refresh"
        )
        assert sum(len(batch.files) for batch in plan.batches) == 7
        return
    assert [placed.file.input for batch in plan.batches for placed in batch.files] == ["pages/1.txt"]


def test_only_a_threshold_that_holds_pages_back_makes_pages_anew(pages):
    ledger = ledger_of(plan_of(pages))
    batches = plan_of(pages, ledger=ledger, thresholds=Settings(max_held_share=0.9, highest_amount=5)).batches
    assert batches == []
    batches = plan_of(pages, ledger=ledger, thresholds=Settings(copied_share=0.9)).batches
    assert sum(len(batch.files) for batch in batches) == 7


def test_a_batch_is_named_by_what_it_holds(pages, tmp_path):
    names = [batch.batch_id for batch in plan_of(pages).batches]
    moved = pages.rename(tmp_path / "elsewhere")
    (tmp_path / "x").mkdir()
    moved = moved.rename(tmp_path / "x" / "pages")
    assert [batch.batch_id for batch in plan_of(moved).batches] == names
    assert len(set(names)) == 3


def test_what_is_gone_is_missing(pages):
    ledger = ledger_of(plan_of(pages))
    (pages / "1.txt").unlink()
    assert plan_of(pages, ledger={**ledger, "other/1.txt": ledger["pages/1.txt"]}).missing == ["pages/1.txt"]


def test_another_archive_with_the_same_names_is_not_taken_for_changes(pages, tmp_path):
    ledger = ledger_of(plan_of(pages))
    other = tmp_path / "other" / "pages"
    other.mkdir(parents=True)
    for n in range(3):
        (other / f"{n}.txt").write_text(f"另一张报纸{n}", encoding="utf-8")
    plan = plan_of(other, ledger=ledger)
    assert plan.batches == []
    assert {refusal.reason for refusal in plan.refusals} == {"name taken by another file"}
    assert "--root FOLDER" in plan.refusals[0].detail
    for n in range(3):
        (pages / f"{n}.txt").unlink()  # now the archive was moved, and its files changed
    assert len(plan_of(other, ledger=ledger).batches) == 1


def test_a_file_changed_in_a_copy_of_the_archive_is_a_change(pages, tmp_path):
    ledger = ledger_of(plan_of(pages))
    copy = shutil.copytree(pages, tmp_path / "copy" / "pages")
    (copy / "1.txt").write_text("新版面", encoding="utf-8")
    plan = plan_of(copy, ledger=ledger)
    assert plan.refusals == []
    assert [placed.file.input for batch in plan.batches for placed in batch.files] == ["pages/1.txt"]


@pytest.mark.parametrize(
    ("workers", "sizes", "lengths"),
    [
        (1, [1] * 9, [9]),
        (2, [1] * 9, [3, 2, 2, 2]),
        (2, [1], [1]),
        (3, [1] * 4, [2, 1, 1]),
        (2, [9, 1, 1, 1, 1, 1, 1, 1], [1, 1, 2, 4]),
    ],
)
def test_batches_are_equal_and_keep_every_worker_busy(tmp_path, monkeypatch, workers, sizes, lengths):
    monkeypatch.setattr("flows.plan._WORTH_A_BATCH_BYTES", 2)
    monkeypatch.setattr("flows.plan._BATCHES_PER_WORKER", 2)
    for n, size in enumerate(sizes):
        (tmp_path / f"{n}.txt").write_bytes(b"x" * size)
    planned = plan_of(tmp_path, options=OPTIONS._replace(batch_pages=100), workers=workers)
    assert [len(batch.files) for batch in planned.batches] == lengths


@pytest.fixture
def settled(monkeypatch):
    """Let files count as old as soon as they are written."""
    monkeypatch.setattr("flows.plan._SETTLED_NS", -(10**18))


def test_a_file_whose_stamp_is_known_is_not_read(pages, settled, monkeypatch):
    ledger = stamped(plan_of(pages))
    monkeypatch.setattr("flows.plan._hash_file", lambda file: pytest.fail(f"{file.input} is read"))
    again = plan_of(pages, ledger=ledger)
    assert (len(again.unchanged), again.stamps) == (8, {})


def test_pages_made_anew_by_other_rules_keep_their_stamps(pages, settled, monkeypatch):
    ledger = stamped(plan_of(pages))
    monkeypatch.setattr("flows.plan._hash_file", lambda file: pytest.fail(f"{file.input} is read"))
    again = plan_of(pages, ledger=ledger, rules="r2")
    assert again.unchanged == []
    assert again.stamps == {name: row.stamp for name, row in ledger.items()}


def test_a_full_refresh_reads_every_file(pages, settled):
    assert len(plan_of(pages, ledger=stamped(plan_of(pages)), full_refresh=True).stamps) == 8


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_text("版面九", encoding="utf-8"),
        lambda path: (path.write_text("版面8", encoding="utf-8"), os.utime(path, ns=(1, 1))),
        lambda path: (path.unlink(), path.write_text("版面8", encoding="utf-8"), os.utime(path, ns=(1, 1))),
    ],
)
def test_a_changed_file_has_another_stamp(pages, settled, change):
    """Also where it has the size that it had, and its time of modification was set back."""
    ledger = stamped(plan_of(pages))
    change(pages / "3.txt")
    assert [placed.file.input for batch in plan_of(pages, ledger=ledger).batches for placed in batch.files] == [
        "pages/3.txt"
    ]


def test_a_file_just_written_has_no_stamp(pages):
    """It could be written again without a difference in its times."""
    plan = plan_of(pages)
    assert set(plan.stamps.values()) == {None}
    (pages / "3.txt").write_text("版面八", encoding="utf-8")
    assert len(plan_of(pages, ledger=ledger_of(plan)).batches) == 1


def stamped(plan):
    return {name: row._replace(stamp=plan.stamps[name]) for name, row in ledger_of(plan).items()}
