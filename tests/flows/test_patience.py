"""What never ends is ended: a worker over its batch, a process apart over its page; and a run dies over a batch so often only."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from functools import partial

import polars as pl
import pytest

from flows import stages
from flows.isolating import isolate_apart
from flows.patience import batch_ends_in_time, limit_apart
from flows.pool import Lost, Pool, run_batches
from tests.flows.conftest import ROOT
from tests.flows.killers import POISON, begin_and_die, clean_or_hang, take_long
from transforms.frames import PAGES


@pytest.fixture(autouse=True)
def _tests_can_be_imported(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_a_process_whose_batch_never_ends_is_ended_and_says_where_it_was():
    code = "from tests.flows.killers import take_long; take_long(3, is_endless=True)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Timeout (0:00:0")
    assert "in take_long" in ended.stderr


def test_one_that_ends_in_time_is_left_alone_whatever_others_are_at():
    with batch_ends_in_time(30):
        others = [threading.Thread(target=take_long, args=(n,), kwargs={"is_endless": False}) for n in range(5)]
        for other in others:
            other.start()
        for other in others:
            other.join()
        with batch_ends_in_time(20):
            pass
    with batch_ends_in_time(0.05):
        pass
    time.sleep(0.3)  # this process would be gone


def test_pages_alone_have_more_time_than_pages_together():
    assert [limit_apart(count, 300) for count in (1, 2, 2000)] == [300, 60, 60]


@pytest.mark.slow
def test_a_batch_that_never_ends_is_lost_to_the_workers_and_made_apart():
    calls = [partial(take_long, number, is_endless=number == 1) for number in range(3)]
    with Pool(2) as pool:
        assert run_batches(pool, calls)[1] == (1, True)
        # Who was at work beside it when the pool broke may be under suspicion, too.
        found = pool.run_all(calls)
        assert isinstance(found[1], Lost)
        assert all(isinstance(one, Lost) or one == (n, False) for n, one in enumerate(found))


@pytest.mark.slow
def test_a_page_on_which_a_rule_never_ends_is_found():
    texts = {"a": "市里召开会议\n会议部署秋收工作。", "b": f"{POISON}一页", "c": "大桥合龙\n大桥今日合龙。"}
    page = {"encoding": "utf-8", "byte_count": 0, "sha256": "", "line_count": 2}
    rows = [{**page, "page_id": name, "source": name, "text": text} for name, text in texts.items()]
    frames = {"pages": pl.DataFrame(rows, schema=PAGES)}
    made, ((page_id, reason, detail),) = isolate_apart(clean_or_hang, frames, warm_up=stages.warm_up, max_page_s=4)
    assert (page_id, reason) == ("b", "takes too long")
    assert detail.startswith("who worked on it was not done after 4 s, at last with this page alone. Try: ")
    assert POISON not in detail
    assert made["paragraphs"]["page_id"].unique().sort().to_list() == ["a", "c"]


def test_runs_die_over_a_batch_of_their_own_twice_and_no_more(tmp_path):
    code = (
        "import sys; from functools import partial; from pathlib import Path; from flows.pool import Pool\n"
        "from tests.flows.killers import begin_and_die\n"
        "with Pool(1, tries=Path(sys.argv[1])) as pool: pool.run_all([partial(begin_and_die, 'stages', 'batch')])"
    )
    calls = [partial(begin_and_die, "stages", "batch"), partial(max, 3, 4), partial(max, 5, 4, 6)]
    for _ in range(2):
        died = subprocess.run([sys.executable, "-c", code, str(tmp_path / "tries")], cwd=ROOT, check=False)
        assert died.returncode == -9
    with Pool(1, tries=tmp_path / "tries") as pool:
        assert pool.run_all(calls) == [Lost("2 runs died over a batch"), 4, 6]
    assert list((tmp_path / "tries").iterdir()) == []


def test_an_error_is_no_death(tmp_path):
    with Pool(1, tries=tmp_path / "tries") as pool:
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                pool.run_all([partial(divmod, 1, 0)])
