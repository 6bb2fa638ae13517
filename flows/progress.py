"""What a person who waits sees: a bar on a terminal, plain lines elsewhere, always on standard error."""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from flows.stages import StageResult

logger = logging.getLogger("banmian")


class Progress:
    """Progress of a run, counted in pages. Page text never comes here."""

    def __init__(self, *, is_quiet: bool = False) -> None:
        self._is_terminal = sys.stderr.isatty() and not is_quiet
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not self._is_terminal,
        )
        self._task = self._bar.add_task("pages loaded", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begin(self, page_count: int) -> None:
        """Say how many pages there are to do, as far as is known."""
        self._bar.update(self._task, total=page_count)
        logger.info("to do: %d files", page_count)

    def worked(self, stage: str, result: StageResult) -> None:
        """Say that a stage of a batch is done; its line is written when it is judged."""
        self._bar.update(self._task, description=f"{stage} {result.batch_id[:8]}")

    def judged(self, stage: str, batch_id: str, *, page_count: int, held_count: int, closed_by: str) -> None:
        """Say what came into a stage, what goes on from it and what is held back there: the three add up."""
        gate = ", and its gate closed" if closed_by else ""
        logger.info(
            "%s: batch %s, %d pages = %d on + %d held back%s",
            stage, batch_id, page_count, page_count - held_count, held_count, gate,
        )  # fmt: skip

    def loaded(self, batch_id: str, page_count: int, held_count: int) -> None:
        """Say that the pages of a batch are in the warehouse, but for those held back."""
        self._bar.update(self._task, advance=page_count)
        logger.info(
            "load: batch %s, %d pages = %d loaded + %d held back",
            batch_id,
            page_count,
            page_count - held_count,
            held_count,
        )
