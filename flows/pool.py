"""Where batches are worked on: processes of our own, since the segmenter and much of Python hold the interpreter's lock.

Not Prefect's process runner: it costs 125 ms a task against 4 ms, and one killed worker fails every task after it. Workers
are started from a clean server process (forkserver): forking a process with threads can deadlock.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Protocol, Self, TypeVar

from flows.tries import Tries
from transforms.errors import BatchLost

Result = TypeVar("Result")

logger = logging.getLogger("banmian")

# A worker takes 3 s to import and load what it needs, in which one that has it works on as much as this.
WORTH_PROCESSES_BYTES: Final = 2**20

# How many workers may die over a call before it is given up: the first may have died over another one.
_TRIES: Final = 2

# New objects after which Python looks for garbage that refers to itself, instead of 700; some tens of megabytes at most.
_OBJECTS_TO_COLLECT: Final = 100_000


def collect_rarely() -> None:
    """Let this process, a worker, seldom look for garbage that refers to itself, and never among what is there already.

    Frames and rows refer to nothing that refers to them. Of the time of an extraction 5 % went into such looks (2026-11).
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS_TO_COLLECT)


class Lost(NamedTuple):
    """What comes of a call if so many workers died while they were at it that it is to blame, or may be."""

    why: str


class Workers(Protocol):
    """Where batches are worked on: processes of this machine (``Pool``), or a cluster (``flows.cluster.Cluster``)."""

    @property
    def workers(self) -> int:
        """How many calls are worked on at once."""
        ...

    def prepare(self, byte_count: int, warm_up: Callable[[], None]) -> None:
        """Get ready for the work on pages of ``byte_count`` bytes in all; does not block."""
        ...

    def run_all(self, calls: Sequence[Callable[[], Result]]) -> list[Result | Lost]:
        """Return what each of ``calls`` returns, wherever it is computed; may be called from several threads."""
        ...


def run_all_or_raise(workers: Workers, calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """Return what each of ``calls`` returns; BatchLost if workers die over one of them."""
    results: list[Result] = []
    for result in workers.run_all(calls):
        if isinstance(result, Lost):
            raise BatchLost("the workers", result.why, "give them more memory, then run again to go on")
        results.append(result)
    return results


def run_batches(workers: Workers, calls: Sequence[Callable[..., Result]]) -> list[Result]:
    """Return what each of ``calls`` returns, whatever the pages do to the workers.

    A call over which workers die is called by this process with ``is_apart=True``, one at a time: it then finds the pages that
    kill by halving, in a process that nothing else depends on. Blocks; may be called from several threads.
    """
    results: list[Result] = []
    for call, result in zip(calls, workers.run_all(calls), strict=True):
        if isinstance(result, Lost):
            logger.warning("%s; its pages are tried apart", result.why)
            with _ONE_APART:
                results.append(call(is_apart=True))
        else:
            results.append(result)
    return results


_ONE_APART: Final = threading.Lock()  # each takes the memory of a worker


class Pool:
    """Runs functions in worker processes, or in this process if one worker is all there is, or enough.

    A worker that dies (killed for memory, say) breaks the processes of its pool; the work is then tried once more in new ones,
    and is ``Lost`` if they break, too. So is a call in this process if as many runs died over it, as the folder ``tries`` says.
    """

    def __init__(self, workers: int, *, tries: Path | None = None) -> None:
        self.workers = workers
        self._tries = Tries(tries)
        self._executor: ProcessPoolExecutor | None = None
        self._is_closed = False
        self._lock = threading.Lock()
        self._warming: threading.Thread | None = None
        # Of this process's collector of garbage before it worked on a batch itself.
        self._threshold: tuple[int, int, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._is_closed = True
            if self._threshold is not None:
                gc.unfreeze()
                gc.set_threshold(*self._threshold)
            if self._executor is not None:
                if error is not None and not isinstance(error, Exception):  # asked to stop: nobody waits for a batch
                    for worker in multiprocessing.active_children():
                        worker.kill()
                self._executor.shutdown(wait=error is None, cancel_futures=True)

    def prepare(self, byte_count: int, warm_up: Callable[[], None]) -> None:
        """Let whoever will work load its models by ``warm_up`` now, beside whatever this thread does next.

        If there is so little work that other processes are not worth their start, this process does it.
        """
        if byte_count < WORTH_PROCESSES_BYTES:
            self.workers = 1
        if self.workers == 1:
            self._warming = threading.Thread(target=warm_up, daemon=True)
            self._warming.start()
        else:
            executor = self._running()
            for _ in range(self.workers):
                executor.submit(warm_up)

    def run_all(self, calls: Sequence[Callable[[], Result]]) -> list[Result | Lost]:
        """Return what each of ``calls`` returns, computed in workers. Blocks; meant to be called from several threads."""
        if self.workers == 1:
            if self._warming is not None:
                self._warming.join()  # what it is loading would be loaded twice
            self._collect_rarely_here()
            return [self._call_here(call) for call in calls]
        results: list[Result | Lost] = [Lost(f"{_TRIES} workers died over a batch") for _ in calls]
        waiting: Sequence[int] = range(len(calls))
        executor = None
        for _ in range(_TRIES):
            executor = self._running(instead_of=executor)
            waiting = self._try(executor, calls, waiting, results)
            if not waiting:
                break
        return results

    def _call_here(self, call: Callable[[], Result]) -> Result | Lost:
        """Return what ``call`` returns, unless runs have died over it as often as workers may."""
        if self._tries.begun_before(call) >= _TRIES:
            self._tries.forget(call)  # the next run that has it to do may be luckier
            return Lost(f"{_TRIES} runs died over a batch")
        with self._tries.counted(call):
            return call()

    def _collect_rarely_here(self) -> None:
        """Let this process collect as a worker does until the pool is closed; among Prefect's objects a look takes longest."""
        with self._lock:
            if self._threshold is None and not self._is_closed:
                self._threshold = gc.get_threshold()
                collect_rarely()

    def _try(
        self,
        executor: ProcessPoolExecutor,
        calls: Sequence[Callable[[], Result]],
        places: Sequence[int],
        results: list[Result | Lost],
    ) -> list[int]:
        """Put into ``results`` what the calls at ``places`` return, and return the places of those whose pool broke."""
        futures: list[tuple[int, Future[Result]]] = []
        broken: list[int] = []
        for place in places:
            try:
                futures.append((place, executor.submit(calls[place])))
            except BrokenProcessPool:  # by the work of another thread, or by what was submitted just now
                broken.append(place)
        for place, future in futures:
            try:
                results[place] = future.result()
            except BrokenProcessPool:
                broken.append(place)
        return sorted(broken)

    def _running(self, *, instead_of: ProcessPoolExecutor | None = None) -> ProcessPoolExecutor:
        with self._lock:
            if self._is_closed:
                raise RuntimeError("the pool is closed")
            if self._executor is None or self._executor is instead_of:
                context = multiprocessing.get_context("forkserver")
                context.set_forkserver_preload(["flows.stages"])
                self._executor = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_begin_worker)
            return self._executor


def _begin_worker() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that ends, however it does: it may be killed."""
    collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
