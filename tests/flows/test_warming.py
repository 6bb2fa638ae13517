"""Models are loaded early where a few files seem to be new."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from flows import stages
from flows.pool import WORTH_PROCESSES_BYTES
from flows.warming import newer_bytes, warm_early


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive" / "a::b"
    folder.mkdir(parents=True)
    (folder / "page.txt").write_bytes(b"x" * 100)
    (folder.parent / "page.txt").write_bytes(b"x" * 10)
    os.symlink(folder.parent, folder / "round")
    return folder.parent


def test_bytes_of_files_written_later(archive: Path) -> None:
    written = (archive / "page.txt").stat().st_ctime_ns
    assert newer_bytes([archive], 0) == 110
    assert newer_bytes([archive / "page.txt", archive / "gone.txt"], 0) == 10
    assert newer_bytes([archive], written + 10**9) == 0
    os.utime(archive / "page.txt", ns=(0, 0))  # a time that somebody set back does not hide a change
    assert newer_bytes([archive / "page.txt"], written - 1) == 10


def test_more_than_is_worth_processes_is_not_counted(archive: Path) -> None:
    for number in range(3):
        (archive / f"{number}.txt").write_bytes(b"x" * WORTH_PROCESSES_BYTES)
    assert WORTH_PROCESSES_BYTES <= newer_bytes([archive], 0) < 2 * WORTH_PROCESSES_BYTES


@pytest.mark.parametrize(("size", "is_warmed"), [(0, False), (100, True), (WORTH_PROCESSES_BYTES, False)])
def test_few_new_pages_are_worth_it(tmp_path: Path, size: int, is_warmed: bool) -> None:
    page, begun = tmp_path / "page.txt", threading.Event()
    page.write_bytes(b"x" * size)
    warm_early([page], tmp_path / "writer.duckdb", begun.set)
    assert begun.wait(5 if is_warmed else 0.1) == is_warmed


def test_who_warms_up_while_another_does_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    begun, may_end = threading.Event(), threading.Event()

    def load() -> None:
        begun.set()
        may_end.wait(5)
        done.append("loaded")

    monkeypatch.setattr(stages, "_load_models", load)
    first = threading.Thread(target=stages.warm_up)
    first.start()
    begun.wait(5)
    second = threading.Thread(target=lambda: (stages.warm_up(), done.append("second")))
    second.start()
    may_end.set()
    first.join(5)
    second.join(5)
    assert done == ["loaded", "loaded", "second"]
