"""The arrows between the rooms, kept one way, and the purity of the transforms."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("flows", "expectations", "warehouse", "transforms")
ALLOWED = {
    "flows": {"flows", "expectations", "warehouse", "transforms"},
    "expectations": {"expectations", "transforms"},
    "warehouse": {"warehouse", "transforms"},
    "transforms": {"transforms"},
}
# Modules that reach a clock, a disk, a network, chance or an engine: none of them belongs in a pure function.
IMPURE = {
    "time", "datetime.now", "random", "secrets", "uuid", "socket", "urllib", "http", "requests", "httpx", "subprocess",
    "os", "io", "shutil", "tempfile", "threading", "multiprocessing", "locale", "glob", "fsspec", "duckdb", "prefect",
    "great_expectations", "sqlite3", "logging",
}  # fmt: skip


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_run_one_way(room):
    assert modules(room), f"nothing found in {room}"
    for path in modules(room):
        ours = {name.split(".")[0] for name in imported(path)} & set(ROOMS)
        assert ours <= ALLOWED[room], f"{path.relative_to(ROOT)} imports {sorted(ours - ALLOWED[room])}"


def test_transforms_are_pure():
    for path in modules("transforms"):
        tops = {name.split(".")[0] for name in imported(path)}
        assert not tops & IMPURE, f"{path.relative_to(ROOT)} imports {sorted(tops & IMPURE)}"
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & {"open", "print", "input", "hash"}, f"{path.relative_to(ROOT)} calls {sorted(calls)}"


@pytest.mark.parametrize("room", ROOMS)
def test_names_resolve_to_this_project(room):
    """Packages of the same names exist in the registry; none may stand before ours."""
    module = __import__(room)
    assert Path(next(iter(module.__path__))).resolve() == ROOT / room


def test_no_module_is_a_god():
    """400 lines are where a module starts to hold two things; the longest ones are to be looked at before they grow."""
    long = {
        str(path.relative_to(ROOT)): count
        for room in ROOMS
        for path in modules(room)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long
