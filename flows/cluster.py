"""A standing Dask cluster as the place where batches are worked on.

The same functions go to the workers as to the local processes (``flows.stages``): names of stage files in, numbers out. So a
worker needs the package, the object store, and nothing else: not Prefect, not the warehouse. Prefect's own Dask runner would
ask more of it: each task would report to Prefect's server, which here lives inside the flow's process and cannot be reached
from another machine, and cost 99-179 ms instead of 2 (measured 2026-11 with prefect-dask 0.3.7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from flows.rules_version import rules_version
from transforms.errors import BatchLost, UsageError

Result = TypeVar("Result")

_PATIENCE_S: Final = 10


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
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()

    @property
    def dashboard(self) -> str:
        """Address of the scheduler's dashboard."""
        return str(self._running.dashboard_link)

    @property
    def workers(self) -> int:
        """How many tasks the workers there now can do at once."""
        return max(1, int(sum(self._running.nthreads().values())))

    def prepare(self, byte_count: int, warm_up: Callable[[], None]) -> None:
        """Do nothing: the workers stand, and have loaded what they need with their first batch."""

    def run_all(self, calls: Sequence[Callable[[], Result]]) -> list[Result]:
        """Return what each of ``calls`` returns, computed on workers. Blocks; meant to be called from several threads.

        Work of a worker that dies is given to another one.

        Raises
        ------
        BatchLost
            If worker after worker died over one of them, or the scheduler was lost.
        """
        from distributed import KilledWorker  # noqa: PLC0415 - an optional extra
        from distributed.client import FutureCancelledError  # noqa: PLC0415

        futures = [self._running.submit(call, pure=False) for call in calls]
        try:
            return [future.result() for future in futures]
        except KilledWorker as error:
            raise BatchLost(
                self.address, f"{error.allowed_failures + 1} workers died over one batch, the last of them"
                f" {error.last_worker.address}", "look at the log of that worker; a smaller batch_bytes needs less memory",
            ) from error  # fmt: skip
        except FutureCancelledError as error:
            raise BatchLost(
                self.address, f"the scheduler was lost: {error}", "start it again, then run again to go on"
            ) from error

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
