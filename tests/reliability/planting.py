"""Plants mistakes one at a time and runs the tests that come to their place: ``python -m tests.reliability.planting``.

Takes a JSON list of ``[module, site]`` on standard input; prints for each, one a line, whether a test failed (1, else 0), how many tests
come to the place, and the seconds of processor time that it took.

All tests are collected once, by a process that has every module imported. A fork of it runs them over sound code and tells which came
to which block of code: no other can notice a mistake there. Each mistake is planted in a fork of its own, by putting the code of one
function into the place of the sound one, and meets the tests that come to it, quickest first, until one fails. What was called while
modules were imported has left its results behind, so a mistake there is planted before anything is imported, for the whole room.
"""

from __future__ import annotations

import ast
import gc
import importlib.machinery
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from tests.reliability.mutants import ROOT, mutated, path_of, tests_of
from tests.reliability.reached import Reached

_SLACK_S = 20  # of processor time beyond twice what sound code takes: a mistake that never ends is noticed
_ALONE_S = 120
_NOTICED = 10  # what a fork ends with when a test failed
_OPTIONS = ("-x", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(ROOT))
# What takes a while to load and starts no thread, which a fork would not have.
_LOADED = (
    "transforms.cleaned.ngrams:bundled", "transforms.cleaned.turns:bundled", "transforms.articles.arrange:packaged_weights",
    "transforms.extracted.tagger:packaged_weights",
)  # fmt: skip


class _Finder(importlib.machinery.PathFinder):
    """Finds the modules of ``transforms``, whose code ``tree_of`` gives."""

    def __init__(self, tree_of) -> None:
        self.tree_of = tree_of
        self.codes: dict[str, CodeType] = {}

    def find_spec(self, fullname, path=None, target=None):
        if not fullname.startswith("transforms.") or not path_of(fullname).exists():
            return None
        loader = _Loader(fullname, str(path_of(fullname)))
        loader.finder = self
        return importlib.util.spec_from_file_location(fullname, path_of(fullname), loader=loader)


class _Loader(importlib.machinery.SourceFileLoader):
    finder: _Finder

    def get_code(self, fullname):
        code = compile(self.finder.tree_of(fullname), self.path, "exec")
        self.finder.codes[fullname] = code
        return code


def _inner(code: CodeType) -> list[CodeType]:
    """Return the code objects inside ``code``, at any depth."""
    found = [const for const in code.co_consts if isinstance(const, CodeType)]
    return [one for code in found for one in (code, *_inner(code))]


