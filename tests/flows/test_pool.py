"""Where batches are worked on."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from flows import stages
from flows.pool import WORTH_PROCESSES_BYTES, Lost, Pool, run_all_or_raise, run_batches
from transforms.errors import BatchLost

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


@pytest.mark.parametrize(
    ("workers", "byte_count", "is_here"),
    [(1, WORTH_PROCESSES_BYTES, True), (2, WORTH_PROCESSES_BYTES - 1, True), (2, WORTH_PROCESSES_BYTES, False)],
)
def test_little_work_is_done_in_this_process(workers, byte_count, is_here):
    with Pool(workers) as pool:
        pool.prepare(byte_count, partial(int, "0"))
        found = set(pool.run_all([os.getpid] * 3))
    assert (found == {os.getpid()}) == is_here


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_seldom_look_for_garbage(workers):
    before = gc.get_threshold()
    with Pool(workers) as pool:
        pool.prepare(WORTH_PROCESSES_BYTES, partial(int, "0"))
        assert pool.run_all([gc.get_threshold])[0][0] > 10_000
        assert pool.run_all([gc.get_freeze_count])[0] > 0
    assert gc.get_threshold() == before  # this process is left as it was
    assert gc.get_freeze_count() == 0


def test_who_works_here_has_warmed_up_before(monkeypatch):
    done = []
    with Pool(1) as pool:
        pool.prepare(1, partial(done.append, "warm"))
        pool.run_all([partial(done.append, "work")])
    assert done == ["warm", "work"]


def test_warming_up_works_on_a_page(monkeypatch):
    """All three stages get as far as the end of their work."""
    seen = []
    for name in ("clean", "deduplicate", "extract"):
        work = getattr(stages, name)

        def noted(*frames, work=work, name=name):
            made = work(*frames)
            seen.append(name)
            return made

        monkeypatch.setattr(stages, name, noted)
    stages._load_models.cache_clear()  # another test may have warmed this process up
    stages.warm_up()
    assert seen == ["clean", "deduplicate", "extract"]


def answer(number, *, kills, is_apart=False):
    """Return ``number`` and whether it is asked apart; kill the process if it is not."""
    if kills and not is_apart:
        time.sleep(0.2)  # its neighbour has begun
        os.kill(os.getpid(), signal.SIGKILL)
    return number, is_apart


def test_calls_that_kill_their_workers_are_told_and_made_apart_and_the_others_are_not_lost():
    calls = [partial(answer, number, kills=number in (1, 4)) for number in range(6)]
    with Pool(2) as pool:
        found = pool.run_all(calls)
        assert all(isinstance(found[number], Lost) for number in (1, 4))
        assert all(isinstance(one, Lost) or one == (number, False) for number, one in enumerate(found))
        assert pool.run_all([partial(answer, 7, kills=False)]) == [(7, False)]
        made = run_batches(pool, calls)
        assert [number for number, _ in made] == list(range(6))
        assert {number for number, is_apart in made if is_apart} >= {1, 4}
        with pytest.raises(BatchLost, match="^the workers: 2 workers died over a batch\nTry: "):
            run_all_or_raise(pool, calls[1:2])


ORPHANS = """
import os, sys, time
from flows.pool import Pool

if __name__ == "__main__":
    with Pool(2) as pool:
        print(*set(pool.run_all([os.getpid] * 20)), flush=True)
        time.sleep(600)
"""


def test_workers_end_when_their_parent_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(ORPHANS, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    workers = [int(word) for word in parent.stdout.readline().split()]
    assert workers
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 30
    while (left := [pid for pid in workers if Path(f"/proc/{pid}").exists()]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def test_a_pool_that_was_interrupted_kills_its_workers_and_starts_no_others():
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Pool(2) as pool:
        asked = threading.Thread(target=_swallow, args=(pool, [partial(time.sleep, 60)]))
        asked.start()
        time.sleep(1)
        raise KeyboardInterrupt
    asked.join(20)
    assert not asked.is_alive()
    assert time.monotonic() - started < 30
    assert not multiprocessing.active_children()


def _swallow(pool, calls):
    with contextlib.suppress(RuntimeError):  # the pool is closed, or was broken
        pool.run_all(calls)
