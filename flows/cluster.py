"""A standing Dask cluster as the place where batches are worked on.

The same functions go to the workers as to the local processes (``flows.stages``): names of stage files in, numbers out. So a
worker needs the package, the object store, and nothing else: not Prefect, not the warehouse. Prefect's own Dask runner would
ask more of it: each task would report to Prefect's server, which here lives inside the flow's process and cannot be reached
from another machine, and cost 99-179 ms instead of 2 (measured 2026-11 with prefect-dask 0.3.7).
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from flows.pool import Lost
from flows.rules_version import rules_version
from transforms.errors import BatchLost, UsageError

Result = TypeVar("Result")

_PATIENCE_S: Final = 10
# Calls with the scheduler at once, a worker: the next one is there before it ends, and the scheduler never holds a corpus.
_IN_FLIGHT_PER_WORKER: Final = 4
_LOOK_S: Final = 15
# A machine that is to become a worker takes some minutes from a cloud.
_NO_WORKER_S: Final = 600.0


class Cluster:
    """Runs functions on the workers of the Dask cluster whose scheduler is at ``address``. Use it as a context manager.

    Raises
    ------
    UsageError
        If no scheduler answers, none of its workers is there, or a worker has another version of the rules: rows of two
        versions must not meet in one batch.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._client: Any = None  # Dask's client, which is not typed
        self._worker_count = 0
        self._worked_at = time.monotonic()  # when there last was a worker
        self._turn = threading.Condition()
        self._in_flight = 0  # calls that are with the scheduler

    def __enter__(self) -> Self:
        self._client = _connect(self.address)
        versions: dict[str, str] = self._client.run(rules_version)
        if not versions:
            self._client.close()
            raise UsageError(self.address, "the cluster has no worker", f"dask worker {self.address} on some machines")
        different = sorted(worker for worker, version in versions.items() if version != rules_version())
        if different:
            self._client.close()
            raise UsageError(
                self.address,
                f"{len(different)} of {len(versions)} workers have another banmian: {', '.join(different[:3])}",
                "install the same banmian on every worker and restart them",
            )
        self._look()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            # One whose scheduler was lost may wait for it in vain; what is told is why the run ends, not that.
            with contextlib.suppress(TimeoutError):
                self._client.close()

    @property
    def dashboard(self) -> str | None:
        """Address of the scheduler's dashboard; None if it has none."""
        try:
            return str(self._running.dashboard_link)
        except KeyError:
            return None

    @property
    def workers(self) -> int:
        """How many tasks the workers can do at once that were there when last looked at."""
        return max(1, self._worker_count)

    def prepare(self, byte_count: int, warm_up: Callable[[], None]) -> None:
        """Do nothing: the workers stand, and have loaded what they need with their first batch."""

    def run_all(self, calls: Sequence[Callable[[], Result]]) -> list[Result | Lost]:
        """Return what each of ``calls`` returns, computed on workers. Blocks; meant to be called from several threads.

        Work of a worker that dies is given to another one, until the scheduler gives it up
        (``distributed.scheduler.allowed-failures``). So many calls are with the scheduler as keep the workers busy, not more.

        Raises
        ------
        BatchLost
            If the scheduler was lost, or no worker is left and none comes.
        """
        futures: list[Any] = []
        try:
            for call in calls:
                self._wait_for_turn()
                futures.append(self._submit(call))
            return [self._result(future) for future in futures]
        except BaseException:
            for future in futures:
                future.release()
            raise

    def _wait_for_turn(self) -> None:
        with self._turn:
            while self._in_flight >= _IN_FLIGHT_PER_WORKER * self.workers:
                if not self._turn.wait(_LOOK_S):
                    self._look()
            self._in_flight += 1

    def _submit(self, call: Callable[[], Result]) -> Any:  # noqa: ANN401 - as above
        from distributed.client import ClosedClientError  # noqa: PLC0415 - an optional extra

        try:
            future = self._running.submit(call, pure=False)
        except (OSError, ClosedClientError) as error:
            raise self._scheduler_lost(error) from error
        future.add_done_callback(self._give_turn)
        return future

    def _give_turn(self, _: Any) -> None:  # noqa: ANN401 - as above
        with self._turn:
            self._in_flight -= 1
            self._turn.notify()

    def _result(self, future: Any) -> Any:  # noqa: ANN401 - as above
        from distributed import KilledWorker  # noqa: PLC0415 - an optional extra
        from distributed.client import FutureCancelledError  # noqa: PLC0415

        try:
            while True:
                try:
                    return future.result(timeout=_LOOK_S)
                except TimeoutError:
                    if future.done():  # it is what the call raised
                        raise
                    self._look()
        except KilledWorker as error:
            return Lost(
                f"{error.allowed_failures + 1} workers died over a batch, the last of them {error.last_worker.address}"
            )
        except FutureCancelledError as error:
            raise self._scheduler_lost(error) from error
        except RuntimeError as error:
            if self._running.status == "running":  # it is what the call raised
                raise
            raise self._scheduler_lost(error) from error

    def _look(self) -> None:
        """Count the workers; raise BatchLost if the scheduler is gone, or has had no worker for long."""
        try:
            self._worker_count = sum(self._running.nthreads().values())
        except (
            OSError,
            AttributeError,
            RuntimeError,
        ) as error:  # a client that is closed, or is closing, has none to ask
            raise self._scheduler_lost(error) from error
        moment = time.monotonic()
        if self._worker_count:
            self._worked_at = moment
        elif moment - self._worked_at > _NO_WORKER_S:
            raise BatchLost(
                self.address, f"the cluster has had no worker for {_NO_WORKER_S / 60:.0f} minutes",
                f"dask worker {self.address} on some machines, then run again to go on",
            )  # fmt: skip

    def _scheduler_lost(self, error: BaseException) -> BatchLost:
        said = str(error).splitlines()[-1:] or [type(error).__name__]
        return BatchLost(self.address, f"the scheduler was lost: {said[0]}", "start it again, then run again to go on")

    @property
    def _running(self) -> Any:  # noqa: ANN401 - as above
        if self._client is None:
            raise ValueError("the cluster is used as a context manager")
        return self._client


def _connect(address: str) -> Any:  # noqa: ANN401 - as above
    try:
        from distributed import Client  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise UsageError(
            f"--cluster {address}", "Dask is not installed", "pip install 'banmian[cluster]' here and on every worker"
        ) from None
    try:
        return Client(address, timeout=_PATIENCE_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(
            address, f"no Dask scheduler answers: {error}", "dask scheduler, then dask worker ADDRESS on each machine"
        ) from error
