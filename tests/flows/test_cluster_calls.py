"""What goes to a cluster's scheduler, and what is told when nobody answers; the client is one that does what a test says."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future

import pytest

from flows import cluster
from flows.cluster import Cluster
from transforms.errors import BatchLost

pytest.importorskip("distributed")


class Client:
    """Takes calls and answers none until ``answer_all``."""

    status = "running"

    def __init__(self, workers):
        self.workers = workers
        self.futures = []
        self.most_at_once = 0

    def submit(self, call, *, pure):
        assert not pure
        future = Future()
        future.call = call
        future.release = lambda: None
        self.futures.append(future)
        self.most_at_once = max(self.most_at_once, sum(not one.done() for one in self.futures))
        return future

    def nthreads(self):
        return dict.fromkeys(range(self.workers), 1)

    def answer_one(self):
        for future in self.futures:
            if not future.done():
                future.set_result(future.call())
                return


def joined(workers):
    cluster_ = Cluster("tcp://scheduler:8786")
    cluster_._client = Client(workers)
    cluster_._look()
    return cluster_, cluster_._client


def test_the_scheduler_has_four_calls_a_worker_at_most_however_many_there_are_and_whoever_asks():
    under_test, client = joined(workers=2)
    answers = {}

    def ask(name):
        answers[name] = under_test.run_all([lambda n=n: (name, n) for n in range(60)])

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 60
    while any(thread.is_alive() for thread in threads) and time.monotonic() < end:
        client.answer_one()
        time.sleep(0.0005)
    assert answers == {name: [(name, n) for n in range(60)] for name in ("a", "b")}
    assert client.most_at_once == 8


@pytest.mark.parametrize("calls", [1, 9])  # it waits for an answer, or for its turn
def test_a_cluster_that_has_lost_its_last_worker_is_told(monkeypatch, calls):
    monkeypatch.setattr(cluster, "_LOOK_S", 0.05)
    monkeypatch.setattr(cluster, "_NO_WORKER_S", 0.0)
    under_test, client = joined(workers=2)
    client.workers = 0
    with pytest.raises(
        BatchLost, match="the cluster has had no worker for 0 minutes\nTry: dask worker tcp://scheduler:8786"
    ):
        under_test.run_all([int] * calls)


def test_a_timeout_that_a_call_raises_is_the_calls_own():
    under_test, client = joined(workers=1)

    def late():
        raise TimeoutError("late")

    asked = threading.Timer(0.1, lambda: client.futures[0].set_exception(TimeoutError("late")))
    asked.start()
    with pytest.raises(TimeoutError, match="late"):
        under_test.run_all([late])


@pytest.mark.parametrize("status", ["running", "closing"])
def test_what_a_closing_client_says_is_that_the_scheduler_was_lost(status):
    """Dask says it as a RuntimeError, which a call may raise, too."""
    under_test, client = joined(workers=1)
    client.status = status
    error = RuntimeError("ConnectionPool is closed")
    threading.Timer(0.1, lambda: client.futures[0].set_exception(error)).start()
    with pytest.raises(RuntimeError if status == "running" else BatchLost, match="ConnectionPool is closed"):
        under_test.run_all([int])


def test_a_look_at_a_closing_client_tells_that_the_scheduler_was_lost(monkeypatch):
    monkeypatch.setattr(cluster, "_LOOK_S", 0.05)
    under_test, client = joined(workers=1)

    def closed():
        raise RuntimeError("ConnectionPool is closed")

    client.nthreads = closed
    with pytest.raises(BatchLost, match="the scheduler was lost: ConnectionPool is closed\nTry: start it again"):
        under_test.run_all([int])
