"""Where batches are worked on."""

from __future__ import annotations

import gc
import os
from functools import partial

import pytest

from flows import stages
from flows.pool import WORTH_PROCESSES_BYTES, Pool


@pytest.mark.parametrize(
    ("workers", "byte_count", "is_here"),
    [(1, WORTH_PROCESSES_BYTES, True), (2, WORTH_PROCESSES_BYTES - 1, True), (2, WORTH_PROCESSES_BYTES, False)],
)
def test_little_work_is_done_in_this_process(workers, byte_count, is_here):
    with Pool(workers) as pool:
        pool.prepare(byte_count, partial(int, "0"))
        found = set(pool.run_all([os.getpid] * 3))
    assert (found == {os.getpid()}) == is_here


def test_workers_seldom_look_for_garbage():
    with Pool(2) as pool:
        pool.prepare(WORTH_PROCESSES_BYTES, partial(int, "0"))
        assert pool.run_all([gc.get_threshold])[0][0] > 10_000
        assert pool.run_all([gc.get_freeze_count])[0] > 0
    assert gc.get_threshold()[0] < 10_000  # this process is left as it was


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
    stages.warm_up()
    assert seen == ["clean", "deduplicate", "extract"]
