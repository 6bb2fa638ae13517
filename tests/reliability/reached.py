"""Which blocks of code a test comes to, for ``planting``: a mark at the head of every block inside a function.

Blocks are numbered, a set of them is an integer of as many bits as marks have bytes. What a cache keeps counts as come to by all who
ask for it; of a value that is worked out once for an object (``cached_property``) nobody knows who asks for it later.
"""

from __future__ import annotations

import ast
import builtins
import functools
from collections.abc import Iterator

_ROOM_FOR = 1 << 14  # blocks; a fifth of them are there
_BLOCKS = ("body", "orelse", "finalbody")
_UNTOLD = "cached_property"
_lru_cache = functools.lru_cache


class _Cached:
    """A cache of our code that knows what its values were made by."""

    def __init__(self, function, maxsize: int | None, reached: Reached) -> None:
        functools.update_wrapper(self, function)
        self.number = reached.new(self)
        self.blocks = 0

        def made(*args, **named):
            before = reached.take()
            try:
                return function(*args, **named)
            finally:
                self.blocks |= reached.take()
                reached.add(before | self.blocks)

        self._cached = _lru_cache(maxsize)(made)
        self._flags = reached.flags
        self.cache_clear = self._cached.cache_clear
        self.cache_info = self._cached.cache_info

    def __call__(self, *args, **named):
        self._flags[self.number] = 1
        return self._cached(*args, **named)


class Reached:
    """The marks, and where their blocks are."""

    def __init__(self) -> None:
        self.flags = bytearray(_ROOM_FOR)
        self._spans: dict[str, list[tuple[tuple[int, int], tuple[int, int], int | None]]] = {}
        self._caches: list[_Cached] = []
        self._count = 0
        builtins.__reached__ = self.flags
        functools.lru_cache = self._lru_cache
        functools.cache = self._lru_cache(None)

    def _lru_cache(self, maxsize=128, typed=False):
        def decorate(function):
            is_ours = function.__module__.startswith(("transforms.", "tests."))
            return _Cached(function, maxsize, self) if is_ours else _lru_cache(maxsize, typed)(function)

        if callable(maxsize):
            function, maxsize = maxsize, 128
            return decorate(function)
        return decorate

    def new(self, cache: _Cached | None = None) -> int:
        """Return the number of a new mark."""
        self._count += 1
        assert self._count < len(self.flags)
        self._caches += [cache] * (cache is not None)
        return self._count - 1

    def watched(self, module: str, tree: ast.Module) -> ast.Module:
        """Return ``tree`` with a mark at the head of every block inside a function."""
        self._spans[module] = []
        for node in list(ast.walk(tree)):
            if isinstance(node, ast.FunctionDef):
                is_told = not any(isinstance(one, ast.Name) and one.id == _UNTOLD for one in node.decorator_list)
                for block in _blocks(node):
                    self._watch(module, block, is_told)
        return ast.fix_missing_locations(tree)

    def _watch(self, module: str, block: list[ast.stmt], is_told: bool) -> None:
        first, last = block[0], block[-1]
        number = self.new()
        span = ((first.lineno, first.col_offset), (last.end_lineno, last.end_col_offset))
        self._spans[module].append((*span, number if is_told else None))
        mark = ast.copy_location(ast.parse(f"__reached__[{number}] = 1").body[0], first)
        for part in ast.walk(mark):
            ast.copy_location(part, first)
        is_documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        block.insert(int(is_documented), mark)

    def block_of(self, module: str, place: tuple[int, int]) -> int | None:
        """Return the set of the one innermost block that ``place`` stands in; None if it cannot be told who comes to it."""
        around = [span for span in self._spans[module] if span[0] <= place < span[1]]
        if not around:
            return None
        number = max(around, key=lambda span: (span[0], [-part for part in span[1]]))[2]
        return None if number is None else 1 << (8 * number)

    def take(self) -> int:
        """Return the blocks come to since the last time."""
        found = int.from_bytes(self.flags, "little")
        self.flags[:] = bytes(len(self.flags))
        return found

    def add(self, blocks: int) -> None:
        """Count ``blocks`` as come to."""
        self.flags[:] = (int.from_bytes(self.flags, "little") | blocks).to_bytes(len(self.flags), "little")

    def with_caches(self, blocks: int) -> int:
        """Return ``blocks`` and all that was come to when the caches that were asked were filled."""
        todo = self._caches
        while asked := [one for one in todo if blocks >> (8 * one.number) & 1]:
            for one in asked:
                blocks |= one.blocks
            todo = [one for one in todo if one not in asked]
        return blocks


def _blocks(function: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of one function, without those of functions and classes inside it."""
    todo: list[ast.AST] = [function]
    while todo:
        node = todo.pop()
        for name in _BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                todo += [one for one in block if not isinstance(one, ast.FunctionDef | ast.ClassDef)]
                yield block
        todo += [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]