def _in_fork(work) -> tuple[int, float]:
    """Return the exit code of ``work`` in a fork of this process, and the seconds of processor time it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = os.fork()
    if not child:
        code = 1
        try:
            code = work()
        except Exception:
            traceback.print_exc(file=sys.stdout)
        finally:
            sys.stdout.flush()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return code, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _always_the_same_examples() -> None:
    """Let Hypothesis draw the same examples each time, and look for no shorter one when a test fails: nobody reads it."""
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("planted", settings.default, phases=phases, derandomize=True, database=None)
    settings.load_profile("planted")


class _Alone:
    """Runs pytest as it is, over a module whose mistake was there before it was imported."""

    def pytest_sessionstart(self) -> None:
        _always_the_same_examples()


def _plant_alone(module: str, site: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (_ALONE_S, _ALONE_S))
    tree = mutated(module, site)[0]
    sys.meta_path.insert(0, _Finder(lambda name: tree if name == module else ast.parse(path_of(name).read_text())))
    return int(pytest.main([*_OPTIONS, tests_of(module)], plugins=[_Alone()]))


class Planter:
    """A plugin of pytest that runs all tests in forks, for one mistake after another."""

    def __init__(self, mutants: list[tuple[str, int]], finder: _Finder, reached: Reached, answers) -> None:
        self.mutants, self.finder, self.reached, self.answers = mutants, finder, reached, answers
        self.by_fixture: dict[str, int] = defaultdict(int)
        self.by_test: list[int] = []
        self.seconds: list[float] = []

    def pytest_sessionstart(self) -> None:
        _always_the_same_examples()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        """What a fixture of several tests came to counts for each of them."""
        if fixturedef.scope == "function":
            return (yield)
        before = self.reached.take()
        try:
            return (yield)
        finally:
            self.by_fixture[fixturedef.argname] |= self.reached.take()
            self.reached.add(before | self.by_fixture[fixturedef.argname])

    def pytest_runtestloop(self, session) -> bool:
        for place in _LOADED:
            module, name = place.split(":")
            if module in sys.modules:
                getattr(sys.modules[module], name)()
        if "transforms.words" in sys.modules:
            sys.modules["transforms.words"].cut("县长到会")
        self.imported = self.reached.with_caches(self.reached.take())
        functions = defaultdict(list)
        for one in gc.get_objects():
            if isinstance(one, FunctionType):
                functions[one.__code__].append(one)
        gc.freeze()
        self._run_sound(session)
        for module, site in self.mutants:
            print(*self._plant(session, functions, module, site), file=self.answers, flush=True)
        return True

    def _run_sound(self, session) -> None:
        with tempfile.TemporaryFile("w+") as told:

            def work() -> int:
                for number, item in enumerate(session.items):
                    self.reached.take()
                    started = time.process_time()
                    following = session.items[number + 1] if number + 1 < len(session.items) else None
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                    assert not session.testsfailed, f"{item.nodeid} fails over code that nobody changed"
                    self.seconds.append(time.process_time() - started)
                    self.by_test.append(self.reached.take())
                for number, item in enumerate(session.items):
                    for name in getattr(item, "fixturenames", ()):
                        self.by_test[number] |= self.by_fixture.get(name, 0)
                    self.by_test[number] = self.reached.with_caches(self.by_test[number])
                json.dump([[hex(blocks) for blocks in self.by_test], self.seconds], told)
                told.flush()
                return 0

            code, _ = _in_fork(work)
            if code:
                raise pytest.UsageError("tests fail over code that nobody changed")
            told.seek(0)
            by_test, self.seconds = json.load(told)
            self.by_test = [int(blocks, 16) for blocks in by_test]

    def _plant(self, session, functions, module: str, site: int) -> tuple[int, int, float]:
        mine = [number for number, item in enumerate(session.items) if item.nodeid.startswith(tests_of(module))]
        block = self.reached.block_of(module, mutated(module, site)[1].place)
        changed = self._changed(module, site)
        if site >= 0 and (block is None or not changed or block & self.imported):
            command = [sys.executable, "-m", "tests.reliability.planting", module, str(site)]
            code, seconds = _in_fork(lambda: subprocess.run(command, check=False).returncode)
            return int(bool(code)), len(mine), round(seconds, 1)
        coming = [number for number in mine if block is None or self.by_test[number] & block]
        coming.sort(key=lambda number: self.seconds[number])

        def work() -> int:
            limit = 2 * int(sum(self.seconds[number] for number in coming)) + _SLACK_S
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            for old, new in changed:
                for function in functions[old]:
                    function.__code__ = new
            items = [session.items[number] for number in coming]
            for item, following in zip(items, [*items[1:], None], strict=False):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.testsfailed:
                    return _NOTICED
            return 0

        code, seconds = _in_fork(work)
        # A mistake that ends the process, by too much work or otherwise, is noticed; one of the harness itself is none.
        assert code != 1, f"{module} {site} could not be planted: see the log"
        return int(bool(code)), len(coming), round(seconds, 1)

    def _changed(self, module: str, site: int) -> list[tuple[CodeType, CodeType]]:
        """Return the code objects that a mistake changes: as they were imported, and as they become."""
        path = str(path_of(module))
        sound, other = (_inner(compile(mutated(module, one)[0], path, "exec")) for one in (-1, site))
        watched = _inner(self.finder.codes[module])
        if not len(sound) == len(other) == len(watched):
            return []
        return [(old, new) for old, one, new in zip(watched, sound, other, strict=True) if one != new]


def main() -> None:
    """Answer for the mistakes on standard input; or, with a module and a site as arguments, run its room over that one alone."""
    os.chdir(ROOT)
    if len(sys.argv) > 1:
        sys.exit(_plant_alone(sys.argv[1], int(sys.argv[2])))
    mutants = [(module, site) for module, site in json.load(sys.stdin)]
    answers = os.fdopen(os.dup(1), "w")
    with tempfile.NamedTemporaryFile("w+", prefix="banmian-planting-", suffix=".log", delete=False) as log:
        os.dup2(log.fileno(), 1)
    reached = Reached()
    finder = _Finder(lambda name: reached.watched(name, ast.parse(path_of(name).read_text(encoding="utf-8"))))
    sys.meta_path.insert(0, finder)
    rooms = sorted({tests_of(module) for module, _ in mutants})
    code = pytest.main([*_OPTIONS, *rooms], plugins=[Planter(mutants, finder, reached, answers)])
    if code not in (0, 5):
        print(Path(log.name).read_text()[-5000:], file=sys.stderr)
        sys.exit(int(code))
    Path(log.name).unlink()


if __name__ == "__main__":
    main()
